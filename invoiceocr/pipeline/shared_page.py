"""Several invoices on one page of a digital file: each is read by itself and has a warning that it is not alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from invoiceocr.evidence.finding import finding
from invoiceocr.evidence.reading import Reading
from invoiceocr.geometry import QUARTERS
from invoiceocr.kinds import OTHER
from invoiceocr.page import Page

SHARED = "several-on-page"
# characters: notes in the margin have some sixty, the emptiest invoice two hundred
MIN_PAPER = 120
MAX_TURNED = 4000  # of a page that is looked at again; three full invoices have as many


def holds_turned_paper(page: Page) -> bool:
    """Whether so much print of *page* is sideways or upside down that it must be another paper."""
    return page.turned >= MIN_PAPER


def may_be_read(page: Page) -> bool:
    """Whether the turned papers of *page* can be read in the time allowed for a page."""
    return holds_turned_paper(page) and page.turned <= MAX_TURNED


def without(page: Page, papers: Iterable[Reading]) -> Page:
    """*page* without the turned characters of its turned *papers*, which were read separately."""
    read = sum(len(line.text) for paper in papers for line in paper.page.lines)
    return replace(page, turned=max(0, page.turned - read)) if read else page


def with_turned(reading: Reading, page: Page) -> Reading:
    """*reading* of *page*, marked as crowded if its turned print is another paper."""
    return replace(reading, crowded=True) if holds_turned_paper(page) and reading.kind != OTHER else reading


def turned_back(reading: Reading, page: Page) -> Reading:
    """*reading* with its place on the page of the file, which was turned to make *page*."""
    rotation = QUARTERS[(reading.rotation + page.turn) // 90 % 4]
    box = reading.box and reading.box.turned_back(page.turn, page.width, page.height)
    return replace(reading, rotation=rotation, box=box)


def noted(readings: Sequence[Reading]) -> list[Reading]:
    """*readings* of one page, with a warning on each invoice if there are several: issuers give each invoice a page of
    its own, so somebody has combined them."""
    count = sum(reading.kind != OTHER for reading in readings)
    if count < 2:
        return list(readings)
    words = (
        f"同一页上有 {count} 张发票，已分别识别，请确认没有遗漏",
        f"the page holds {count} invoices, each read by itself; make sure that none is left out",
    )
    note = finding(SHARED, "warning", words)
    return [
        replace(reading, notes=(*reading.notes, note)) if reading.kind != OTHER else reading for reading in readings
    ]
