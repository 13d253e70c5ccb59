"""The one place where commands get their reader: what it needs (models, OpenCV) loads only when something is read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from invoiceocr.errors import MissingExtraError
from invoiceocr.settings import Settings

if TYPE_CHECKING:
    from invoiceocr.ledger.ledger import Ledger
    from invoiceocr.ocr.recognizer import LineRecognizer
    from invoiceocr.pipeline.parallel import ReadsOne
    from invoiceocr.pipeline.reader import Reader
    from invoiceocr.testing.fake_reader import FakeReader


def build_reader(settings: Settings) -> Reader:
    """A reader with these settings."""
    from invoiceocr.pipeline.reader import Reader

    return Reader(settings)


def build_witnessed_reader(settings: Settings, ledger: str) -> Reader:
    """A reader with these settings that asks the ledger at a URL what it knows of sellers."""
    from invoiceocr.pipeline.reader import Reader

    return Reader(settings, witnesses=open_ledger(ledger, settings).witnesses)


def build_fake_reader(settings: Settings, folder: Path) -> FakeReader:
    """A reader whose outcomes are canned in *folder*; SettingsError where something else is there."""
    from invoiceocr.testing.fake_reader import FakeReader

    return FakeReader.of_folder(folder, settings)


def reader_builder(settings: Settings, fake: Path | None) -> Callable[[], ReadsOne]:
    """What builds a reader in a worker process, a fake one by *fake*; errors of its building show here already."""
    build = build_reader if fake is None else partial(build_fake_reader, folder=fake)
    build(settings)
    return partial(build, settings)


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
