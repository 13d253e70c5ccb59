"""A watched folder: each file that arrives is read once and moved, with its result beside it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from invoiceocr.batch.line import result_of_json
from invoiceocr.batch.tally import Tally
from invoiceocr.bots.claims import SIDECAR_END, STATES, Claim, Claims
from invoiceocr.bots.inbox import Inbox
from invoiceocr.export.tabular import json_bytes
from invoiceocr.pipeline.parallel import Build, Request, lost_result, result_of
from invoiceocr.result import ReadResult
from invoiceocr.workers.pool import Pool
from invoiceocr.workers.task import TRIES, Limits, Lost

INTERVAL_S = 1.0  # between two looks at the folder
LOOK_S = 0.2  # between two looks while files are being completed
TIMEOUT_S = 300.0  # a scan of 200 pages takes about that

Mark = Callable[[ReadResult, str], ReadResult]
"""What is done to a result before it is written, such as recording it in a ledger. The text stands for the arrival of
the file: the same when it is read again after a crash, another one when the same file is handed in anew."""


def unmarked(result: ReadResult, arrival: str) -> ReadResult:
    """*result* as it is."""
    return result


@dataclass(slots=True)
class Watcher:
    """Reads what arrives in *inbox* and moves it to `done`, `review` or `failed` in *out*, with a side-car NAME.json
    beside each file. Use it as a context manager; several processes may watch the same folder."""

    inbox: Path
    out: Path
    pool: Pool[Request, ReadResult]
    mark: Mark = unmarked
    tally: Tally = field(default_factory=Tally)
    _claims: Claims = field(init=False)
    _inbox: Inbox = field(init=False)
    _orphans: deque[Claim] = field(default_factory=deque)

    def __enter__(self) -> Watcher:
        self._inbox = Inbox(self.inbox)
        self._claims = Claims(self.inbox, self.out)
        self._orphans.extend(self._claims.adopt())
        self.pool.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pool.__exit__(kind, error, trace)
        self._claims.close()

    def once(self) -> Iterator[Path]:
        """Reads until nothing is left; yields the side-cars as they are written."""
        while True:
            yield from self._pass()
            if not self._inbox.is_waiting:
                return
            time.sleep(LOOK_S)

    def forever(self, interval_s: float = INTERVAL_S) -> Iterator[Path | None]:
        """Reads whatever comes; yields None after each look that found nothing to do."""
        while True:
            found = False
            for sidecar in self._pass():
                found = True
                yield sidecar
            if not found:
                yield None
                time.sleep(interval_s)

    def _pass(self) -> Iterator[Path]:
        taken: dict[str, Claim] = {}
        for done in self.pool.run(self._requests(taken)):
            yield self._finish(taken.pop(str(done.task.source)), result_of(done, self.pool.limits))
        yield from self._give_up()

    def _requests(self, taken: dict[str, Claim]) -> Iterator[Request]:
        """A request for each complete file, claimed only when a worker is free for it."""
        for claim in self._taken():
            taken[str(claim.path)] = claim
            yield Request(claim.path, str(self.inbox / claim.name))

    def _taken(self) -> Iterator[Claim]:
        for _ in range(len(self._orphans)):
            claim = self._orphans.popleft()
            if claim.tries <= TRIES:
                yield claim
            else:
                self._orphans.append(claim)
        taken = (self._claims.take(path) for path in self._inbox.complete())
        yield from (claim for claim in taken if claim is not None)

    def _give_up(self) -> Iterator[Path]:
        """Gives up files during whose reading this program ended too often."""
        while self._orphans:
            claim = self._orphans.popleft()
            lost = lost_result(str(self.inbox / claim.name), Lost("crashed", claim.tries - 1), self.pool.limits)
            yield self._finish(claim, lost)

    def _finish(self, claim: Claim, result: ReadResult) -> Path:
        (marked,) = self.tally.counted([self.mark(result, f"{self.inbox.resolve()}/{claim.name}#{claim.folder.name}")])
        return self._claims.finish(claim, state_of(marked), json_bytes(marked, indent=2) + b"\n")


def pool_of(build: Build, jobs: int, timeout_s: float | None) -> Pool[Request, ReadResult]:
    """The worker processes of a watcher, which read with what *build* gives."""
    from invoiceocr.pipeline.parallel import reading_pool

    return reading_pool(build, jobs, Limits(timeout_s or TIMEOUT_S))


def state_of(result: ReadResult) -> str:
    """The folder that a file belongs in: done, review or failed."""
    if result.error is not None:
        return "failed"
    accepted = result.invoices and all(invoice.verdict == "accept" for invoice in result.invoices)
    return "done" if accepted else "review"


def results(out: Path) -> Iterator[ReadResult]:
    """The results that the side-cars below *out* hold, by folder and name."""
    for state in STATES:
        for sidecar in sorted((out / state).glob(f"*{SIDECAR_END}")):
            # a file that was handed in may end so, too, and has a side-car of its own
            if not sidecar.with_name(f"{sidecar.name}{SIDECAR_END}").exists():
                yield result_of_json(sidecar.read_bytes())
