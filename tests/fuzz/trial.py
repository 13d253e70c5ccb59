"""One case: opened, its pages built, labels, fields, rules and the judgment as for any file."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from invoiceocr.errors import InvoiceOCRError
from invoiceocr.page import Page
from invoiceocr.pipeline.reader import Reader
from invoiceocr.rules.packs.pack import load_pack
from invoiceocr.settings import Settings
from invoiceocr.sources.inputs import open_source
from invoiceocr.sources.unread import Unread

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
PACKAGE = "invoiceocr"
SMALL = 36.0  # dots an inch: what is drawn matters, not how finely


class Trial:
    """Reads cases with one reader. Pictures are decoded and not recognized: the networks see no structure.

    `pages` is how many pages the last case had."""

    def __init__(self, folder: Path) -> None:
        self.reader = Reader(Settings(threads=1, check_signatures=True))
        self.rules = folder / "rules.yaml"
        self.pages = 0

    def __call__(self, kind: str, data: bytes) -> str:
        """`read`, the code of the error, or `internal_error` with where it came from."""
        _reset_peak()
        self.pages = 0
        try:
            return self._pack(data) if kind == "yaml" else self._document(data)
        except InvoiceOCRError as error:
            return _told(error)
        except BaseException as error:
            return f"internal_error {_place(error)}"

    def _pack(self, data: bytes) -> str:
        self.rules.write_bytes(data)
        load_pack(self.rules)
        return "read"

    def _document(self, data: bytes) -> str:
        unread: list[Unread] = []
        outcome = "nothing"
        for document in open_source(data, "a", self.reader.settings, report=unread.append):
            try:
                blank = replace(document, pages=self._without_pixels(document.pages))
                for invoice in self.reader.read_document(blank):
                    invoice.model_dump_json()
                document.signatures()
                if document.draw:
                    document.draw(1, SMALL)
                outcome = "read"
            except InvoiceOCRError as error:
                unread.append(Unread(document.source, error))
        told = [_told(member.error) for member in unread]
        return next((line for line in told if line.startswith("internal_error")), told[0] if told else outcome)

    def _without_pixels(self, pages: Iterator[Page]) -> Iterator[Page]:
        for page in pages:
            self.pages += 1
            yield replace(page, image=None)


def _told(error: InvoiceOCRError) -> str:
    """The code; where a parser's own exception was only caught at the door, that is a defect too."""
    cause = error.__cause__
    if cause is not None and f"({type(cause).__name__}: " in str(error):
        return f"caught {_place(cause)}"
    return error.code


def _place(error: BaseException) -> str:
    """The exception and the last line of the package that it passed."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if PACKAGE in frame.filename]
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} {where} {str(error)[:80]}"


def peak() -> int:
    """Bytes of memory that the process had at most since the case began; 0 where the system doesn't say."""
    if not STATUS.exists():
        return 0
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def _reset_peak() -> None:
    if CLEAR.exists():
        CLEAR.write_text("5")
