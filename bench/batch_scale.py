"""What the machinery of a batch costs beside the reading, at scale:

    python -m bench.batch_scale --files 100000 --crashes 0.0001 --hangs 0.00001 --jobs 2

Readers are fakes with a canned result of a real one's size that take no time, but for those that crash or hang their
process by the given rates. Told are files a second, milliseconds of machinery a file, the memory of the supervising
process at a tenth of the way and at the end, the size of the journal, and how long opening it again takes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from invoiceocr.batch import segment
from invoiceocr.batch.inputs import Input
from invoiceocr.batch.journal import Journal
from invoiceocr.batch.run import Batch
from invoiceocr.result import ReadResult
from invoiceocr.testing.outcomes import result
from invoiceocr.workers.memory import resident_bytes
from invoiceocr.workers.pool import Limits

HANG_S = 3600.0
TIMEOUT_S = 5.0
KILO = 1024


@dataclass(frozen=True, slots=True)
class FakeReader:
    """Reads nothing; which names crash or hang is drawn by their digest, so that every run draws the same."""

    crashes: float
    hangs: float

    def read_one(self, source: object, *, name: str | None, expected: object) -> ReadResult:
        """A canned result, or the end of this process."""
        title = name or ""
        draw = int.from_bytes(hashlib.blake2b(title.encode(), digest_size=8).digest()) / 2**64
        if draw < self.crashes:
            os._exit(1)
        if draw < self.crashes + self.hangs:
            time.sleep(HANG_S)
        return result("accepted", title)


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
    yield "lost", count - len(places)
    yield "doubled", places.total() - len(places)


def main() -> None:
    """Read the options and print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--files", type=int, default=10_000)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--crashes", type=float, default=0.0)
    options.add_argument("--hangs", type=float, default=0.0)
    given = options.parse_args()
    batch = Batch(partial(FakeReader, given.crashes, given.hangs), given.jobs, Limits(TIMEOUT_S))
    with tempfile.TemporaryDirectory() as folder:
        for name, figure in run(Path(folder), given.files, batch):
            print(f"{figure:12.3f}  {name}", flush=True)


if __name__ == "__main__":
    main()
