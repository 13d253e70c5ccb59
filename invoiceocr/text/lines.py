"""Splits and joins text lines: pure functions that keep boxes, confidences and lattices with the characters."""

from __future__ import annotations

import itertools
import math
import statistics
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from typing import Protocol

from invoiceocr.geometry import Box, overlap_x, overlap_y, union
from invoiceocr.page import TextLine

# presentation forms whose compatibility mapping is another sign (an overline), though fonts draw words with them
KEPT_FORMS = frozenset("\ufe4a\ufe4b\ufe4c")
# texts of which a cache remembers what they are: forms print the same captions on every page
KNOWN_TEXTS = 4096
LOOSE_FORMS = str.maketrans("，。；、“”‘’－—–〔〕【】《》", ",.;,\"\"''---()[]<>")


# in text heights: how far apart the middles of a row's segments may be
LEVEL = 0.6
# share of a full character: brackets and colons are read as full-width ones, however they are printed
BRACKET = 0.75
FEWEST = 4  # characters that show the advance of a line's print
# times their height: how far the middles of a character and the next but one of a vertical text are apart
STACK_REACH = 4.0
MORE_STACKED = 2  # characters that stand above or below one of a vertical text
CLEAR = 0.85  # mean probability of a character from which print was clearly read
NEAR_ROWS = 3  # rows above that a line may still belong to


@lru_cache(maxsize=16384)
def match_key(text: str) -> str:
    """*text* for comparisons: compatibility forms and punctuation folded, white space dropped.

    >>> match_key("名　称：Ａ（１）")
    '名称:A(1)'
    """
    return "".join(_loose_characters(character) for character in text)


def loose_index(text: str) -> tuple[str, list[int]]:
    """`match_key(text)` and, for each of its characters, the index in *text* that it came from."""
    folded: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        for part in _loose_characters(character):
            folded.append(part)
            origin.append(index)
    return "".join(folded), origin


@lru_cache(maxsize=8192)
def _loose_characters(character: str) -> str:
    if character in KEPT_FORMS:
        return character
    folded = unicodedata.normalize("NFKC", character).translate(LOOSE_FORMS)
    return "".join(part for part in folded if not part.isspace())


def cut(line: TextLine, start: int, stop: int) -> TextLine:
    """The part start..stop-1 of *line* with its own box and confidence; without character boxes, the width of the line
    is divided evenly."""
    if start <= 0 and stop >= len(line.text):
        return line
    boxes = line.character_boxes[start:stop] or even_boxes(line)[start:stop]
    confidences = line.character_confidences[start:stop]
    first, last = _step_range(line, start, stop)
    return replace(
        line,
        text=line.text[start:stop],
        box=union(boxes) if boxes else line.box,
        quad=None,
        confidence=math.prod(confidences) if confidences else line.confidence,
        character_boxes=boxes,
        character_confidences=confidences,
        character_steps=tuple(step - first for step in line.character_steps[start:stop]),
        lattice=line.lattice.steps(first, last) if line.lattice and line.character_steps else line.lattice,
        seams=tuple([seam - start for seam in line.seams if start < seam < stop]) if line.seams else (),
    )


class Scored(Protocol):
    """A text and the probability that all of it is right."""

    @property
    def text(self) -> str:
        """The text."""

    @property
    def confidence(self) -> float:
        """The probability, 0..1."""


def mean_confidence(found: Scored) -> float:
    """The geometric mean of the probabilities of all characters except blanks; 0 without any.

    >>> mean_confidence(TextLine("a b", Box(0, 0, 3, 1), "ocr", confidence=0.25))
    0.5
    """
    shown = len("".join(found.text.split()))
    return float(found.confidence ** (1 / shown)) if shown else 0.0


def is_clear(found: Scored) -> bool:
    """Whether the mean probability of a character is that of clearly read print.

    >>> is_clear(TextLine("ab", Box(0, 0, 3, 1), "ocr", confidence=0.75))
    True
    """
    return mean_confidence(found) >= CLEAR


def parted(line: TextLine, places: Iterable[int]) -> list[TextLine]:
    """*line*, split before the characters at *places*, which ascend; without blanks at the ends of the parts, and
    without parts that are nothing else."""
    ends = [0, *places, len(line.text)]
    parts = (strip(cut(line, start, stop)) for start, stop in itertools.pairwise(ends))
    return [part for part in parts if part is not None]


def behind_gaps(line: TextLine, least: float, *, blank: float = 0.0) -> list[int]:
    """The characters of a recognized *line* before which the print leaves at least *least* of a full character's
    advance more than their widths need, or *blank* if a blank was read; recognizers drop most blanks between Chinese
    characters."""
    boxes, text = line.character_boxes, line.text
    shown = [i for i, character in enumerate(text) if not character.isspace()]
    across = line.box.width > line.box.height
    if line.source != "ocr" or len(boxes) != len(text) or len(shown) < FEWEST or not across:
        return []
    steps = [
        (before, after, boxes[after].cx - boxes[before].cx, (_advance(text[before]) + _advance(text[after])) / 2)
        for before, after in itertools.pairwise(shown)
    ]
    full = statistics.median(distance / share for *_, distance, share in steps)
    # where a blank was read, and where none was
    wanted = {True: max(blank, least), False: least}
    return [after for before, after, distance, share in steps if distance > (share + wanted[after - before > 1]) * full]


def _advance(character: str) -> float:
    """How wide *character* is printed, as a share of a Chinese one."""
    if unicodedata.east_asian_width(character) not in "WF":
        return 0.5
    return 1.0 if character.isalnum() else BRACKET


def _step_range(line: TextLine, start: int, stop: int) -> tuple[int, int]:
    """The lattice steps of the characters start..stop-1, extended halfway to their neighbors on both sides."""
    steps = line.character_steps
    if not steps or line.lattice is None or start >= stop:
        return 0, 0
    first = (steps[start - 1] + steps[start] + 1) // 2 if start else 0
    last = (steps[stop - 1] + steps[stop] + 1) // 2 if stop < len(steps) else len(line.lattice.characters)
    return first, last


def strip(line: TextLine, characters: str = " \u3000") -> TextLine | None:
    """*line* without *characters* at its ends; None if nothing is left."""
    left = len(line.text) - len(line.text.lstrip(characters))
    right = len(line.text.rstrip(characters))
    if left >= right:
        return None
    return line if (left, right) == (0, len(line.text)) else cut(line, left, right)


def even_boxes(line: TextLine) -> tuple[Box, ...]:
    """A box for each character of *line*, as if all had the same width."""
    width = line.box.width / max(len(line.text), 1)
    box = line.box
    return tuple(Box(box.x0 + i * width, box.y0, box.x0 + (i + 1) * width, box.y1) for i in range(len(line.text)))


def join(lines: Sequence[TextLine]) -> TextLine:
    """*lines* of one row as one line, from left to right. If they overlap (the digits of a date printed between 年 and
    日), their characters are merged by position. Lines one below another, a value that wraps in its cell, are taken
    from top to bottom. The lattice is kept only for a single line."""
    if len(lines) == 1:
        return lines[0]
    if _is_wrapped(lines):
        ordered = [line for row in rows(lines) for line in row]
        pairs = _characters_of(ordered)
    else:
        ordered = sorted(lines, key=lambda line: line.box.x0)
        pairs = _by_position(ordered)
    return TextLine(
        text="".join(character for character, _ in pairs),
        box=union(line.box for line in ordered),
        source=ordered[0].source,
        confidence=math.prod(line.confidence for line in ordered),
        character_boxes=tuple(box for _, box in pairs),
    )


def with_joined(
    segments: Sequence[TextLine],
    pairs: Iterable[tuple[TextLine, TextLine]],
    joined: Callable[[TextLine, TextLine], TextLine],
) -> Sequence[TextLine]:
    """*segments* with the first of *pairs* replaced by what *joined* makes of it, which comes first; unchanged if there
    is no pair."""
    for first, second in pairs:
        return [joined(first, second), *(other for other in segments if other is not first and other is not second)]
    return segments


def _is_wrapped(lines: Sequence[TextLine]) -> bool:
    return any(_is_below(a, b) or _is_below(b, a) for a, b in itertools.combinations(lines, 2))


def _characters_of(ordered: Sequence[TextLine]) -> list[tuple[str, Box]]:
    """The characters of the lines with their boxes, line after line."""
    return [pair for line in ordered for pair in zip(line.text, line.character_boxes or even_boxes(line), strict=True)]


def _by_position(ordered: Sequence[TextLine]) -> list[tuple[str, Box]]:
    """The characters of lines side by side: line after line, or from left to right if two lines overlap."""
    pairs = _characters_of(ordered)
    if any(_collide(a, b) for a, b in itertools.pairwise(ordered)):
        return sorted(((c, b) for c, b in pairs if not c.isspace()), key=lambda pair: pair[1].cx)
    return pairs


def _is_below(upper: TextLine, lower: TextLine) -> bool:
    """Whether *lower* stands in the same column below *upper* and shares none of its row."""
    return lower.box.cy > upper.box.cy and same_column(upper.box, lower.box) and not same_row(upper.box, lower.box)


def _collide(left: TextLine, right: TextLine) -> bool:
    return right.box.x0 < left.box.x1 - 0.5 * min(left.box.height, right.box.height)


def same_row(a: Box, b: Box) -> bool:
    """Whether the boxes are at the same level: they share half of the lower one's height."""
    return overlap_y(a, b) > 0.5 * min(a.height, b.height)


def same_column(a: Box, b: Box) -> bool:
    """Whether the boxes are in the same column: they share half of the narrower one's width."""
    return overlap_x(a, b) > 0.5 * min(a.width, b.width)


def vertical_text(lines: Iterable[TextLine]) -> frozenset[Box]:
    """The boxes of those *lines* that are characters of a text that runs down the page, one character below another, as
    in the margins of printed forms."""
    singles = [line.box for line in lines if len(line.text) == 1]
    if len(singles) <= MORE_STACKED:
        return frozenset()
    width = statistics.median(box.width for box in singles) or 1.0
    # a column that one way of numbering columns divides is whole in the other
    return frozenset(box for shift in (0.0, 0.5) for box in _stacked(singles, width, shift))


def _stacked(boxes: Iterable[Box], width: float, shift: float) -> Iterator[Box]:
    """The *boxes* with enough others above or below them. Those are next to them if the boxes are in order, column by
    column of *width*, the first of which begins *shift* columns left of the page."""
    ordered = sorted(boxes, key=lambda box: ((box.cx / width + shift) // 1, box.cy))
    for i, box in enumerate(ordered):
        above, below = ordered[max(i - MORE_STACKED, 0) : i], ordered[i + 1 : i + 1 + MORE_STACKED]
        near = sum(_is_near_below(other, box) for other in above) + sum(_is_near_below(box, other) for other in below)
        if near >= MORE_STACKED:
            yield box


def _is_near_below(upper: Box, lower: Box) -> bool:
    """Whether *lower* stands under *upper*, as near as the next but one character of a vertical text."""
    return 0 <= lower.cy - upper.cy < STACK_REACH * upper.height and same_column(upper, lower)


def rows(lines: Iterable[TextLine], slope: float = 0.0) -> list[list[TextLine]]:
    """*lines* grouped by level, top to bottom, each row from left to right; *slope* is the rise of the rows."""
    grouped: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: line.box.cy - slope * line.box.cx):
        level = []
        for row in grouped[-NEAR_ROWS:]:
            near = _nearest(row, line.box)
            off = abs(near.cy - line.box.cy - slope * (near.cx - line.box.cx))
            if off < LEVEL * min(near.height, line.box.height) and not _covered(row, line):
                level.append((off, row))
        if level:
            min(level, key=itemgetter(0))[1].append(line)
        else:
            grouped.append([line])
    return [sorted(row, key=lambda line: line.box.x0) for row in grouped]


def _nearest(row: Sequence[TextLine], box: Box) -> Box:
    """The box of the segment of *row* that is nearest to *box* along x."""
    found, least = row[0].box, math.inf
    for other in row:
        gap = max(other.box.x0 - box.x1, box.x0 - other.box.x1)
        if gap < least:
            found, least = other.box, gap
    return found


def _covered(row: Sequence[TextLine], line: TextLine) -> bool:
    """Whether *line* stands above or below a segment of *row* rather than beside it; one or two characters
    (年, 月, ¥) may stand between the others."""
    return len(line.text) > 2 and any(len(other.text) > 2 and same_column(other.box, line.box) for other in row)
