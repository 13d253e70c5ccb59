"""The results of a batch in the order of their names, whatever order they were done in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from invoiceocr.batch import segment
from invoiceocr.batch.journal import PATTERN
from invoiceocr.batch.line import (
    Line,
    State,
    json_of_line,
    outline_of_line,
    parse_line,
    result_of_line,
    source_of_line,
)
from invoiceocr.batch.tally import Tally
from invoiceocr.errors import CorruptFileError, NoDocumentsError
from invoiceocr.export.tabular import json_bytes
from invoiceocr.result import Outline, ReadResult
from invoiceocr.rules.context import BatchEntry

if TYPE_CHECKING:
    from invoiceocr.pipeline.batch_checks import Comparison


class _Place(NamedTuple):
    """Where the line of a source stands: in which results file, from which byte on."""

    source: str
    results: int
    start: int


def merged(folder: Path) -> Iterator[ReadResult]:
    """The results in the journal of *folder*, sorted by source; what was passed over is left out. Of each only its
    place is kept in memory. Raises NoDocumentsError where there are none, CorruptFileError for a damaged line."""
    return map(result_of_line, _sorted_lines(folder))


def write_merged_jsonl(folder: Path, stream: BinaryIO, comparison: Comparison, tally: Tally) -> None:
    """Write the results as `merged` gives them, each compared with those before it and counted, a line each. Lines
    about which nothing is found are copied, which takes a tenth of the time."""
    for line in _sorted_lines(folder):
        data, told = _compared(line, comparison)
        stream.write(data + b"\n")
        tally.count(told)


def _compared(line: Line, comparison: Comparison) -> tuple[bytes, Outline | ReadResult]:
    """The JSON of the result that a line holds, and what is counted of it."""
    outline = outline_of_line(line)
    others = [comparison.others(BatchEntry.of(invoice)) for invoice in outline.invoices]
    if any(others):
        result = result_of_line(line)
        made = tuple(map(comparison.judged, result.invoices, others))
        if made != result.invoices:
            changed = result.model_copy(update={"invoices": made})
            return json_bytes(changed), changed
    return json_of_line(line), outline


def _sorted_lines(folder: Path) -> Iterator[Line]:
    files = sorted(folder.glob(PATTERN))
    places = sorted(place for number, path in enumerate(files) for place in _places(path, number))
    if not places:
        raise NoDocumentsError(f"{folder}: holds no results of a batch", zh=f"{folder}：没有 batch 的结果")
    return _lines(files, places)


def _places(results: Path, number: int) -> Iterator[_Place]:
    start = 0
    for line in segment.lines(results):
        if line.state is not State.SKIPPED:
            yield _Place(source_of_line(line), number, start)
        start += len(line.data)


def _lines(files: list[Path], places: list[_Place]) -> Iterator[Line]:
    with ExitStack() as opened:
        streams = [opened.enter_context(path.open("rb")) for path in files]
        for place in places:
            line = _line(streams[place.results], place.start)
            if line is None:
                told = f"{files[place.results]}: the line of {place.source} is damaged; run the batch again"
                zh = f"{files[place.results]}：{place.source} 的一行已损坏，请再运行一次 batch"
                raise CorruptFileError(told, zh=zh)
            yield line


def _line(stream: BinaryIO, start: int) -> Line | None:
    if stream.tell() != start:
        stream.seek(start)
    return parse_line(stream.readline())
