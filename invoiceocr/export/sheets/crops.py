"""The fields that a person should look at, each with the part of the page where it stands: the sheet 核对 of a
workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import numpy as np

from invoiceocr.adjudication.trace import InvoiceTrace
from invoiceocr.adjudication.trace import Picture as PagePicture
from invoiceocr.export.sheets.cell import Cell, Row, Sheet
from invoiceocr.export.sheets.columns import Column
from invoiceocr.export.sheets.invoice_sheets import NUMBER, SOURCE
from invoiceocr.export.sheets.links import link_to
from invoiceocr.export.sheets.spool import RowFile
from invoiceocr.export.titles import STATUSES, Title, in_both
from invoiceocr.imaging import jpeg
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import FieldSpec, Registry
from invoiceocr.kinds.field_titles import path_title
from invoiceocr.page import Pixels
from invoiceocr.proof import Evidence
from invoiceocr.result import ReadResult
from invoiceocr.values import rate

# how many pictures a workbook may have; more make it slow to open
MAX_CROPS = 3000
# the largest size of a crop on the screen, in pixels
CROP_HEIGHT, CROP_WIDTH = 44, 360
MARGIN = 0.4  # margin shown around a field, in heights
# pixels of the picture for each pixel on the screen, so that it is legible when enlarged or printed
SHARPNESS = 2
TRACED = Callable[[ReadResult], Iterable[InvoiceTrace]]
COLUMNS = (
    Column("serial", Title("序号", "no.")),
    SOURCE,
    NUMBER,
    Column("field", Title("字段", "field")),
    Column("value", Title("识别值", "value")),
    Column("crop", Title("原图", "on the page")),
    Column("alternatives", Title("备选", "alternatives")),
    Column("correct", Title("更正", "correct value")),
)


class Checks:
    """The rows of the sheet, filled while results pass. *traced* gives the invoices of a result with the pictures of
    their pages, and is called only if something is in doubt; links are relative to *folder*."""

    def __init__(self, traced: TRACED, registry: Registry, folder: Path | None = None) -> None:
        self._traced = traced
        self._folder = folder
        self._registry = registry
        self._rows = RowFile()
        self._serial = 0
        self._crops = 0

    def watched(self, results: Iterable[ReadResult]) -> Iterator[ReadResult]:
        """The same results."""
        for result in results:
            self._add(result)
            yield result

    def sheet(self) -> Sheet:
        """All rows so far."""
        return Sheet(Title("核对", "to check"), COLUMNS, self._rows)

    def _add(self, result: ReadResult) -> None:
        doubted = any(_doubts(invoice) for invoice in result.invoices)
        pictures = [trace.pictures for trace in self._traced(result)] if doubted else []
        for index, invoice in enumerate(result.invoices):
            self._serial += 1
            shown = _Pages(pictures[index] if index < len(pictures) else {})
            self._rows.extend(self._row(result, invoice, path, shown) for path in _doubts(invoice))

    def _row(self, result: ReadResult, invoice: Invoice, path: str, shown: _Pages) -> Row:
        proof, spec = invoice.evidence[path], self._registry.kinds.get(invoice.kind)
        crop = _crop(proof, shown) if self._crops < MAX_CROPS else None
        self._crops += crop is not None
        return {
            "serial": Cell(self._serial),
            "source": Cell(result.source, link=link_to(result.source, self._folder)),
            "number": Cell(invoice.number),
            "field": Cell(path_title(path, spec).zh),
            "value": Cell(_printed(proof, None if spec is None else spec.field(path)), proof.status),
            "crop": Cell(picture=crop),
            "alternatives": Cell(" | ".join(proof.alternatives) or None),
        }


class _Pages:
    """The pages of an invoice, each decoded once, when a field on it is shown."""

    def __init__(self, pictures: Mapping[int, PagePicture]) -> None:
        self._pictures = pictures
        self._pixels: dict[int, Pixels] = {}

    def pixels(self, number: int) -> Pixels | None:
        """The page with that number; None if it has no picture."""
        if number not in self._pixels and number in self._pictures:
            self._pixels[number] = jpeg.decode(self._pictures[number].jpeg)
        return self._pixels.get(number)


def _printed(proof: Evidence, field: FieldSpec | None) -> str:
    """The value as invoices print it, since it stands beside its picture: 13%, not 0.13; the status if there is
    none."""
    if proof.value is None:
        return in_both(STATUSES[proof.status])
    is_rate = field is not None and field.is_rate
    return rate.to_text(proof.value) if is_rate and isinstance(proof.value, Decimal) else str(proof.value)


def _doubts(invoice: Invoice) -> list[str]:
    return [path for path, proof in invoice.evidence.items() if proof.status in ("doubtful", "missing")]


def _crop(proof: Evidence, shown: _Pages) -> tuple[bytes, int, int] | None:
    """The part of the page where the field was read, as a JPEG file with its size on the screen; None if it has no
    place."""
    if proof.box is None or proof.page_size is None:
        return None
    pixels = shown.pixels(proof.page or 0)
    if pixels is None:
        return None
    across, down = pixels.shape[1] / proof.page_size[0], pixels.shape[0] / proof.page_size[1]
    x0, y0, x1, y1 = proof.box
    margin = MARGIN * (y1 - y0)
    left, right = (max(0, round(edge * across)) for edge in (x0 - margin, x1 + margin))
    top, bottom = (max(0, round(edge * down)) for edge in (y0 - margin, y1 + margin))
    return _on_screen(pixels[top:bottom, left:right])


def _on_screen(cut: Pixels) -> tuple[bytes, int, int] | None:
    if not cut.size:
        return None
    height, width = cut.shape[:2]
    share = min(CROP_HEIGHT / height, CROP_WIDTH / width)
    shown = jpeg.at_most(np.ascontiguousarray(cut), SHARPNESS * share * width)
    return jpeg.encode(shown), max(1, round(share * width)), max(1, round(share * height))
