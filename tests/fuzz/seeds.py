"""What is damaged: specimens of every kind and format, small pictures, archives and mails of them, rule packs."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from invoiceocr import resources
from invoiceocr.specimens import make

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "support")]  # the builders of small files

from mail_builder import eml, mbox, msg  # noqa: E402
from ofd_builder import digital_invoice, package, page, qr_png, text, xbrl, zipped  # noqa: E402
from pdf_builder import Leaf, pdf, stroke, words  # noqa: E402

KINDS = ("digital_ordinary", "e_vat_special", "vat_ordinary", "toll")
SIDES = (40, 90)  # pixels of pictures: decoders are attacked, not the recognizer


@cache
def _made(kind: str, form: str) -> bytes:
    return make(kind, 5, format=form).data  # type: ignore[arg-type]


def _picture(form: str) -> bytes:
    noise = np.random.default_rng(3).integers(0, 255, (*SIDES, 3)).astype(np.uint8)
    if form in ("gif", "tiff"):
        file = io.BytesIO()
        image = Image.fromarray(noise)
        pages = {"save_all": True, "append_images": [image]} if form == "tiff" else {}
        image.save(file, form, **pages)
        return file.getvalue()
    return bytes(cv2.imencode(f".{form}", noise)[1])


def _jpeg_with_exif(progressive: bool) -> bytes:
    file, exif = io.BytesIO(), Image.Exif()
    exif[274], exif[282], exif[296] = 6, (300, 1), 2
    noise = np.random.default_rng(4).integers(0, 255, (*SIDES, 3)).astype(np.uint8)
    Image.fromarray(noise).save(file, "JPEG", exif=exif, progressive=progressive)
    return file.getvalue()


def _drawn_pdf() -> bytes:
    drawing = (
        words("INVOICE NUMBER 12345678 TOTAL 113.00", 40, 150)
        + stroke(10, 10, 200, 10)
        + "q 60 0 0 60 9 90 cm /X0 Do Q"
    )
    entries = "/Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 8"
    form = "/Type/XObject/Subtype/Form/BBox[0 0 100 100]"
    leaf = Leaf(f"{drawing} /X1 Do", objects=((entries, bytes(range(64))), (form, b"0 0 m 9 9 l S")))
    return pdf(
        leaf,
        Leaf(drawing, rotate=90, crop="0 0 200 150", objects=((entries, bytes(64)),)),
        attachments=(("a.xml", digital_invoice().encode()),),
    )


def _ofd() -> bytes:
    content = page(text("发票号码一二三四五六七八九十", "10 10 90 5", dx="g 9 3", CTM="1 0 0 1 0 0"))
    return zipped(package(content, Doc_0__Attachs__a_xml=digital_invoice()))


def _archive() -> bytes:
    inner = zipped({"c.xml": digital_invoice(), "d.png": _picture("png")})
    return zipped({"a.pdf": _drawn_pdf(), "b.ofd": _ofd(), "inner.zip": inner, "notes.txt": "nothing"})


SEEDS: dict[str, tuple[Callable[[], bytes], ...]] = {
    "pdf": (*(lambda kind=kind: _made(kind, "pdf") for kind in KINDS), _drawn_pdf, _drawn_pdf, _drawn_pdf),
    "ofd": (*(lambda kind=kind: _made(kind, "ofd") for kind in KINDS), _ofd, _ofd),
    "zip": (_archive, lambda: zipped({"a.xml": digital_invoice(), "b.jpg": _jpeg_with_exif(False)}, stored=True)),
    "xml": (
        lambda: digital_invoice().encode(),
        lambda: _made("digital_ordinary", "xml"),
        lambda: xbrl("rai", ("ElectronicInvoiceRailwayETicketNumber", "1" * 20), ("Fare", "53.50")).encode(),
        lambda: digital_invoice().encode("utf-16"),
        lambda: b'<?xml version="1.0" encoding="GBK"?>' + digital_invoice().encode("gbk"),
    ),
    "image": (
        *(lambda form=form: _picture(form) for form in ("png", "bmp", "webp", "gif", "tiff", "avif", "jpg")),
        lambda: _jpeg_with_exif(True),
        lambda: _jpeg_with_exif(False),
        qr_png,
    ),
    "yaml": tuple(file.read_bytes for file in sorted(resources.folder("rules").glob("*.yaml"))),
    "mail": (
        lambda: eml(("发票.xml", digital_invoice().encode()), ("b.pdf", _drawn_pdf())),
        lambda: mbox(eml(("a.ofd", _ofd())), eml()),
        lambda: msg(("发票.xml", digital_invoice().encode()), ("b.pdf", _drawn_pdf())),
    ),
}


@cache
def built(kind: str) -> tuple[bytes, ...]:
    """The seeds of *kind*, built once."""
    return tuple(build() for build in SEEDS[kind])
