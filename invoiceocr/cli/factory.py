"""The one place where commands get their reader: what it needs (models, OpenCV) loads only when something is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invoiceocr.settings import Settings

if TYPE_CHECKING:
    from invoiceocr.reader import Reader


def build_reader(settings: Settings) -> Reader:
    """A reader with these settings."""
    from invoiceocr.reader import Reader

    return Reader(settings)
