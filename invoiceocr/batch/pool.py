"""Many inputs to results in their order, in this process or in several."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from invoiceocr.batch import factory
from invoiceocr.batch.inputs import Input
from invoiceocr.errors import InvoiceOCRError
from invoiceocr.result import ReadError, ReadResult
from invoiceocr.settings import Settings

if TYPE_CHECKING:
    from invoiceocr.pipeline.reader import Reader

Build = Callable[[], "Reader"]
AHEAD = 2  # inputs handed out per process, so that none waits for its next one


def read_inputs(
    inputs: Sequence[Input], settings: Settings, jobs: int, expected: Mapping[str, object] | None = None
) -> Iterator[ReadResult]:
    """One result an input, in order; *jobs* processes read them: 1 is this one, 0 as many as there are cores. What is
    *expected* is so of a single input."""
    jobs = min(jobs or os.cpu_count() or 1, len(inputs))
    return _read_in_processes(inputs, settings, jobs) if jobs > 1 else _read_here(inputs, settings, expected)


def _read_here(
    inputs: Sequence[Input], settings: Settings, expected: Mapping[str, object] | None
) -> Iterator[ReadResult]:
    reader = factory.build_reader(settings)
    names = [item.name for item in inputs]
    yield from reader.read_many((item.source for item in inputs), names=names, expected=[expected] * len(names))


def _read_in_processes(inputs: Sequence[Input], settings: Settings, jobs: int) -> Iterator[ReadResult]:
    """As `_read_here`; a file that takes its process down (a defect in native code) costs only its own result."""
    reader = factory.build_reader(settings)  # wrong rules and missing schemas must show here, not in every process
    shared = settings.model_copy(update={"threads": settings.threads or max(1, (os.cpu_count() or 1) // jobs)})
    yield from reader.compared(_apart(inputs, partial(factory.build_reader, shared), jobs))


def _apart(inputs: Sequence[Input], build: Build, jobs: int) -> Iterator[ReadResult]:
    done = 0
    while done < len(inputs):
        try:
            for result in _in_order(inputs[done:], build, jobs):
                yield result
                done += 1
        except BrokenProcessPool:
            yield _alone(inputs[done], build)
            done += 1


def _alone(item: Input, build: Build) -> ReadResult:
    try:
        return next(_in_order([item], build, 1))
    except BrokenProcessPool:
        told = f"{item.name}: the process that read it died; please report this file"
        return ReadResult(source=item.name, error=ReadError(code=InvoiceOCRError.code, message=told))


def _in_order(inputs: Sequence[Input], build: Build, jobs: int) -> Iterator[ReadResult]:
    rest = iter(inputs)
    with _pool(build, jobs) as pool:
        waiting = deque(pool.submit(_read_one, item) for item in islice(rest, jobs * AHEAD))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(_read_one, item) for item in islice(rest, 1))


@contextmanager
def _pool(build: Build, jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Fresh processes (not forked: onnxruntime's threads do not survive a fork) that end with the block."""
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _start, (build,))
    try:
        yield pool
    except BaseException:
        for child in multiprocessing.active_children():
            child.terminate()  # nobody waits for what they still read
        raise
    finally:
        pool.shutdown(cancel_futures=True)


_readers: list[Reader] = []  # of a worker process: the one it reads with


def _start(build: Build) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent alone decides
    _readers.append(build())


def _read_one(item: Input) -> ReadResult:
    return _readers[0].read_one(item.source, name=item.name)
