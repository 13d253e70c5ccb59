"""A sheet of random lines to look at: `python -m training.contact_sheet out/lines.png [--alphabet id]`."""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random

import cv2
import numpy as np

from invoiceocr.page import Pixels
from invoiceocr.specimens.lines import texts
from invoiceocr.specimens.lines.conditions import VALIDATION, WRITTEN, training_condition
from invoiceocr.specimens.lines.line import Order, draw_line

# pixels of a line's place, lines side by side
ROW, WIDTH, COLUMNS, GAP = 36, 440, 4, 4


def main() -> None:
    """Writes the sheet."""
    parser = argparse.ArgumentParser(prog="python -m training.contact_sheet", description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("--alphabet", choices=tuple(texts.MIXES), default="id")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--condition", choices=(*VALIDATION, WRITTEN), help="lines of validation in one condition")
    given = parser.parse_args()
    lines = [draw_line(_order(given, number), f"sheet {given.seed} {number}").pixels for number in range(given.count)]
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_bytes(cv2.imencode(".png", sheet(lines))[1].tobytes())


def sheet(lines: list[Pixels]) -> Pixels:
    """The lines in rows of COLUMNS, each at most as high as its place, none enlarged more than twice."""
    rows = -(-len(lines) // COLUMNS)
    page = np.full((rows * (ROW + GAP), COLUMNS * (WIDTH + GAP), 3), 128, np.uint8)
    for index, line in enumerate(lines):
        factor = min(ROW / line.shape[0], WIDTH / line.shape[1], 2.0)
        small = cv2.resize(line, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)[:ROW, :WIDTH]
        y, x = index // COLUMNS * (ROW + GAP), index % COLUMNS * (WIDTH + GAP)
        page[y : y + small.shape[0], x : x + small.shape[1]] = small
    return page


def _order(given: argparse.Namespace, number: int) -> Order:
    kinds = texts.MIXES[given.alphabet]
    if given.condition:
        kinds = texts.WRITTEN if given.condition == WRITTEN else kinds
        return Order(kinds, given.condition, validation=True)
    return Order(kinds, training_condition(Random(f"{given.seed} {number}")))


if __name__ == "__main__":
    main()
