"""`Printed`: segments of one row read as one text, with a map from its characters back to the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from invoiceocr.page import TextLine
from invoiceocr.text.lines import cut, loose_index, strip


@dataclass(frozen=True, slots=True, eq=False)
class Printed:
    """*segments* from left to right, their text folded for matching, and for each of its characters the segment and the
    character there from which it came."""

    segments: tuple[TextLine, ...]
    text: str
    origin: tuple[tuple[int, int], ...]

    def part(self, start: int, stop: int) -> list[TextLine]:
        """The pieces of print that belong to the characters start..stop-1 of the text."""
        found: dict[int, list[int]] = {}
        for segment, character in self.origin[start:stop]:
            found.setdefault(segment, []).append(character)
        parts = (
            strip(cut(self.segments[index], min(characters), max(characters) + 1))
            for index, characters in found.items()
        )
        return [part for part in parts if part is not None]


def printed(segments: Sequence[TextLine]) -> Printed:
    """*segments* of one row as one text."""
    text, origin = "", []
    for index, segment in enumerate(segments):
        folded, places = loose_index(segment.text)
        text += folded
        origin += [(index, place) for place in places]
    return Printed(tuple(segments), text, tuple(origin))
