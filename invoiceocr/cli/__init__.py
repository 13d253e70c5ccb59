"""The command line: each command turns what the reader says into a format, no more."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence

from invoiceocr.workers.garbage import loading

__all__ = ["main"]

COLLECTED = 50_000  # objects between two collections: a command has few


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; *arguments* are those of the process if None."""
    gc.set_threshold(COLLECTED)
    # looking for plugins of pydantic opens the metadata of every installed package
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    with loading():
        from invoiceocr.cli import app

    app.main(arguments)
