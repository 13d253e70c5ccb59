"""Worker processes on a Ray cluster (extra `ray`), with the promises of `invoiceocr.workers.pool.Pool`.

Each worker is an actor that loads models once. It has one task more than the one it works on, so that it need not wait
for the next, and nothing else queues on a node that is busy. The driver, which alone writes the journal, sees to
limits, retries and replacement; a lost node costs no task.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar

from invoiceocr.errors import MissingExtraError, SettingsError, WorkerError
from invoiceocr.workers.pool import FALSE_STARTS, TICK_S
from invoiceocr.workers.task import NO_LIMITS, Done, Limits, Loss, Task

if TYPE_CHECKING:
    from ray import ObjectRef
    from ray.actor import ActorHandle

T = TypeVar("T")
R = TypeVar("R")

# Ray sends reports of its use to its maker unless this is "0"
USAGE_REPORTS = "RAY_USAGE_STATS_ENABLED"
# how often a worker's memory is asked for while it works
WATCH_S = 1.0
# until which the head of a cluster has to accept a connection
REACHABLE_S = 5.0
# tasks that a worker has: the one it works on, and the next, which is there when it is done
DEPTH = 2
MAX_WORKERS = 10_000  # asked of a cluster at most


@dataclass(slots=True, eq=False)
class _Worker(Generic[T]):
    """An actor, the tasks that it was given in their order, and since when it works on the first of them. `answers` are
    pending in the same order. Before it has started, which gives `node`, that alone is pending."""

    actor: ActorHandle
    answers: deque[ObjectRef]
    jobs: deque[Task[T]] = field(default_factory=deque)
    node: str | None = None
    since: float = 0.0
    watch: ObjectRef | None = None
    watched: float = 0.0
    killed: Loss | None = None

    def takes(self, alone: bool) -> bool:
        """Whether it can be given a task now; one that must be *alone* only if it has none."""
        most = 1 if alone or any(job.losses for job in self.jobs) else DEPTH
        return len(self.jobs) < most

    @property
    def is_working(self) -> bool:
        """Whether it has a task and was not ended over it."""
        return self.node is not None and bool(self.jobs) and self.killed is None

    def has_answered(self) -> bool:
        """Whether an answer waits to be collected, as it does while the caller looks at another one."""
        import ray

        ready, _ = ray.wait([self.answers[0]], timeout=0)
        return bool(ready)


@dataclass(slots=True)
class RayPool(Generic[T, R]):
    """*jobs* actors on the cluster at *address*, each with one processor and the callable that *build* returns there;
    0 is as many as the cluster has processors. Without *address* it is the cluster that the environment names
    (`RAY_ADDRESS`), else one that is started on this machine. Build, tasks and answers must pickle.

    Raises MissingExtraError without Ray, SettingsError where no cluster answers at *address*.
    """

    build: Callable[[], Callable[[T], R]]
    jobs: int = 0
    limits: Limits = NO_LIMITS
    address: str | None = None
    _workers: list[_Worker[T]] = field(default_factory=list)
    _again: deque[Task[T]] = field(default_factory=deque)
    _false_starts: int = 0

    def run(self, tasks: Iterable[T]) -> Iterator[Done[T, R]]:
        """Each task with its answer, in the order of completion; tasks are taken from the iterable as they are needed.

        What the work raises is raised here; WorkerError if no worker gets as far as working.
        """
        joined = _join(self.address)
        jobs = min(self.jobs or _processors(), MAX_WORKERS)
        rest = (Task(index, task) for index, task in enumerate(tasks))
        try:
            self._hand_out(rest, jobs)
            while self._busy():
                yield from self._collect()
                self._enforce()
                self._hand_out(rest, jobs)
        finally:
            self._end(joined)

    def _busy(self) -> bool:
        return bool(self._again) or any(worker.jobs for worker in self._workers)

    def _hand_out(self, rest: Iterator[Task[T]], jobs: int) -> None:
        """Give tasks to the workers that have started, and start as many as the tasks left over have work for."""
        while (worker := self._least_busy()) is not None and (job := self._next(rest)) is not None:
            self._send(worker, job)
        missing = jobs - len(self._workers)
        self._again.extend(islice(rest, max(0, missing - len(self._again))))
        starting = sum(worker.node is None for worker in self._workers)
        for _ in range(min(missing, len(self._again) - starting)):
            self._start()

    def _least_busy(self) -> _Worker[T] | None:
        """The worker to give the next task to, if one can take it. A task that is tried again has its worker alone: of
        two it may be told wrongly which one ended the worker, since the answer to the first may die with it."""
        alone = bool(self._again) and self._again[0].losses > 0
        started = [worker for worker in self._workers if worker.node is not None and worker.takes(alone)]
        return min(started, key=lambda worker: len(worker.jobs), default=None)

    def _next(self, rest: Iterator[Task[T]]) -> Task[T] | None:
        return self._again.popleft() if self._again else next(rest, None)

    def _start(self) -> None:
        from invoiceocr import __version__
        from invoiceocr.batch.ray_worker import actor_class

        actor = actor_class().remote(self.build, __version__)
        self._workers.append(_Worker(actor, deque([actor.start.remote()])))

    def _send(self, worker: _Worker[T], job: Task[T]) -> None:
        if not worker.jobs:
            worker.since = worker.watched = time.monotonic()
        worker.jobs.append(job)
        worker.answers.append(worker.actor.answer.remote(job.task))

    def _collect(self) -> Iterator[Done[T, R]]:
        """The answers that are there, waiting a moment for one."""
        import ray

        waited = {worker.answers[0]: worker for worker in self._workers if worker.answers}
        ready, _ = ray.wait(list(waited), num_returns=1, timeout=TICK_S)
        # those that came meanwhile too, without waiting
        if ready:
            ready, _ = ray.wait(list(waited), num_returns=len(waited), timeout=0)
        for reference in ready:
            yield from self._received(waited[reference])

    def _received(self, worker: _Worker[T]) -> Iterator[Done[T, R]]:
        import ray

        try:
            answer = ray.get(worker.answers[0])
        except ray.exceptions.RayTaskError as error:
            raise error.cause from error
        except ray.exceptions.OutOfMemoryError:
            worker.killed = "out_of_memory"
            yield from self._lost(worker)
            return
        except ray.exceptions.RayError:
            yield from self._lost(worker)
            return
        worker.answers.popleft()
        worker.since = worker.watched = time.monotonic()
        if worker.node is None:
            worker.node, self._false_starts = answer, 0
            return
        job, worker.watch = worker.jobs.popleft(), None
        result, resident = answer
        if self.limits.is_outgrown(lambda: resident):
            self._again.extend(worker.jobs)
            self._remove(worker)
        yield Done(job.index, job.task, result)

    def _lost(self, worker: _Worker[T]) -> Iterator[Done[T, R]]:
        """A worker is gone: its task is tried again, or given up. That its node is gone is not the task's fault."""
        self._remove(worker)
        if worker.node is None:
            self._false_starts += 1
            if self._false_starts >= FALSE_STARTS:
                raise WorkerError("workers end before they begin to work: see the logs of the Ray cluster")
            return
        job = worker.jobs.popleft()
        # it had not begun with these
        self._again.extend(worker.jobs)
        at_fault = worker.killed is not None or _is_alive(worker.node)
        lost = job.given_up(worker.killed or "crashed") if at_fault else None
        if lost is None:
            self._again.append(job)
        else:
            yield Done(job.index, job.task, lost)

    def _enforce(self) -> None:
        """End the workers whose task took too long or too much."""
        import ray

        now = time.monotonic()
        for worker in self._workers:
            if worker.is_working:
                excess = self.limits.excess(now - worker.since, partial(self._resident, worker, now))
                if excess and not worker.has_answered():
                    worker.killed = excess
                    ray.kill(worker.actor)

    def _resident(self, worker: _Worker[T], now: float) -> int:
        """What a worker holds, if it answered since it was last asked; else 0. It is asked now and then."""
        import ray

        if worker.watch is None:
            if now - worker.watched > WATCH_S:
                worker.watch, worker.watched = worker.actor.resident.remote(), now
            return 0
        ready, _ = ray.wait([worker.watch], timeout=0)
        if not ready:
            return 0
        asked, worker.watch = worker.watch, None
        try:
            return int(ray.get(asked))
        except ray.exceptions.RayError:
            # it died: that shows where its answer is awaited
            return 0

    def _remove(self, worker: _Worker[T]) -> None:
        import ray

        self._workers.remove(worker)
        ray.kill(worker.actor)

    def _end(self, joined: bool) -> None:
        import ray

        for worker in list(self._workers):
            self._remove(worker)
        self._again.clear()
        if joined:
            ray.shutdown()


def _join(address: str | None) -> bool:
    """Join the cluster; False where this process is in one already, which then stays so."""
    os.environ.setdefault(USAGE_REPORTS, "0")
    try:
        import ray
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"a Ray cluster needs {error.name}: pip install 'invoiceocr[ray]'") from error
    if ray.is_initialized():
        return False
    _check_reachable(address or os.environ.get("RAY_ADDRESS", ""))
    try:
        with _own_signals():
            ray.init(address=address, log_to_driver=False, logging_level=logging.CRITICAL)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise _no_cluster(address or os.environ.get("RAY_ADDRESS", ""), error) from error
    return True


def _check_reachable(address: str) -> None:
    """SettingsError where nothing listens at host:port: Ray itself would go on trying for minutes."""
    host, separator, port = address.rpartition(":")
    if not separator or not port.isdigit() or "/" in host:
        # "auto", or an address of the Ray client, which has a time limit of its own
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), REACHABLE_S).close()
    except (OSError, OverflowError) as error:
        raise _no_cluster(address, error) from error


def _no_cluster(address: str, error: Exception) -> SettingsError:
    zh = f"{address}：连不上 Ray 集群（{error}），请检查 --address"
    return SettingsError(f"no Ray cluster at {address}: {error}", zh=zh)


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep this program's handler of SIGTERM, which Ray would replace by one that exits with a status of its own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, handler)


def _processors() -> int:
    import ray

    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def _is_alive(node: str) -> bool:
    import ray

    return any(found["NodeID"] == node and found["Alive"] for found in ray.nodes())
