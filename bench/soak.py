"""Reads for a long time, and in many threads at once, and prints whether memory and results stay the same:

    python -m bench.soak memory --reads 10000 [FOLDER]
    python -m bench.soak threads --reads 1000 --threads 16 [FOLDER]

`memory` reads files in turn in one process, and fits a line through its resident memory after the first tenth: bytes a
file. `threads` compares the JSON of concurrent reads with that of one read alone, byte by byte. The files are those of
a labeled folder, or, where none is given, specimens in the mix of MIX.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from invoiceocr import Reader, Settings
from invoiceocr.export.tabular import json_bytes
from invoiceocr.result import ReadResult
from invoiceocr.scoring.documents import find_sets
from invoiceocr.specimens import Format, make
from invoiceocr.workers.memory import resident_bytes

MIX: tuple[tuple[int, Format, str | None, tuple[str, ...]], ...] = (
    (140, "xml", None, ("digital_special", "digital_ordinary")),
    (30, "ofd", None, ("digital_special", "digital_ordinary", "e_vat_special")),
    (29, "pdf", None, ("digital_special", "digital_ordinary", "e_vat_ordinary", "digital_rail")),
    (1, "jpg", "scan", ("vat_special",)),
)
"""How many specimens are drawn, in which format, degraded how, of which kinds in turn."""
FIRST = 810_000  # index of a specimen
SAMPLES = 200  # of memory over a run
WARM = 0.1  # of the reads: models and caches load
MEGABYTE = 1_000_000


def memory(files: Sequence[Path], reads: int) -> None:
    """Print how memory grows over *reads* of *files* in one process."""
    reader = Reader(Settings(threads=1))
    step = max(1, reads // SAMPLES)
    points: list[tuple[int, int]] = []
    errors: Counter[str] = Counter()
    began = time.perf_counter()
    for number, path in enumerate(islice(cycle(files), reads)):
        result = reader.read_one(path)
        errors.update([result.error.code] if result.error else [])
        if not number % step:
            points.append((number, resident_bytes(os.getpid())))
            print(f"{number} {points[-1][1] / MEGABYTE:.1f} MB", file=sys.stderr, flush=True)
    numbers, sizes = np.array(points[int(len(points) * WARM) :], float).T
    slope = np.polyfit(numbers, sizes, 1)[0]
    print(f"{reads} reads of {len(files)} files in {time.perf_counter() - began:.0f} s, errors {dict(errors)}")
    print(
        f"memory: {sizes[0] / MEGABYTE:.0f} MB after warming up, {sizes[-1] / MEGABYTE:.0f} MB at the end, "
        f"at most {sizes.max() / MEGABYTE:.0f} MB; slope {slope:.0f} bytes a file"
    )


def threads(files: Sequence[Path], reads: int, workers: int) -> None:
    """Print how many of *reads* in *workers* threads differ from a read alone."""
    reader = Reader(Settings(threads=1))
    alone = {path: content(reader.read_one(path)) for path in files}
    work = list(islice(cycle(files), reads))
    with ThreadPoolExecutor(workers) as pool:
        found = pool.map(lambda path: content(reader.read_one(path)), work)
        different = sum(alone[path] != data for path, data in zip(work, found, strict=True))
    print(f"{reads} reads in {workers} threads: {different} differ from a read alone")


def content(result: ReadResult) -> bytes:
    """The JSON of a result but for the time that it took."""
    return json_bytes(result.model_copy(update={"elapsed_ms": 0.0}))


def drawn(folder: Path) -> list[Path]:
    """The specimens of MIX, drawn into *folder*."""
    wanted = [(kinds[number % len(kinds)], form, how) for count, form, how, kinds in MIX for number in range(count)]
    for index, (kind, form, how) in enumerate(wanted):
        data = make(kind, FIRST + index, format=form, degradation=how).data
        (folder / f"{index:03}.{form}").write_bytes(data)
    return sorted(folder.iterdir())


def main() -> None:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", choices=("memory", "threads"))
    options.add_argument("folder", type=Path, nargs="?")
    options.add_argument("--reads", type=int, default=1000)
    options.add_argument("--threads", type=int, default=16)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        sets = find_sets(given.folder) if given.folder else ()
        files = [each.path for found in sets for each in found.documents] or drawn(Path(made))
        if given.what == "memory":
            memory(files, given.reads)
        else:
            threads(files, given.reads, given.threads)


if __name__ == "__main__":
    main()
