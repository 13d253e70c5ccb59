"""`read` and `read_folder`: build a reader, use it and drop it in one call."""

from __future__ import annotations

import os
from collections.abc import Mapping

from invoiceocr.invoice import AnyInvoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.pipeline.results import Results
from invoiceocr.settings import Settings
from invoiceocr.sources.inputs import Source


def read(source: Source, *, expected: Mapping[str, object] | None = None, **options: object) -> list[AnyInvoice]:
    """The invoices of one file, with `Settings` given as keywords; for many files build one `Reader`. *expected* is as
    for `Reader.read`.

    Raises SourceError if the file can't be read, SettingsError for an unknown option or expected field.
    """
    with Reader(Settings.load(**options)) as reader:  # type: ignore[arg-type]
        return reader.read(source, expected=expected)


def read_folder(folder: str | os.PathLike[str], *, jobs: int = 1, **options: object) -> Results:
    """A result for each file below *folder*, read by *jobs* processes, with `Settings` given as keywords; see
    `Reader.read_folder`."""
    return Reader(Settings.load(**options)).read_folder(folder, jobs=jobs)  # type: ignore[arg-type]
