"""What the ledger returns: entries, their files, events, matches. Plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from invoiceocr.invoice import Invoice
from invoiceocr.result import ReadResult

Decision = Literal["accepted", "rejected"]
Nearness = Literal["same", "likely", "suspect"]
"""same: one legal invoice; likely: the same but for a misreading; suspect: alike, yet its number says otherwise."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file with which an invoice was claimed: its name as given, its place, its digest, when and by whom."""

    id: int
    name: str
    location: str
    sha256: str | None
    page: int | None
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One legal invoice of the ledger with all its files. `proven` says whether something independent confirms the
    number; `reverses` is the number of the invoice that a red-letter invoice reverses; `revision` grows with every
    change."""

    id: int
    key: str
    kind: str
    code: str | None
    number: str | None
    proven: bool
    issue_date: date | None
    total: Decimal | None
    seller_tax_id: str | None
    seller_name: str | None
    buyer_tax_id: str | None
    buyer_name: str | None
    is_red: bool
    reverses: str | None
    verdict: str
    decision: Decision | None
    revision: int
    added_at: datetime
    added_by: str
    files: tuple[FileRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """An entry with which an invoice was compared: how near it is, the weight of evidence for one legal invoice in
    nats, and the fields that differ."""

    entry: Entry
    nearness: Nearness
    weight: float
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the audit trail. `hash` is that of the line together with that of the previous one (`previous`)."""

    seq: int
    at: datetime
    by: str
    action: str
    entry_id: int | None
    reason: str
    old: Mapping[str, object]
    new: Mapping[str, object]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Added:
    """The result of recording one invoice: its entry, whether that is `new`, and whether this very file had been
    recorded `again`."""

    entry_id: int
    new: bool
    again: bool = False
    nearness: Nearness | None = None


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A result that is to be recorded. `place` stands for where its file is: the same bytes at another place are
    another claim. A caller that already has the invoices `packed` passes them along."""

    result: ReadResult
    place: str | None = None
    packed: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """The result of recording one invoice, and the invoice with the findings of the ledger."""

    added: Added
    invoice: Invoice


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are meant: all that satisfy what is given. `text` is searched in numbers, names, tax ids and
    amounts. Entries are in order of their ids, those after `after` and at most `limit`."""

    text: str | None = None
    verdict: str | None = None
    decision: Decision | None = None
    kind: str | None = None
    since: date | None = None
    until: date | None = None
    after: int = 0
    limit: int | None = None
