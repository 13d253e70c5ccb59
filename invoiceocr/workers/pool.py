"""A pool of worker processes that loses no task: each is answered, or given up after its second loss."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from threading import Event
from typing import Generic, TypeVar

from invoiceocr.errors import WorkerError
from invoiceocr.workers.memory import resident_bytes
from invoiceocr.workers.process import Process
from invoiceocr.workers.task import NO_LIMITS, Done, Limits, Loss, Task
from invoiceocr.workers.worker import READY, Raised

T = TypeVar("T")
R = TypeVar("R")

TICK_S = 0.2  # how often limits are looked at
# tasks a worker that may be answered before the oldest open one: bounds what waits to be put in order
AHEAD = 16
# workers that end before they are ready, in a row: then it is no accident
FALSE_STARTS = 3


@dataclass(slots=True, eq=False)
class _Worker(Generic[T]):
    """A process and what it works on; `since` is when that began."""

    process: Process
    ready: bool = False
    job: Task[T] | None = None
    since: float = 0.0
    killed: Loss | None = None

    @property
    def is_working(self) -> bool:
        """Whether it has a task and was not ended over it."""
        return self.ready and self.job is not None and self.killed is None

    def has_answered(self) -> bool:
        """Whether an answer waits to be collected, as it does while the caller looks at another one."""
        return self.process.connection.poll()

    def resident_bytes(self) -> int:
        """What the process holds, 0 where the system doesn't tell."""
        return resident_bytes(self.process.pid)


@dataclass(slots=True)
class Pool(Generic[T, R]):
    """*jobs* processes, each with the callable that *build* returns there; build, tasks and answers must pickle.
    Processes start when `run` is iterated and end with it, or with this process, however that ends; within a `with`
    block, idle ones are kept for the next run."""

    build: Callable[[], Callable[[T], R]]
    jobs: int
    limits: Limits = NO_LIMITS
    ahead: int = AHEAD
    _workers: list[_Worker[T]] = field(default_factory=list)
    _again: deque[Task[T]] = field(default_factory=deque)
    _false_starts: int = 0
    _kept: bool = False
    _canceled: Event = field(default_factory=Event)

    def cancel(self) -> None:
        """Ends the current run without the answers that are still open; any thread may call it."""
        self._canceled.set()

    def __enter__(self) -> Pool[T, R]:
        self._kept = True
        return self

    def __exit__(self, *raised: object) -> None:
        self._end(list(self._workers))

    def run(self, tasks: Iterable[T]) -> Iterator[Done[T, R]]:
        """Each task with its answer, in order of completion; tasks are taken from the iterable as they are needed. What
        the work raises is raised here; WorkerError if no worker gets as far as working."""
        rest = (Task(index, task) for index, task in enumerate(tasks))
        oldest = _Oldest()
        try:
            while not self._canceled.is_set() and (self._hand_out(rest, oldest) or self._busy()):
                for done in self._collect():
                    oldest.finish(done.index)
                    # workers go on while the caller looks at the answer
                    self._hand_out(rest, oldest)
                    yield done
                self._enforce()
        finally:
            self._again.clear()
            self._canceled.clear()
            self._end([worker for worker in self._workers if worker.job is not None or not self._kept])

    def ordered(self, tasks: Iterable[T]) -> Iterator[Done[T, R]]:
        """As `run`, in the order of the tasks."""
        waiting: dict[int, Done[T, R]] = {}
        following = 0
        for done in self.run(tasks):
            waiting[done.index] = done
            while following in waiting:
                yield waiting.pop(following)
                following += 1

    def _busy(self) -> bool:
        return bool(self._again) or any(worker.job for worker in self._workers)

    def _hand_out(self, rest: Iterator[Task[T]], oldest: _Oldest) -> bool:
        """Give every idle worker a task, starting workers where there are tasks for them; whether one was given."""
        given = False
        while self._has_room() and (job := self._next(rest, oldest)) is not None:
            worker = next((worker for worker in self._workers if worker.job is None), None) or self._start()
            worker.job, given = job, True
            if worker.ready:
                self._send(worker)
        return given

    def _has_room(self) -> bool:
        return len(self._workers) < self.jobs or any(worker.job is None for worker in self._workers)

    def _next(self, rest: Iterator[Task[T]], oldest: _Oldest) -> Task[T] | None:
        if self._again:
            return self._again.popleft()
        return next(rest, None) if oldest.spread < self.ahead * self.jobs else None

    def _start(self) -> _Worker[T]:
        worker: _Worker[T] = _Worker(Process.start(self.build))
        self._workers.append(worker)
        return worker

    def _send(self, worker: _Worker[T]) -> None:
        assert worker.job is not None
        worker.since = time.monotonic()
        # a worker that died meanwhile is noticed when its answer is awaited
        with suppress(OSError):
            worker.process.connection.send(worker.job.task)

    def _collect(self) -> Iterator[Done[T, R]]:
        """The answers that are there, waiting a moment for one."""
        waited = {worker.process.connection: worker for worker in self._workers if worker.job is not None}
        for connection in wait(list(waited), TICK_S):
            assert isinstance(connection, Connection)
            yield from self._received(waited[connection])

    def _received(self, worker: _Worker[T]) -> Iterator[Done[T, R]]:
        try:
            answer = worker.process.connection.recv()
        except (EOFError, OSError):
            yield from self._lost(worker)
            return
        if isinstance(answer, Raised):
            raise answer.error
        if answer == READY and not worker.ready:
            worker.ready, self._false_starts = True, 0
            self._send(worker)
            return
        job, worker.job = worker.job, None
        assert job is not None
        if self.limits.is_outgrown(worker.resident_bytes):
            self._remove(worker)
        yield Done(job.index, job.task, answer)

    def _lost(self, worker: _Worker[T]) -> Iterator[Done[T, R]]:
        """A worker is gone: its task is tried again, or given up."""
        self._remove(worker)
        job = worker.job
        assert job is not None
        if not worker.ready:
            self._false_starts += 1
            if self._false_starts >= FALSE_STARTS:
                raise WorkerError(_FALSE_START)
            self._again.append(job)
            return
        lost = job.given_up(worker.killed or "crashed")
        if lost is None:
            self._again.append(job)
        else:
            yield Done(job.index, job.task, lost)

    def _enforce(self) -> None:
        """End the workers whose task took too long or too much."""
        now = time.monotonic()
        for worker in self._workers:
            if worker.is_working:
                excess = self.limits.excess(now - worker.since, worker.resident_bytes)
                if excess and not worker.has_answered():
                    worker.killed = excess
                    worker.process.kill()

    def _remove(self, worker: _Worker[T]) -> None:
        self._workers.remove(worker)
        worker.process.end()

    def _end(self, workers: Sequence[_Worker[T]]) -> None:
        for worker in workers:
            # nobody waits for what they still read
            worker.process.kill()
        for worker in workers:
            self._remove(worker)


@dataclass(slots=True)
class _Oldest:
    """How many tasks are answered out of turn, before an older one."""

    first: int = 0
    finished: set[int] = field(default_factory=set)

    @property
    def spread(self) -> int:
        """The number of them."""
        return len(self.finished)

    def finish(self, index: int) -> None:
        """Task *index* is answered."""
        self.finished.add(index)
        while self.first in self.finished:
            self.finished.remove(self.first)
            self.first += 1


_FALSE_START = (
    "worker processes end before they begin to work: keep the code that starts them under "
    "`if __name__ == '__main__':`, and see what they wrote on standard error"
)


def threads_of_each(jobs: int) -> int:
    """How many threads each of *jobs* processes may use, so that all together use every core."""
    return max(1, (os.cpu_count() or 1) // processes(jobs))


def processes(jobs: int) -> int:
    """How many processes *jobs* means: 0 is one per core."""
    return jobs or os.cpu_count() or 1
