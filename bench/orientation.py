"""Measures how a page's quarter turn is told: by the package, and by classifiers of whole pages.

    python -m bench.orientation [--classifier TITLE=FILE ...] [--write docs/model-benchmarks.md]

Drawn pages, each turned by 0, 90, 180 and 270 degrees. Time is what telling the turn takes beyond finding the text
boxes of the upright page, which are needed anyway.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from bench import machine
from bench.detectors import given as network_given
from bench.drawn import Sheet, sheets
from bench.tables import digits, percent, quantile, table, write_section
from invoiceocr.geometry import QUARTERS
from invoiceocr.imaging import region
from invoiceocr.imaging.orientation import turn
from invoiceocr.ocr.engine import TextReader
from invoiceocr.ocr.session import Network, normalized, open_network
from invoiceocr.page import PageImage, Pixels
from invoiceocr.pipeline.recognition.upright import upright_of
from invoiceocr.settings import Settings

SECTION = "orientation"
TURNS = (0, 1, 2, 3)
# pixels: what PP-LCNet is given is the middle of the page that small
SHORT_SIDE, CROP = 256, 224
Teller = Callable[[PageImage], tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Told:
    """How a page was pictured and turned clockwise, in quarters; whether the turn back was told right; the time."""

    condition: str
    quarters: int
    right: bool
    milliseconds: float


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.orientation", description=__doc__.partition("\n")[0])
    options.add_argument("--classifier", nargs="*", default=[], help="TITLE=FILE of PP-LCNet classifiers of pages")
    options.add_argument("--pages", type=int, default=24, help="drawn pages")
    options.add_argument("--write", type=Path, help=f"document whose section bench:{SECTION} is replaced")
    given = options.parse_args()
    cv2.setNumThreads(1)
    tellers: dict[str, Teller] = {"the package": by_package(TextReader(Settings(threads=1)))}
    for entry in map(network_given, given.classifier):
        tellers[entry.name] = by_classifier(open_network(entry, 1))
    head = machine.provenance(f"python -m bench.orientation --pages {given.pages}")
    drawn = list(sheets(given.pages))
    body = "\n".join([head, *report({name: told(teller, drawn) for name, teller in tellers.items()})])
    print(body)
    if given.write:
        write_section(given.write, SECTION, body)


def by_package(reader: TextReader) -> Teller:
    """Tells the turn as the package does: at a glance, or by the text boxes, the line classifier and the recognizer."""

    def tell(image: PageImage) -> tuple[int, float]:
        began = time.perf_counter()
        upright = upright_of(image, reader).image
        told = time.perf_counter()
        reader.detect(upright.pixels)
        found = time.perf_counter()
        needed = QUARTERS.index(region.rotation(region.relative(upright, image)))
        return needed, (2 * told - began - found) * 1000

    return tell


def by_classifier(network: Network) -> Teller:
    """Tells the turn with a network that says by how many quarters the page is turned clockwise, before anything else
    is done with it."""

    def tell(image: PageImage) -> tuple[int, float]:
        began = time.perf_counter()
        turned = int(network(normalized(middle(image.pixels), network)[None])[0].argmax())
        return back(turned), (time.perf_counter() - began) * 1000

    return tell


def back(quarters: int) -> int:
    """The clockwise quarters that undo *quarters*."""
    return -quarters % 4


def middle(pixels: Pixels) -> Pixels:
    """The square in the middle of a page whose shorter side is SHORT_SIDE."""
    height, width = pixels.shape[:2]
    factor = SHORT_SIDE / min(height, width)
    size = (round(width * factor), round(height * factor))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    left, top = (size[0] - CROP) // 2, (size[1] - CROP) // 2
    return np.asarray(small[top : top + CROP, left : left + CROP], np.uint8)


def told(teller: Teller, drawn: Iterable[Sheet]) -> list[Told]:
    """What *teller* makes of every page turned every way."""
    found = []
    for sheet in drawn:
        for quarters in TURNS:
            needed, took = teller(turn(sheet.image, quarters))
            found.append(Told(sheet.condition, quarters, needed == back(quarters), took))
    return found


def report(results: dict[str, Sequence[Told]]) -> Iterable[str]:
    """All tables, each with a line that says what it shows."""
    some = next(iter(results.values()))
    yield f"Turns recognized correctly, %, by how the page is turned ({len(some)} pictures):\n"
    header = ("method", *(f"{90 * quarters}°" for quarters in TURNS), "all")
    yield table(header, ([name, *_shares(told), percent(_right(told))] for name, told in results.items()))
    names = list(dict.fromkeys(each.condition for each in some))
    yield "Turns recognized correctly, %, by condition of the page:\n"
    yield table(("method", *names), ([name, *_by_condition(told, names)] for name, told in results.items()))
    yield "Time in ms of one thread (median), by how the page is turned:\n"
    yield table(header[:-1], ([name, *_times(told)] for name, told in results.items()))


def _of(told: Iterable[Told], quarters: int) -> list[Told]:
    return [each for each in told if each.quarters == quarters]


def _shares(told: Sequence[Told]) -> list[str]:
    return [percent(_right(_of(told, quarters))) for quarters in TURNS]


def _by_condition(told: Sequence[Told], names: Iterable[str]) -> list[str]:
    return [percent(_right([each for each in told if each.condition == name])) for name in names]


def _right(told: Sequence[Told]) -> tuple[int, int]:
    return sum(each.right for each in told), len(told)


def _times(told: Sequence[Told]) -> list[str]:
    return [digits(quantile([each.milliseconds for each in _of(told, quarters)], 0.5)) for quarters in TURNS]


if __name__ == "__main__":
    main()
