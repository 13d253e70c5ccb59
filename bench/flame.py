"""Where the processor time of reading goes, function by function, as a flame graph.

    python -m bench.flame FOLDER... [--limit N] [--write docs/images/flame.svg]

A function is as wide as the processor time spent in it and in what it calls; lines are read one after another on one
thread. The stack is looked at every millisecond of processor time, and what passed since the last look is added to it,
so that the long calls of networks count in full. Standard output has the functions that take most by themselves.
"""

from __future__ import annotations

import argparse
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any
from unittest.mock import patch
from xml.sax.saxutils import escape

from bench import machine
from bench.reading import documents, read_watched
from bench.tables import digits, table
from invoiceocr import Reader
from invoiceocr.ocr.workers import Workers
from invoiceocr.settings import Settings

INTERVAL = 0.001  # seconds of processor time between two looks
WIDTH, ROW, FONT = 1200, 17, 11  # pixels of the picture, of a row, of its letters
NARROWEST = 0.5  # pixels; narrower boxes are left out
LETTER = 6.2  # pixels a letter takes
HUES = ("#e8853d", "#efa04b", "#f2b65c", "#e9c46a")
TOP = 25  # functions of the list

Stack = tuple[str, ...]


@dataclass(slots=True)
class Samples:
    """Seconds of processor time by stack, outermost function first."""

    seconds: Counter[Stack] = field(default_factory=Counter)
    _last: float = 0.0

    def start(self) -> None:
        """What passes from now on counts."""
        self._last = time.process_time()

    def look(self, _: int, frame: FrameType | None) -> None:
        """Adds what has passed since the last look to the stack of *frame*; a signal handler."""
        now = time.process_time()
        if stack := _stack(frame):
            self.seconds[stack] += now - self._last  # type: ignore[assignment]
        self._last = now


@dataclass(slots=True)
class Node:
    """A function below those that called it: its own seconds and those of all it calls."""

    total: float = 0.0
    calls: dict[str, Node] = field(default_factory=dict)


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.flame", description=__doc__.partition("\n")[0])
    options.add_argument("folders", type=Path, nargs="+")
    options.add_argument("--limit", type=int, help="only so many files of each folder")
    options.add_argument("--write", type=Path, help="SVG file to write")
    given = options.parse_args()
    files = [path for folder in given.folders for path in documents(folder, given.limit)]
    samples = sampled(Reader(Settings(threads=1)), files)
    names = " ".join(folder.name for folder in given.folders)
    print(machine.provenance(f"python -m bench.flame {names}"))
    print(table(("function", "ms of processor a file"), itself(samples, len(files))))
    if given.write:
        given.write.write_text(drawn(tree(samples)), encoding="utf-8")


def sampled(reader: Reader, files: Sequence[Path]) -> Samples:
    """Where the time of reading *files* goes, after the first one has loaded all there is."""
    samples = Samples()
    with patch.object(Workers, "map", _one_by_one):
        read_watched(reader, files, looking(samples))
    return samples


@contextmanager
def looking(samples: Samples) -> Iterator[None]:
    """*samples* grow as long as this lasts."""
    samples.start()
    before = signal.signal(signal.SIGPROF, samples.look)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def itself(samples: Samples, files: int) -> Iterable[tuple[str, str]]:
    """The functions that take most by themselves, in milliseconds a file."""
    own: Counter[str] = Counter()
    for stack, seconds in samples.seconds.items():
        own[stack[-1]] += seconds
    return [(f"`{name}`", digits(1000 * seconds / files)) for name, seconds in own.most_common(TOP)]


def tree(samples: Samples) -> Node:
    """The stacks merged from their outermost function on."""
    root = Node()
    for stack, seconds in samples.seconds.items():
        node = root
        node.total += seconds
        for name in stack:
            node = node.calls.setdefault(name, Node())
            node.total += seconds
    return root


def drawn(root: Node) -> str:
    """The flame graph as SVG, callers above what they call."""
    boxes = list(_boxes(root, root.total, 0.0, 0))
    height = ROW * (1 + max((depth for depth, *_ in boxes), default=0))
    body = "\n".join(_box(root.total, *box) for box in boxes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        f'font-size="{FONT}">\n{body}\n</svg>\n'
    )


def _boxes(node: Node, whole: float, left: float, depth: int) -> Iterator[tuple[int, float, float, str, float]]:
    """(depth, left, width, name, seconds) of all wide enough below *node*, lengths in pixels."""
    for name, call in sorted(node.calls.items(), key=lambda pair: -pair[1].total):
        width = WIDTH * call.total / whole
        if width >= NARROWEST:
            yield depth, left, width, name, call.total
            yield from _boxes(call, whole, left, depth + 1)
        left += width


def _box(whole: float, depth: int, left: float, width: float, name: str, seconds: float) -> str:
    told = escape(f"{name}: {100 * seconds / whole:.1f} %")
    shown = escape(name[: int(width / LETTER)]) if width > 4 * LETTER else ""
    return (
        f'<g><title>{told}</title><rect x="{left:.1f}" y="{depth * ROW}" width="{width:.1f}" height="{ROW - 1}" '
        f'fill="{HUES[depth % len(HUES)]}"/><text x="{left + 2:.1f}" y="{depth * ROW + 12}">{shown}</text></g>'
    )


def _stack(frame: FrameType | None) -> Stack:
    """The functions of *frame* and its callers from `Reader.read_one` inward, without those of this module."""
    names: list[str] = []
    while frame is not None:
        module = frame.f_globals.get("__name__", "").removeprefix("invoiceocr.")
        if frame.f_code.co_filename != __file__:
            names.append(f"{module}:{frame.f_code.co_qualname}")
        if frame.f_code.co_name == "read_one":
            break
        frame = frame.f_back
    return tuple(reversed(names))


def _one_by_one(_: Workers, work: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    return [work(item) for item in items]


if __name__ == "__main__":
    main()
