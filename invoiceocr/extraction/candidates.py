"""Turns pieces of print into candidates."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import regex

from invoiceocr.decoding.grammars import is_plausible
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import union
from invoiceocr.kinds.types import ValueType
from invoiceocr.page import UNREAD, Page, TextLine
from invoiceocr.text.lines import cut

# no amount begins like this: its first digits are lost
TORN = re.compile(r"^[¥A-Z]?-?(?:0[\d,]|,)")
# where a whole amount ends into which other print runs: one or two characters of the names of the copies, which stand
# down the side of the form, or the number in a seal
RUN_INTO = regex.compile(
    r"(?<=(?<![\d.,])\d[\d,]*\.\d\d)(?=\s*(?:[第一二三四五六联聯记账抵扣税发票购买销售方凭证]{1,2}$|(?=\d*[A-Z])[0-9A-Z]{8}))"
)
# characters in place of unknown ones: undecoded, or blacked out
NO_TEXT = re.compile(f"[{UNREAD}\u2580-\u259f]")
# characters, including spaces between digits; more is no figure
LONGEST_FIGURE = 30
# what is left of the confidence of the print from which a value that is not printed there follows: it is doubtful
INFERRED = 0.49
# the probability that print is the value of a field if only its look says so: it is doubtful
UNSURE = 0.45


class Target(NamedTuple):
    """A field about which print may say something: its path and the type of its values."""

    path: str
    type: ValueType


def candidate(target: Target, value: object, text: str, parts: Sequence[TextLine], page: Page) -> Candidate:
    """What *parts* of *page* say about the field of *target*. The confidence is that of all parts together; the lattice
    is kept if the value stands in one segment. A text with a character that could not be decoded, or that is blacked
    out, gives no value."""
    return Candidate(
        path=target.path,
        value=_sound(target.type, value, parts) if _is_decoded(text, parts) else None,
        text=text,
        source=parts[0].source,
        confidence=math.prod(part.confidence for part in parts),
        page=page.number,
        box=union(part.box for part in parts),
        lattice=parts[0].lattice if len(parts) == 1 else None,
    )


def _sound(kind: ValueType, value: object, parts: Sequence[TextLine]) -> object:
    """*value*, if its type accepts it from recognized pixels."""
    return kind.recognized(value) if isinstance(value, str) and parts[0].source == "ocr" else value


def _is_decoded(text: str, parts: Sequence[TextLine]) -> bool:
    return not any(NO_TEXT.search(each) for each in (text, *(part.text for part in parts)))


def valued(target: Target, value: object | None, text: str, parts: Sequence[TextLine], page: Page) -> Candidate | None:
    """The candidate for *value*. If the text gives none: one without a value if it `is_misread`, otherwise None."""
    if value is None and not is_misread(target.type, parts):
        return None
    return candidate(target, value, text, parts, page)


def amount_alone(segment: TextLine) -> TextLine:
    """A recognized *segment* without the print that runs into the end of its amount."""
    end = RUN_INTO.search(segment.text) if segment.source == "ocr" else None
    return cut(segment, 0, end.start()) if end else segment


def is_misread(kind: ValueType, parts: Sequence[TextLine]) -> bool:
    """Whether *parts* are one recognized figure of which another reading of the same pixels gives a value of the
    type."""
    segment = parts[0]
    if len(parts) > 1 or segment.lattice is None or len(segment.text) > LONGEST_FIGURE:
        return False
    return any(character.isdigit() for character in segment.text) and is_plausible(kind, segment.lattice)
