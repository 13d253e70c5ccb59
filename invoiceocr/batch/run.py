"""A batch: inputs that the journal lacks are read in worker processes and recorded as they are done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from invoiceocr.batch.inputs import Input
from invoiceocr.batch.journal import Journal
from invoiceocr.batch.line import Line, input_key, line_of
from invoiceocr.pipeline.parallel import Build, lost_result
from invoiceocr.workers.memory import total_bytes
from invoiceocr.workers.pool import Pool
from invoiceocr.workers.task import Done, Limits, Lost

# tasks a worker that may be done before the oldest open one: nothing is kept of them but a number
AHEAD = 1000
# a scan of 200 pages takes about that; a file that takes longer most likely hangs
TIMEOUT_S = 300.0
# of the memory that all workers may take together: the rest is for the system and this process
SHARE = 0.8
# of its limit, at which a worker between two files makes way for a fresh one
RECYCLED = 0.5


class Workers(Protocol):
    """What has tasks done: a pool of processes, here or on a cluster."""

    def run(self, tasks: Iterable[Input], /) -> Iterator[Done[Input, Line]]:
        """Each task with its answer, or how it was lost, in the order of completion."""


Engine = Callable[[Callable[[], Callable[[Input], Line]], int, Limits], Workers]
"""Workers that have what a callable builds there, so many of them, within limits."""


def on_this_machine(build: Callable[[], Callable[[Input], Line]], jobs: int, limits: Limits) -> Workers:
    """Worker processes of this machine."""
    pool: Pool[Input, Line] = Pool(build, jobs, limits, AHEAD)
    return pool


def on_ray(address: str | None) -> Engine:
    """Workers of the Ray cluster at *address*, see `RayPool`."""
    from invoiceocr.batch.ray_pool import RayPool

    def engine(build: Callable[[], Callable[[Input], Line]], jobs: int, limits: Limits) -> Workers:
        pool: RayPool[Input, Line] = RayPool(build, jobs, limits, address)
        return pool

    return engine


@dataclass(frozen=True, slots=True)
class Batch:
    """How files are read: *build* gives a worker its reader, *jobs* of them work within *limits*."""

    build: Build
    jobs: int
    limits: Limits
    engine: Engine = on_this_machine

    def run(self, inputs: Iterable[Input], journal: Journal) -> Iterator[Line]:
        """The lines of the *inputs* that the *journal* lacked, each after it was recorded, in order of completion."""
        workers = self.engine(partial(_recording, self.build), self.jobs, self.limits)
        for done in workers.run(item for item in inputs if input_key(item) not in journal):
            line = self._given_up(done.task, done.answer) if isinstance(done.answer, Lost) else done.answer
            journal.append(line)
            yield line

    def _given_up(self, item: Input, lost: Lost) -> Line:
        return line_of(item, lost_result(item.name, lost, self.limits))


def limits_of(timeout_s: float | None, memory_bytes: int | None) -> Limits:
    """The limits of a file, which has a default, and of a worker, which has none."""
    return Limits(timeout_s or TIMEOUT_S, memory_bytes, int(memory_bytes * RECYCLED) if memory_bytes else None)


def share_of_memory(jobs: int) -> int | None:
    """The bytes that each of *jobs* workers on this machine may take by default; None where the system doesn't tell."""
    return int(total_bytes() * SHARE / jobs) or None


def _recording(build: Build) -> Callable[[Input], Line]:
    """What a worker does. It writes the JSON too: that takes as long as anything the parent does."""
    reader = build()
    return lambda item: line_of(item, reader.read_one(item.source, name=item.name, expected=None))
