"""The values that records are made of: what a table shows, an invoice with its state, changes, filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator

from invoiceocr.errors import InvoiceOCRError
from invoiceocr.invoice import AnyInvoice
from invoiceocr.result import ReadResult

State = Literal["open", "accepted", "rejected"]


class UnknownRecordError(InvoiceOCRError):
    """There is no record, job, page or field of that name."""

    code = "not_found"


class StaleError(InvoiceOCRError):
    """The record was changed since the caller read it."""

    code = "stale_revision"


@dataclass(frozen=True, slots=True)
class Summary:
    """A record without its invoice: what a table shows. `doubtful` counts the fields that want a look, `entry` is the
    number of the ledger's entry that it is a claim of."""

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

    @property
    def outcome(self) -> str:
        """What holds of it now: accepted or rejected by a person, else the verdict, `unread` without an invoice."""
        if self.state != "open":
            return self.state
        return self.verdict or "unread"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file came to, and the drafts of its invoices as text, in their order: what they are judged from anew."""

    result: ReadResult
    drafts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A record whole; `invoice` is None where the file could not be read."""

    summary: Summary
    invoice: AnyInvoice | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the audit trail: who did what when; `old` and `new` are values of the field at `path`."""

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
    """A day or moment in ISO 8601 as records have it, in UTC; without a zone it is one of this machine's clock. Raises
    ValueError."""
    try:
        return plain_moment(datetime.fromisoformat(text).astimezone(UTC))
    except OverflowError as error:  # the first and the last day there are
        raise ValueError(f"{text} is out of range") from error


def plain_moment(at: datetime) -> str:
    """A moment in UTC as records have it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[str, AfterValidator(moment)]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records: by outcome (`open`: undecided), kind, words in what is searched, day of arrival; newest first,
    `cursor` is the sequence number before which to go on."""

    verdict: str | None = None
    kind: str | None = None
    q: str | None = None
    since: str | None = None
    cursor: int | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Revision:
    """A changed record as its author wants it kept: made of `revision`, with the entries for the audit trail."""

    id: str
    revision: int
    by: str
    state: State = "open"
    invoice: AnyInvoice | None = None
    changes: Sequence[Change] = field(default_factory=tuple)
