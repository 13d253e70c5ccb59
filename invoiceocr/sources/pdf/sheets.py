"""Pages of PDF files and pictures laid onto the sheets of a new PDF: vectors stay vectors."""

from __future__ import annotations

import hashlib
import io
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from invoiceocr.errors import SourceError
from invoiceocr.geometry import Box
from invoiceocr.sources.pdf.pages import opened
from invoiceocr.sources.pdf.view import view_of

Affine = tuple[float, float, float, float, float, float]
TURNED = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
"""Clockwise turns → linear part of the map between pages, y down."""
FILE_ID = re.compile(rb"/ID ?\[ ?<[0-9A-Fa-f]{32}> ?<[0-9A-Fa-f]{32}> ?\]")


@dataclass(frozen=True, slots=True, eq=False)
class PdfPage:
    """A page, from 1, of the PDF file *data*, and how far it has to be turned clockwise to stand upright."""

    data: bytes
    number: int
    turn: int = 0

    def size(self) -> tuple[float, float]:
        """Width and height in points after the turn. Raises SourceError where the page can't be opened."""
        with opened(self.data) as document:
            view = view_of(document[self.number - 1])
        return (view.height, view.width) if self.turn in (90, 270) else (view.width, view.height)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A JPEG file and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """What stands in *box* (points, y down from the top) of a sheet: as large as fits, in the middle, never larger than
    it is in the file."""

    sheet: int
    content: PdfPage | Picture
    box: Box


def imposed(base: bytes, placed: Iterable[Placed]) -> bytes:
    """The PDF *base* with what is *placed* on its pages, numbered from 0."""
    with opened(base) as document:
        for item in placed:
            page = document[item.sheet]
            place = _place_page if isinstance(item.content, PdfPage) else _place_picture
            place(document, page, item)
            page.gen_content()
            page.close()
        stream = io.BytesIO()
        document.save(stream)
    return _with_stable_id(stream.getvalue())


def _with_stable_id(data: bytes) -> bytes:
    """*data* with a file identifier made from its content, not from the clock, so that equal sheets are equal bytes."""
    plain = FILE_ID.sub(b"", data)
    digest = hashlib.sha256(plain).hexdigest()[:32].upper().encode()
    return FILE_ID.sub(b"/ID[<%s><%s>]" % (digest, digest), data)


def _place_page(document: pdfium.PdfDocument, page: pdfium.PdfPage, item: Placed) -> None:
    content = item.content
    assert isinstance(content, PdfPage)
    with opened(content.data) as source:
        # seals and stamps become part of the page
        raw.FPDFPage_Flatten(source[content.number - 1], raw.FLAT_PRINT)
        view = view_of(source[content.number - 1])
        placed = source.page_as_xobject(content.number - 1, document).as_pageobject()
    upright = _turn(content.turn, view.width, view.height)
    width, height = (view.height, view.width) if content.turn in (90, 270) else (view.width, view.height)
    fitted = _fit(item.box, width, height, 1.0)
    # the object lies as viewers show the page: its own matrix has rotation and crop box
    to_sheet = _joined(_joined(_flip(view.height), upright), fitted)
    placed.set_matrix(pdfium.PdfMatrix(*_joined(to_sheet, _flip(page.get_height()))))
    page.insert_obj(placed)


def _place_picture(document: pdfium.PdfDocument, page: pdfium.PdfPage, item: Placed) -> None:
    picture = item.content
    assert isinstance(picture, Picture)
    a, _, _, d, e, f = _fit(item.box, picture.width, picture.height, math.inf)
    image = pdfium.PdfImage.new(document)
    image.load_jpeg(io.BytesIO(picture.jpeg), inline=True)
    width, height = a * picture.width, d * picture.height
    image.set_matrix(pdfium.PdfMatrix(width, 0, 0, height, e, page.get_height() - f - height))
    page.insert_obj(image)


def _fit(box: Box, width: float, height: float, most: float) -> Affine:
    """The map of a page of that size into the middle of *box*, at a scale of *most* at most."""
    if width <= 0 or height <= 0:
        raise SourceError("a page without area can't be printed")
    scale = min(box.width / width, box.height / height, most)
    return scale, 0, 0, scale, box.cx - scale * width / 2, box.cy - scale * height / 2


def _turn(turn: int, width: float, height: float) -> Affine:
    """The map of a page (y down) onto itself turned clockwise."""
    a, b, c, d = TURNED[turn]
    xs, ys = (a * width, c * height), (b * width, d * height)
    return a, b, c, d, -min(0, *xs), -min(0, *ys)


def _flip(height: float) -> Affine:
    """The map of a page of that *height* between y up and y down."""
    return 1, 0, 0, -1, 0, height


def _joined(first: Affine, then: Affine) -> Affine:
    """The map that does *first*, then *then*."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m
