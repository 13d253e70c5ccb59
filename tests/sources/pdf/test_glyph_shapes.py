"""Whether digits look like what fonts map them to."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from remapping import remapped

from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.sources.pdf.glyph_shapes import DIGITS, HEIGHT, RIM, looks_like, shows
from invoiceocr.sources.pdf.graphics import LINE_TO, MOVE_TO
from invoiceocr.sources.pdf.pages import open_pdf
from invoiceocr.specimens import make
from invoiceocr.specimens.fonts import STYLES, bundled

FACES = sorted({style.face for style in STYLES.values()})
# a digit and what a forger draws for it
FORGED = ["83", "38", "60", "96", "53", "35", "72", "27", "17", "04"]


def drawn(digit: str, face: str) -> NDArray[np.uint8]:
    """The picture of a digit, with as much around it as `looks_like` expects."""
    image = Image.new("L", (240, 240))
    ImageDraw.Draw(image).text((60, 60), digit, fill=255, font=ImageFont.truetype(str(bundled(face)), 96))
    left, top, right, bottom = image.getbbox() or (0, 0, 1, 1)
    scaled = image.crop((left, top, right, bottom)).resize((round((right - left) * HEIGHT / (bottom - top)), HEIGHT))
    sharp = np.where(np.asarray(scaled) > 110, 255, 0).astype(np.uint8)
    return np.asarray(cv2.copyMakeBorder(sharp, RIM, RIM, RIM, RIM, cv2.BORDER_CONSTANT, value=0), np.uint8)


@pytest.mark.parametrize("face", FACES)
def test_every_digit_looks_like_itself(face: str) -> None:
    assert [digit for digit in sorted(DIGITS) if not looks_like(digit, drawn(digit, face))] == []


@pytest.mark.parametrize("face", FACES)
def test_another_digit_does_not_look_like_it(face: str) -> None:
    assert [pair for pair in FORGED if looks_like(pair[0], drawn(pair[1], face))] == []


def test_a_genuine_file_is_read_from_its_characters() -> None:
    page = next(open_pdf(make("digital_ordinary", 3, format="pdf").data, "a.pdf", Settings(read_qr=False)).pages)

    assert not page.hidden


def test_a_number_drawn_with_other_digits_than_it_states_is_an_error(reader: Reader) -> None:
    specimen = make("digital_ordinary", 3, format="pdf")

    (found,) = reader.read(remapped(specimen.data, {"1": "7", "7": "1"}))

    stated = str(specimen.truth["invoices"][0]["fields"]["number"])
    assert "7" in stated
    assert ("text-hidden", ("number",)) in [(finding.rule, finding.fields) for finding in found.findings]
    assert (found.evidence["number"].status, found.verdict) == ("doubtful", "review")
    assert found.number == stated


@pytest.mark.parametrize("text", ["7", "７"])
def test_a_second_code_of_a_digit_that_draws_another_one_is_read_as_it_is_shown(reader: Reader, text: str) -> None:
    specimen = make("digital_ordinary", 3, format="pdf")

    (found,) = reader.read(remapped(specimen.data, {"1": text}))

    printed = str(specimen.truth["invoices"][0]["fields"]["total"])
    assert "1" in printed
    assert (str(found.total), found.verdict) == (printed, "review")
    assert "text-hidden" in {finding.rule for finding in found.findings}


def test_a_minus_that_is_drawn_as_a_digit_is_not_believed(reader: Reader) -> None:
    specimen = make("digital_ordinary", 3, format="pdf")

    (found,) = reader.read(remapped(specimen.data, {"1": "-", "-": None}))

    assert found.verdict == "review"
    assert ("text-hidden", ("total",)) in [(finding.rule, finding.fields) for finding in found.findings]


def test_points_and_minus_signs_are_small() -> None:
    square = np.array([[0, 0], [0, 0.1], [0.1, 0.1], [0.1, 0]], np.float32)
    kinds = np.array([MOVE_TO, LINE_TO, LINE_TO, LINE_TO]).tobytes()

    assert shows(".", square.tobytes(), kinds)
    assert shows("-", (square * [[5, 1]]).astype(np.float32).tobytes(), kinds)
    assert not shows(".", (5 * square).tobytes(), kinds)
    assert not shows("-", (5 * square).tobytes(), kinds)
    assert not shows(".", b"", b"")


def test_an_outline_without_bounds_shows_no_digit() -> None:
    points = np.array([[0, 0], [np.inf, 0], [np.inf, np.inf]], np.float32)
    kinds = np.array([MOVE_TO, LINE_TO, LINE_TO])

    assert not shows("8", points.tobytes(), kinds.tobytes())
