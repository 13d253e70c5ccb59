"""What was read, as records: one per invoice, one per file that could not be read; every change in an audit trail."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import cast

from invoiceocr.invoice import AnyInvoice
from invoiceocr.kinds import Registry
from invoiceocr.kinds.packing import packed, unpacked
from invoiceocr.ledger.entry import Claim
from invoiceocr.ledger.traits import number_of
from invoiceocr.result import ReadError
from invoiceocr.service.store.database import Database
from invoiceocr.service.store.entries import (
    Change,
    Filter,
    Paper,
    Reading,
    Record,
    Revision,
    StaleError,
    Summary,
    UnknownRecordError,
    plain_moment,
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
# an invoice is not shown before it is claimed: until then it may be withdrawn
FINAL = "(entry NOTNULL OR invoice ISNULL)"
OUTCOME = "CASE WHEN state = 'open' THEN coalesce(verdict, 'unread') ELSE state END"
# every page asks for them: partial indexes answer without a look at the records
COUNTS = f"SELECT {OUTCOME}, count(*) FROM records WHERE {FINAL} GROUP BY 1"
KINDS = f"SELECT DISTINCT kind FROM records WHERE kind NOTNULL AND {FINAL} ORDER BY 1"
REPEATED = f"""SELECT code, number, count(*) FROM records WHERE number NOTNULL AND {FINAL}
               GROUP BY number, code HAVING count(*) > 1"""


class Records:
    """The records in a database, their invoices in the models of *kinds*."""

    def __init__(self, database: Database, kinds: Registry) -> None:
        self._database = database
        self._unpacked = cast("Callable[[bytes], AnyInvoice]", partial(unpacked, registry=kinds))

    def add(self, stored: Stored, settings: str, reading: Reading) -> list[Record]:
        """Keep a *reading*, acknowledged when this returns; its records."""
        with self._database.writing() as connection:
            return insert(connection, stored, settings, reading)

    def withdraw(self, records: Iterable[Record]) -> None:
        """Take back new *records* that are not claimed yet, so that no answer names them; a file of a job waits
        again."""
        with self._database.writing() as connection:
            for result in {record.summary.result_id for record in records}:
                connection.execute("DELETE FROM records WHERE result_id = ?", (result,))
                connection.execute("UPDATE job_files SET result_id = NULL WHERE result_id = ?", (result,))

    def book(self, booked: Iterable[tuple[Record, Claim]]) -> list[Record]:
        """The records with their entries in the ledger, and their invoices with what it finds."""
        with self._database.writing() as connection:
            return [_book(connection, *one) for one in booked]

    def unbooked(self, latest: int) -> list[str]:
        """The results with a record without an entry, or with one of the *latest* records; oldest first."""
        sql = """SELECT result_id FROM records WHERE invoice NOTNULL AND (entry IS NULL OR sequence >
                 (SELECT coalesce(max(sequence), 0) - ? FROM records)) GROUP BY result_id ORDER BY min(sequence)"""
        return [row[0] for row in self._database.rows(sql, latest)]

    def claimable(self, result_id: str) -> list[Record]:
        """The invoices of a result, whether or not they are claimed, in their order."""
        sql = "SELECT * FROM records WHERE result_id = ? AND invoice NOTNULL ORDER BY position"
        return [self._record(row) for row in self._database.rows(sql, result_id)]

    def has_arrived(self, record: Record) -> bool:
        """Whether *record* may have been acknowledged: its audit trail has begun."""
        return self._database.row(READ, record.summary.id) is not None

    def one(self, record_id: str) -> Record:
        """The record of that id; raises UnknownRecordError."""
        row = self._database.row(f"SELECT * FROM records WHERE id = ? AND {FINAL}", record_id)
        if row is None:
            raise UnknownRecordError(f"no invoice {record_id}; GET /v1/invoices lists them")
        return self._record(row)

    def of_result(self, result_id: str) -> list[Record]:
        """The records of a file, in the order of its invoices."""
        sql = f"SELECT * FROM records WHERE result_id = ? AND {FINAL} ORDER BY position"
        rows = self._database.rows(sql, result_id)
        return [self._record(row) for row in rows]

    def listed(self, wanted: Filter) -> list[Summary]:
        """The records that match, newest first."""
        where, values = _conditions(wanted)
        sql = f"SELECT {SUMMARY} FROM records WHERE {where} ORDER BY sequence DESC LIMIT ?"
        return [Summary(*row) for row in self._database.rows(sql, *values, wanted.limit)]

    def whole(self, wanted: Filter) -> list[Record]:
        """The records that match with their invoices, newest first."""
        where, values = _conditions(wanted)
        sql = f"SELECT * FROM records WHERE {where} ORDER BY sequence DESC LIMIT ?"
        return [self._record(row) for row in self._database.rows(sql, *values, wanted.limit)]

    def repeated(self) -> dict[tuple[str | None, str], int]:
        """How often each (code, number) occurs, if more than once."""
        return {(code, number): count for code, number, count in self._database.rows(REPEATED)}

    def numbered(self, number: str, code: str | None) -> list[Summary]:
        """The records of one invoice number and code, oldest first."""
        sql = f"SELECT {SUMMARY} FROM records WHERE number = ? AND code IS ? AND {FINAL} ORDER BY sequence"
        return [Summary(*row) for row in self._database.rows(sql, number, code)]

    def kinds(self) -> list[str]:
        """The kinds that occur."""
        return [row[0] for row in self._database.rows(KINDS)]

    def assignees(self) -> list[str]:
        """The persons to whom invoices were handed over."""
        sql = "SELECT DISTINCT assignee FROM records WHERE assignee NOTNULL ORDER BY 1"
        return [row[0] for row in self._database.rows(sql)]

    def refusals(self, records: Iterable[str]) -> dict[str, str]:
        """Why persons last rejected these *records*, by id, as far as they said it."""
        sql = """SELECT record, reason FROM history WHERE record IN (SELECT value FROM json_each(?))
                 AND action = 'reject' ORDER BY sequence"""
        last = {row["record"]: row["reason"] or "" for row in self._database.rows(sql, json.dumps(list(records)))}
        return {record: reason for record, reason in last.items() if reason.strip()}

    def assign(self, record_id: str, change: Change) -> Record:
        """The record after it was handed over to the person whom *change* names, None for nobody. What it says stays,
        so whoever has it open may go on with their revision. Raises UnknownRecordError."""
        with self._database.writing_through() as connection:
            known = self.one(record_id)
            connection.execute("UPDATE records SET assignee = ? WHERE id = ?", (change.new, record_id))
            _log(connection, [replace(change, old=known.summary.assignee, revision=known.summary.revision)])
        return self.one(record_id)

    def counts(self) -> dict[str, int]:
        """How many records of each outcome there are."""
        return {row[0]: row[1] for row in self._database.rows(COUNTS)}

    def revise(self, wanted: Revision) -> Record:
        """Keep a new revision with its entries in the audit trail; raises StaleError if there is a newer one."""
        with self._database.writing_through() as connection:
            _replace(connection, wanted, wanted.revision)
        return self.one(wanted.id)

    def undo(self, record_id: str, by: str) -> Record:
        """The record as it was before its last change, as a new revision; unchanged where nothing was changed."""
        with self._database.writing_through() as connection:
            sql = """SELECT now.revision, before.invoice, before.state, before.previous
                     FROM records JOIN revisions AS now ON now.record = id AND now.revision = records.revision
                     JOIN revisions AS before ON before.record = id AND before.revision = now.previous WHERE id = ?"""
            row = connection.execute(sql, (record_id,)).fetchone()
            if row is not None:
                change = Change(record_id, now(), by, "undo")
                invoice = self._unpacked(row["invoice"]) if row["invoice"] else None
                kept = Revision(record_id, row["revision"], by, row["state"], invoice, [change])
                _replace(connection, kept, row["previous"])
        return self.one(record_id)

    def keep_options(self, settings: str, options: Mapping[str, Mapping[str, str]]) -> None:
        """Keep the `options` and the `expected` values that made the order of that key."""
        with self._database.writing() as connection:
            row = (settings, json.dumps(dict(options)))
            connection.execute("INSERT OR IGNORE INTO options (settings, options) VALUES (?, ?)", row)

    def options_of(self, settings: str) -> dict[str, dict[str, str]]:
        """The `options` and the `expected` values that made the order of that key; none for the service's own."""
        row = self._database.row("SELECT options FROM options WHERE settings = ?", settings)
        kept = json.loads(row["options"]) if row else {}
        # as version 1 wrote them
        return kept if "options" in kept or not kept else {"options": kept}

    def _record(self, row: sqlite3.Row) -> Record:
        summary = Summary(*(row[name] for name in NAMES))
        return Record(summary, row["invoice"], self._unpacked)

    def history(self, record_id: str) -> list[Change]:
        """The audit trail of a record, oldest first."""
        names = "record, at, by, action, path, old, new, reason, revision"
        rows = self._database.rows(f"SELECT {names} FROM history WHERE record = ? ORDER BY sequence", record_id)
        return [Change(*row) for row in rows]


def now() -> str:
    """The moment as text, UTC."""
    return plain_moment(datetime.now(UTC))


def insert(connection: sqlite3.Connection, stored: Stored, settings: str, reading: Reading) -> list[Record]:
    """Write the records of a *reading* in a transaction of the caller's; they are returned."""
    result, first, at = reading.result, secrets.token_hex(ID_BYTES), now()
    # what failed may be read another time; an archive of which a member is damaged is read as far as it can be
    if result.error is None or result.invoices:
        remember(connection, (stored.sha256, settings), reading)
    papers: Sequence[Paper | None] = reading.papers or [None]
    return [
        _insert(
            connection,
            paper,
            _columns(paper)
            | _error(result.error, alone=paper is None)
            | {
                "id": first if position == 0 else f"{first}-{position + 1}",
                "result_id": first,
                "source": storable(stored.name),
                "sha256": stored.sha256,
                "settings": settings,
                "position": position,
                "created_at": at,
            },
        )
        for position, paper in enumerate(papers)
    ]


def _insert(connection: sqlite3.Connection, paper: Paper | None, columns: dict[str, Value]) -> Record:
    columns["search"] = "\n".join(str(columns.get(name, "")) for name in ("source", "search")).lower()
    marks = ", ".join("?" * len(columns))
    sql = f"INSERT INTO records ({', '.join(columns)}) VALUES ({marks})"
    sequence = connection.execute(sql, tuple(columns.values())).lastrowid
    known = {"sequence": sequence, "revision": 1, "state": "open", "doubtful": 0} | columns
    record = record_of(Summary(*(known.get(name) for name in NAMES)), paper)  # type: ignore[arg-type]
    # an invoice may be withdrawn until it is claimed, its audit trail may not
    if paper is None:
        _log(connection, [_arrival(record)])
    return record


def _arrival(record: Record) -> Change:
    """The first entry of the audit trail of *record*."""
    summary = record.summary
    return Change(summary.id, summary.created_at, "service", "read", new=summary.verdict)


def _book(connection: sqlite3.Connection, record: Record, claim: Claim) -> Record:
    """Note the entry of *record*; what the ledger found changes the invoice, and is no revision of anybody's."""
    entry, invoice = claim.added.entry_id, cast("AnyInvoice", claim.invoice)
    # what is claimed again after a crash arrived before
    if connection.execute(READ, (record.summary.id,)).fetchone() is None:
        _log(connection, [_arrival(record)])
    connection.execute("UPDATE records SET entry = ? WHERE id = ?", (entry, record.summary.id))
    if invoice is record.invoice:
        return replace(record, summary=replace(record.summary, entry=entry))
    data = packed(invoice)
    # what a reviewer changed meanwhile stays
    why = why_of(invoice)
    row = (invoice.verdict, why, data, record.summary.id, record.summary.revision)
    connection.execute("UPDATE records SET verdict = ?, why = ?, invoice = ? WHERE id = ? AND revision = ?", row)
    return record_of(replace(record.summary, entry=entry, verdict=invoice.verdict, why=why), (invoice, data))


def _index(connection: sqlite3.Connection, record_id: str) -> None:
    """Put the name of the file among the texts that are searched."""
    connection.execute("UPDATE records SET search = lower(source || char(10) || search) WHERE id = ?", (record_id,))


def _replace(connection: sqlite3.Connection, wanted: Revision, previous: int | None) -> None:
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
    _log(connection, [replace(change, revision=number) for change in wanted.changes])


def _error(error: ReadError | None, *, alone: bool) -> dict[str, Value]:
    if error is None:
        return {"error_code": None if not alone else "no_documents", "error_message": None}
    return {"error_code": error.code, "error_message": storable(error.message)}


def _log(connection: sqlite3.Connection, changes: Iterable[Change]) -> None:
    for change in changes:
        row = (change.record, change.at, change.by, change.action, change.path, change.old, change.new)
        connection.execute(
            "INSERT INTO history (record, at, by, action, path, old, new, reason, revision) VALUES (?,?,?,?,?,?,?,?,?)",
            (*row, change.reason, change.revision),
        )


def _stored(text: str | None) -> str | None:
    return None if text is None else storable(text)


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


def _conditions(wanted: Filter) -> tuple[str, list[object]]:
    """The WHERE clause of a filter and its values."""
    parts: Mapping[str, object] = {
        "state = ?" if wanted.verdict == "open" else f"{OUTCOME} = ?": wanted.verdict,
        "kind = ?": wanted.kind,
        "assignee = ?": wanted.assignee,
        "(assignee ISNULL OR assignee = ?)": wanted.who,
        "created_at >= ?": wanted.since,
        "issue_date >= ?": wanted.issued_from and wanted.issued_from.isoformat(),
        "issue_date <= ?": wanted.issued_until and wanted.issued_until.isoformat(),
        "sequence < ?": wanted.cursor,
    }
    clauses, values = [FINAL], list[object]()
    for clause, value in parts.items():
        if value is not None:
            clauses.append(clause)
            values.append(value)
    # an amount may be asked for as tables print it: 1,234.50
    for word in (wanted.q or "").lower().replace(",", "").split():
        clauses.append("instr(replace(search, ',', ''), ?) > 0")
        values.append(word)
    return " AND ".join(clauses), values
