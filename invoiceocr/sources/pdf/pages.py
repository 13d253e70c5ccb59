"""PDF files to pages: the text layer with character boxes where it is usable, else the drawn page.

PDFium is not thread-safe: one lock is held during every call, also in the other modules of this package.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from invoiceocr.errors import CorruptFileError, EncryptedFileError, NoDocumentsError, SourceError, TooLargeError
from invoiceocr.evidence.candidate import EmbeddedRecord
from invoiceocr.geometry import POINTS_PER_INCH, QUARTERS, Box, Rotation
from invoiceocr.page import Page, PageImage
from invoiceocr.settings import Settings
from invoiceocr.signature import Signature
from invoiceocr.sources import embedded, overprints, qr
from invoiceocr.sources.document import DRAWN_DPI, Document
from invoiceocr.sources.drawn_characters import with_shapes
from invoiceocr.sources.glyphs import is_usable
from invoiceocr.sources.pdf import calls as pdf_calls
from invoiceocr.sources.pdf import fonts as pdf_fonts
from invoiceocr.sources.pdf import probe as pdf_probe
from invoiceocr.sources.pdf import strokes as pdf_strokes
from invoiceocr.sources.pdf import structure as pdf_structure
from invoiceocr.sources.pdf.code_meanings import with_misstated
from invoiceocr.sources.pdf.drawing import draw as draw_whole
from invoiceocr.sources.pdf.drawing import load_page
from invoiceocr.sources.pdf.glyph_shapes import with_misdrawn
from invoiceocr.sources.pdf.graphics import (
    MAX_OBJECTS,
    Placed,
    may_draw_code,
    objects,
    paint_much,
    picture_share,
    rulings,
    square_pictures,
)
from invoiceocr.sources.pdf.ink import ERASER, LOOKED_FOR, Canvas, Ink, without
from invoiceocr.sources.pdf.shown import look
from invoiceocr.sources.pdf.text import Found, Run, glyphs, show_glyphs, turn_of
from invoiceocr.sources.pdf.unread import with_unread
from invoiceocr.sources.pdf.view import View, view_of
from invoiceocr.sources.scanned import scanned
from invoiceocr.sources.text_layer import to_lines

QR_DPI = 200.0  # the tax QR is about 20 mm wide with 37 modules: some four pixels a module
MAX_DRAWN = 16_000_000  # pixels of a drawn page at 200 dpi, more at more; A3 has 15.5 million
MAX_FILE_CHARACTERS = 1_000_000  # of a file
MAX_ATTACHED = 5_000_000  # bytes of attachments that are looked at; an invoice in XML has 100,000 at most
MIN_CODE_PAGE = 36.0  # points; no code fits a smaller page
QR_REGION = (0.0, 0.0, 0.35, 0.5)  # of the page: every tax form has its QR code at the top left

_LOCK = threading.RLock()


def open_pdf(data: bytes, name: str, settings: Settings) -> Document:
    """The document of *data*; its pages are read one by one.

    Raises CorruptFileError corrupt_pdf, EncryptedFileError, NoDocumentsError no_pages, TooLargeError.
    """
    structure = pdf_structure.check(data, name, settings)
    with _LOCK:
        document = _load(data, name)
        count = len(document)
        stated = tuple(_facts(document, name, settings))
    if count > settings.max_pages:
        raise TooLargeError(f"{name}: {count} pages, more than max_pages={settings.max_pages}", code="too_many_pages")
    layered = pdf_structure.is_layered(data)
    try_out = cache(partial(pdf_probe.check, data, name, settings.max_pages))
    doubt = partial(_doubted, structure)
    read = partial(_page, document, settings=settings, layered=layered, doubt=doubt, try_out=try_out)
    pages = _pages(document, count, name, read)
    drawn = partial(draw_upright, data, name, settings)
    signatures = cache(partial(_signatures, data, name))
    digest = hashlib.sha256(data).hexdigest()
    return Document(name, digest, "pdf", pages, stated, drawn, signatures, ambiguous=structure.is_ambiguous)


def _signatures(data: bytes, name: str) -> tuple[Signature, ...]:
    from invoiceocr.sources.signatures import pdf

    return pdf.read(data, name)


def draw(data: bytes, name: str, *, dpi: float = DRAWN_DPI) -> Iterator[PageImage]:
    """Every page of the PDF as a picture, whether or not it has a text layer."""
    with _LOCK:
        document = _load(data, name)
        count = len(document)
    try:
        for index in range(count):
            with _LOCK:
                image = draw_whole(load_page(document, index), dpi)
            yield image
    finally:
        with _LOCK:
            document.close()


def draw_page(data: bytes, name: str, settings: Settings, number: int, dpi: float = DRAWN_DPI) -> PageImage:
    """The page *number* (from 1) of the PDF as a picture, whether or not it has a text layer."""
    with opened(data, name) as document:
        page = load_page(document, number - 1)
        return draw_whole(page, _drawable_dpi(view_of(page), dpi, settings))


def draw_upright(data: bytes, name: str, settings: Settings, number: int, dpi: float = DRAWN_DPI) -> PageImage:
    """The picture of `draw_page`, turned upright if nearly all of its characters lie on their side or upside
    down."""
    with opened(data, name) as document:
        page = load_page(document, number - 1)
        show_glyphs(objects(page))  # the same characters as where the page is read
        view, _, _ = _upright(page)
        return draw_whole(page, _drawable_dpi(view, dpi, settings))


def sight_of_marked(
    data: bytes, name: str, region: Box, cut_heights: Sequence[float] = ()
) -> tuple[Ink, Ink | None, tuple[Ink, ...]]:
    """What the texts in content marked as LOOKED_FOR change in a *region* (points) of the only page of the PDF; what
    they change there if the content marked as ERASER is left out, None if there is none; and what they change if clips
    cut nothing off texts that are as high as one of *cut_heights*."""
    with opened(data, name) as document:
        page = load_page(document, 0)
        placed = objects(page)
        marked = {one.item: pdf_calls.mark_names(one.item) for one in placed if pdf_calls.marks_of(one.item) > 0}
        texts = frozenset(item for item, names in marked.items() if LOOKED_FOR in names)
        erasers = [item for item, names in marked.items() if ERASER in names]
        canvas = Canvas(page, view_of(page), placed)
        uncut = tuple(canvas.uncut_ink(region, texts, height)[1] for height in cut_heights)
        with without(erasers):
            whole = canvas.ink(region, texts) if erasers else None
        return canvas.ink(region, texts), whole, uncut


@contextmanager
def opened(data: bytes, name: str = "PDF") -> Iterator[pdfium.PdfDocument]:
    """The open document; PDFium's lock is held as long as it is."""
    with _LOCK:
        document = _load(data, name)
        try:
            yield document
        finally:
            document.close()


def _load(data: bytes, name: str) -> pdfium.PdfDocument:
    pdf_fonts.install()
    try:
        document = pdfium.PdfDocument(data)
        document.init_forms()  # form fields are drawn only then
    except pdfium.PdfiumError as error:
        raise _refusal(data, name) from error
    return document


def _refusal(data: bytes, name: str) -> SourceError:
    """Why *data* can't be loaded. pypdfium2's own message can't be used: for a PDF without pages it repeats the error
    of the file that failed before."""
    handle = raw.FPDF_LoadMemDocument64(data, len(data), None)
    if handle:
        raw.FPDF_CloseDocument(handle)
        return NoDocumentsError(f"{name}: the PDF has no pages", code="no_pages")
    if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD:
        return EncryptedFileError(f"{name}: the PDF needs a password; remove it first")
    return CorruptFileError(f"{name}: not a readable PDF; save or send it again", code="corrupt_pdf")


def _facts(document: pdfium.PdfDocument, name: str, settings: Settings) -> Iterator[EmbeddedRecord]:
    """The facts of embedded XML and XBRL attachments; unreadable or unnamed ones say nothing."""
    count = document.count_attachments()
    pdf_structure.refuse_attachments(count, name, settings)
    left = MAX_ATTACHED
    for index in range(count):
        try:
            attachment = document.get_attachment(index)
            data = bytes(attachment.get_data())
            left -= len(data)
            if left >= 0:
                yield from embedded.read_attachment(data, attachment.get_name() or "", "xml")
        except pdfium.PdfiumError:
            continue


def _pages(document: pdfium.PdfDocument, count: int, name: str, read: Callable[[int], Page]) -> Iterator[Page]:
    characters = 0
    try:
        for index in range(count):
            with _LOCK:
                try:
                    page = read(index + 1)
                except (pdfium.PdfiumError, ValueError) as error:
                    raise CorruptFileError(f"{name}: page {index + 1} ({error})", code="corrupt_pdf") from error
            characters += sum(len(line.text) for line in page.lines)
            if characters > MAX_FILE_CHARACTERS:
                raise TooLargeError(f"{name}: more than {MAX_FILE_CHARACTERS} characters", code="too_complex")
            yield page
    finally:
        with _LOCK:  # the garbage collector would call PDFium without the lock
            document.close()


def _page(
    document: pdfium.PdfDocument,
    number: int,
    *,
    settings: Settings,
    layered: bool,
    doubt: Callable[[Sequence[Found]], Sequence[Found]],
    try_out: Callable[[], None],
) -> Page:
    page = load_page(document, number - 1)
    placed = objects(page)
    if paint_much(placed, view_of(page)):
        try_out()
    inkless = show_glyphs(placed)
    view, turn, all_found = _upright(page)
    canvas = Canvas(page, view, placed, layered)
    found = with_unread(canvas, [pair for pair in all_found if pair[1].upright], inkless)
    sight = look(canvas, found)
    inked = [(glyph, run.grays[0]) for glyph, run in doubt(sight.seen)]
    shapes = pdf_strokes.shapes(placed, view, [glyph for glyph, _ in inked])
    read = with_shapes(shapes, inked)
    shown = overprints.with_overprints(read)
    hidden = to_lines(glyph for glyph, _ in sight.unseen)
    doubted = overprints.doubted([glyph for glyph, _ in sight.stated], read)
    stated = (*hidden, *doubted, *overprints.overprinted(read, shown))
    # if a page has more objects, what the others hide is not known
    if not is_usable(shown) or len(placed) >= MAX_OBJECTS:
        image = draw_whole(page, _drawable_dpi(view, settings.render_dpi, settings))
        return replace(scanned(number, image, stated, (view.width, view.height)), turn=turn)
    return Page(
        number,
        view.width,
        view.height,
        lines=to_lines(shown),
        rulings=tuple(rulings(placed, view)),
        qr_payloads=_qr_payloads(page, view, placed) if settings.read_qr else (),
        hidden=stated,
        pictured=picture_share(placed, view),
        turned=len([run for run in _in_sight(all_found) if run.turned]),
        turn=turn,
    )


def _doubted(structure: pdf_structure.Structure, found: Sequence[Found]) -> Sequence[Found]:
    """The characters *found* on a page, with UNREAD ones for those that may not look like themselves."""
    return with_misdrawn(with_misstated(found, structure.misstated), structure.untrusted)


def _upright(page: pdfium.PdfPage) -> tuple[View, Rotation, list[Found]]:
    """The view of *page*, turned for good if all its visible print lies on its side or upside down; how far it was
    turned clockwise; and its characters."""
    view = view_of(page)
    found = glyphs(page, view)
    turn = turn_of(_in_sight(found))
    if turn:
        page.set_rotation((view.rotation + turn) % 360)
        view = view_of(page)
        found = glyphs(page, view)
    return view, QUARTERS[turn // 90], found


def _in_sight(found: Iterable[Found]) -> list[Run]:
    """The text object of each character that is painted in another color than that of paper."""
    return [run for _, run in found if run.painted and not run.white]


def _qr_payloads(page: pdfium.PdfPage, view: View, placed: Sequence[Placed]) -> tuple[str, ...]:
    """The QR codes of the page: from its pictures, else from its drawn top left corner, else from the whole drawn page;
    a code elsewhere on the page is hardly the invoice's own."""
    if min(view.width, view.height) < MIN_CODE_PAGE:
        return ()
    # a seal that is square, too, must not be searched in all ways before the code beside it is seen
    for read in (qr.glance, qr.look_closer):
        payloads = next(filter(None, map(read, square_pictures(placed))), ())
        if payloads:
            return payloads
    found = qr.decode(draw_whole(page, _drawable_dpi(view, QR_DPI), visible=QR_REGION).pixels)
    if found or not may_draw_code(placed, view):
        return found
    return qr.glance(draw_whole(page, _drawable_dpi(view, QR_DPI)).pixels)


def _drawable_dpi(view: View, dpi: float, settings: Settings | None = None) -> float:
    """*dpi*, lowered for pages so large that drawing them would exceed max_pixels or what any paper needs."""
    inches = (view.width / POINTS_PER_INCH) * (view.height / POINTS_PER_INCH)
    most = MAX_DRAWN * max(1.0, (dpi / QR_DPI) ** 2)
    most = min(most, settings.max_pixels) if settings else most
    return min(dpi, math.sqrt(most / max(inches, 1e-6)))
