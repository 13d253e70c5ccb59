"""The values that records are made of: what a table shows, an invoice with its state, changes, filters."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property, partial
from typing import Annotated, Literal

from pydantic import AfterValidator

from invoiceocr.errors import InvoiceOCRError
from invoiceocr.invoice import AnyInvoice
from invoiceocr.kinds.packing import packed
from invoiceocr.proof import Finding
from invoiceocr.result import ReadResult

State = Literal["open", "accepted", "rejected"]
MOST_REASONS = 3  # that are kept beside an invoice for tables


class UnknownRecordError(InvoiceOCRError):
    """There is no record, job, page or field with that name."""

    code = "not_found"


class StaleError(InvoiceOCRError):
    """The record was changed since the caller read it."""

    code = "stale_revision"


@dataclass(frozen=True, slots=True)
class Summary:
    """A record without its invoice, as tables show it. `doubtful` counts the fields that need a look, `entry` is the
    number of the ledger entry of which it is a claim, `member` the file in an archive, `why` the `reasons` as JSON,
    `assignee` the person to whom it was handed over."""

    sequence: int
    id: str
    result_id: str
    source: str
    sha256: str
    settings: str
    position: int
    created_at: str
    revision: int
    state: State
    verdict: str | None
    kind: str | None
    code: str | None
    number: str | None
    issue_date: str | None
    seller: str | None
    buyer: str | None
    total: str | None
    doubtful: int
    error_code: str | None
    error_message: str | None
    entry: int | None = None
    member: str | None = None
    why: str | None = None
    assignee: str | None = None

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The findings for which it is not accepted, the gravest first."""
        return tuple(map(Finding.model_validate, json.loads(self.why or "[]")))

    @property
    def name(self) -> str:
        """The file, with its place in the archive or mail that it came in."""
        return self.member or self.source

    @property
    def outcome(self) -> str:
        """Its current state: accepted or rejected by a person, or else the verdict; `unread` without an invoice."""
        if self.state != "open":
            return self.state
        return self.verdict or "unread"


def why_of(invoice: AnyInvoice) -> str | None:
    """The findings for which *invoice* is not accepted, as JSON; None where it is."""
    return None if invoice.verdict == "accept" else told_why(invoice.findings)


def told_why(findings: Iterable[Finding]) -> str:
    """The gravest of *findings* as JSON, as many as a table has room for."""
    grave = sorted((one for one in findings if one.severity != "info"), key=lambda one: one.severity != "error")
    return storable(json.dumps([one.model_dump() for one in grave[:MOST_REASONS]], ensure_ascii=False))


def storable(text: str) -> str:
    """*text* without the lone surrogates of a name that was no UTF-8: SQLite stores none."""
    return text.encode("utf-8", "replace").decode()


Paper = tuple[AnyInvoice, bytes]
"""An invoice, and how it is kept."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of a file, and the drafts of its invoices as text, in order, from which they can be judged again.
    `packed` are the invoices in their stored form, if the worker made it."""

    result: ReadResult
    drafts: tuple[str, ...] = ()
    packed: tuple[bytes, ...] = ()

    @property
    def papers(self) -> list[Paper]:
        """Its invoices, each with its stored form."""
        data = self.packed or tuple(map(packed, self.result.invoices))
        return list(zip(self.result.invoices, data, strict=True))


@dataclass(frozen=True)
class Record:
    """A whole record: `packed` is its invoice in stored form, None if the file could not be read."""

    summary: Summary
    packed: bytes | None
    make: Callable[[bytes], AnyInvoice | None]

    @cached_property
    def invoice(self) -> AnyInvoice | None:
        """The invoice in the model of its kind, made when it is first needed: a JSON answer uses the stored form."""
        return self.make(self.packed) if self.packed is not None else None


def record_of(summary: Summary, paper: Paper | None) -> Record:
    """The record of an invoice that already exists; None if the file could not be read."""
    invoice, data = paper or (None, None)
    return Record(summary, data, partial(_same, invoice))


def _same(invoice: AnyInvoice | None, _: bytes) -> AnyInvoice | None:
    return invoice


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the audit trail: who did what and when; `old` and `new` are values of the field at `path`."""

    record: str
    at: str
    by: str
    action: str
    path: str | None = None
    old: str | None = None
    new: str | None = None
    reason: str | None = None
    revision: int = 1


def moment(text: str) -> str:
    """A day or moment in ISO 8601 in the form of the records, in UTC; without a time zone it is one of this machine's
    clock. Raises ValueError."""
    try:
        return plain_moment(datetime.fromisoformat(text).astimezone(UTC))
    except OverflowError as error:  # the first and the last day there are
        raise ValueError(f"{text} is out of range") from error


def now() -> str:
    """The moment as text, UTC."""
    return plain_moment(datetime.now(UTC))


def plain_moment(at: datetime) -> str:
    """A moment in UTC in the form of the records."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[str, AfterValidator(moment)]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records: by outcome (`open`: undecided), kind, the person to whom they were handed over, all but those that
    are somebody else's than `who`'s, words in the searched text, moment of arrival, first and
    last day of issue. Newest first; `cursor` is the sequence number before which to continue."""

    verdict: str | None = None
    kind: str | None = None
    assignee: str | None = None
    who: str | None = None
    q: str | None = None
    since: str | None = None
    issued_from: date | None = None
    issued_until: date | None = None
    cursor: int | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Revision:
    """A changed record as its author wants it stored: made from `revision`, with the entries for the audit trail."""

    id: str
    revision: int
    by: str
    state: State = "open"
    invoice: AnyInvoice | None = None
    changes: Sequence[Change] = field(default_factory=tuple)
