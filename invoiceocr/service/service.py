"""`Service`: files in, records out; what all routes share. Built once; its parts guard themselves."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from itertools import chain
from typing import TypeVar

import cv2
import numpy as np
from fastapi import Request

from invoiceocr import kinds
from invoiceocr.adjudication.expected import claims
from invoiceocr.errors import DraftError, LedgerError
from invoiceocr.evidence.draft import Draft
from invoiceocr.evidence.draft_file import loads
from invoiceocr.pipeline.reader import Reader
from invoiceocr.result import ReadError, ReadResult
from invoiceocr.service.http.problems import RequestError
from invoiceocr.service.metrics import Metrics
from invoiceocr.service.options import Order, ServiceOptions, with_options
from invoiceocr.service.processes.members import is_zipped, members_of
from invoiceocr.service.processes.pool import Pool
from invoiceocr.service.processes.tasks import (
    Answer,
    Details,
    DetailTask,
    Failure,
    LineAnswer,
    LineTask,
    Means,
    ReadAnswer,
    ReadTask,
    Task,
)
from invoiceocr.service.review.rejudge import Standing
from invoiceocr.service.store.answers import Answers
from invoiceocr.service.store.books import Books, unbooked
from invoiceocr.service.store.database import Database
from invoiceocr.service.store.entries import Reading, Record, Summary, UnknownRecordError
from invoiceocr.service.store.files import FileStore, Stored
from invoiceocr.service.store.jobs import Jobs
from invoiceocr.service.store.records import Records
from invoiceocr.settings import Settings

Value = TypeVar("Value")
# bytes of a file that the event loop itself writes
AT_ONCE = 1_000_000
# as many as may wait for others (a webhook, a disk) while requests go on
THREADS = ThreadPoolExecutor(40)
# records that are looked up in the ledger after a start: so many a power cut may have taken from it
LATEST = 200
PATIENCE = 4.0  # seconds, less than one claim waits for a ledger that is held
log = logging.getLogger("invoiceocr.service")


class UnderWayError(asyncio.CancelledError):
    """Who waited was canceled, but not the reading."""


class Service:
    """The store, the workers, and what is done with both."""

    def __init__(self, options: ServiceOptions) -> None:
        self.options = options
        self.kinds = kinds.load(options.settings.kinds)
        self._usual = Order(options.settings)
        self.database = Database(options.data)
        self.files = FileStore(options.data)
        self.records, self.jobs = Records(self.database, self.kinds), Jobs(self.database)
        self.answers = Answers(self.database)
        self.metrics = Metrics()
        self.books = Books.open(options)
        means = Means(options.settings, options.ledger_url, options.fake)
        self.pool = Pool(means, options.workers, options.limits)
        # the results of which a claim or its end may be missing
        self._unsettled: deque[str] = deque()
        # what is being made, by digest and settings
        self._explained: dict[tuple[str, str], asyncio.Future[Details]] = {}
        self._reader = lru_cache(maxsize=8)(partial(Reader, witnesses=self.books.ledger.witnesses))

    def recover(self) -> None:
        """Make the claims that a crash took from the ledger, and end those that it left half done. What the ledger or
        the disk does not allow yet is left for `settle`."""
        self._unsettled.extend(self.records.unbooked(LATEST))
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
        records = [record for record in self.records.claimable(result) if not self.books.knows(record)]
        if not records:
            return
        if self.records.has_arrived(records[0]) or self.books.has_claim(records[0]):
            self._book_again(records)
        else:
            self.records.withdraw(records)

    def _book_again(self, records: list[Record]) -> None:
        """Claim the *records* of a result without what the ledger found before; it also gets what a reviewer corrected
        meanwhile."""
        claims = self.books.claim(map(unbooked, records))
        with self.database.writing():
            self.records.book(zip(records, claims, strict=True))
            for record in self.records.claimable(records[0].summary.result_id):
                self._repeat(record)

    def _repeat(self, record: Record) -> None:
        """Have the ledger know again what became of *record* since it was claimed: corrections, decisions, and to whom
        it was handed over, each from who made it."""
        summary = record.summary
        if summary.revision > 1 and record.invoice is not None:
            self.books.corrected(record, record.invoice, self.books.by, "")
        # the last of each
        known = {(change.action == "assign", change.new): change for change in self.records.history(summary.id)}
        if summary.assignee and (handed := known.get((True, summary.assignee))):
            self.books.assigned(record, handed.by, handed.reason or "")
        if summary.state != "open" and (decided := known.get((False, summary.state))):
            self.books.decided(record, summary.state, decided.by, decided.reason or "")

    def close(self) -> None:
        """End the workers and close the store."""
        self.pool.stop()
        self.books.close()
        self.database.close()

    async def store(self, name: str, data: bytes) -> Stored:
        """Keep the bytes of an upload."""
        self.check_size(data)
        # written in less time than a thread takes to begin
        if len(data) <= AT_ONCE:
            return Stored(name, self.files.add(data))
        return Stored(name, await in_thread(self.files.add, data))

    def check_size(self, data: bytes) -> None:
        """Raises RequestError for a file that is too large."""
        limit = self.options.limits.file_bytes
        if len(data) > limit:
            raise RequestError(f"a file has {len(data)} bytes, more than {limit}", code="file_too_large")

    async def read(
        self, stored: Stored, order: Order, then: Callable[[Reading], Value], *, patient: bool = False
    ) -> Value:
        """What *then* makes, in a thread, of what a stored file says; the same bytes in the same order are read once.
        Raises BusyError."""
        known = self.records.cached(stored.sha256, order.key)
        if known is not None:
            self.metrics.count("cache_hits_total")
            return await in_thread(then, Reading(_renamed(known, stored.name)))
        began = time.perf_counter()

        def finish(answer: Answer) -> Value:
            self.metrics.time("read_seconds", time.perf_counter() - began)
            return then(self._reading(stored, order, answer))

        path, members = self.files.path(stored.sha256), await self._members(stored.sha256)
        task = ReadTask(path, stored.name, self.sent(order), order.expected, members)
        return await self._answer(task, finish, patient=patient)

    async def _members(self, sha256: str) -> int:
        """How many files a stored file holds."""
        path = self.files.path(sha256)
        return await in_thread(members_of, path, self.options.settings) if is_zipped(path) else 1

    def _reading(self, stored: Stored, order: Order, answer: Answer) -> Reading:
        """What a worker said of a stored file."""
        if isinstance(answer, Failure):
            return Reading(_failed(stored, answer))
        assert isinstance(answer, ReadAnswer)
        if answer.details is not None:
            self.files.keep_details(stored.sha256, order.key, answer.details)
        result = answer.result.model_copy(update={"sha256": stored.sha256})
        return Reading(result, answer.drafts, answer.packed)

    def keep(self, files: Iterable[tuple[Stored, Reading]], key: str) -> list[list[Record]]:
        """The records of the *files* of one call, kept and claimed in the ledger: of all of them or, where it raises,
        of none, so that whoever sends them again does not repeat a claim. Raises LedgerError."""
        with self.database.writing():
            made = [self.records.add(stored, key, reading) for stored, reading in files]
        return self.claimed(made)

    def claimed(self, made: list[list[Record]]) -> list[list[Record]]:
        """The new records of each file after they were claimed; without a ledger that answers all are withdrawn. Raises
        LedgerError; what a full disk then leaves half done is settled later."""
        try:
            return self._claimed(made)
        except sqlite3.Error:
            read = (records for records in made if records and records[0].packed is not None)
            self._unsettled.extend(records[0].summary.result_id for records in read)
            raise

    def _claimed(self, made: list[list[Record]]) -> list[list[Record]]:
        try:
            return self.book(made)
        except LedgerError:
            self.records.withdraw(chain.from_iterable(made))
            raise

    def book(self, made: list[list[Record]]) -> list[list[Record]]:
        """The records of each file after they were claimed in the ledger, with what it finds."""
        read = [record for records in made for record in records if record.packed is not None]
        if not read:
            return made
        booked = {one.summary.id: one for one in self.records.book(zip(read, self.books.claim(read), strict=True))}
        return [[booked.get(record.summary.id, record) for record in records] for records in made]

    async def standing(self, record: Record) -> Standing:
        """The invoice of *record* with the draft that it was judged from; the file is read again where none is kept."""
        if record.invoice is None:
            raise UnknownRecordError(f"{record.summary.id} could not be read: there is nothing to correct")
        text = await in_thread(self.records.draft, record.summary)
        if text is None and self.options.fake is None:
            drafts = (await self.details(record)).drafts
            text = drafts[record.summary.position] if record.summary.position < len(drafts) else None
        return Standing(record.invoice, _loaded(text))

    async def lines(self, task: LineTask) -> LineAnswer:
        """The lines of text of a file; raises RequestError with the code of what is wrong with it."""
        answer = await self._answer(task, same)
        if isinstance(answer, Failure):
            raise RequestError(answer.message, code=answer.code)
        assert isinstance(answer, LineAnswer)
        return answer

    async def details(self, record: Record) -> Details:
        """How the invoices of a record's file came about, and its pages; made when first asked for, once for all who
        wait for them."""
        key = (record.summary.sha256, record.summary.settings)
        made = self._explained.get(key)
        if made is None:
            made = self._explained[key] = asyncio.ensure_future(self._details(record.summary))
            made.add_done_callback(lambda _: self._explained.pop(key, None))
        # who goes away takes it from nobody
        return await asyncio.shield(made)

    async def _details(self, summary: Summary) -> Details:
        known = await in_thread(self.files.details, summary.sha256, summary.settings)
        if known is not None:
            return known
        order = self.order_of(summary.settings)
        path, members = self.files.path(summary.sha256), await self._members(summary.sha256)
        task = DetailTask(path, summary.source, self.sent(order), order.expected, members)
        return await self._answer(task, partial(self._kept_details, summary))

    def _kept_details(self, summary: Summary, answer: Answer) -> Details:
        """What a worker said of the file of a record."""
        if isinstance(answer, Failure):
            return Details()
        assert isinstance(answer, Details)
        self.files.keep_details(summary.sha256, summary.settings, answer)
        return answer

    async def picture(self, record: Record, page: int) -> bytes:
        """The picture of a page as a JPEG file; raises UnknownRecordError where it has none."""
        summary = record.summary
        member = (await self.details(record)).member_of(summary.position)
        found = await in_thread(self.files.picture, summary.sha256, summary.settings, page, member)
        if found is None:
            raise UnknownRecordError(f"page {page} has no picture")
        return found

    def order_for(self, chosen: Mapping[str, str], expected: Mapping[str, str] | None = None) -> Order:
        """How to read for a call with the options that its caller chose; raises SettingsError."""
        if not (chosen or expected):
            return self._usual
        order = Order(with_options(self.options.settings, chosen), dict(expected or {}))
        self.records.keep_options(order.key, {"options": dict(chosen), "expected": dict(order.expected)})
        return order

    def sent(self, order: Order) -> Settings | None:
        """The settings of *order* that go along with a task; None for those that workers have."""
        return None if order.settings == self.options.settings else order.settings

    def order_of(self, key: str) -> Order:
        """How a record was read."""
        kept = self.records.options_of(key)
        return Order(with_options(self.options.settings, kept.get("options", {})), kept.get("expected", {}))

    def reader_of(self, record: Record) -> Reader:
        """What judges the invoice of *record* again."""
        return self._reader(self.order_of(record.summary.settings).settings)

    async def _answer(self, task: Task, then: Callable[[Answer], Value], *, patient: bool = False) -> Value:
        """What *then* makes of the answer to *task*, in the thread that receives it: another one would have to wake up
        first."""

        def finish(answer: Answer) -> Value:
            if isinstance(answer, Failure):
                self.metrics.count("failures_total", code=answer.code)
            return then(answer)

        future = self.pool.submit(task, finish, patient=patient)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError as canceled:
            # what a worker has begun can't be canceled
            if not future.cancelled():
                raise UnderWayError from canceled
            raise


def same(value: Value) -> Value:
    """*value* as it is."""
    return value


def service_of(request: Request) -> Service:
    """The service that the application was built with."""
    service: Service = request.app.state.service
    return service


def expected_values(text: str | None) -> dict[str, str]:
    """The form field `expected`, a JSON object of values by path; raises RequestError or SettingsError."""
    if not text:
        return {}
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RequestError("expected: no JSON object") from error
    if not isinstance(plain, dict):
        raise RequestError("expected: no JSON object of values by path")
    values = {str(path): str(value) for path, value in plain.items()}
    claims(values)
    return values


async def in_thread(function: Callable[..., Value], *arguments: object) -> Value:
    """What *function* returns, called in a thread so that other requests go on; it is waited for even by a task that is
    canceled, since what was begun is finished before the store is closed."""
    done = asyncio.get_running_loop().run_in_executor(THREADS, partial(function, *arguments))
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        await asyncio.wait([done])
        raise


def as_png(jpeg: bytes, box: tuple[float, float, float, float] | None = None) -> bytes:
    """A page's picture, or what stands in *box* (shares of its width and height), as a PNG file."""
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise UnknownRecordError("the picture is damaged")
    if box is not None:
        height, width = pixels.shape[:2]
        left, right = (round(min(max(edge, 0.0), 1.0) * width) for edge in (box[0], box[2]))
        top, bottom = (round(min(max(edge, 0.0), 1.0) * height) for edge in (box[1], box[3]))
        pixels = pixels[top : max(bottom, top + 1), left : max(right, left + 1)]
    if pixels.size == 0:
        raise UnknownRecordError("the field lies beside the page")
    return bytes(cv2.imencode(".png", pixels)[1])


def _loaded(draft: str | None) -> Draft | None:
    """The draft; None for one of another version, of which the reading is too old to be judged again."""
    try:
        return loads(draft) if draft is not None else None
    except DraftError:
        return None


def _renamed(result: ReadResult, name: str) -> ReadResult:
    """*result* as that of a file of that *name*: of an archive's, the path in it stays."""
    invoices = tuple(
        invoice.model_copy(update={"source": name + (invoice.source or "").removeprefix(result.source)})
        for invoice in result.invoices
    )
    return result.model_copy(update={"source": name, "invoices": invoices})


def _failed(stored: Stored, failure: Failure) -> ReadResult:
    error = ReadError(code=failure.code, message=f"{stored.name}: {failure.message}")
    return ReadResult(source=stored.name, sha256=stored.sha256, error=error)
