"""The one place where commands get their reader: what it needs (models, OpenCV) loads only when something is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invoiceocr.settings import Settings

if TYPE_CHECKING:
    from invoiceocr.ocr.recognizer import LineRecognizer
    from invoiceocr.pipeline.reader import Reader


def build_reader(settings: Settings) -> Reader:
    """A reader with these settings."""
    from invoiceocr.pipeline.reader import Reader

    return Reader(settings)


def build_recognizer(settings: Settings) -> LineRecognizer:
    """The recognizer of single lines that the settings name; ModelError if the manifest has no such one."""
    from invoiceocr.ocr.recognizer import recognizer_of

    return recognizer_of(settings)
