"""The one place where commands get their reader: what it needs (models, OpenCV) loads only when something is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invoiceocr.settings import Settings

if TYPE_CHECKING:
    from invoiceocr.ocr.recognizer import LineRecognizer
    from invoiceocr.reader import Reader


def build_reader(settings: Settings) -> Reader:
    """A reader with these settings."""
    from invoiceocr.reader import Reader

    return Reader(settings)


def build_recognizer(settings: Settings) -> LineRecognizer:
    """The recognizer of single lines that the settings name; ModelError if the manifest has no such one."""
    from invoiceocr.ocr import manifest, session
    from invoiceocr.ocr.charset import charset
    from invoiceocr.ocr.recognizer import LineRecognizer

    network = session.open_network(manifest.entry(settings.recognizer, "recognizer"), settings.threads)
    return LineRecognizer(network, charset(network))
