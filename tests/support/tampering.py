"""Alters specimens the way forgers do: another value painted over a text, other characters under what is painted,
edited members of an OFD."""

from __future__ import annotations

import ctypes
import io
import zipfile
from collections.abc import Mapping

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, ImageDraw, ImageFont

from invoiceocr.invoice import Invoice
from invoiceocr.specimens.fonts import bundled

SCALE = 6  # pixels a point: 432 dpi
FACE = "song"


def painted_over(data: bytes, invoice: Invoice, path: str, value: str) -> bytes:
    """The PDF *data* with *value* painted as a picture over the field at *path*; its text stays as it was."""
    box, page_size = invoice.evidence[path].box, invoice.evidence[path].page_size
    assert box is not None
    assert page_size is not None
    document = pdfium.PdfDocument(data)
    page = document[(invoice.evidence[path].page or 1) - 1]
    picture = pdfium.PdfImage.new(document)
    paint = _painted(value, (box[2] - box[0], box[3] - box[1]))
    picture.set_bitmap(pdfium.PdfBitmap.from_pil(paint))
    width, height = paint.width / SCALE, paint.height / SCALE
    left = min(box[0], page_size[0] - width)
    picture.set_matrix(pdfium.PdfMatrix().scale(width, height).translate(left, page_size[1] - box[1] - height))
    page.insert_obj(picture)
    page.gen_content()
    return _saved(document)


def shown_as(data: bytes, invoice: Invoice, path: str, value: str) -> bytes:
    """The PDF *data* with *value* as a picture in the field at *path*, whose text is there in render mode 3, unseen."""
    document = pdfium.PdfDocument(data)
    item, page = _object(document, invoice, path)
    raw.FPDFTextObj_SetTextRenderMode(item, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
    page.gen_content()
    return painted_over(_saved(document), invoice, path, value)


def hidden(data: bytes, invoice: Invoice, path: str) -> bytes:
    """The PDF *data* with the text of the field at *path* in render mode 3: stated, and not shown."""
    document = pdfium.PdfDocument(data)
    item, page = _object(document, invoice, path)
    raw.FPDFTextObj_SetTextRenderMode(item, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
    page.gen_content()
    return _saved(document)


def stated_as(data: bytes, invoice: Invoice, path: str, value: str) -> bytes:
    """The PDF *data* with the print of the field at *path* turned to a picture, and *value* as unseen text there."""
    document = pdfium.PdfDocument(data)
    item, page = _object(document, invoice, path)
    box, page_size = invoice.evidence[path].box, invoice.evidence[path].page_size
    assert box is not None
    assert page_size is not None
    page.remove_obj(item)
    font = raw.FPDFText_LoadStandardFont(document, b"Helvetica")
    text = raw.FPDFPageObj_CreateTextObj(document, font, box[3] - box[1])
    letters = ctypes.create_string_buffer(f"{value}\0".encode("utf-16-le"))
    raw.FPDFText_SetText(text, ctypes.cast(letters, raw.FPDF_WIDESTRING))
    raw.FPDFTextObj_SetTextRenderMode(text, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
    raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, box[0], page_size[1] - box[3] + 0.2 * (box[3] - box[1]))
    raw.FPDFPage_InsertObject(page, text)
    page.gen_content()
    return painted_over(_saved(document), invoice, path, str(invoice.evidence[path].text))


def with_attachment_edited(data: bytes, before: str, after: str) -> bytes:
    """The PDF *data* with a text replaced in its attachment."""
    document = pdfium.PdfDocument(data)
    attachment = document.get_attachment(0)
    content = bytes(attachment.get_data()).decode()
    assert before in content, f"{before} is not attached"
    attachment.set_data(content.replace(before, after).encode())
    return _saved(document)


def edited(data: bytes, changes: Mapping[str, tuple[str, str]]) -> bytes:
    """The OFD *data* with a text replaced in every member whose path ends as a key of *changes* does."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name).decode("utf-8", "surrogateescape")
            for end, (before, after) in changes.items():
                if name.endswith(end):
                    assert before in content, f"{before} is not in {name}"
                    content = content.replace(before, after)
            new.writestr(name, content.encode("utf-8", "surrogateescape"))
    return out.getvalue()


def _painted(value: str, size: tuple[float, float]) -> Image.Image:
    """*value* as dark print on white, at least of *size* in points."""
    height = round(size[1] * SCALE)
    font = ImageFont.truetype(str(bundled(FACE)), round(0.8 * height))
    width = max(round(size[0] * SCALE), round(font.getlength(value)) + height // 2)
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).text((height // 8, height // 2), value, fill=(20, 20, 60), font=font, anchor="lm")
    return image


def _object(document: pdfium.PdfDocument, invoice: Invoice, path: str) -> tuple[pdfium.PdfObject, pdfium.PdfPage]:
    """The text object that prints the field, and its page."""
    evidence = invoice.evidence[path]
    assert evidence.box is not None
    assert evidence.page_size is not None
    page = document[(evidence.page or 1) - 1]
    x, y = (evidence.box[0] + evidence.box[2]) / 2, evidence.page_size[1] - (evidence.box[1] + evidence.box[3]) / 2
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        left, bottom, right, top = item.get_bounds()
        if left <= x <= right and bottom <= y <= top:
            return item, page
    raise AssertionError(f"no text at {path}")


def _saved(document: pdfium.PdfDocument) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
