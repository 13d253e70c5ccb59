"""Measures time and memory: import, building, each sort of source, batches, whole processes.

    python -m bench.speed [FOLDER] [--write docs/benchmarks.md]

Every figure comes from a process of its own, so that memory is that of the named work and no more.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench import machine
from bench.processes import Task, ask, finish, warmed_up
from bench.tables import digits, quantile, spread, table, write_section
from invoiceocr.scoring.documents import find_sets

SECTION = "speed"
TITLES = {
    "image pixels": "picture",
    "pdf": "PDF with text",
    "pdf pixels": "PDF without text",
    "ofd": "OFD",
    "xml": "XML",
}
STARTS = 5  # of which the median counts
# The second column: microseconds with all that it imports.
IMPORT_TIME = re.compile(r"import time:\s*\d+ \|\s*(\d+) \| invoiceocr$", re.MULTILINE)
SOURCE_HEADER = ("source", "files", "pages", "ms a page: median / p90 / max", "peak MB", "pages a second, `read_many`")
PROCESS_HEADER = ("one file, `invoiceocr extract --format json`", "s: median / max", "peak MB")
START_HEADER = ("", "ms")


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__.partition("\n")[0])
    options.add_argument("folder", type=Path, nargs="?", default=machine.ROOT / "examples", help="labeled files")
    options.add_argument("--repeat", type=int, default=3, help="how often each file is read")
    options.add_argument("--limit", type=int, help="only the first files of each set")
    options.add_argument("--threads", type=int, default=0, help="0: all cores")
    options.add_argument("--write", type=Path, help=f"document whose section bench:{SECTION} is replaced")
    given = options.parse_args()
    head = machine.provenance(f"python -m bench.speed {given.folder.resolve().name} --threads {given.threads}")
    files = [each.path for found in find_sets(given.folder) for each in found.first(given.limit).documents]
    body = "\n".join([head, *measure(files, {"threads": given.threads}, given.repeat)])
    print(body)
    if given.write:
        write_section(given.write, SECTION, body)


def measure(files: Sequence[Path], settings: Task, repeat: int) -> Iterable[str]:
    """The three tables: starting, sources with a built reader, whole processes."""
    sorts = by_source(files, settings)
    yield table(START_HEADER, starts(settings, sorts))
    yield table(SOURCE_HEADER, (source_row(name, paths, settings, repeat) for name, paths in sorts.items()))
    yield table(PROCESS_HEADER, (process_row(name, paths[0], settings) for name, paths in sorts.items()))


def by_source(files: Sequence[Path], settings: Task) -> dict[str, list[Path]]:
    """The files that can be read, by the sort of source they are."""
    answers = ask("sources", settings, [task(path, 0) for path in files])
    sorts: dict[str, list[Path]] = {}
    for path in files:
        answer = answers.by_id[f"{path}#0"]
        if "source" in answer:
            sorts.setdefault(answer["source"], []).append(path)
    return dict(sorted(sorts.items()))


def titled(name: str) -> str:
    """What a sort of source is called in the tables."""
    return TITLES.get(name, name)


def task(path: Path, number: int) -> Task:
    """The task to read *path* for the time *number*."""
    return {"id": f"{path}#{number}", "path": str(path)}


def starts(settings: Task, sorts: dict[str, list[Path]]) -> Iterable[tuple[str, str]]:
    """What has to be waited for before the first page is read."""
    bare = [finish([sys.executable, "-c", "pass"]).seconds * 1000 for _ in range(STARTS)]
    whole = [finish([sys.executable, "-c", "import invoiceocr.pipeline.reader"]).seconds * 1000 for _ in range(STARTS)]
    yield "Python alone, a process", digits(quantile(bare, 0.5))
    yield "`import invoiceocr` (`-X importtime`)", digits(quantile([import_ms() for _ in range(STARTS)], 0.5))
    yield "process with `import invoiceocr.pipeline.reader`", digits(quantile(whole, 0.5))
    builds = [ask("files", settings, []).load_ms for _ in range(STARTS)]
    yield "`Reader()`", digits(quantile(builds, 0.5))
    for name, paths in sorts.items():
        if "pixels" in name:
            answers = ask("files", settings, [task(paths[0], 0), task(paths[0], 1)])
            first, second = (sum(answers.by_id[f"{paths[0]}#{number}"]["page_ms"]) for number in (0, 1))
            yield f"additional time of the first file ({titled(name)})", digits(max(0.0, first - second))


def import_ms() -> float:
    """The time that importing the package takes, without starting Python."""
    command = [sys.executable, "-X", "importtime", "-c", "import invoiceocr"]
    said = subprocess.run(command, cwd=machine.ROOT, capture_output=True, text=True, check=True).stderr
    return sum(map(int, IMPORT_TIME.findall(said))) / 1000


def source_row(name: str, paths: Sequence[Path], settings: Task, repeat: int) -> list[object]:
    """The row of one sort of source, the reader built and its networks loaded."""
    tasks = [task(path, number) for number in range(repeat) for path in paths]
    answers = ask("files", settings, warmed_up(tasks))
    times = [value for each in tasks for value in answers.by_id[each["id"]].get("page_ms", [])]
    seconds = throughput([*paths] * repeat, settings)
    peak = f"{answers.peak_mb:.0f}"
    return [titled(name), len(paths), len(times) // repeat, spread(times), peak, digits(len(times) / seconds)]


def throughput(paths: Sequence[Path], settings: Task) -> float:
    """Seconds in which one reader reads all files, after it has read the first."""
    names = [str(path) for path in paths]
    answers = ask("batch", settings, [{"id": "first", "paths": names[:1]}, {"id": "all", "paths": names}])
    return float(answers.by_id["all"]["seconds"])


def process_row(name: str, path: Path, settings: Task) -> list[object]:
    """The row of one file read by a process of its own."""
    command = [sys.executable, "-m", "invoiceocr", "extract", str(path), "--format", "json"]
    runs = [finish([*command, *(f"--{key}={value}" for key, value in settings.items())]) for _ in range(STARTS)]
    seconds = [run.seconds for run in runs]
    peak = max(run.peak_mb for run in runs)
    return [titled(name), f"{digits(quantile(seconds, 0.5))} / {digits(max(seconds))}", f"{peak:.0f}"]


if __name__ == "__main__":
    main()
