"""`Pool`: worker processes that read files. One that crashes or hangs costs one task and is replaced."""

from __future__ import annotations

import atexit
import logging
import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from invoiceocr.errors import InvoiceOCRError, MemoryLimitError
from invoiceocr.service.options import Limits
from invoiceocr.service.processes.tasks import Answer, Failure, InvoiceTask, Means, Reply, Task, WarmTask
from invoiceocr.service.processes.threads import Threads
from invoiceocr.service.processes.worker import work

# in which a worker must have loaded its models
WARM_SECONDS = 300.0
END_SECONDS = 2.0  # that an idle worker gets to end by itself
HIRE_PAUSE = 1.0  # seconds after a process that could not be started, or could not load its models
LOADS = 3  # processes in a row that try it before one without models is kept
# why a process may have no models that another can load
PASSING = frozenset({InvoiceOCRError.code, MemoryLimitError.code})
Value = TypeVar("Value")
log = logging.getLogger("invoiceocr.service")


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

    @property
    def members(self) -> int:
        """The files that its task reads."""
        return self.task.members if isinstance(self.task, InvoiceTask) else 1

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
        self.is_warm = False  # whether it has loaded its models
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
        # it may end in the middle of its reply
        except Exception:
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
    """Does tasks in `size` processes, urgent ones first, in order of arrival. One of several is left free of archives:
    they may take the others an hour. The thread that receives an answer also does what is to be done with it, however
    long that takes: the process goes on with the next task, for which another thread waits."""

    def __init__(self, means: Means, size: int, limits: Limits) -> None:
        self._means, self._limits, self.size = means, limits, size
        self._lock = threading.Lock()
        self._threads = Threads(size + limits.waiting)
        self._urgent: deque[_Job] = deque()
        self._patient: deque[_Job] = deque()
        self._idle: list[_Worker] = []
        self._stopped = False
        self._workers: set[_Worker] = set()
        self.trouble: Failure | None = None  # why a worker has no models
        self.busy = 0
        self._archives = 0  # that workers read now
        self.replaced = 0

    def start(self) -> None:
        """Start the workers; they load their models before they take the first task."""
        atexit.register(self._kill)
        for _ in range(self.size):
            self._threads.do(self._hire)

    @property
    def warm(self) -> int:
        """The workers that have loaded their models."""
        return sum(worker.is_warm for worker in tuple(self._workers))

    @property
    def waiting(self) -> int:
        """The tasks that no worker has taken yet."""
        return len(self._urgent) + len(self._patient)

    def submit(self, task: Task, then: Callable[[Answer], Value], *, patient: bool = False) -> Future[Value]:
        """What *then* will make of the answer to *task*; a *patient* one waits for all others. Raises BusyError if too
        many wait."""
        job = _Job(task, then)
        with self._lock:
            if not patient and len(self._urgent) >= self._limits.waiting:
                raise BusyError(max(1, round(len(self._urgent) / self.size)))
            (self._patient if patient else self._urgent).append(job)
            idle = self._idle.pop() if self._idle else None
        if idle is not None:
            self._put_to_work(idle, task)
        return job.future

    def stop(self) -> None:
        """End all workers, if they were started; tasks that wait are canceled, those under way are finished."""
        with self._lock:
            self._stopped = True
            for job in (*self._urgent, *self._patient):
                job.future.cancel()
            self._urgent.clear()
            self._patient.clear()
        self._threads.end()
        for worker in self._workers:
            worker.end()
        atexit.unregister(self._kill)

    def _kill(self) -> None:
        """End all workers at once; without it the interpreter would wait for them when it exits."""
        self._stopped = True
        for worker in tuple(self._workers):
            worker.process.kill()

    def _hire(self) -> None:
        """Start a worker, which takes its first task when it has tried to load its models; one that can't start is
        replaced, and so is one that could not load them for a reason that may pass."""
        loads = 0
        while not self._stopped:
            if (worker := self._made()) is None:
                continue
            self._workers.add(worker)
            worker.begin(WarmTask())
            reply = worker.reply(WARM_SECONDS)
            loads += 1
            if isinstance(reply, Reply) and (loads >= LOADS or not _may_pass(reply.answer)):
                self._welcome(worker, reply.answer)
                self._employ(worker)
                return
            self._workers.discard(worker)
            worker.kill()
            log.warning("a worker that could not load its models is replaced")
            time.sleep(HIRE_PAUSE)

    def _welcome(self, worker: _Worker, answer: Answer) -> None:
        """Note whether *worker* has its models. Without them it still reads what needs none, and says of the rest what
        is wrong; another process would find the same damaged file, or met the same trouble."""
        self.trouble = answer if isinstance(answer, Failure) else None
        worker.is_warm = self.trouble is None
        if self.trouble is not None:
            told = {"code": self.trouble.code, "message": self.trouble.message}
            log.error("a worker can't load its models", extra={"fields": told})

    def _made(self) -> _Worker | None:
        """A new worker; None, after a pause, where the system allows no process now."""
        try:
            return _Worker(self._means)
        except OSError:
            log.exception("no process can be started")
            time.sleep(HIRE_PAUSE)
            return None

    def _put_to_work(self, worker: _Worker, task: Task) -> None:
        """Have an idle *worker* begin with *task*, or what came before it. A task without the bytes of a file is sent
        at once: the worker would otherwise wait until a thread has woken up."""
        if not isinstance(task, InvoiceTask):
            self._threads.do(partial(self._employ, worker))
        elif (job := self._begun(worker)) is not None:
            self._threads.do(partial(self._await, worker, job))

    def _employ(self, worker: _Worker) -> None:
        """Have *worker* do what waits, or be idle."""
        if (job := self._begun(worker)) is not None:
            self._await(worker, job)

    def _begun(self, worker: _Worker) -> _Job | None:
        """The next job, which *worker* now does; None where none waits: then it is idle."""
        with self._lock:
            job = self._next()
            if job is None:
                self._idle.append(worker)
                return None
            self.busy += 1
            self._archives += job.members > 1
        worker.begin(job.task)
        return job

    def _next(self) -> _Job | None:
        """The next job that is still wanted."""
        while (job := self._first()) is not None:
            if job.future.set_running_or_notify_cancel():
                return job
        return None

    def _first(self) -> _Job | None:
        """The job whose turn it is, which waits no more; an archive's comes only while another worker is left."""
        has_room = self._archives < max(self.size - 1, 1)
        for waiting in (self._urgent, self._patient):
            for job in waiting:
                if has_room or job.members == 1:
                    waiting.remove(job)
                    return job
        return None

    def _await(self, worker: _Worker, job: _Job) -> None:
        """Finish *job* when *worker* has done it, who first gets the next one."""
        reply = worker.reply(self._limits.seconds(job.members))
        with self._lock:
            self.busy -= 1
            self._archives -= job.members > 1
        if isinstance(reply, Failure) or reply.peak_bytes > self._limits.worker_bytes:
            # the answer does not wait for the end of the process
            self._threads.do(partial(self._replace, worker))
        elif (following := self._begun(worker)) is not None:
            self._threads.do(partial(self._await, worker, following))
        job.finish(reply if isinstance(reply, Failure) else reply.answer)

    def _replace(self, worker: _Worker) -> None:
        with self._lock:
            self.replaced += 1
            self._workers.discard(worker)
        worker.kill()
        self._hire()


def _may_pass(answer: Answer) -> bool:
    """Whether another process may load the models that one could not load, for want of memory for instance."""
    return isinstance(answer, Failure) and answer.code in PASSING
