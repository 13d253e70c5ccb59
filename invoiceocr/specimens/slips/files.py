"""Slips as files: pictures, clean or degraded, and PDF and OFD with their text; with the labels of what is on them."""

from __future__ import annotations

from random import Random

from invoiceocr.geometry import POINTS_PER_MM
from invoiceocr.specimens import truth
from invoiceocr.specimens.files.ofd import Extras, write_ofd
from invoiceocr.specimens.files.pdf import write_pdf
from invoiceocr.specimens.pictures import wear
from invoiceocr.specimens.pictures.degrade import develop
from invoiceocr.specimens.pictures.press import Plate
from invoiceocr.specimens.pictures.shots import encoded
from invoiceocr.specimens.slips.slip import Slip, draw_slip
from invoiceocr.specimens.specimen import Order, Specimen


def picture(order: Order) -> Specimen:
    """The slip as PNG or JPEG."""
    slip = _slip(order)
    drawing = slip.drawing
    plate = Plate(drawing, order.options.dpi, order.options.faces, impact=slip.impact)
    shot = develop(plate, order.degradation, Random(f"shot {order.kind} {order.seed} 1"))
    label = truth.label(order.name, [(1, dict(slip.fields))])
    label["quality"], label["rotation"] = shot.quality, shot.rotation
    label["pages"] = [truth.page(drawing, 1, shot.transforms, shot.size)]
    cut = truth.cut_fields(drawing, shot.transforms, shot.size)
    label["unsure"] = sorted({*cut, *wear.covered(shot, drawing), *shot.unread})
    return Specimen(encoded(shot.pixels, order.format, order.options.jpeg_quality), label, order.name)


def pdf(order: Order) -> Specimen:
    """The slip as a PDF with its text."""
    _check(order)
    slip = _slip(order)
    return Specimen(write_pdf([slip.drawing]), _label(order, slip, POINTS_PER_MM), order.name)


def ofd(order: Order) -> Specimen:
    """The slip as an OFD with its text, without tags."""
    _check(order)
    slip = _slip(order)
    return Specimen(write_ofd([slip.drawing], Extras({}, {}, False)), _label(order, slip, 1.0), order.name)


def xml(order: Order) -> Specimen:
    """ValueError: no issuer's XML is made of slips."""
    raise ValueError(f"{order.kind} has no XML; choose png, jpg, pdf or ofd")


def _slip(order: Order) -> Slip:
    if order.options.traits or order.options.variant:
        raise ValueError(f"{order.kind} has neither traits nor variants")
    return draw_slip(order.kind, order.seed)


def _label(order: Order, slip: Slip, unit: float) -> truth.Truth:
    size = (slip.drawing.width * unit, slip.drawing.height * unit)
    label = truth.label(order.name, [(1, dict(slip.fields))])
    return {**label, "pages": [truth.page(slip.drawing, 1, truth.uniform(unit), size)]}


def _check(order: Order) -> None:
    if order.degradation:
        raise ValueError(f"{order.format} can't be degraded; choose png or jpg")
