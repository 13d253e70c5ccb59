"""The rows of records and of their audit trail: how they are written, in transactions of the caller's."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import cast

from invoiceocr.invoice import AnyInvoice
from invoiceocr.kinds.packing import packed
from invoiceocr.ledger.entry import Claim
from invoiceocr.ledger.traits import number_of
from invoiceocr.result import ReadError
from invoiceocr.service.store.entries import (
    Change,
    Paper,
    Reading,
    Record,
    Revision,
    StaleError,
    Summary,
    now,
    record_of,
    storable,
    why_of,
)
from invoiceocr.service.store.files import Stored
from invoiceocr.service.store.readings import remember

SUMMARY = (
    "sequence, id, result_id, source, sha256, settings, position, created_at, revision, state, verdict, kind, code, "
    "number, issue_date, seller, buyer, total, doubtful, error_code, error_message, entry, member, why, assignee"
)
NAMES = tuple(SUMMARY.split(", "))
Value = str | int | bytes | None
ID_BYTES = 8  # random: two records never meet
READ = "SELECT 1 FROM history WHERE record = ? AND action = 'read'"


def insert(connection: sqlite3.Connection, stored: Stored, settings: str, reading: Reading) -> list[Record]:
    """Write the records of a *reading*; they are returned."""
    result, first, at = reading.result, secrets.token_hex(ID_BYTES), now()
    # what failed may be read another time; an archive of which a member is damaged is read as far as it can be
    if result.error is None or result.invoices:
        remember(connection, (stored.sha256, settings), reading)
    papers: Sequence[Paper | None] = reading.papers or [None]
    shared: dict[str, Value] = {
        "result_id": first,
        "source": storable(stored.name),
        "sha256": stored.sha256,
        "settings": settings,
        "created_at": at,
    }
    found: list[Record] = []
    for position, paper in enumerate(papers):
        own: dict[str, Value] = {"id": first if position == 0 else f"{first}-{position + 1}", "position": position}
        error = _error(result.error, alone=paper is None)
        found.append(_insert(connection, paper, _columns(paper) | error | shared | own))
    return found


def _insert(connection: sqlite3.Connection, paper: Paper | None, columns: dict[str, Value]) -> Record:
    """The record of *paper* with these *columns*, once it is written."""
    columns["search"] = "\n".join(str(columns.get(name, "")) for name in ("source", "search")).lower()
    marks = ", ".join("?" * len(columns))
    sql = f"INSERT INTO records ({', '.join(columns)}) VALUES ({marks})"
    sequence = connection.execute(sql, tuple(columns.values())).lastrowid
    known = {"sequence": sequence, "revision": 1, "state": "open", "doubtful": 0} | columns
    record = record_of(Summary(*(known.get(name) for name in NAMES)), paper)  # type: ignore[arg-type]
    # an invoice may be withdrawn until it is claimed, its audit trail may not
    if paper is None:
        log(connection, [_arrival(record)])
    return record


def _arrival(record: Record) -> Change:
    """The first entry of the audit trail of *record*."""
    summary = record.summary
    return Change(summary.id, summary.created_at, "service", "read", new=summary.verdict)


def book(connection: sqlite3.Connection, record: Record, claim: Claim) -> Record:
    """Note the entry of *record*; what the ledger found changes the invoice, and is no revision of anybody's."""
    entry, invoice = claim.added.entry_id, cast("AnyInvoice", claim.invoice)
    # what is claimed again after a crash arrived before
    if connection.execute(READ, (record.summary.id,)).fetchone() is None:
        log(connection, [_arrival(record)])
    connection.execute("UPDATE records SET entry = ? WHERE id = ?", (entry, record.summary.id))
    if invoice is record.invoice:
        return replace(record, summary=replace(record.summary, entry=entry))
    data = packed(invoice)
    # what a reviewer changed meanwhile stays
    why = why_of(invoice)
    row = (invoice.verdict, why, data, record.summary.id, record.summary.revision)
    connection.execute("UPDATE records SET verdict = ?, why = ?, invoice = ? WHERE id = ? AND revision = ?", row)
    return record_of(replace(record.summary, entry=entry, verdict=invoice.verdict, why=why), (invoice, data))


def revise(connection: sqlite3.Connection, wanted: Revision, previous: int | None) -> None:
    """Write a revision; undoing it leads to the revision *previous*."""
    found = connection.execute("SELECT * FROM records WHERE id = ?", (wanted.id,)).fetchone()
    if found is None or found["revision"] != wanted.revision:
        raise StaleError(f"invoice {wanted.id} has changed since; fetch it again and repeat the change")
    number = wanted.revision + 1
    paper = (wanted.invoice, packed(wanted.invoice)) if wanted.invoice else None
    columns = _columns(paper) | {"state": wanted.state, "revision": number}
    names = ", ".join(f"{name} = ?" for name in columns)
    connection.execute(f"UPDATE records SET {names} WHERE id = ?", (*columns.values(), wanted.id))
    _index(connection, wanted.id)
    keep = "INSERT OR IGNORE INTO revisions (record, revision, previous, state, invoice) VALUES (?, ?, ?, ?, ?)"
    connection.execute(keep, (wanted.id, wanted.revision, None, found["state"], found["invoice"]))
    connection.execute(keep, (wanted.id, number, previous, wanted.state, columns.get("invoice")))
    log(connection, [replace(change, revision=number) for change in wanted.changes])


def _index(connection: sqlite3.Connection, record_id: str) -> None:
    """Put the name of the file among the texts that are searched."""
    connection.execute("UPDATE records SET search = lower(source || char(10) || search) WHERE id = ?", (record_id,))


def _columns(paper: Paper | None) -> dict[str, Value]:
    """The columns of a record that come from its invoice."""
    if paper is None:
        return {}
    invoice, data = paper
    seller, buyer = (party.name if party else None for party in (invoice.seller, invoice.buyer))
    issued = invoice.issue_date.isoformat() if invoice.issue_date else None
    total = str(invoice.total) if invoice.total is not None else None
    _, number = number_of(invoice)
    texts = (number, invoice.code, seller, buyer, total, issued, invoice.source)
    return {
        "verdict": invoice.verdict,
        "kind": invoice.kind,
        "code": _stored(invoice.code),
        "number": _stored(number),
        "issue_date": issued,
        "seller": _stored(seller),
        "buyer": _stored(buyer),
        "total": total,
        "member": _stored(invoice.source),
        "doubtful": sum(proof.status in ("doubtful", "missing") for proof in invoice.evidence.values()),
        "why": why_of(invoice),
        "search": storable("\n".join(text for text in texts if text).lower()),
        "invoice": data,
    }


def _error(error: ReadError | None, *, alone: bool) -> dict[str, Value]:
    if error is None:
        return {"error_code": None if not alone else "no_documents", "error_message": None}
    return {"error_code": error.code, "error_message": storable(error.message)}


def _stored(text: str | None) -> str | None:
    return None if text is None else storable(text)


def log(connection: sqlite3.Connection, changes: Iterable[Change]) -> None:
    """Write *changes* to the audit trail."""
    for change in changes:
        row = (change.record, change.at, change.by, change.action, change.path, change.old, change.new)
        connection.execute(
            "INSERT INTO history (record, at, by, action, path, old, new, reason, revision) VALUES (?,?,?,?,?,?,?,?,?)",
            (*row, change.reason, change.revision),
        )
