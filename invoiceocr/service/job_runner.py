"""`JobRunner`: reads the files of jobs while nobody waits for anything else, and goes on after a restart."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import urllib.error
import urllib.request
from contextlib import suppress
from functools import partial
from urllib.parse import urlsplit

from invoiceocr.errors import InvoiceOCRError, LedgerError
from invoiceocr.result import ReadError, ReadResult
from invoiceocr.service.event_loop import in_thread
from invoiceocr.service.http.problems import RequestError
from invoiceocr.service.service import Service, UnderWayError, expected_values
from invoiceocr.service.store.entries import Reading
from invoiceocr.service.store.jobs import MAX_ATTEMPTS, Job, JobFile

# between two looks at the queue, should a wake-up be missed
IDLE_SECONDS = 30.0
PAUSE_SECONDS = 1.0  # after a file that could not be kept; doubled each time
LONGEST_PAUSE = 60.0
WEBHOOK_SECONDS = 10.0
WEBHOOK_PAUSES = (0.0, 5.0, 30.0)  # seconds before each attempt
# for these no file is to blame
BLAMELESS = (LedgerError, sqlite3.Error, OSError)
log = logging.getLogger("invoiceocr.service")


class JobRunner:
    """Takes files off the queue, a few at a time: one per worker and one more, so that none waits."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._wake = asyncio.Event()
        self._running: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._pauses: dict[tuple[str, int], float] = {}
        self._told: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; the event loop must run."""
        self._loop = asyncio.create_task(self._run())

    def wake(self) -> None:
        """There is a new job."""
        self._wake.set()

    async def stop(self) -> None:
        """Take no more files; those under way stay in the queue for the next start."""
        for task in (self._loop, *self._running.values(), *self._told):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            # none of them keeps the next one from being done, nor ends the runner
            for step in (self._settle, self._close, self._begin):
                try:
                    await step()
                except Exception:
                    log.exception("jobs have to wait")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)

    async def _settle(self) -> None:
        """Bring to its end what was left half done."""
        await in_thread(self._service.claims.settle)

    async def _close(self) -> None:
        """Mark the jobs of which a crash or a full disk kept the last file from doing so."""
        for job in await in_thread(self._service.jobs.close_all):
            await self._tell(job)

    async def _begin(self) -> None:
        """Have as many files read as workers can."""
        most = self._service.pool.size + 1
        waiting = await in_thread(self._service.jobs.waiting, most + len(self._running))
        for file in waiting:
            key = (file.job, file.position)
            if key not in self._running and len(self._running) < most:
                self._running[key] = asyncio.create_task(self._read(file, key))

    async def _read(self, file: JobFile, key: tuple[str, int]) -> None:
        try:
            await in_thread(self._service.jobs.begin, file)
            await self._try(file)
            self._pauses.pop(key, None)
        except asyncio.CancelledError as canceled:
            if not isinstance(canceled, UnderWayError):
                await self._put_back(file)
            raise
        except Exception:
            log.exception("job file failed")
            # neither a full disk nor a ledger that is down must make a hot loop
            await asyncio.sleep(self._pause(key))
        finally:
            del self._running[key]
            self._wake.set()

    async def _try(self, file: JobFile) -> None:
        """Read *file*, of which an attempt was counted."""
        try:
            chosen = dict(file.options)
            expected = expected_values(chosen.pop("expected", None))
            order = self._service.order_for(chosen, expected)
            keep = partial(self._keep, file, order.key)
            if file.attempts >= MAX_ATTEMPTS:
                finished = await in_thread(keep, Reading(_given_up(file)))
            else:
                finished = await self._service.read(file.stored, order, keep, patient=True)
        except BLAMELESS:
            await self._put_back(file)
            raise
        if finished:
            await self._tell(file.job)

    async def _put_back(self, file: JobFile) -> None:
        """Count no attempt of a file that was not read, or could have been kept; a full disk may not allow even
        that."""
        with suppress(sqlite3.Error):
            await in_thread(self._service.jobs.put_back, file)

    def _pause(self, key: tuple[str, int]) -> float:
        """The seconds before a file that failed is tried again."""
        pause = self._pauses.get(key, PAUSE_SECONDS)
        self._pauses[key] = min(2 * pause, LONGEST_PAUSE)
        return pause

    def _keep(self, file: JobFile, key: str, reading: Reading) -> bool:
        """Keep what *file* came to, in the ledger too; whether the job is done with it."""
        self._service.claims.make([self._service.jobs.keep(file, key, reading)])
        return self._service.jobs.close(file.job)

    async def _tell(self, job_id: str) -> None:
        """Tell the webhook of the job that it is done."""
        job = await in_thread(self._service.jobs.one, job_id)
        if job.webhook:
            task = asyncio.create_task(_tell(job))
            self._told.add(task)
            task.add_done_callback(self._told.discard)


def checked_webhook(url: str | None, hosts: frozenset[str]) -> str | None:
    """*url* if the operator listed its host; raises RequestError."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError if it is no number
    except ValueError as error:
        raise RequestError("webhook: it is no URL") from error
    if parts.scheme not in ("http", "https") or (parts.hostname or "") not in hosts:
        raise RequestError("webhook: its host is not among those that the operator listed", code="forbidden")
    return url


def _given_up(file: JobFile) -> ReadResult:
    error = ReadError(code="crashed", message=f"{file.stored.name}: the service ended {file.attempts} times with it")
    return ReadResult(source=file.stored.name, sha256=file.stored.sha256, error=error)


async def _tell(job: Job) -> None:
    for pause in WEBHOOK_PAUSES:
        await asyncio.sleep(pause)
        try:
            await in_thread(_post, job)
        except (OSError, InvoiceOCRError):
            log.warning("webhook failed")
            continue
        return


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a listed host must not send us on to another one."""

    def redirect_request(self, *arguments: object) -> None:
        """No request."""


def _post(job: Job) -> None:
    body = json.dumps({"job": job.id, "state": job.state, "done": job.done, "total": job.total}).encode()
    request = urllib.request.Request(job.webhook or "", body, {"Content-Type": "application/json"})
    with urllib.request.build_opener(_NoRedirect).open(request, timeout=WEBHOOK_SECONDS):
        pass
