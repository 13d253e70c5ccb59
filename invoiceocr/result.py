"""`ReadResult`: the result of reading one file. One line of the jsonl output; see the output contract."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from invoiceocr.invoice import AnyKind
from invoiceocr.proof import Verdict
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
    """The invoices of one file, or the error that kept them from being read. `unread` names the members of an archive
    or mail that gave no invoice, with the reason, and `error` is that of the first damaged one. `signatures` is None
    unless they were requested (`Settings.check_signatures`). `elapsed_ms` is wall time."""

    model_config = ConfigDict(frozen=True)

    source: str
    sha256: str | None = None
    invoices: tuple[AnyKind, ...] = ()
    unread: tuple[UnreadMember, ...] = ()
    signatures: tuple[Signature, ...] | None = None
    error: ReadError | None = None
    elapsed_ms: float = 0.0

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """The file and its result."""
        yield "source", self.source
        yield "invoices", list(self.invoices)
        if self.error:
            yield "error", self.error.code


class PartyOutline(BaseModel):
    """The name of a party."""

    name: str | None = None


class InvoiceOutline(BaseModel):
    """The fields of an invoice that are compared and counted; everything else is skipped, which takes a tenth of the
    time."""

    number: str | None = None
    code: str | None = None
    seller: PartyOutline | None = None
    issue_date: date | None = None
    total: Decimal | None = None
    verdict: Verdict


class Outline(BaseModel):
    """The parts of a result that are compared and counted."""

    invoices: tuple[InvoiceOutline, ...]
    unread: tuple[UnreadMember, ...]
    error: ReadError | None
