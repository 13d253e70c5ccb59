"""The results of a batch in the order of their names, whatever order they were done in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from invoiceocr.batch import segment
from invoiceocr.batch.journal import PATTERN
from invoiceocr.batch.line import State, parse_line, result_of_line
from invoiceocr.errors import CorruptFileError, NoDocumentsError
from invoiceocr.result import ReadResult


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where the line of a source stands."""

    source: str
    results: Path
    start: int
    length: int


def merged(folder: Path) -> Iterator[ReadResult]:
    """The results in the journal of *folder*, sorted by source; what was passed over is left out. Of each only its
    place is kept in memory. Raises NoDocumentsError where there are none, CorruptFileError for a damaged line."""
    places = sorted(_places(folder))
    if not places:
        raise NoDocumentsError(f"{folder}: holds no results of a batch", zh=f"{folder}：没有 batch 的结果")
    return (_read(place) for place in places)


def _places(folder: Path) -> Iterator[_Place]:
    for results in sorted(folder.glob(PATTERN)):
        start = 0
        for line in segment.lines(results):
            if line.state is not State.SKIPPED:
                yield _Place(result_of_line(line).source, results, start, len(line.data))
            start += len(line.data)


def _read(place: _Place) -> ReadResult:
    with place.results.open("rb") as stream:
        stream.seek(place.start)
        line = parse_line(stream.read(place.length))
    if line is None:
        raise CorruptFileError(f"{place.results}: the line of {place.source} is damaged; run the batch again")
    return result_of_line(line)
