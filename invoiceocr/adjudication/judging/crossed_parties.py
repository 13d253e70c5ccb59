"""Names and tax ids of two parties that are crossed: each name stands beside the id that was taken for the other
party's.

Check digits prove the characters of an id, not whose it is. If both ids pass, only the page can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.judging.judgment import Judgment
from invoiceocr.geometry import Box

NAMES = ("buyer.name", "seller.name")
IDS = ("buyer.tax_id", "seller.tax_id")


def disputed(judgment: Judgment, fused: Mapping[str, Fused]) -> Judgment:
    """*judgment* with both names and both ids disputed if they are crossed."""
    places = [_place(fused.get(path)) for path in (*NAMES, *IDS)]
    known = [place for place in places if place is not None]
    if len(known) < len(places) or len({page for page, _ in known}) > 1 or not _are_crossed([box for _, box in known]):
        return judgment
    return replace(judgment, disputed=judgment.disputed.union(NAMES, IDS))


def _place(field: Fused | None) -> tuple[int, Box] | None:
    """The page and the box of the value, if it was found on a page."""
    return None if field is None or field.chosen.box is None else (field.chosen.page, field.chosen.box)


def _are_crossed(boxes: list[Box]) -> bool:
    """Whether each of two names stands nearer to the other's id; *boxes* are those of the names, then those of the
    ids."""
    one, other, id_of_one, id_of_other = boxes
    return _distance(one, id_of_other) < _distance(one, id_of_one) and _distance(other, id_of_one) < _distance(
        other, id_of_other
    )


def _distance(a: Box, b: Box) -> float:
    """The distance between the beginnings of two values."""
    return abs(a.x0 - b.x0) + abs(a.cy - b.cy)
