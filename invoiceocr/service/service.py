"""`Service`: files in, records out; what all routes share. Built once; its parts guard themselves."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeVar

from fastapi import Request

from invoiceocr import kinds
from invoiceocr.adjudication.expected import claims
from invoiceocr.errors import DraftError
from invoiceocr.evidence.draft import Draft
from invoiceocr.evidence.draft_file import loads
from invoiceocr.pipeline.reader import Reader
from invoiceocr.result import ReadError, ReadResult
from invoiceocr.service.event_loop import in_thread
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
from invoiceocr.service.store.books import Books
from invoiceocr.service.store.claims import Claims
from invoiceocr.service.store.database import Database
from invoiceocr.service.store.entries import Reading, Record, Summary, UnknownRecordError
from invoiceocr.service.store.files import FileStore, Stored
from invoiceocr.service.store.jobs import Jobs
from invoiceocr.service.store.readings import Readings
from invoiceocr.service.store.records import Records
from invoiceocr.settings import Settings

Value = TypeVar("Value")
# bytes of a file that the event loop itself writes
AT_ONCE = 1_000_000


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
        self.readings, self.records = Readings(self.database, self.kinds), Records(self.database, self.kinds)
        self.jobs = Jobs(self.database)
        self.answers = Answers(self.database)
        self.metrics = Metrics()
        self.books = Books.open(options)
        self.claims = Claims(self.database, self.records, self.books)
        means = Means(options.settings, options.ledger_url, options.fake)
        self.pool = Pool(means, options.workers, options.limits)
        # what is being made, by digest and settings
        self._explained: dict[tuple[str, str], asyncio.Future[Details]] = {}
        self._reader = lru_cache(maxsize=8)(partial(Reader, witnesses=self.books.ledger.witnesses))

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
        known = self.readings.cached(stored.sha256, order.key)
        if known is not None:
            self.metrics.count("cache_hits_total")
            return await in_thread(then, Reading(_renamed(known, stored.name)))
        began = time.perf_counter()

        def finish(answer: Answer) -> Value:
            self.metrics.time("read_seconds", time.perf_counter() - began)
            return then(self._reading(stored, order, answer))

        path = self.files.path(stored.sha256)
        task = ReadTask(path, stored.name, self.sent(order), order.expected, await self._members(path))
        return await self._answer(task, finish, patient=patient)

    async def _members(self, path: Path) -> int:
        """How many files the stored file at *path* holds."""
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
        return self.claims.make(made)

    async def standing(self, record: Record) -> Standing:
        """The invoice of *record* with the draft that it was judged from; the file is read again where none is kept."""
        if record.invoice is None:
            raise UnknownRecordError(f"{record.summary.id} could not be read: there is nothing to correct")
        text = await in_thread(self.readings.draft, record.summary)
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
        path = self.files.path(summary.sha256)
        task = DetailTask(path, summary.source, self.sent(order), order.expected, await self._members(path))
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
