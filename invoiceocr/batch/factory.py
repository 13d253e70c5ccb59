"""The one place where commands get their reader: what it needs (models, OpenCV) loads only when something is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invoiceocr.errors import MissingExtraError
from invoiceocr.settings import Settings

if TYPE_CHECKING:
    from invoiceocr.ledger.ledger import Ledger
    from invoiceocr.ocr.recognizer import LineRecognizer
    from invoiceocr.pipeline.reader import Reader


def build_reader(settings: Settings) -> Reader:
    """A reader with these settings."""
    from invoiceocr.pipeline.reader import Reader

    return Reader(settings)


def build_witnessed_reader(settings: Settings, ledger: str) -> Reader:
    """A reader with these settings that asks the ledger at a URL what it knows of sellers."""
    from invoiceocr.pipeline.reader import Reader

    return Reader(settings, witnesses=open_ledger(ledger, settings).witnesses)


def open_ledger(where: str | None, settings: Settings) -> Ledger:
    """The ledger at *where*, by default invoiceocr.db in the current folder; MissingExtraError without the extra."""
    try:
        from invoiceocr.ledger.ledger import Ledger
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"the ledger needs {error.name}: pip install 'invoiceocr[ledger]'") from error
    return Ledger(where, language=settings.language)


def build_recognizer(settings: Settings) -> LineRecognizer:
    """The recognizer of single lines that the settings name; ModelError if the manifest has no such one."""
    from invoiceocr.ocr.recognizer import recognizer_of

    return recognizer_of(settings)
