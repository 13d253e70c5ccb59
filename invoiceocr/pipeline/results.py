"""`Results`: what `Reader.read_many` returns, an iterator that any thread may cancel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Self

from invoiceocr.pipeline.log import log_skipped
from invoiceocr.result import ReadResult
from invoiceocr.sources.folder import FOREIGN


@dataclass(slots=True, eq=False, repr=False)
class Results(Iterator[ReadResult]):
    """Results in input order, read when they are requested.

    `cancel` may be called from any thread: no further result comes, and what worker processes are still reading is
    abandoned. `close`, or leaving a `with` block, does the same in the thread that iterates. `skipped` names the files
    of a folder that were skipped so far because their content is not a document.
    """

    found: Iterator[ReadResult]
    stop: Callable[[], None]
    skipped: list[str] = field(default_factory=list)
    _canceled: Event = field(default_factory=Event)
    _closed: bool = False

    def __next__(self) -> ReadResult:
        result = None if self._closed or self._canceled.is_set() else next(self.found, None)
        if result is None or self._canceled.is_set():
            self.close()
            raise StopIteration
        return result

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    @property
    def canceled(self) -> bool:
        """Whether `cancel` was called."""
        return self._canceled.is_set()

    def cancel(self) -> None:
        """Ends the iteration; a file that this process is reading itself is finished first."""
        self._canceled.set()
        self.stop()

    def close(self) -> None:
        """Ends what is still being read; there are no more results."""
        self._closed = True
        close = getattr(self.found, "close", None)
        if close is not None:
            close()


def reported(results: Iterator[ReadResult], on_result: Callable[[ReadResult], object]) -> Iterator[ReadResult]:
    """*results*, each passed to *on_result* first."""
    for result in results:
        on_result(result)
        yield result


def documents(results: Iterator[ReadResult], skipped: list[str]) -> Iterator[ReadResult]:
    """*results* without files whose content is not a document; these are added to *skipped*."""
    for result in results:
        if result.error is not None and result.error.code in FOREIGN:
            log_skipped(result)
            skipped.append(result.source)
        else:
            yield result
