"""Lines read as recorded by `python -m training.golden tests/golden/lines`, and mostly right."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from invoiceocr.batch.factory import build_recognizer
from invoiceocr.geometry import Box, box_quad
from invoiceocr.ocr.recognizer import LineRecognizer
from invoiceocr.page import TextLine
from invoiceocr.settings import Settings
from training.alphabets import folded

FOLDER = Path(__file__).parent / "lines"
RECORDS: list[dict[str, Any]] = json.loads((FOLDER / "lines.json").read_text(encoding="utf-8"))
NAMES = sorted({name for record in RECORDS for name in record["read"]})


@cache
def recognizer(name: str) -> LineRecognizer:
    return build_recognizer(Settings(recognizer=name, fallback_recognizer="none", threads=1))


@cache
def read(name: str, file: str) -> TextLine:
    pixels = cv2.imdecode(np.frombuffer((FOLDER / file).read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    height, width = pixels.shape[:2]
    return recognizer(name)(np.asarray(pixels, np.uint8), box_quad(Box(0.0, 0.0, float(width), float(height))))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["file"])
def test_a_line_reads_as_recorded(name: str, record: dict[str, Any]) -> None:
    assert read(name, record["file"]).text == record["read"][name]


@pytest.mark.parametrize("name", NAMES)
def test_sure_lines_are_right(name: str) -> None:
    wrong = [record for record in RECORDS if folded(record["read"][name]) != folded(record["truth"])]
    assert len(wrong) <= 2  # small takes the ¥ of small print for a letter


def test_two_recognizers_of_different_makers_are_recorded() -> None:
    assert {"crnn-zh", "crnn-id", "ppocrv6-small-rec"} == set(NAMES)
    assert len(RECORDS) >= 12
