"""Boxes of a detector against the texts that are printed: which text stands clean in one box, which is cut, run
together with another, or missed.

A text is looked at along the middle of its height, where its ink is: a box may be higher or lower than the type.
Lengths are in heights of the text (em). A caption and the value printed right behind it may share a box, and so may
the characters of a caption that runs down the page; cells of the item table may not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Quad

Outcome = Literal["clean", "cut", "merged", "missed"]
OUTCOMES: tuple[Outcome, ...] = ("clean", "cut", "merged", "missed")
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ALONG = (np.arange(40) + 0.5) / 40  # of the length
ACROSS = np.array((0.35, 0.5, 0.65))  # of the height
COVERED = 0.9  # of a text that one box has to cover
SEEN = 0.5  # of a text that boxes have to cover, or it is missed
# em of another text in a box, or half of that text, if it is shorter
INTRUDES = 0.5
SAME_ROW = 0.5  # em between the middles of two texts
BEHIND = 2.0  # em between a caption and the value behind it
BESIDE = 1.0  # em between two texts else; wider gaps are columns
# em between the characters of a caption that runs down
BELOW = 2.5
SHORT = 3  # characters


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed text, its quad (clockwise from the top left of the text) and the field that it prints, or None."""

    text: str
    quad: Quad
    path: str | None = None

    @property
    def is_cell(self) -> bool:
        """Whether it stands in the item table."""
        return self.path is not None and self.path.startswith("items.")


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """What the boxes of a page hold of its texts: of each text (row) the share in each box (column), whether that is
    more than a touch, which texts may share a box, the outcomes, and how many boxes hold no text."""

    shares: Floats
    holds: Flags
    kin: Flags
    outcomes: tuple[Outcome, ...]
    blank: int


def match(printed: Sequence[Printed], boxes: Sequence[Quad]) -> Match:
    """How *boxes* cover the texts *printed* on the same page."""
    texts, found = _corners([each.quad for each in printed]), _corners(boxes)
    inside = _inside(_points(texts), found)
    shares, seen = inside.mean(axis=1), inside.any(axis=2).mean(axis=1)
    lengths = np.array([_length(each) for each in texts])[:, None]
    holds = shares >= np.minimum(INTRUDES / lengths, INTRUDES)
    kin = kinship(tuple(printed))
    outcomes = tuple(_outcome(shares[i], seen[i], holds[~kin[i]].any(axis=0)) for i in range(len(printed)))
    return Match(shares, holds, kin, outcomes, int((~holds.any(axis=0)).sum()))


# pages: each is looked at with the boxes of several detectors
@lru_cache(maxsize=64)
def kinship(printed: tuple[Printed, ...]) -> Flags:
    """Of each two texts whether they may share a box; the characters of a caption that runs down may all."""
    kin = np.array([[is_kin(a, b) for b in printed] for a in printed], bool)
    strokes = np.array([_is_stroke(one) for one in printed], bool)
    stacked = kin & strokes & strokes[:, None]
    while (further := stacked @ stacked).sum() > stacked.sum():
        stacked = further
    return np.asarray(kin | kin.T | stacked, bool)


def is_kin(a: Printed, b: Printed) -> bool:
    """Whether *b* may share a box with *a*: itself, what stands right beside it, what is printed over it, the next
    character of a caption that runs down; never two cells of a table beside each other."""
    if a is b:
        return True
    length = _length(_corners([a.quad])[0])
    left, right, top, bottom = _relative(a, b)
    if abs((top + bottom) / 2 - 0.5) < SAME_ROW:
        return max(left - length, -right) < _room(a, b)
    in_line = abs((left + right) / 2 - length / 2) < SAME_ROW
    return in_line and _is_stroke(a) and _is_stroke(b) and max(top - 1.0, -bottom) < BELOW


def _room(a: Printed, b: Printed) -> float:
    """The gap in em up to which two texts of a row may share a box; 0: only if they overlap."""
    if a.is_cell and b.is_cell:
        return 0.0
    return BEHIND if (a.path is None) != (b.path is None) else BESIDE


def is_small(printed: Sequence[Printed], found: Match, number: int) -> bool:
    """Whether a text stands alone and is short: a unit, a rate, a quantity of one digit."""
    one = printed[number]
    return one.path is not None and len(one.text) <= SHORT and int(found.kin[number].sum()) == 1


def _outcome(shares: Floats, seen: float, strangers: Flags) -> Outcome:
    """The outcome of a text of which each box holds a share, and which boxes hold something of strangers."""
    if seen < SEEN:
        return "missed"
    best = int(shares.argmax())
    if strangers[best]:
        return "merged"
    return "clean" if shares[best] >= COVERED else "cut"


def _is_stroke(one: Printed) -> bool:
    """Whether it can be a character of a caption that runs down."""
    return len(one.text) == 1 and one.path is None


def _relative(a: Printed, b: Printed) -> tuple[float, float, float, float]:
    """(left, right, top, bottom) of *b* in em of *a*, from its top left corner along and across its text; top and
    bottom are those of the end that lies nearer to the row of *a*: on photographs rows aren't parallel."""
    origin, along_end, _, down_end = _corners([a.quad])[0]
    along, down = along_end - origin, down_end - origin
    height = float(np.linalg.norm(down))
    offsets = _corners([b.quad])[0] - origin
    x = offsets @ along / np.linalg.norm(along) / height
    y = offsets @ down / height**2
    ends = (y[[0, 3]], y[[1, 2]])
    near = min(ends, key=lambda end: abs(float(end.mean()) - 0.5))
    return float(x.min()), float(x.max()), float(near.min()), float(near.max())


def _length(corners: Floats) -> float:
    """The length of a text in em."""
    return float(np.linalg.norm(corners[1] - corners[0]) / np.linalg.norm(corners[3] - corners[0]))


def _corners(quads: Sequence[Quad]) -> Floats:
    return np.array(quads, np.float64).reshape(-1, 4, 2)


def _points(quads: Floats) -> Floats:
    """Points along the middle of each quad: N×P×2."""
    u, v = (grid.ravel()[None, :, None] for grid in np.meshgrid(ALONG, ACROSS))
    tl, tr, br, bl = (quads[:, None, corner] for corner in range(4))
    return np.asarray((tl * (1 - u) + tr * u) * (1 - v) + (bl * (1 - u) + br * u) * v)


def _inside(points: Floats, quads: Floats) -> Flags:
    """Whether each point (N×P×2) lies in each convex clockwise quad (M×4×2): N×P×M."""
    starts, sides = quads, np.roll(quads, -1, axis=1) - quads
    offsets = points[:, :, None, None, :] - starts[None, None]
    turned = sides[..., 0] * offsets[..., 1] - sides[..., 1] * offsets[..., 0]
    return np.asarray((turned >= 0).all(axis=3), bool)
