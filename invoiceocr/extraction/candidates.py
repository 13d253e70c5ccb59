"""Pieces of print to candidates."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from invoiceocr.decoding.grammars import is_plausible
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import union
from invoiceocr.kinds.types import ValueType
from invoiceocr.page import UNREAD, Page, TextLine

# no amount begins so: its first digits are lost
TORN = re.compile(r"^[¥A-Z]?-?(?:0[\d,]|,)")
# characters in whose place nobody knows what stands: undecoded, or blacked out
NO_TEXT = re.compile(f"[{UNREAD}\u2580-\u259f]")
# characters, spaces between digits included; more is no figure
LONGEST_FIGURE = 30


class Target(NamedTuple):
    """A field that print may say something about: its path and the type of its values."""

    path: str
    type: ValueType


def candidate(target: Target, value: object, text: str, parts: Sequence[TextLine], page: Page) -> Candidate:
    """What *parts* of *page* say about the field of *target*: confidence is that of all parts together, the
    lattice is kept where the value stands in one segment. A text with a character that nobody could decode, or that is
    blacked out, has no value."""
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
    """*value*, if recognized as its type takes it from pixels."""
    return kind.recognized(value) if isinstance(value, str) and parts[0].source == "ocr" else value


def _is_decoded(text: str, parts: Sequence[TextLine]) -> bool:
    return not any(NO_TEXT.search(each) for each in (text, *(part.text for part in parts)))


def valued(target: Target, value: object | None, text: str, parts: Sequence[TextLine], page: Page) -> Candidate | None:
    """The candidate for *value*; where the text makes none, one without value if it `is_misread`, else None."""
    if value is None and not is_misread(target.type, parts):
        return None
    return candidate(target, value, text, parts, page)


def is_misread(kind: ValueType, parts: Sequence[TextLine]) -> bool:
    """Whether *parts* are one recognized figure that another reading of the same pixels makes a value of the type."""
    segment = parts[0]
    if len(parts) > 1 or segment.lattice is None or len(segment.text) > LONGEST_FIGURE:
        return False
    return any(character.isdigit() for character in segment.text) and is_plausible(kind, segment.lattice)
