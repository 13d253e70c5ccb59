"""`Claims`: what records claim in the ledger, and the claims that a crash or a full disk left half done."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections import deque
from itertools import chain

from invoiceocr.errors import LedgerError
from invoiceocr.service.store.books import Books, unbooked
from invoiceocr.service.store.database import Database
from invoiceocr.service.store.entries import Record
from invoiceocr.service.store.records import Records

# records that are looked up in the ledger after a start: so many a power cut may have taken from it
LATEST = 200
PATIENCE = 4.0  # seconds, less than one claim waits for a ledger that is held
log = logging.getLogger("invoiceocr.service")


class Claims:
    """Makes the claims of *records* in the ledger. What can't be made or taken back at once is settled later."""

    def __init__(self, database: Database, records: Records, books: Books) -> None:
        self._database = database
        self._records = records
        self._books = books
        # the results of which a claim or its end may be missing
        self._unsettled: deque[str] = deque()

    def make(self, new: list[list[Record]]) -> list[list[Record]]:
        """The *new* records of each file after they were claimed; without a ledger that answers all are withdrawn.
        Raises LedgerError; what a full disk then leaves half done is settled later."""
        try:
            return self._book_or_withdraw(new)
        except sqlite3.Error:
            read = (records for records in new if records and records[0].packed is not None)
            self._unsettled.extend(records[0].summary.result_id for records in read)
            raise

    def _book_or_withdraw(self, new: list[list[Record]]) -> list[list[Record]]:
        try:
            return self._book(new)
        except LedgerError:
            self._records.withdraw(chain.from_iterable(new))
            raise

    def _book(self, new: list[list[Record]]) -> list[list[Record]]:
        """The *new* records of each file after they were claimed in the ledger, with what it finds."""
        read = [record for records in new for record in records if record.packed is not None]
        if not read:
            return new
        booked = {one.summary.id: one for one in self._records.book(zip(read, self._books.claim(read), strict=True))}
        return [[booked.get(record.summary.id, record) for record in records] for records in new]

    def recover(self) -> None:
        """Make the claims that a crash took from the ledger, and end those that it left half done. What the ledger or
        the disk does not allow yet is left for `settle`."""
        self._unsettled.extend(self._records.unbooked(LATEST))
        try:
            self.settle()
        except Exception:
            log.exception("claims have to wait")

    def settle(self) -> None:
        """End the claims that a crash or a full disk left half done, in the order in which they came. What can't be
        ended keeps no other from it, is left for the next call, and raises; a ledger that keeps all of them waiting is
        not asked for each."""
        began, left, cause = time.monotonic(), list[str](), None
        while self._unsettled and (cause is None or time.monotonic() - began < PATIENCE):
            result = self._unsettled.popleft()
            try:
                self._settle(result)
            except Exception as error:
                left.append(result)
                cause = error
        self._unsettled.extendleft(reversed(left))
        if cause is not None:
            raise cause

    def _settle(self, result: str) -> None:
        """Book the records of a *result* as they are by now. What was neither acknowledged nor claimed is withdrawn:
        who sends it again must not find a claim of it."""
        records = [record for record in self._records.claimable(result) if not self._books.knows(record)]
        if not records:
            return
        if self._records.has_arrived(records[0]) or self._books.has_claim(records[0]):
            self._book_again(records)
        else:
            self._records.withdraw(records)

    def _book_again(self, records: list[Record]) -> None:
        """Claim the *records* of a result without what the ledger found before; it also gets what a reviewer corrected
        meanwhile."""
        claims = self._books.claim(map(unbooked, records))
        with self._database.writing():
            self._records.book(zip(records, claims, strict=True))
            for record in self._records.claimable(records[0].summary.result_id):
                self._repeat(record)

    def _repeat(self, record: Record) -> None:
        """Have the ledger know again what became of *record* since it was claimed: corrections, decisions, and to whom
        it was handed over, each from who made it."""
        summary = record.summary
        if summary.revision > 1 and record.invoice is not None:
            self._books.corrected(record, record.invoice, self._books.by, "")
        # the last of each
        known = {(change.action == "assign", change.new): change for change in self._records.history(summary.id)}
        if summary.assignee and (handed := known.get((True, summary.assignee))):
            self._books.assigned(record, handed.by, handed.reason or "")
        if summary.state != "open" and (decided := known.get((False, summary.state))):
            self._books.decided(record, summary.state, decided.by, decided.reason or "")
