"""`Pool`: worker processes that read files. One that crashes or hangs costs one task and is replaced."""

from __future__ import annotations

import atexit
import multiprocessing
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from invoiceocr.errors import InvoiceOCRError
from invoiceocr.service.options import Limits
from invoiceocr.service.processes.tasks import Answer, Failure, Means, Reply, Task, WarmTask
from invoiceocr.service.processes.worker import work

# in which a worker must have loaded its models
WARM_SECONDS = 300.0
END_SECONDS = 2.0  # that an idle worker gets to end by itself
Value = TypeVar("Value")


class BusyError(InvoiceOCRError):
    """More work is waiting than the limits allow; `retry_after` is in seconds."""

    code = "busy"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many requests are waiting; try again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(eq=False, slots=True)
class _Job:
    """A task, and what its answer becomes."""

    task: Task
    then: Callable[[Answer], Any]
    future: Future[Any] = field(default_factory=Future)

    def finish(self, answer: Answer) -> None:
        """Give the answer to who waits for what becomes of it."""
        try:
            value = self.then(answer)
        except Exception as error:
            self.future.set_exception(error)
        else:
            self.future.set_result(value)


class _Worker:
    """A process and this end of its pipe."""

    def __init__(self, means: Means) -> None:
        # onnxruntime's threads do not survive a fork
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=work, args=(theirs, means), daemon=True)
        self.process.start()
        theirs.close()

    def begin(self, task: Task) -> None:
        """Send it *task*; if the process has died, that shows when its reply is awaited."""
        with suppress(OSError):
            self._pipe.send(task)

    def reply(self, seconds: float) -> Reply | Failure:
        """The reply to its task, or why there is none."""
        pipe: Connection = self._pipe
        try:
            if pipe.poll(seconds):
                reply: Reply = pipe.recv()
                return reply
        except (EOFError, OSError):
            return Failure("crashed", "the process that read it died; please report this file")
        return Failure("timed_out", f"not read within {seconds:g} s")

    def end(self) -> None:
        """End the process: kindly if it is idle, by force otherwise."""
        self._pipe.close()
        self.process.join(END_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()

    def kill(self) -> None:
        """End the process at once."""
        self.process.kill()
        self.process.join()
        self._pipe.close()


class Pool:
    """Does tasks in `size` processes, urgent ones first, in order of arrival. Each process has a thread here, which
    also does what is to be done with the answers, while the process goes on with the next task."""

    def __init__(self, means: Means, size: int, limits: Limits) -> None:
        self._means, self._limits, self.size = means, limits, size
        self._ready = threading.Condition()
        self._urgent: deque[_Job] = deque()
        self._patient: deque[_Job] = deque()
        self._stopped = False
        self._workers: set[_Worker] = set()
        self.warm = 0
        self.busy = 0
        self.replaced = 0
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(size)]

    def start(self) -> None:
        """Start the workers; they load their models before they take the first task."""
        atexit.register(self._kill)
        for thread in self._threads:
            thread.start()

    @property
    def waiting(self) -> int:
        """The tasks that no worker has taken yet."""
        return len(self._urgent) + len(self._patient)

    def submit(self, task: Task, then: Callable[[Answer], Value], *, patient: bool = False) -> Future[Value]:
        """What *then* will make of the answer to *task*; a *patient* one waits for all others. Raises BusyError if too
        many wait."""
        job = _Job(task, then)
        with self._ready:
            if not patient and len(self._urgent) >= self._limits.waiting:
                raise BusyError(max(1, round(len(self._urgent) / self.size)))
            (self._patient if patient else self._urgent).append(job)
            self._ready.notify()
        return job.future

    def stop(self) -> None:
        """End all workers, if they were started; tasks that wait are canceled, those under way are finished."""
        with self._ready:
            self._stopped = True
            for job in (*self._urgent, *self._patient):
                job.future.cancel()
            self._urgent.clear()
            self._patient.clear()
            self._ready.notify_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        atexit.unregister(self._kill)

    def _kill(self) -> None:
        """End all workers at once; without it the interpreter would wait for them when it exits."""
        self._stopped = True
        for worker in tuple(self._workers):
            worker.process.kill()

    def _serve(self) -> None:
        worker: _Worker | None = None
        job: _Job | None = None
        while job is not None or not self._stopped:
            worker = worker or self._started()
            if worker is None:
                continue
            if job is None:
                self._wait()
                job = self._begun(worker)
            if job is not None:
                worker, job = self._done(worker, job)
        if worker is not None:
            worker.end()

    def _wait(self) -> None:
        """Wait for a job, or for the end of the pool."""
        with self._ready:
            while not (self._urgent or self._patient or self._stopped):
                self._ready.wait()

    def _begun(self, worker: _Worker) -> _Job | None:
        """The next job, which *worker* now does; None where none waits."""
        with self._ready:
            if not (waiting := self._urgent or self._patient):
                return None
            job = waiting.popleft()
            if not job.future.set_running_or_notify_cancel():
                return None
            self.busy += 1
        worker.begin(job.task)
        return job

    def _started(self) -> _Worker | None:
        """A worker with its models loaded; None if it could not start."""
        worker = _Worker(self._means)
        self._workers.add(worker)
        worker.begin(WarmTask())
        if isinstance(worker.reply(WARM_SECONDS), Failure):
            self._workers.discard(worker)
            worker.kill()
            return None
        with self._ready:
            self.warm += 1
        return worker

    def _done(self, worker: _Worker, job: _Job) -> tuple[_Worker | None, _Job | None]:
        """Finish *job*, which *worker* does; the worker, or None if it has to be replaced, and its next job."""
        reply = worker.reply(self._limits.read_seconds)
        with self._ready:
            self.busy -= 1
        if isinstance(reply, Failure):
            job.finish(reply)
        elif reply.peak_bytes <= self._limits.worker_bytes:
            following = self._begun(worker)
            job.finish(reply.answer)
            return worker, following
        else:
            job.finish(reply.answer)
        self._retire(worker)
        return None, None

    def _retire(self, worker: _Worker) -> None:
        with self._ready:
            self.warm -= 1
            self.replaced += 1
            self._workers.discard(worker)
        worker.kill()
