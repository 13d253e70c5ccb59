"""What files said, by their bytes and the settings with which they were read: the same file is not read twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import cast

from invoiceocr.invoice import AnyInvoice
from invoiceocr.json_text import model_json
from invoiceocr.kinds import Registry
from invoiceocr.kinds.packing import unpacked
from invoiceocr.result import ReadResult
from invoiceocr.service.store.database import Database, deflated, inflated
from invoiceocr.service.store.entries import Reading, Summary


class Readings:
    """The readings in a database, their invoices in the models of *kinds*."""

    def __init__(self, database: Database, kinds: Registry) -> None:
        self._database = database
        self._unpacked = cast("Callable[[bytes], AnyInvoice]", partial(unpacked, registry=kinds))

    def cached(self, sha256: str, settings: str) -> ReadResult | None:
        """What the same bytes with the same settings came to before."""
        known = self.measured(sha256, settings)
        if known is None:
            return None
        sql = "SELECT invoice FROM read_invoices WHERE sha256 = ? AND settings = ? ORDER BY position"
        rows = self._database.rows(sql, sha256, settings)
        return known.model_copy(update={"invoices": tuple(self._unpacked(row["invoice"]) for row in rows)})

    def measured(self, sha256: str, settings: str) -> ReadResult | None:
        """As `cached`, without the invoices."""
        row = self._database.row("SELECT result FROM readings WHERE sha256 = ? AND settings = ?", sha256, settings)
        return ReadResult.model_validate_json(row["result"]) if row else None

    def forget(self) -> None:
        """Have every file read anew when it comes again: what is known beside the files has changed."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM readings")
            connection.execute("DELETE FROM read_invoices")

    def draft(self, summary: Summary) -> str | None:
        """The draft that a record's invoice was judged from; None where none is kept."""
        sql = "SELECT draft FROM read_invoices WHERE sha256 = ? AND settings = ? AND position = ?"
        row = self._database.row(sql, summary.sha256, summary.settings, summary.position)
        return inflated(row["draft"]) if row and row["draft"] else None


def remember(connection: sqlite3.Connection, key: tuple[str, str], reading: Reading) -> None:
    """Keep a *reading* for the same bytes with the same settings; the first one stays."""
    plain = model_json(reading.result, exclude={"invoices"}).decode()
    sql = "INSERT OR IGNORE INTO readings (sha256, settings, result) VALUES (?, ?, ?)"
    if not connection.execute(sql, (*key, plain)).rowcount:
        return
    drafts = map(deflated, reading.drafts)
    rows = [(*key, place, data, next(drafts, None)) for place, (_, data) in enumerate(reading.papers)]
    sql = "INSERT INTO read_invoices (sha256, settings, position, invoice, draft) VALUES (?, ?, ?, ?, ?)"
    connection.executemany(sql, rows)
