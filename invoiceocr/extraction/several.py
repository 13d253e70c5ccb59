"""Whether a paper shows signs of a second one that could not be separated from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from statistics import median
from typing import NamedTuple

import regex

from invoiceocr.extraction.match_spec import Weighted
from invoiceocr.geometry import Box
from invoiceocr.page import Page, TextLine
from invoiceocr.text.lines import KNOWN_TEXTS, match_key
from invoiceocr.values import invoice_code

# in heights: how far apart the same caption of two papers is; a copy in the margin is nearer
APART = 6.0
# characters, such as those of a province, that may stand beside a title
ONLY = 4
# of the height of the largest title: remarks that name another kind of invoice are printed smaller
TITLE_SIZE = 0.7
# of the usual height of lines: print of this height is no remark, though the title of a tilted paper is higher still
LARGE = 1.2
SEVERAL = 2
# captions of which a paper has one value each, however often it is printed
IDENTITIES = (("code", "slip_code"), ("number", "slip_number"))
SLIP_CODE = regex.compile(r"1\d{11}")
DIGITS = regex.compile(r"\d{8}|\d{10}|\d{12}|\d{20}")
# what the machine printed may not be the number of the paper that was in it; a remark quotes another invoice
QUOTED = regex.compile(r"^机打|\p{Han}(?:发票|票据)(?:代码|号码)")
# in heights: how far apart the middles of a caption and its value are, and how far behind it the value may begin
ONE_ROW, NEAR = 0.6, 6.0
# so many digits of a number may be misread, or none if this is how sure it is
MISREAD, SURE = 2, 0.95


class _Identity(NamedTuple):
    """A code or number behind its caption."""

    caption: Box
    digits: str
    confidence: float


def shows_several(page: Page, once: Iterable[Iterable[str]], titles: Sequence[Weighted]) -> bool:
    """Whether each caption of a group that a paper has only *once* appears several times on *page*, or a line that is
    nothing but one of *titles* does."""
    groups = [any(_is_repeated(_places(page, name)) for name in group) for group in once]
    return (bool(groups) and all(groups)) or _is_repeated(_titles(page, tuple(titles)))


def _places(page: Page, name: str) -> list[Box]:
    return [label.box for label in page.labels if label.id == name and label.exact]


def _titles(page: Page, titles: tuple[Weighted, ...]) -> list[Box]:
    """The places of lines in the print of a title that are nothing but one."""
    named = [line.box for line in page.lines if _is_title(match_key(line.text), titles)]
    if not named:
        return []
    usual = median(line.box.height for line in page.lines)
    least = min(LARGE * usual, TITLE_SIZE * max(box.height for box in named))
    return [box for box in named if box.height > least]


@lru_cache(maxsize=KNOWN_TEXTS)
def _is_title(text: str, titles: tuple[Weighted, ...]) -> bool:
    near = (title for title in titles if len(text) <= len(title.name) + ONLY)
    return any(title.pattern.search(text) for title in near)


def _is_repeated(boxes: Sequence[Box]) -> bool:
    return sum(1 for _ in _distinct(boxes)) >= SEVERAL


def _distinct(boxes: Iterable[Box]) -> Iterable[Box]:
    """Those of *boxes* that are apart from those before."""
    seen: list[Box] = []
    for box in boxes:
        if all(max(abs(box.cx - old.cx), abs(box.cy - old.cy)) > APART * old.height for old in seen):
            seen.append(box)
            yield box


def shows_two_papers(page: Page) -> bool:
    """Whether codes, or numbers behind their captions, that are apart on *page* differ by more than a misreading."""
    codes, numbers = ([*_identities(page, captions)] for captions in IDENTITIES)
    codes += _bare_codes(page)
    return any(_are_two(one, other) for found in (codes, numbers) for one, other in combinations(found, 2))


def _identities(page: Page, captions: Sequence[str]) -> Iterator[_Identity]:
    """The codes or numbers behind *captions* on *page*."""
    labels = [label.box for label in page.labels if label.id in captions and label.exact]
    for box in labels:
        line = next((line for line in page.lines if line.box.contains(box.cx, box.cy)), None)
        value = min(_behind(page, box), key=lambda segment: segment.box.x0, default=None)
        if value is not None and line is not None and not QUOTED.search(match_key(line.text)):
            yield _Identity(box, match_key(value.text), value.confidence)


def _bare_codes(page: Page) -> Iterator[_Identity]:
    """The codes on *page* that stand alone in print without a caption, as the press puts them on slips."""
    for segment in page.segments:
        text = match_key(segment.text)
        if SLIP_CODE.fullmatch(text) and invoice_code.is_valid(text) and not _is_captioned(page, segment.box):
            yield _Identity(segment.box, text, segment.confidence)


def _is_captioned(page: Page, box: Box) -> bool:
    """Whether a caption stands before *box*, in its row."""
    rows = (
        label.box for label in page.labels if box.cx - label.box.cx > 0 and box.x0 - label.box.x1 < NEAR * box.height
    )
    return any(abs(label.cy - box.cy) < ONE_ROW * max(label.height, box.height) for label in rows)


def _behind(page: Page, caption: Box) -> Iterator[TextLine]:
    """The numbers right of *caption*, in its row."""
    for segment in page.segments:
        is_level = abs(segment.box.cy - caption.cy) < ONE_ROW * caption.height
        if is_level and segment.box.cx > caption.x1 and DIGITS.fullmatch(match_key(segment.text)):
            yield segment


def _are_two(one: _Identity, other: _Identity) -> bool:
    """Whether *one* and *other* are of two papers."""
    if len(one.digits) != len(other.digits) or len(list(_distinct([one.caption, other.caption]))) < SEVERAL:
        return False
    differing = sum(a != b for a, b in zip(one.digits, other.digits, strict=True))
    return differing > MISREAD or (differing > 0 and min(one.confidence, other.confidence) > SURE)
