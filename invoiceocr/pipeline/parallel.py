"""Reading in several processes. Requests go in and results come out; a file that kills or hangs its process gets an
error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from invoiceocr.errors import CrashedError, MemoryLimitError, TimedOutError
from invoiceocr.result import ReadError, ReadResult
from invoiceocr.sources.inputs import Source
from invoiceocr.workers.pool import Pool, processes
from invoiceocr.workers.task import NO_LIMITS, Done, Limits, Lost


@dataclass(frozen=True, slots=True)
class Request:
    """A source to read, its name in results, and what is expected of it."""

    source: Source
    name: str | None = None
    expected: Mapping[str, object] | None = None

    @property
    def title(self) -> str:
        """The name of the source in results."""
        return self.name or (str(self.source) if isinstance(self.source, str | Path) else "bytes")


class ReadsOne(Protocol):
    """The part of a `Reader` that worker processes need."""

    def read_one(self, source: Source, *, name: str | None, expected: Mapping[str, object] | None) -> ReadResult:
        """The result for one source."""


Build = Callable[[], ReadsOne]

LOSSES = {
    "crashed": (CrashedError.code, "the process that read it died {tries} times; please report this file"),
    "timed_out": (TimedOutError.code, "reading it took longer than {limits.timeout_s:g} s, {tries} times"),
    "out_of_memory": (MemoryLimitError.code, "reading it took more than {limits.memory_bytes} bytes, {tries} times"),
}


def read_in_processes(
    build: Build, requests: Iterable[Request], jobs: int, limits: Limits = NO_LIMITS
) -> Iterator[ReadResult]:
    """A result for each request, in order, from *jobs* processes; *build* gives each process its reader."""
    return results_of(reading_pool(build, processes(jobs), limits), requests)


def results_of(pool: Pool[Request, ReadResult], requests: Iterable[Request]) -> Iterator[ReadResult]:
    """The answers of *pool* to *requests*, in their order."""
    return (result_of(done, pool.limits) for done in pool.ordered(map(_portable, requests)))


def reading_pool(build: Build, jobs: int, limits: Limits) -> Pool[Request, ReadResult]:
    """Processes that answer requests with the reader that *build* gives them."""
    return Pool(partial(_reading, build), jobs, limits)


def result_of(done: Done[Request, ReadResult], limits: Limits) -> ReadResult:
    """The answer of a worker, or an error for what was lost."""
    return lost_result(done.task.title, done.answer, limits) if isinstance(done.answer, Lost) else done.answer


def lost_result(name: str, lost: Lost, limits: Limits) -> ReadResult:
    """The result of a file that ended the process that read it."""
    code, told = LOSSES[lost.reason]
    error = ReadError(code=code, message=f"{name}: {told.format(tries=lost.tries, limits=limits)}")
    return ReadResult(source=name, error=error)


def requests_of(
    sources: Iterable[Source],
    names: Iterable[str] | None,
    expected: Iterable[Mapping[str, object] | None] | None,
) -> Iterator[Request]:
    """A request for each source, with its name and what is expected of it if these are given."""
    named = zip(sources, names, strict=True) if names is not None else ((source, None) for source in sources)
    told = zip(named, expected, strict=True) if expected is not None else ((pair, None) for pair in named)
    return (Request(source, name, wanted) for (source, name), wanted in told)


def _reading(build: Build) -> Callable[[Request], ReadResult]:
    """The function that a worker runs; it runs there, so that the reader is built in the worker."""
    reader = build()
    return lambda request: reader.read_one(request.source, name=request.name, expected=request.expected)


def _portable(request: Request) -> Request:
    """*request* with a source that can be sent to another process: an open file becomes its bytes."""
    source = request.source
    if not hasattr(source, "read") or isinstance(source, str | Path):
        return request
    return replace(request, source=source.read(), name=request.name or str(getattr(source, "name", "file")))
