"""`ReadResult`: what reading one file came to. One line of the jsonl output; see the output contract."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from invoiceocr.invoice import AnyKind
from invoiceocr.signature import Signature


class ReadError(BaseModel):
    """Why a file could not be read: a stable code of errors.py and a message that says what to do."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str


class UnreadMember(ReadError):
    """Why a member of an archive or mail could not be read: `source` is its name, `archive.zip/folder/file`."""

    source: str


class ReadResult(BaseModel):
    """The invoices of one file, or the error that kept them from being read; `unread` names the members of an archive
    or mail that gave none and why, and `error` is that of the first damaged one; `signatures` is None where nobody
    asked for them (`Settings.check_signatures`); `elapsed_ms` is wall time."""

    model_config = ConfigDict(frozen=True)

    source: str
    sha256: str | None = None
    invoices: tuple[AnyKind, ...] = ()
    unread: tuple[UnreadMember, ...] = ()
    signatures: tuple[Signature, ...] | None = None
    error: ReadError | None = None
    elapsed_ms: float = 0.0

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """The file and what came of it."""
        yield "source", self.source
        yield "invoices", list(self.invoices)
        if self.error:
            yield "error", self.error.code
