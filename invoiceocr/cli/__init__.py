"""The command line: each command turns what the reader says into a format, no more."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence

__all__ = ["main"]

# objects between two collections: what a start makes lives as long as the process, and looking through it for garbage
# takes an eighth of the start
COLLECTED = 50_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; *arguments* are those of the process if None."""
    gc.set_threshold(COLLECTED)
    # looking for plugins of pydantic opens the metadata of every installed package
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from invoiceocr.cli import app

    app.main(arguments)
