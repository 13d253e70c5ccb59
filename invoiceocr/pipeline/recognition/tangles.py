"""Lines in which the print of an invoice and of its form run through each other, read again one ink at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from invoiceocr.imaging import ink_layers
from invoiceocr.page import PageImage, TextLine
from invoiceocr.pipeline.recognition.places import read_near
from invoiceocr.pipeline.recognition.same_print import CERTAIN, is_same, over
from invoiceocr.text.lines import join, match_key, mean_confidence

if TYPE_CHECKING:
    from invoiceocr.ocr.engine import TextReader

# share of an overlapping line's characters that its parts must have together
KEPT = 0.4


def separated(reader: TextReader, image: PageImage, lines: tuple[TextLine, ...]) -> tuple[TextLine, ...]:
    """*lines*, with those in which print and form run through each other read again ink by ink."""
    inks = ink_layers.separate(image)
    overlapping = [line for line in lines if inks is not None and inks.overlapping(line.box)]
    if inks is None or not overlapping:
        return lines
    # one layer at a time: each takes as much memory as the page
    places = [line.box for line in overlapping]
    printed = read_near(reader, inks.print, places)
    formed = read_near(reader, inks.form, places)
    kept: list[TextLine] = [line for line in lines if line not in overlapping]
    for line in overlapping:
        parts = _apart(line, over(line, printed), over(line, formed))
        kept += [part for part in parts if not any(is_same(part, other) for other in kept)]
    return tuple(kept)


def _apart(line: TextLine, printed: list[TextLine], formed: list[TextLine]) -> list[TextLine]:
    """The texts that overlap in *line*. It is *line* itself if the inks say the same, if they say too little between
    them, if they are no surer, or if only one says anything and that is a part of a clear line, or no surer."""
    parts = [*printed, *formed]
    if len(_text(parts)) < KEPT * len(line.text):
        return [line]
    if printed and formed:
        same = set(_text(printed)) & set(_text(formed))
        is_alike = 2 * len(same) >= min(len(_text(printed)), len(_text(formed)))
        return [line] if is_alike or _is_clearer(line, parts, join(formed)) else parts
    return [line] if _explains(line, parts) else parts


def _explains(line: TextLine, parts: Sequence[TextLine]) -> bool:
    """Whether *line* is no worse than its *parts*, which one ink says: it is clear and says more than they do, so that
    the other ink was too faint, or they are no surer."""
    if mean_confidence(line) >= CERTAIN and match_key(_text(parts)) in match_key(line.text):
        return True
    return max(map(mean_confidence, parts), default=0.0) <= mean_confidence(line)


def _is_clearer(line: TextLine, parts: Sequence[TextLine], form: TextLine) -> bool:
    """Whether *line* was read clearly, no worse than its *parts*, and the *form* says no words that run through it. A
    scrap of one ink may have been taken for the other: then each by itself lacks pieces of characters."""
    sure = mean_confidence(line) >= max(CERTAIN, mean_confidence(join(parts)))
    return sure and not _runs_through(match_key(form.text), match_key(line.text))


def _runs_through(form: str, line: str) -> bool:
    """Whether the words of a *form* run through the text of a *line*: they are more than its beginning. A single
    character that is not in the line is a scrap of its print."""
    words = [character for character in form if not character.isascii()]
    return not line.startswith(form) and (len(words) > 1 or any(word in line for word in words))


def _text(lines: Sequence[TextLine]) -> str:
    return "".join(line.text for line in lines)
