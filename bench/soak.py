"""Reads for a long time, and in many threads at once, and prints whether memory and results stay the same:

    python -m bench.soak memory --reads 10000 [FOLDER]
    python -m bench.soak threads --reads 1000 --threads 16 [FOLDER]

`memory` reads the files of a folder in turn in one process, and fits a line through its resident memory after the first
tenth: bytes a file. `threads` compares the JSON of concurrent reads with that of one read alone, byte by byte.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from bench import machine
from invoiceocr import Reader, Settings
from invoiceocr.export.tabular import json_bytes
from invoiceocr.result import ReadResult
from invoiceocr.scoring.documents import find_sets
from invoiceocr.workers.memory import resident_bytes

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


def main() -> None:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", choices=("memory", "threads"))
    options.add_argument("folder", type=Path, nargs="?", default=machine.ROOT / "examples")
    options.add_argument("--reads", type=int, default=1000)
    options.add_argument("--threads", type=int, default=16)
    given = options.parse_args()
    files = [each.path for found in find_sets(given.folder) for each in found.documents]
    if given.what == "memory":
        memory(files, given.reads)
    else:
        threads(files, given.reads, given.threads)


if __name__ == "__main__":
    main()
