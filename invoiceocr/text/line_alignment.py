"""Aligns a line that contains characters which can't be decoded with what a recognizer reads at its place."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from invoiceocr.geometry import Box
from invoiceocr.page import UNREAD, TextLine
from invoiceocr.text.lines import match_key

# the cost of an unread character that is assigned a recognized one
FILLED = 0.0
# of a further recognized character for the same unread one
MORE = 0.4
# of a known character that is recognized as another
MISREAD = 1.2
# of a known character that is not recognized, and of a recognized one that is not there
MISSED = 1.0
LEFT_OPEN = 1.5  # of an unread character without a recognized one
FAR = 1.0  # of pairing characters that are not at the same place
# in line heights: how far beyond the box of an unread character another part of it may be
REACH = 0.4
# in line heights: distance between the middles of one character
MAX_OFFSET = 0.6
# for each known character; worse alignments prove that the two are not the same text
MAX_COST = 0.3

Pairs = tuple[tuple[int, int], ...]


def completed(line: TextLine, seen: TextLine | None, is_blank: Callable[[Box], bool] = lambda _: False) -> TextLine:
    """*line* with its UNREAD characters replaced by what *seen* shows in their place; those that it doesn't show stay,
    and those whose place *is_blank*: of equal characters beside one another a recognizer may read one too many.
    A line of which nothing was known becomes *seen* itself."""
    if seen is None:
        return line
    if not line.text.replace(UNREAD, "").strip():
        return replace(seen, lattice=None, character_steps=())
    cost, pairs = _aligned(line, seen)
    known = len(match_key(line.text.replace(UNREAD, "")))
    if cost - LEFT_OPEN * _open(line, pairs) > MAX_COST * known or _leaves_out(line, seen, pairs):
        return line
    boxes = line.character_boxes
    taken = {i: found for i, found in _taken(line, seen, pairs).items() if not (boxes and is_blank(boxes[i]))}
    return _filled(line, seen, taken)


def _filled(line: TextLine, seen: TextLine, taken: Mapping[int, Sequence[int]]) -> TextLine:
    if not taken:
        return line
    parts = ["".join(seen.text[j] for j in taken[i]) if i in taken else own for i, own in enumerate(line.text)]
    boxes = tuple(box for box, part in zip(line.character_boxes, parts, strict=False) for _ in part)
    sure = math.prod(_confidence(seen, j) for found in taken.values() for j in found)
    text, confidence = "".join(parts), line.confidence * sure
    return replace(line, text=text, source="ocr", confidence=confidence, character_boxes=boxes)


def _taken(line: TextLine, seen: TextLine, pairs: Pairs) -> dict[int, list[int]]:
    """The characters of *seen* that stand for an UNREAD one of *line*, by its index."""
    taken: dict[int, list[int]] = {}
    for i, j in pairs:
        if line.text[i] == UNREAD:
            taken.setdefault(i, []).append(j)
    return {i: found for i, found in taken.items() if _is_held(line, seen, dict(pairs), (i, found))}


def _is_held(line: TextLine, seen: TextLine, partner: Mapping[int, int], filled: tuple[int, list[int]]) -> bool:
    """Whether the characters on both sides of the *filled* one are recognized next to its replacement."""
    i, found = filled
    left = next((k for k in range(i - 1, -1, -1) if not line.text[k].isspace()), None)
    right = next((k for k in range(i + 1, len(line.text)) if not line.text[k].isspace()), None)
    before = next((j for j in range(min(found) - 1, -1, -1) if not seen.text[j].isspace()), None)
    after = next((j for j in range(max(found) + 1, len(seen.text)) if not seen.text[j].isspace()), None)
    return _is_next(line, left, before, partner) and _is_next(line, right, after, partner)


def _is_next(line: TextLine, i: int | None, j: int | None, partner: Mapping[int, int]) -> bool:
    return i is None or line.text[i] == UNREAD or (i in partner and partner[i] == j)


def _confidence(seen: TextLine, j: int) -> float:
    return seen.character_confidences[j] if seen.character_confidences else seen.confidence


def _open(line: TextLine, pairs: Pairs) -> int:
    """How many unread characters the alignment leaves open."""
    taken = {i for i, _ in pairs}
    return sum(character == UNREAD and i not in taken for i, character in enumerate(line.text))


def _leaves_out(line: TextLine, seen: TextLine, pairs: Pairs) -> bool:
    """Whether a letter or figure is recognized inside the line for which the line has no place."""
    taken = {j for _, j in pairs}
    rest = [box for j, box in enumerate(seen.character_boxes) if j not in taken and seen.text[j].isalnum()]
    return any(line.box.x0 < box.cx < line.box.x1 for box in rest)


def _aligned(line: TextLine, seen: TextLine) -> tuple[float, Pairs]:
    """The cheapest alignment: its cost and the pairs of indexes of *line* and *seen*."""
    ours = [i for i, character in enumerate(line.text) if not character.isspace()]
    theirs = [j for j, character in enumerate(seen.text) if not character.isspace()]
    rows = [[j * MISSED for j in range(len(theirs) + 1)]]
    for i in ours:
        row = [rows[-1][0] + _skip(line.text[i])]
        for k, j in enumerate(theirs):
            paired = rows[-1][k] + _pair(line, seen, i, j)
            row.append(min(paired, rows[-1][k + 1] + _skip(line.text[i]), row[-1] + _extra(line, seen, i, j)))
        rows.append(row)
    return rows[-1][-1], _way(rows, (line, seen), ours, theirs)


def _way(
    rows: Sequence[Sequence[float]], texts: tuple[TextLine, TextLine], ours: Sequence[int], theirs: Sequence[int]
) -> Pairs:
    """The pairs on the cheapest way back through the table of costs."""
    pairs, m, n = [], len(ours), len(theirs)
    while m and n:
        i, j = ours[m - 1], theirs[n - 1]
        if math.isclose(rows[m][n], rows[m - 1][n - 1] + _pair(*texts, i, j), abs_tol=1e-9):
            pairs.append((i, j))
            m, n = m - 1, n - 1
        elif math.isclose(rows[m][n], rows[m - 1][n] + _skip(texts[0].text[i]), abs_tol=1e-9):
            m -= 1
        else:
            if _extra(*texts, i, j) == MORE:
                pairs.append((i, j))
            n -= 1
    return tuple(reversed(pairs))


def _skip(character: str) -> float:
    return LEFT_OPEN if character == UNREAD else MISSED


def _extra(line: TextLine, seen: TextLine, i: int, j: int) -> float:
    """The cost of a recognized character behind the one at *i*: an unread one may stand for several."""
    if line.text[i] != UNREAD or not line.character_boxes or not seen.character_boxes:
        return MISSED
    box, x, reach = line.character_boxes[i], seen.character_boxes[j].cx, REACH * line.box.height
    return MORE if box.x0 - reach < x < box.x1 + reach else MISSED


def _pair(line: TextLine, seen: TextLine, i: int, j: int) -> float:
    far = FAR if _is_far(line, seen, i, j) else 0.0
    if line.text[i] == UNREAD:
        return FILLED + far
    return far if _same(line.text[i], seen.text[j]) else MISREAD + far


@cache
def _same(a: str, b: str) -> bool:
    return match_key(a) == match_key(b)


def _is_far(line: TextLine, seen: TextLine, i: int, j: int) -> bool:
    """Whether the middle of the recognized character lies outside the box of the other one."""
    if not line.character_boxes or not seen.character_boxes:
        return False
    box, reach = line.character_boxes[i], MAX_OFFSET * line.box.height
    x = seen.character_boxes[j].cx
    return not box.cx - max(reach, box.width / 2) <= x <= box.cx + max(reach, box.width / 2)
