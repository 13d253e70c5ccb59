"""Picture specimens: PNG and JPEG, clean or degraded, and scanned pages for PDF."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import cv2

from invoiceocr.page import Pixels
from invoiceocr.specimens import truth
from invoiceocr.specimens.content.traits import PAPER
from invoiceocr.specimens.drawing import Drawing
from invoiceocr.specimens.files.pdf import Picture
from invoiceocr.specimens.layout.pages import lay_out
from invoiceocr.specimens.pictures.camera import Shot
from invoiceocr.specimens.pictures.degrade import develop
from invoiceocr.specimens.pictures.press import Plate
from invoiceocr.specimens.specimen import Order, Specimen
from invoiceocr.specimens.truth import TruthPage

PNG_COMPRESSION = 6


@dataclass(frozen=True, slots=True)
class Scan:
    """A scanned page for a PDF, and the truth of it in pixels."""

    picture: Picture
    truth: TruthPage


def picture(order: Order) -> Specimen:
    """The picture of the invoice's first page, a long 数电票 on one tall sheet."""
    content = order.content()
    drawing = lay_out(content)[0]
    shot = _shot(order, drawing, 1)
    label = truth.label(order.name, [(1, truth.fields(content, with_list=False))])
    label["quality"], label["rotation"] = shot.quality, shot.rotation
    label["pages"] = [_page(drawing, 1, shot)]
    label["unsure"] = truth.cut_fields(drawing, shot.transforms, shot.size)
    return Specimen(encoded(shot.pixels, order.format, order.options.jpeg_quality), label, order.name)


def scanned_page(order: Order, drawing: Drawing, number: int) -> Scan:
    """The page as it comes out of a scanner."""
    shot = _shot(order, drawing, number)
    # in points: as wide as the page was, and as high as the scan shows it
    size = (shot.size[0] * drawing.width / shot.size[0], shot.size[1] * drawing.width / shot.size[0])
    return Scan(
        Picture(encoded(shot.pixels, "jpg", order.options.jpeg_quality), shot.size, size), _page(drawing, number, shot)
    )


def encoded(pixels: Pixels, format: str, quality: int) -> bytes:
    """The pixels as the bytes of a "png" or "jpg" file."""
    options = {"png": [cv2.IMWRITE_PNG_COMPRESSION, PNG_COMPRESSION], "jpg": [cv2.IMWRITE_JPEG_QUALITY, quality]}
    done, data = cv2.imencode(f".{format}", pixels, options[format])
    if not done:
        raise RuntimeError(f"OpenCV could not encode {pixels.shape} as {format}")
    return data.tobytes()


def _shot(order: Order, drawing: Drawing, number: int) -> Shot:
    plate = Plate(drawing, order.options.dpi, order.options.faces, impact=order.kind in PAPER)
    return develop(plate, order.degradation, Random(f"shot {order.kind} {order.seed} {number}"))


def _page(drawing: Drawing, number: int, shot: Shot) -> TruthPage:
    return truth.page(drawing, number, shot.transforms, shot.size)
