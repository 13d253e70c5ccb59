"""`Completion`: what the text layer of a page leaves open is read from the pixels.

A font without a mapping gives characters without meaning. The line has UNREAD in their place; its area of the drawn
page is recognized and aligned with the known characters. A page that its layer doesn't explain (a scan with the stamp
of a scanner app, captions mapped to other characters) is recognized as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import partial
from itertools import accumulate

import numpy as np

from invoiceocr.evidence.reading import Reading
from invoiceocr.geometry import Box, box_quad, overlap, overlap_share
from invoiceocr.kinds import OTHER, KindSpec, is_sum
from invoiceocr.page import UNREAD, Page, PageImage, TextLine
from invoiceocr.pipeline.recognition.page_recognizer import PageRecognizer
from invoiceocr.sources.document import Draw
from invoiceocr.text.line_alignment import completed
from invoiceocr.text.lines import cut, match_key
from invoiceocr.values import invoice_number, qr_payload

# share of the page from which pictures make it a scan
SCANNED = 0.5
# how many characters of a page may be read from the pixels, some 3 ms each; an invoice without mapping has 1,500
MAX_BROKEN = 1800
# margin around a line, in line heights: a recognizer needs some paper around the print
MARGIN = 0.15
# share of the smaller line's area that two lines have in common
SAME_PLACE = 0.5
EDGE = 0.15  # of the width of a character, at its sides
MIN_CONTRAST = 40  # gray levels between the darkest and the lightest point of a place with print
# similarity from which the layer counts as what is printed, allowing for misreadings
SAME_TEXT = 0.6


@dataclass(frozen=True, slots=True)
class Completion:
    """Reads places of pages with a text layer from their picture, drawn at `dpi`."""

    pixels: PageRecognizer
    dpi: float

    def lines(self, page: Page, draw: Draw | None) -> Page:
        """*page* with the UNREAD characters of its first lines replaced by what the pixels show, if they can be
        aligned."""
        broken = _first(line for line in page.lines if UNREAD in line.text)
        if not broken or draw is None:
            return page
        image = draw(page.number, self.dpi)
        quads = tuple(box_quad(_on(image, page, _padded(line.box))) for line in broken)
        seen = [_back(line, image, page) for line in self.pixels.under(image, quads)]
        is_blank = partial(_is_blank, image, page)
        found = {id(line): completed(line, _at(line, seen), is_blank) for line in broken}
        return replace(page, lines=tuple(found.get(id(line), line) for line in page.lines))

    def page(self, page: Page, draw: Draw) -> Page:
        """*page* as its pixels show it, with the lines of its layer wherever both say the same."""
        image = draw(page.number, self.dpi)
        seen = self.pixels.drawn(Page(page.number, image.width, image.height, image=image))
        printed = [_back(line, image, page) for line in seen.lines]
        lines = reconciled(page.lines, printed)
        codes = page.qr_payloads or seen.qr_payloads
        return replace(page, lines=lines, qr_payloads=codes)


def _first(lines: Iterable[TextLine]) -> list[TextLine]:
    """The leading *lines*, as long as their characters together can be read in a short time."""
    several = list(lines)
    ends = accumulate(len(line.text) for line in several)
    return [line for line, end in zip(several, ends, strict=True) if end <= MAX_BROKEN]


def is_unexplained(reading: Reading, spec: KindSpec | None) -> bool:
    """Whether the characters of a page, of a kind or of none, do not make it a known document although there are
    signs of an invoice: a picture that takes up half of the page, a tax QR code, or an invoice number anywhere on
    the page."""
    if reading.is_list:
        return False
    told = {c.path for c in reading.candidates if c.value is not None} if reading.kind != OTHER else set()
    if "number" in told:
        return False
    return _speaks_of_tax(reading.page) or (
        not any(is_sum(path, spec) for path in told) and reading.page.pictured >= SCANNED
    )


def _speaks_of_tax(page: Page) -> bool:
    return any(qr_payload.parse(text) is not None for text in page.qr_payloads) or any(
        invoice_number.is_digital(line.text.strip()) and invoice_number.is_valid(line.text) for line in page.lines
    )


def reconciled(stated: Sequence[TextLine], printed: Sequence[TextLine]) -> tuple[TextLine, ...]:
    """The *printed* lines. Where a *stated* line says the same, its words are used; stated lines with nothing printed
    over them stay."""
    places = [(line, [other for other in stated if _meet(line.box, other.box)]) for line in printed]
    covered = {id(other) for _, others in places for other in others}
    lines = [line for line in stated if id(line) not in covered]
    for line, others in places:
        lines += _settled(line, [other for other in others if not any(other is done for done in lines)], others)
    return tuple(sorted(lines, key=lambda line: (line.box.cy, line.box.x0)))


def _settled(printed: TextLine, open_lines: Sequence[TextLine], stated: Sequence[TextLine]) -> list[TextLine]:
    """The *stated* lines that are still free and say about what is *printed*, with their signs read again; otherwise
    the printed line."""
    words = match_key("".join(line.text for line in sorted(stated, key=lambda line: line.box.x0)))
    alike = SequenceMatcher(None, match_key(printed.text), words, autojunk=False).ratio()
    if not stated or alike < SAME_TEXT:
        return [printed]
    if alike == 1.0:
        return list(open_lines)
    return [completed(_without_signs(line), _under(line, printed)) for line in open_lines]


def _under(line: TextLine, printed: TextLine) -> TextLine | None:
    """The part of *printed* that lies where *line* does."""
    inside = [i for i, box in enumerate(printed.character_boxes) if line.box.x0 <= box.cx <= line.box.x1]
    return cut(printed, inside[0], inside[-1] + 1) if inside else None


def _without_signs(line: TextLine) -> TextLine:
    """*line* with its ASCII signs as UNREAD: captions are mapped to them if their font has no mapping."""
    text = "".join(UNREAD if c.isascii() and not c.isalnum() and not c.isspace() else c for c in line.text)
    return replace(line, text=text)


def _meet(a: Box, b: Box) -> bool:
    return overlap_share(a, b) > SAME_PLACE


def _at(line: TextLine, seen: Sequence[TextLine]) -> TextLine | None:
    """The line of *seen* that lies where *line* does."""
    return max(
        (other for other in seen if _meet(line.box, other.box)),
        key=lambda other: overlap(line.box, other.box),
        default=None,
    )


def _padded(box: Box) -> Box:
    margin = MARGIN * box.height
    return Box(max(0.0, box.x0 - margin), max(0.0, box.y0 - margin), box.x1 + margin, box.y1 + margin)


def _on(image: PageImage, page: Page, box: Box) -> Box:
    return box.scaled(image.width / page.width, image.height / page.height)


def _is_blank(image: PageImage, page: Page, box: Box) -> bool:
    """Whether the page shows nothing in *box*, at whose sides its neighbors may reach in."""
    x0, y0, x1, y1 = _on(image, page, box).as_tuple()
    inset = EDGE * (x1 - x0)
    place = image.pixels[round(y0) : round(y1) + 1, round(x0 + inset) : round(x1 - inset) + 1]
    return place.size > 0 and int(np.ptp(place, axis=(0, 1)).max()) < MIN_CONTRAST


def _back(line: TextLine, image: PageImage, page: Page) -> TextLine:
    """*line* of *image* in the units of *page*."""
    x, y = page.width / image.width, page.height / image.height
    boxes = tuple(box.scaled(x, y) for box in line.character_boxes)
    return replace(line, box=line.box.scaled(x, y), quad=None, character_boxes=boxes)
