"""Rows of the tables to values and back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypedDict

from invoiceocr.errors import LedgerError
from invoiceocr.invoice import Invoice
from invoiceocr.kinds.packing import unpacked
from invoiceocr.ledger.entry import Entry, Event, FileRecord
from invoiceocr.ledger.prepared import AnyRow
from invoiceocr.ledger.traits import STORED, Traits

# beside the fields of an invoice
NOT_VALUES = frozenset({"evidence", "findings", "page", "source", "text"})

Values = dict[str, str]


class StoredWitness(TypedDict):
    """A witness as it is stored."""

    source: str


class Proof(TypedDict):
    """The evidence of a field as it is stored."""

    status: str
    confidence: float
    witnesses: list[StoredWitness]


def now() -> str:
    """The moment in UTC, as the ledger stores it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def stored_invoice(data: bytes) -> Invoice:
    """The invoice that was stored, that of a user's kind as a `CustomInvoice`; LedgerError where this version can't
    read it."""
    try:
        return unpacked(data)
    except (ValueError, zlib.error) as error:
        zh = "台账中有发票内容读不出，请用 ledger verify 核验"
        raise LedgerError(f"a stored invoice can't be read: {error}", zh=zh) from error


def values_of(invoice: Invoice) -> Values:
    """The values of *invoice* by path, its verdict among them, as the audit trail has them."""
    return flat(invoice.model_dump(mode="json", exclude=set(NOT_VALUES)))


def statuses_of(invoice: Invoice) -> Values:
    """The status of each field by path, and what it was confirmed or contradicted by beside the paper itself."""
    return {
        path: " ".join([proof.status, *(w.source for w in proof.witnesses if w.source in ("reviewer", "register"))])
        for path, proof in invoice.evidence.items()
    }


def stored_values(data: bytes) -> Values:
    """As `values_of`, of an invoice as it is stored."""
    return flat(json.loads(zlib.decompress(data)))


def stored_proofs(data: bytes) -> tuple[Proof, ...]:
    """The evidence of each field of an invoice as it is stored: its plain JSON is read in a tenth of the time."""
    return tuple(json.loads(zlib.decompress(data))["evidence"].values())


def flat(data: Mapping[str, object]) -> Values:
    """Nested JSON values by path; None and empty ones left out."""
    found: Values = {}
    for name, value in data.items():
        if name not in NOT_VALUES:
            _flatten(name, value, found)
    return found


def _flatten(path: str, value: object, found: Values) -> None:
    match value:
        case None:
            return
        case dict():
            for name, inner in value.items():
                _flatten(f"{path}.{name}", inner, found)
        case list():
            for index, inner in enumerate(value):
                _flatten(f"{path}.{index}", inner, found)
        case _:
            found[path] = str(value)


def traits_of_row(row: AnyRow) -> Traits:
    """The traits of an entry's row."""
    return Traits(**{name: row[name] for name in STORED})


def entry_of_row(row: AnyRow, files: tuple[FileRecord, ...] = ()) -> Entry:
    """The entry of a row, with its files."""
    return Entry(
        id=row["id"],
        key=row["key"],
        kind=row["kind"],
        code=row["code"],
        number=row["number"],
        proven=bool(row["proven"]),
        issue_date=date.fromisoformat(row["issue_date"]) if row["issue_date"] else None,
        total=Decimal(row["cents"]).scaleb(-2) if row["cents"] is not None else None,
        seller_tax_id=row["seller_tax_id"],
        seller_name=row["seller_name"],
        buyer_tax_id=row["buyer_tax_id"],
        buyer_name=row["buyer_name"],
        is_red=bool(row["is_red"]),
        reverses=row["reverses"],
        verdict=row["verdict"],
        decision=row["decision"],
        revision=row["revision"],
        added_at=datetime.fromisoformat(row["added_at"]),
        added_by=row["added_by"],
        files=files,
    )


def file_of_row(row: AnyRow) -> FileRecord:
    """The file of a row."""
    return FileRecord(
        row["id"],
        row["name"],
        row["location"],
        row["sha256"],
        row["page"],
        datetime.fromisoformat(row["added_at"]),
        row["added_by"],
    )


def event_of_row(row: AnyRow) -> Event:
    """The event of a row."""
    return Event(
        row["seq"],
        datetime.fromisoformat(row["at"]),
        row["by"],
        row["action"],
        row["entry_id"],
        row["reason"],
        json.loads(row["old"]),
        json.loads(row["new"]),
        row["previous"],
        row["hash"],
    )
