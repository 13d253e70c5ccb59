"""Measures where the time of a page goes: wall and processor time of each stage, and the work of each network.

    python -m bench.stages [FOLDER...] [--limit N] [--engines] [--write docs/performance.md]

A row a stage, by the folder that the files lie in; a stage's time holds that of the stages under it. `--engines` reads
the same pictures with RapidOCR (PP-OCRv6 small and tiny) in between, so that all figures have the same conditions.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench import engines, machine
from bench.processes import Task, ask, warmed_up
from bench.reading import documents, read_watched
from bench.tables import digits, quantile, table, write_section
from invoiceocr import Reader
from invoiceocr.adjudication.adjudicator import Adjudicator
from invoiceocr.extraction.extractor import Extractor
from invoiceocr.imaging import flatten, ink_layers, orientation
from invoiceocr.layout.key_phrases import KeyPhraseFinder
from invoiceocr.ocr.detector import KernelDetector, TextDetector
from invoiceocr.ocr.engine import TextReader
from invoiceocr.ocr.session import Floats, Network
from invoiceocr.pipeline.recognition.page_recognizer import PageRecognizer
from invoiceocr.pipeline.verification import FieldVerifier
from invoiceocr.rules.engine import Engine
from invoiceocr.settings import Settings
from invoiceocr.sources import qr
from invoiceocr.sources.pdf import pages as pdf_pages

SECTION = "stages"
SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}
RAPID = ("rapidocr-small", "rapidocr-tiny")  # of bench.engines
HEADER = ("stage", "calls a file", "ms of processor a file", "ms a file")
Place = tuple[Any, str]
STAGES: dict[str, Place] = {
    "whole file": (Reader, "read_one"),
    "PDF page to characters": (pdf_pages, "_page"),
    "picture prepared": (PageRecognizer, "prepare"),
    "· glanced at": (KernelDetector, "glance"),
    "· text found": (TextDetector, "__call__"),
    "· quarter turns": (orientation, "is_upside_down"),
    "· quarter turns of what lay": (orientation, "was_stood_on_head"),
    "· laid flat": (flatten, "flatten"),
    "lines read": (TextReader, "read"),
    "inks separated": (ink_layers, "separate"),
    "QR codes": (qr, "decode"),
    "key phrases": (KeyPhraseFinder, "__call__"),
    "fields": (Extractor, "__call__"),
    "figures read again": (FieldVerifier, "__call__"),
    "adjudication": (Adjudicator, "__call__"),
    "· rules": (Engine, "check"),
}


@dataclass(slots=True)
class Spent:
    """Seconds and calls by stage."""

    wall: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    processor: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    calls: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        """Adds what happens inside to *stage*."""
        wall, processor = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.wall[stage] += time.perf_counter() - wall
            self.processor[stage] += time.process_time() - processor
            self.calls[stage] += 1


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.stages", description=__doc__.partition("\n")[0])
    options.add_argument("folders", type=Path, nargs="*", default=[machine.ROOT / "examples"])
    options.add_argument("--limit", type=int, help="only so many files of each folder")
    options.add_argument("--engines", action="store_true", help="RapidOCR on the same pictures")
    options.add_argument("--venv", type=Path, default=engines.DEFAULT_VENV)
    options.add_argument("--write", type=Path, help=f"document whose section bench:{SECTION} is replaced")
    given = options.parse_args()
    names = " ".join(folder.name for folder in given.folders)
    parts = [machine.provenance(f"python -m bench.stages {names}")]
    reader = Reader(Settings(threads=1))
    for folder in given.folders:
        files = documents(folder, given.limit)
        parts.append(f"**{folder.name}**, {len(files)} files\n\n{table(HEADER, rows(measured(reader, files), files))}")
        if given.engines:
            parts += list(beside(reader, [path for path in files if path.suffix.lower() in SUFFIXES], given.venv))
    body = "\n".join(parts)
    print(body)
    if given.write:
        write_section(given.write, SECTION, body)


def measured(reader: Reader, files: Sequence[Path]) -> Spent:
    """What reading *files* takes, stage by stage, after the first one has loaded all there is."""
    spent = Spent()
    read_watched(reader, files, probed(spent))
    return spent


@contextmanager
def probed(spent: Spent) -> Iterator[None]:
    """Every stage and network adds to *spent* as long as this lasts."""
    patches = [
        patch.object(owner, name, timed(getattr(owner, name), stage, spent)) for stage, (owner, name) in STAGES.items()
    ]
    patches.append(patch.object(Network, "outputs", network_timed(Network.outputs, spent)))
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()


def timed(work: Callable[..., Any], stage: str, spent: Spent) -> Callable[..., Any]:
    """*work*, its time added to *stage*."""

    def run(*given: Any, **named: Any) -> Any:
        with spent.on(stage):
            return work(*given, **named)

    return run


def network_timed(work: Callable[[Network, Floats], list[Floats]], spent: Spent) -> Callable[..., list[Floats]]:
    """The call of a network, its time added to the network's file."""

    def outputs(network: Network, batch: Floats) -> list[Floats]:
        with spent.on(f"network {Path(network.entry.file).stem}"):
            return work(network, batch)

    return outputs


def rows(spent: Spent, files: Sequence[Path]) -> Iterable[Sequence[object]]:
    """The stages in the order of the work, then the networks by time."""
    networks = sorted((name for name in spent.calls if name.startswith("network")), key=lambda name: -spent.wall[name])
    for name in (*(stage for stage in STAGES if spent.calls[stage]), *networks):
        times = (digits(1000 * counter[name] / len(files)) for counter in (spent.processor, spent.wall))
        yield (name, digits(spent.calls[name] / len(files)), *times)


def beside(reader: Reader, pictures: Sequence[Path], venv: Path) -> Iterator[str]:
    """The median picture here and in the other engines, and the ratio of processor time, which other work on the
    machine spoils least."""
    if not pictures:
        return
    own = [_spent(reader, path) for path in pictures]
    processor, wall = (quantile(times, 0.5) for times in zip(*own, strict=True))
    found = [("invoiceocr, fields", digits(processor), digits(wall), "1")]
    for engine in (engines.ENGINES[name] for name in RAPID):
        python = engine.python(venv)
        if not engine.version(python):
            yield f"Not there: {engine.title}.\n"
            continue
        tasks: list[Task] = [{"id": str(path), "pictures": [str(path)]} for path in pictures]
        answers = ask(engine.worker, {**engine.options, "threads": 1}, warmed_up(tasks), python=python).by_id
        theirs, took = (
            [ms for task in tasks for ms in answers[task["id"]][key]] for key in ("processor_ms", "page_ms")
        )
        middle = quantile(theirs, 0.5)
        found.append((f"{engine.title}, text", digits(middle), digits(quantile(took, 0.5)), digits(processor / middle)))
    yield table(("the median picture, one thread", "ms of processor", "ms", "ours / theirs, processor"), found)


def _spent(reader: Reader, path: Path) -> tuple[float, float]:
    """Milliseconds of the processor and of the clock."""
    start, began = time.perf_counter(), time.process_time()
    reader.read_one(path)
    return (time.process_time() - began) * 1000, (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
