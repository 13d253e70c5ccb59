"""The command line: each command turns what the reader says into a format, no more."""

from __future__ import annotations

import os
from collections.abc import Sequence

from invoiceocr.workers.garbage import collect_rarely, loading

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; *arguments* are those of the process if None."""
    collect_rarely()
    # looking for plugins of pydantic opens the metadata of every installed package
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    with loading():
        from invoiceocr.cli import app

    app.main(arguments)
