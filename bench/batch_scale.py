"""What the machinery of a batch costs beside the reading, at scale:

    python -m bench.batch_scale --files 1000000 --crashes 0.0001 --hangs 0.000005 --jobs 2 --whole

Readers are fakes. They answer at once with canned results of a real one's size, and add up how long reading would have
taken by the times measured for PDF, OFD, XML, scans and photos (docs/benchmarks.md), so that hours of work pass in
minutes; a few crash or hang their process, by the given rates. Printed are files a second, milliseconds of machinery a
file, the memory of the supervising process at a tenth of the way and at the end, the size of the journal, and how long
opening it again takes; with --whole also merging the journal and importing it into a ledger. --alone writes the same
journal without workers, in a tenth of the time, where only merge and ledger are asked.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from itertools import chain
from pathlib import Path

from bench.fakes import FakeReader, at, canned_line, drawn
from invoiceocr import Reader
from invoiceocr.batch import segment
from invoiceocr.batch.inputs import Input
from invoiceocr.batch.journal import Journal
from invoiceocr.batch.merge import merged, write_merged_jsonl
from invoiceocr.batch.run import Batch
from invoiceocr.batch.tally import Tally
from invoiceocr.ledger import Ledger
from invoiceocr.workers.memory import resident_bytes
from invoiceocr.workers.task import Limits

READING_MS = ((0.60, 25.0), (0.75, 15.0), (0.78, 25.0), (0.90, 400.0), (1.0, 750.0))
"""Share of files up to here, and the milliseconds that reading one takes: PDF, OFD, XML, scan, photo."""
TIMEOUT_S = 5.0
KILO = 1024


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


def written(folder: Path, count: int) -> Iterator[tuple[str, float]]:
    """Write the journal of such a batch in this process, without readers, for what comes after it."""
    began = time.process_time()
    with Journal(folder) as journal:
        for item in inputs(count):
            journal.append(canned_line(item))
    yield "ms of processor time a line written", 1000 * (time.process_time() - began) / count


def reading_hours(count: int) -> float:
    """How long the files of a batch would have been read by one process."""
    return sum(at(READING_MS, drawn(item.name)) for item in inputs(count)) / 3_600_000


def exported(folder: Path) -> Iterator[tuple[str, float]]:
    """Merge the journal into JSON lines, as `batch merge` does, and import it into a ledger."""
    began, used, tally = time.perf_counter(), time.process_time(), Tally()
    with (folder / "merged.jsonl").open("wb") as stream:
        write_merged_jsonl(folder, stream, Reader().comparison(), tally)
        size = stream.tell()
    yield "s to merge", time.perf_counter() - began
    yield "ms of processor time a line", 1000 * (time.process_time() - used) / tally.files
    yield "MB merged", size / KILO / KILO
    yield "MB of this process after merging", resident_bytes(os.getpid()) / KILO / KILO
    began, used = time.perf_counter(), time.process_time()
    with Ledger(folder / "ledger.db") as ledger:
        done = ledger.load(merged(folder), by="bench")
    yield "s to import into a ledger", time.perf_counter() - began
    yield "ms of processor time an entry", 1000 * (time.process_time() - used) / done.new
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
    options.add_argument("--alone", action="store_true", help="write the journal without workers")
    options.add_argument("--timeout", type=float, default=TIMEOUT_S, help="seconds after which a file hangs")
    options.add_argument("--folder", type=Path, help="where the journal is kept; by default it is removed")
    given = options.parse_args()
    batch = Batch(partial(FakeReader, given.crashes, given.hangs), given.jobs, Limits(given.timeout))
    with nullcontext(given.folder) if given.folder else tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        first = written(folder, given.files) if given.alone else run(folder, given.files, batch)
        for name, figure in chain(first, exported(folder) if given.whole else ()):
            print(f"{figure:12.3f}  {name}", flush=True)


if __name__ == "__main__":
    main()
