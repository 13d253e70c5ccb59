"""Tax ids of parties that their check digits prove, whether they stand in one line or in two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import permutations

from invoiceocr.geometry import union
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.lines import match_key, with_joined
from invoiceocr.values import tax_id

UNIFIED_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
ID_PART = re.compile(r"[0-9A-Z]{1,17}")


def valid_ids(form: FormLayout, region: str) -> dict[str, TextLine]:
    """The recognized tax ids with correct check digits in *region*, each with a segment that contains it."""
    segments = [segment for segment in form.print_in(region) if segment.source == "ocr"]
    found = (
        (match.group(), segment) for segment in segments if (match := UNIFIED_CODE.search(match_key(segment.text)))
    )
    return {value: segment for value, segment in found if tax_id.is_valid(value)}


def with_whole_ids(form: FormLayout, segments: Sequence[TextLine]) -> Sequence[TextLine]:
    """*segments*, where two that stand one below the other and make a tax id with correct check digits are joined."""
    parts = [segment for segment in segments if ID_PART.fullmatch(match_key(segment.text))]
    pairs = (pair for pair in permutations(parts, 2) if _goes_on(form, *pair) and _is_whole_id(*pair))
    return with_joined(segments, pairs, _under_one_another)


def _is_whole_id(first: TextLine, second: TextLine) -> bool:
    code = match_key(first.text + second.text)
    return UNIFIED_CODE.fullmatch(code) is not None and tax_id.is_valid(code)


def _under_one_another(first: TextLine, second: TextLine) -> TextLine:
    """The lines of one value as one, wherever the second begins."""
    return TextLine(
        text=first.text + second.text,
        box=union((first.box, second.box)),
        source=first.source,
        confidence=first.confidence * second.confidence,
        character_boxes=(*first.character_boxes, *second.character_boxes),
    )


def _goes_on(form: FormLayout, first: TextLine, second: TextLine) -> bool:
    """Whether *second* stands on the line below *first* and does not begin behind it."""
    return form.is_next_line(first.box, second.box) and second.box.x0 < first.box.x1
