"""The one place where commands get their reader: what it needs (models, OpenCV) loads only when something is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from invoiceocr.errors import MissingExtraError
from invoiceocr.settings import Settings
from invoiceocr.workers.garbage import loading

if TYPE_CHECKING:
    from invoiceocr.ledger.ledger import Ledger
    from invoiceocr.ocr.recognizer import LineRecognizer
    from invoiceocr.pipeline.parallel import ReadsOne
    from invoiceocr.pipeline.reader import Reader
    from invoiceocr.result import ReadResult
    from invoiceocr.sources.inputs import Source
    from invoiceocr.testing.fake_reader import FakeReader


def build_reader(settings: Settings) -> Reader:
    """A reader with these settings."""
    with loading():
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


def builder(fake: Path | None, ledger: str | None) -> Callable[[Settings], Reader | FakeReader]:
    """What builds a reader with given settings: a fake one by *fake*, else one that asks the *ledger* where there is
    one."""
    if fake is not None:
        return partial(build_fake_reader, folder=fake)
    return build_reader if ledger is None else partial(build_witnessed_reader, ledger=ledger)


def reader_builder(settings: Settings, fake: Path | None, ledger: str | None = None) -> Callable[[], ReadsOne]:
    """What builds a reader in a worker process, see `builder`; errors of its building show here already."""
    build = builder(fake, ledger)
    build(settings)
    return partial(build, settings)


@dataclass(frozen=True, slots=True)
class MarkingReader:
    """A reader whose results are recorded in a ledger, and have what that finds."""

    reader: ReadsOne
    ledger: Ledger

    def read_one(self, source: Source, *, name: str | None, expected: Mapping[str, object] | None) -> ReadResult:
        """The result for one source, after it was recorded."""
        return self.ledger.mark(self.reader.read_one(source, name=name, expected=expected))


def build_marking_reader(build: Callable[[], ReadsOne], settings: Settings, ledger: str) -> MarkingReader:
    """What *build* builds, with each result recorded in the ledger at a URL."""
    return MarkingReader(build(), open_ledger(ledger, settings))


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
