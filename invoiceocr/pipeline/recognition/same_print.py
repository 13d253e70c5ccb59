"""Whether two lines stand for the same print, or one for a part or a misreading of the other, and which of what was
read again belongs on a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from invoiceocr.geometry import Box, overlap_share, overlap_x
from invoiceocr.page import Page, TextLine
from invoiceocr.text.lines import is_clear, mean_confidence

# mean probability of a character from which print is beyond doubt, where more is asked than `CLEAR`: what single inks
# say, or a whole cell, which may contain its surroundings, replaces less certain lines only
CERTAIN = 0.95
# least probability of a text found by a second look: specks in an empty cell read as something, but never surely
SURE = 0.6
# least mean probability of a character, if it has this many: specks are not that long
LEGIBLE, LONG = 0.9, 8
# share of the smaller area that a text box has in common with an overlapping line
MEET = 0.3
# mean probability of a character below which a line is a tangle of print and seal
BAD = 0.6
# share of a tangle's width that the print read instead of it must take up
MOST = 0.7
# share of the characters of a misreading that the print read in its place has at least: a part explains it no better
FEWEST = 0.5
# share of the characters of the shorter one that a print and its misreading have in common
ALIKE = 0.5
# how far the middle of a piece may lie off that of its print, in heights of the piece
ON_LEVEL = 0.5


def with_found(page: Page, found: Iterable[TextLine]) -> Page:
    """*page* with those *found* lines that it lacks, which replace their pieces and what was misread there."""
    new = [line for line in found if not is_known(line, page)]
    kept = [line for line in page.lines if not any(is_piece(line, each) or is_misread(line, each) for each in new)]
    return replace(page, lines=(*kept, *new))


def is_known(line: TextLine, page: Page) -> bool:
    """Whether *page* has *line*."""
    return any(is_same(line, known) for known in page.lines)


def is_same(a: TextLine, b: TextLine) -> bool:
    """Whether *a* and *b* are the same print with the same text."""
    return a is b or (a.text == b.text and meet(a.box, b.box))


def is_piece(line: TextLine, whole: TextLine) -> bool:
    """Whether *line* is a part of the print that *whole* is: at its level, and not in the next row that a cell reaches
    into."""
    is_level = abs(line.box.cy - whole.box.cy) < ON_LEVEL * line.box.height
    return is_level and line.text in whole.text and whole.box.contains(line.box.cx, line.box.cy)


def is_misread(line: TextLine, better: TextLine) -> bool:
    """Whether *line* is only a misreading of the print *better* with a seal over it: a bad one, or one less sure that
    has many of its characters."""
    covered = overlap_x(line.box, better.box) > MOST * line.box.width
    is_there = line.box.contains(better.box.cx, better.box.cy) and covered
    says_enough = len(better.text) >= FEWEST * len(line.text)
    return is_there and says_enough and is_clear(better) and (mean_confidence(line) < BAD or _resembles(line, better))


def _resembles(line: TextLine, better: TextLine) -> bool:
    """Whether *line* is less sure than *better* and has many of its characters, in the same order."""
    blocks = SequenceMatcher(None, line.text, better.text, autojunk=False).get_matching_blocks()
    alike = sum(block.size for block in blocks)
    return mean_confidence(line) < mean_confidence(better) and alike >= ALIKE * min(len(line.text), len(better.text))


def is_print(line: TextLine) -> bool:
    """Whether *line*, which a second look found, is print rather than specks or a piece of other print."""
    return line.confidence >= SURE or (len(line.text) >= LONG and mean_confidence(line) >= LEGIBLE)


def over(line: TextLine, found: Sequence[TextLine]) -> list[TextLine]:
    """The well-read lines of *found* at the place of *line*."""
    return [new for new in found if new.text and is_clear(new) and meet(new.box, line.box)]


def meet(a: Box, b: Box) -> bool:
    """Whether *a* and *b* have enough in common to hold the same print."""
    return overlap_share(a, b) > MEET
