"""Forms that are filled in by hand: only what the press printed on them can be read with certainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from invoiceocr.evidence.finding import finding
from invoiceocr.evidence.reading import Reading
from invoiceocr.extraction.blocks.node import Node

RULE = "filled-by-hand"
WORDS = (
    "手工填写的发票：手写内容请人工核对",
    "the form is filled in by hand: please check what is written on it",
)


@dataclass(frozen=True, slots=True, eq=False)
class ByHand:
    """The titles of the forms of a kind that are filled in by hand, and the fields that the press prints on them."""

    titles: tuple[regex.Pattern[str], ...]
    printed: frozenset[str]


def compile_by_hand(node: Node) -> ByHand:
    """What the `by_hand` of a kind says; no form is filled in by hand if there is none."""
    node.check(("titles", "printed"))
    printed = (node.field(place, name).path for place, name in enumerate(node.list("printed")))
    return ByHand(node.patterns("titles"), frozenset(printed))


def noted(reading: Reading, form: ByHand, head: Sequence[str]) -> Reading:
    """*reading*, with a finding about all fields that are written by hand if a title of the *form* stands at the *head*
    of the page. Recognizers are trained on print and are sure of handwriting that they misread, so these fields are
    doubtful, whatever agrees with them."""
    if not any(title.search(text) for text in head for title in form.titles):
        return reading
    written = dict.fromkeys(each.path for each in reading.candidates if each.path not in form.printed)
    note = finding(RULE, "warning", WORDS, tuple(written), verdict="review")
    return replace(reading, notes=(*reading.notes, note))
