"""The outline of an OFD path (GB/T 33190, 9.1): its commands, its points, and its drawing in the operators of PDF."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

from invoiceocr.geometry import Point
from invoiceocr.sources.ofd.geometry import Frame, numbers

ARC_STEPS = 24  # straight pieces of an elliptic arc
# S and M: begin at a point; L: a line to one; Q, B: a quadratic or cubic curve; A: an elliptic arc; C: close
_COMMAND = re.compile(r"([SMLQBAC])([^SMLQBAC]*)")
_COMMAND_LETTER = re.compile("[A-Z]")
_BEGIN = re.compile("[SM]")

Spot = Callable[[float, float], str]
"""Writes a point of the object's space (millimeters, y down) as PDF has it (points, y up)."""
Piece = Callable[[Spot, Point, list[float]], Iterator[str]]
"""The PDF operators of one command of a path that has come to a point, by the numbers behind the command."""


def commands(data: str) -> Iterator[tuple[str, list[float]]]:
    """The commands of the OFD path *data*, each with its numbers."""
    for command, words in _COMMAND.findall(data):
        yield command, numbers(words)


def operators(height: float, frame: Frame, data: str) -> Iterator[str]:
    """The PDF operators of the OFD path *data* on a page of *height* points."""

    def spot(x: float, y: float) -> str:
        left, top = frame.point(x, y)
        return f"{left:.3f} {height - top:.3f}"

    here = (0.0, 0.0)
    for command, values in commands(data):
        if len(values) >= _VALUES[command]:
            yield from _PIECES[command](spot, here, values)
        if len(values) >= 2:
            here = (values[-2], values[-1])


def subpaths(data: str) -> Iterator[list[Point]]:
    """The points of each part of the OFD path *data*, in the object's space; for arcs, points along them."""
    for part in _BEGIN.split(data):
        points = list(_with_arcs(part)) if "A" in part else _paired(numbers(_COMMAND_LETTER.sub(" ", part)))
        if points:
            yield points


def _with_arcs(part: str) -> Iterator[Point]:
    here = (0.0, 0.0)
    for command, values in commands(f"S{part}"):
        if len(values) < _VALUES[command]:
            continue
        points = _arc(here, values) if command == "A" else _paired(values)
        yield from points
        here = points[-1] if points else here


def _paired(values: list[float]) -> list[Point]:
    return list(zip(values[::2], values[1::2], strict=False))


def _close(spot: Spot, here: Point, values: list[float]) -> Iterator[str]:
    yield "h"


def _points(operator: str, count: int) -> Piece:
    """The piece of an operator whose *count* numbers are its points, one after another, as in PDF."""

    def piece(spot: Spot, here: Point, values: list[float]) -> Iterator[str]:
        yield " ".join(spot(x, y) for x, y in zip(values[:count:2], values[1:count:2], strict=True)) + f" {operator}"

    return piece


def _quadratic(spot: Spot, here: Point, values: list[float]) -> Iterator[str]:
    yield f"{_cubic(spot, here, values)} c"


def _curved(spot: Spot, here: Point, values: list[float]) -> Iterator[str]:
    yield from (f"{spot(*point)} l" for point in _arc(here, values))


def _cubic(spot: Spot, here: Point, values: list[float]) -> str:
    """A quadratic curve as the cubic one of the same shape."""
    (x0, y0), (x1, y1, x2, y2) = here, values[:4]
    first = spot(x0 + 2 / 3 * (x1 - x0), y0 + 2 / 3 * (y1 - y0))
    second = spot(x2 + 2 / 3 * (x1 - x2), y2 + 2 / 3 * (y1 - y2))
    return f"{first} {second} {spot(x2, y2)}"


def _arc(here: Point, values: list[float]) -> list[Point]:
    """Points along an elliptic arc from *here*; only its end if the numbers can't be computed with."""
    try:
        return list(_along_arc(here, values))
    except ArithmeticError:
        return [(values[5], values[6])]


def _along_arc(here: Point, values: list[float]) -> Iterator[Point]:
    """Points along an elliptic arc from *here*: its center by the formulas of SVG 1.1, F.6."""
    rx, ry, turn, large, sweep, x, y = values[:7]
    rx, ry, angle = abs(rx), abs(ry), math.radians(turn)
    cos, sin = math.cos(angle), math.sin(angle)
    dx, dy = (here[0] - x) / 2, (here[1] - y) / 2
    # step 1: the chord in the axes of the ellipse
    px, py = cos * dx + sin * dy, -sin * dx + cos * dy
    if not rx or not ry or (not px and not py):
        yield x, y
        return
    # step 2: radii too small for the chord grow until they fit
    grown = max(1.0, math.sqrt((px / rx) ** 2 + (py / ry) ** 2))
    rx, ry = rx * grown, ry * grown
    # step 3: the center
    share = (px / rx) ** 2 + (py / ry) ** 2
    factor = math.sqrt(max(0.0, 1 / share - 1)) * (-1 if bool(large) == bool(sweep) else 1)
    cx, cy = factor * rx * py / ry, -factor * ry * px / rx
    # step 4: the angles at both ends, the way that sweep says
    start = math.atan2((py - cy) / ry, (px - cx) / rx)
    span = math.atan2((-py - cy) / ry, (-px - cx) / rx) - start
    span += 2 * math.pi if sweep and span < 0 else -2 * math.pi if not sweep and span > 0 else 0
    # step 5: points between them, turned back to the page
    mx, my = (here[0] + x) / 2, (here[1] + y) / 2
    for step in range(1, ARC_STEPS + 1):
        at = start + span * step / ARC_STEPS
        ex, ey = cx + rx * math.cos(at), cy + ry * math.sin(at)
        yield mx + cos * ex - sin * ey, my + sin * ex + cos * ey


# numbers of each command of a path
_VALUES = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_PIECES: dict[str, Piece] = {
    **{"S": _points("m", 2), "M": _points("m", 2), "L": _points("l", 2), "B": _points("c", 6)},
    **{"Q": _quadratic, "A": _curved, "C": _close},
}
