"""A reader of text without models, and pages of pixels for it."""

import threading
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from ofd_builder import PAYLOAD, qr_png

from invoiceocr.geometry import Box, Quad, box_quad, quad_box
from invoiceocr.ocr.detector import Glance
from invoiceocr.page import Page, PageImage, Pixels, TextLine
from invoiceocr.pipeline.recognition.page_recognizer import PageRecognizer
from invoiceocr.settings import Settings

PLACE = Box(100, 40, 300, 60)


class FakeDetector:
    """Finds one line, and tells nothing at a glance."""

    def __call__(self, picture: Pixels) -> tuple[Quad, ...]:
        return (box_quad(PLACE),)

    def glance(self, picture: Pixels) -> Glance:
        return Glance(None, None, None)

    def after(self, seen: Glance, picture: Pixels) -> tuple[Quad, ...]:
        return self(picture)


class FakeTextReader:
    """Finds one line wherever it is told to look."""

    detect = FakeDetector()
    built: list[int]
    confidence = 0.99
    text, cell = "发票号码", "1"
    characters = frozenset("发票号码(1)")

    def __init__(self, settings: Settings) -> None:
        self.built.append(threading.get_ident())

    def read(self, image: PageImage, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        return tuple(TextLine(self.text, quad_box(quad), "ocr", 0.99) for quad in quads)

    def recognize_cells(self, image: PageImage, cells: Sequence[Box]) -> tuple[TextLine, ...]:
        return tuple(TextLine(self.cell, cell, "ocr", self.confidence) for cell in cells)


def picture(width: int = 800, height: int = 500) -> Pixels:
    """White paper with a tax QR code at its top left."""
    paper = np.full((height, width, 3), 255, np.uint8)
    code = np.asarray(cv2.imdecode(np.frombuffer(qr_png(PAYLOAD), np.uint8), cv2.IMREAD_COLOR), np.uint8)
    paper[: code.shape[0], : code.shape[1]] = code
    return paper


def page(pixels: Pixels) -> Page:
    return Page(2, float(pixels.shape[1]), float(pixels.shape[0]), image=PageImage(pixels))


def plain(**options: Any) -> PageRecognizer:
    return PageRecognizer(Settings(preprocess="none", **options))
