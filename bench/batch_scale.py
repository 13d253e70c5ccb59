"""What the machinery of a batch costs beside the reading, at scale:

    python -m bench.batch_scale --files 1000000 --crashes 0.0001 --hangs 0.000005 --jobs 2 --whole

Readers are fakes. They answer at once with canned results of a real one's size, and add up how long reading would have
taken by the times measured for PDF, OFD, XML, scans and photos (docs/benchmarks.md), so that hours of work pass in
minutes; a few crash or hang their process, by the given rates. Printed are files a second, milliseconds of machinery a
file, the memory of the supervising process at a tenth of the way and at the end, the size of the journal, and how long
opening it again takes; with --whole also merging the journal and importing it into a ledger.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from invoiceocr.batch import segment
from invoiceocr.batch.inputs import Input
from invoiceocr.batch.journal import Journal
from invoiceocr.batch.merge import merged
from invoiceocr.batch.run import Batch
from invoiceocr.export.tabular import json_bytes
from invoiceocr.ledger import Ledger
from invoiceocr.result import ReadResult
from invoiceocr.testing.outcomes import Outcome, result
from invoiceocr.workers.memory import resident_bytes
from invoiceocr.workers.task import Limits

HANG_S = 3600.0
READING_MS = ((0.60, 25.0), (0.75, 15.0), (0.78, 25.0), (0.90, 400.0), (1.0, 750.0))
"""Share of files up to here, and the milliseconds that reading one takes: PDF, OFD, XML, scan, photo."""
OUTCOMES: tuple[tuple[float, Outcome], ...] = (
    (0.80, "accepted"),
    (0.97, "review"),
    (0.99, "rejected"),
    (1.0, "corrupt"),
)
"""Share of files up to here, and what they come to."""
# a prime: what a file comes to is drawn apart from how long it takes
SHARED = 97
TIMEOUT_S = 5.0
KILO = 1024
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FakeReader:
    """Reads nothing; which names crash or hang is drawn by their digest, so that every run draws the same."""

    crashes: float
    hangs: float

    def read_one(self, source: object, *, name: str | None, expected: object) -> ReadResult:
        """A canned result, or the end of this process."""
        title = name or ""
        draw = drawn(title)
        if draw < self.crashes:
            os._exit(1)
        if draw < self.crashes + self.hangs:
            time.sleep(HANG_S)
        return result(at(OUTCOMES, draw * SHARED % 1.0), title)


def drawn(name: str) -> float:
    """A number from 0 to 1 that a name always has."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()) / 2**64


def at(shares: Sequence[tuple[float, T]], draw: float) -> T:
    """What a draw from 0 to 1 falls on."""
    return next(what for share, what in shares if draw <= share)


def inputs(count: int) -> Iterator[Input]:
    """The inputs of a batch of *count* files, none of which exists."""
    return (Input(Path(f"in/{number:07}.pdf")) for number in range(count))


def run(folder: Path, count: int, batch: Batch) -> Iterator[tuple[str, float]]:
    """Run a batch and tell its figures."""
    began, early = time.perf_counter(), 0
    with Journal(folder) as journal:
        for number, _ in enumerate(batch.run(inputs(count), journal)):
            if number == count // 10:
                early = resident_bytes(os.getpid())
        late = resident_bytes(os.getpid())
    took = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    yield "files a second", count / took
    yield "ms a file, wall", 1000 * took / count
    yield "ms a file, processor time of the supervisor", 1000 * (used.ru_utime + used.ru_stime) / count
    yield "MB of the supervisor at the end", late / KILO / KILO
    yield "bytes of memory a file", (late - early) / (count * 0.9)
    yield "MB of journal", sum(path.stat().st_size for path in folder.iterdir()) / KILO / KILO
    began = time.perf_counter()
    with Journal(folder) as journal:
        yield "lines", len(journal)
    yield "s to open the journal again", time.perf_counter() - began
    places = Counter(line.key for path in folder.glob("results-*.jsonl") for line in segment.lines(path))
    yield "hours that reading these files would have taken on one core", reading_hours(count)
    yield "lost", count - len(places)
    yield "doubled", places.total() - len(places)


def reading_hours(count: int) -> float:
    """How long the files of a batch would have been read by one process."""
    return sum(at(READING_MS, drawn(item.name)) for item in inputs(count)) / 3_600_000


def exported(folder: Path) -> Iterator[tuple[str, float]]:
    """Merge the journal into JSON lines, and import it into a ledger."""
    began, size = time.perf_counter(), 0
    with (folder / "merged.jsonl").open("wb") as stream:
        for found in merged(folder):
            size += stream.write(json_bytes(found) + b"\n")
    yield "s to merge", time.perf_counter() - began
    yield "MB merged", size / KILO / KILO
    yield "MB of this process after merging", resident_bytes(os.getpid()) / KILO / KILO
    began = time.perf_counter()
    with Ledger(folder / "ledger.db") as ledger:
        done = ledger.load(merged(folder), by="bench")
    yield "s to import into a ledger", time.perf_counter() - began
    yield "entries of the ledger", done.new
    yield "MB of ledger", (folder / "ledger.db").stat().st_size / KILO / KILO
    yield "MB of this process at the end", resident_bytes(os.getpid()) / KILO / KILO


def main() -> None:
    """Read the options and print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--files", type=int, default=10_000)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--crashes", type=float, default=0.0)
    options.add_argument("--hangs", type=float, default=0.0)
    options.add_argument("--whole", action="store_true", help="merge and import into a ledger too")
    given = options.parse_args()
    batch = Batch(partial(FakeReader, given.crashes, given.hangs), given.jobs, Limits(TIMEOUT_S))
    with tempfile.TemporaryDirectory() as folder:
        for name, figure in run(Path(folder), given.files, batch):
            print(f"{figure:12.3f}  {name}", flush=True)
        for name, figure in exported(Path(folder)) if given.whole else ():
            print(f"{figure:12.3f}  {name}", flush=True)


if __name__ == "__main__":
    main()
