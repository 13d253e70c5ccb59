"""Many inputs to results in their order, in this process or in several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from invoiceocr.batch import factory
from invoiceocr.batch.inputs import Input
from invoiceocr.result import ReadResult
from invoiceocr.settings import Settings
from invoiceocr.workers.pool import processes, threads_of_each

if TYPE_CHECKING:
    from invoiceocr.pipeline.reader import Reader
    from invoiceocr.testing.fake_reader import FakeReader

    AnyReader = Reader | FakeReader
    Build = Callable[[Settings], AnyReader]


def read_inputs(
    inputs: Sequence[Input],
    settings: Settings,
    jobs: int,
    expected: Mapping[str, object] | None = None,
    *,
    ledger: str | None = None,
    fake: Path | None = None,
) -> Iterator[ReadResult]:
    """One result for each input, in order. *jobs* processes read them: 1 is this one, 0 as many as there are cores.
    *expected* applies to a single input; the sellers that the *ledger* at a URL knows are witnesses. With *fake*,
    nothing is read: outcomes are those in that folder."""
    jobs = min(processes(jobs), len(inputs))
    build = factory.builder(fake, ledger)
    return (
        _read_in_processes(inputs, settings, jobs, build) if jobs > 1 else _read_here(inputs, build(settings), expected)
    )


def shared_settings(settings: Settings, jobs: int) -> Settings:
    """*settings* for one of *jobs* processes: each has its share of the cores."""
    return settings.model_copy(update={"threads": settings.threads or threads_of_each(jobs)})


def _read_here(
    inputs: Sequence[Input], reader: AnyReader, expected: Mapping[str, object] | None
) -> Iterator[ReadResult]:
    names = [item.name for item in inputs]
    yield from reader.read_many((item.source for item in inputs), names=names, expected=[expected] * len(names))


def _read_in_processes(
    inputs: Sequence[Input], settings: Settings, jobs: int, build_with: Build
) -> Iterator[ReadResult]:
    """As `_read_here`; a file that takes its process down (a defect in native code) costs only its own result."""
    # with it load numpy and OpenCV
    from invoiceocr.pipeline.parallel import Request, read_in_processes

    # wrong rules and missing schemas must show here, not in every process
    reader = build_with(settings)
    requests = (Request(item.source, item.name) for item in inputs)
    build = partial(build_with, shared_settings(settings, jobs))
    yield from reader.compared(read_in_processes(build, requests, jobs))
