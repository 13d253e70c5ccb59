"""The command line: each command turns what the reader says into a format, no more."""

from invoiceocr.cli.app import main

__all__ = ["main"]
