"""`claims_pdf`: the cover and the invoices of a run as one PDF to print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from invoiceocr.errors import SourceError
from invoiceocr.export.printing.cover import cover
from invoiceocr.export.printing.entry import Entry
from invoiceocr.export.printing.papers import Paper, papers
from invoiceocr.export.printing.places import A4, MARGIN, Part, Place, places
from invoiceocr.export.printing.plain_pdf import Line, Sheet, Text, Typeface, to_pdf
from invoiceocr.geometry import POINTS_PER_INCH
from invoiceocr.imaging import jpeg
from invoiceocr.kinds import Registry
from invoiceocr.settings import Settings
from invoiceocr.sources.pdf.sheets import PdfPage, Picture, Placed, imposed

# a page that is so many times as high as wide fills a sheet, if it is higher than half of one
TALL = 1.1
MAX_HALF = 470.0  # points of height that half a sheet has for a page
CAPTION_SIZE = 7.0
PRINT_DPI = 220.0  # more makes the file large and no print better
QUALITY = 85  # of JPEG


@dataclass(frozen=True, slots=True, eq=False)
class _Printed:
    """A paper of an invoice, and the part of a sheet it needs."""

    entry: Entry
    paper: Paper
    part: Part
    caption: str


def claims_pdf(
    entries: Sequence[Entry],
    sources: Mapping[str, Path | bytes],
    settings: Settings,
    registry: Registry,
    unprinted: Callable[[Entry], None],
) -> bytes:
    """The PDF of *entries*, whose files are *sources* by name: the cover, then the papers in order, two invoices or
    four tickets on an A4 sheet. What has no page that can be shown is only on the cover, and is passed to
    *unprinted*."""
    face = Typeface()
    printed = [one for entry in entries for one in _of(entry, sources, settings, unprinted)]
    placed = list(zip(printed, places(one.part for one in printed), strict=True))
    covers = cover(entries, registry, face)
    sheets = [*covers, *_sheets(placed, face)]
    first = len(covers)
    return imposed(
        to_pdf(sheets, face),
        (Placed(first + place.sheet, _content(one.paper, place), place.box) for one, place in placed),
    )


def _content(paper: Paper, place: Place) -> PdfPage | Picture:
    """What is laid on the sheet: a picture at no more than the resolution of print."""
    if isinstance(paper, PdfPage):
        return paper
    most = max(place.box.width, place.box.height) / POINTS_PER_INCH * PRINT_DPI
    pixels = jpeg.at_most(paper, most * paper.shape[1] / max(paper.shape[:2]))
    return Picture(jpeg.encode(pixels, quality=QUALITY), pixels.shape[1], pixels.shape[0])


def _of(
    entry: Entry, sources: Mapping[str, Path | bytes], settings: Settings, unprinted: Callable[[Entry], None]
) -> Iterator[_Printed]:
    """The papers of an invoice; one that can't be opened any more counts as none."""
    try:
        found = list(papers(entry, sources[entry.result.source], settings))
        parts = [_part(entry, paper) for paper in found]
    except SourceError:
        found, parts = [], []
    if not found:
        unprinted(entry)
    for number, (paper, part) in enumerate(zip(found, parts, strict=True), 1):
        yield _Printed(entry, paper, part, f"（{number}/{len(found)}）" if len(found) > 1 else "")


def _part(entry: Entry, paper: Paper) -> Part:
    if isinstance(paper, PdfPage):
        width, height = paper.size()
        if height > TALL * width and height > MAX_HALF:
            return "sheet"
    return "quarter" if entry.small else "half"


def _sheets(placed: Iterable[tuple[_Printed, Place]], face: Typeface) -> list[Sheet]:
    """The sheets with a caption over each paper and dashed lines to cut along."""
    sheets: list[Sheet] = []
    for one, place in placed:
        while len(sheets) <= place.sheet:
            sheets.append(Sheet(*A4))
        sheet, area = sheets[place.sheet], place.area
        words = face.fitting(_caption(one), CAPTION_SIZE, area.width - 2 * MARGIN)
        sheet.texts.append(Text(area.x0 + MARGIN, area.y0 + MARGIN + CAPTION_SIZE, words, CAPTION_SIZE))
        if area.y0 > 0:
            sheet.lines.append(Line((area.x0, area.y0), (area.x1, area.y0), 0.3, dashed=True))
        if area.x0 > 0:
            sheet.lines.append(Line((area.x0, area.y0), (area.x0, area.y1), 0.3, dashed=True))
    return sheets


def _caption(one: _Printed) -> str:
    """No. 3, what it is worth, where it is from."""
    invoice, name = one.entry.invoice, Path(one.entry.source).name
    amount = f"  ¥{one.entry.amount:,.2f}" if one.entry.amount is not None else ""
    return f"No. {one.entry.serial}{one.caption}{amount}  {invoice.number or ''}  {name}"
