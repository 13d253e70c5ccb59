"""What was read, as records: one per invoice, one per file that could not be read; every change in an audit trail."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import cast

from invoiceocr.invoice import AnyInvoice
from invoiceocr.kinds import Registry
from invoiceocr.kinds.packing import unpacked
from invoiceocr.ledger.entry import Claim
from invoiceocr.service.store import record_rows
from invoiceocr.service.store.database import Database
from invoiceocr.service.store.entries import (
    Change,
    Filter,
    Reading,
    Record,
    Revision,
    Summary,
    UnknownRecordError,
    now,
)
from invoiceocr.service.store.files import Stored
from invoiceocr.service.store.record_rows import NAMES, READ, SUMMARY

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
            return record_rows.insert(connection, stored, settings, reading)

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
            return [record_rows.book(connection, *one) for one in booked]

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
            record_rows.log(connection, [replace(change, old=known.summary.assignee, revision=known.summary.revision)])
        return self.one(record_id)

    def counts(self) -> dict[str, int]:
        """How many records of each outcome there are."""
        return {row[0]: row[1] for row in self._database.rows(COUNTS)}

    def revise(self, wanted: Revision) -> Record:
        """Keep a new revision with its entries in the audit trail; raises StaleError if there is a newer one."""
        with self._database.writing_through() as connection:
            record_rows.revise(connection, wanted, wanted.revision)
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
                record_rows.revise(connection, kept, row["previous"])
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
