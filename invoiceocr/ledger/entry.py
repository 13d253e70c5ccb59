"""What the ledger tells: entries, their files, events, matches. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from invoiceocr.invoice import Invoice

Decision = Literal["accepted", "rejected"]
Nearness = Literal["same", "likely", "suspect"]
"""same: one legal invoice; likely: the same but for a misreading; suspect: alike, yet its number says otherwise."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file by which an invoice was claimed: its name as given, where it lay, its digest, when and by whom."""

    id: int
    name: str
    location: str
    sha256: str | None
    page: int | None
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One legal invoice of the ledger and all files that bear it. `proven` tells whether something independent
    confirms the number; `reverses` is the number of the invoice that a red one takes back; `revision` grows with
    every change."""

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
    """An entry that an invoice was compared with: how near it is, the weight of evidence for one legal invoice in
    nats, and the fields that differ."""

    entry: Entry
    nearness: Nearness
    weight: float
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the audit trail. `hash` is that of the line and of the one before it (`previous`)."""

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
    """What became of one invoice of a result: its entry, whether it is `new` there, and whether this very file had
    been recorded `again`."""

    entry_id: int
    new: bool
    again: bool = False
    nearness: Nearness | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What became of one invoice that was recorded, and the invoice with what the ledger finds."""

    added: Added
    invoice: Invoice


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are meant: all that fulfill what is given. `text` is looked for in numbers, names and tax ids;
    entries come by id, those after `after` and at most `limit`."""

    text: str | None = None
    verdict: str | None = None
    decision: Decision | None = None
    kind: str | None = None
    since: date | None = None
    until: date | None = None
    after: int = 0
    limit: int | None = None
