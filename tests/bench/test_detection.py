from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench import detectors
from bench.boxes import Printed, match
from bench.detected_invoices import read, row, with_detector
from bench.detection import command, is_right, outcome_row, parser
from bench.drawn import FIRST_SEED, sheet
from invoiceocr.geometry import Box, Quad, box_quad, quad_box
from invoiceocr.imaging.orientation import is_upside_down, lies
from invoiceocr.page import Pixels
from invoiceocr.specimens import Order, deliver


def at(x: float, length: float) -> Quad:
    return box_quad(Box(x, 0, x + length, 20))


CAPTION = Printed("名称:", at(0, 50))
VALUE = Printed("某某（公司）", at(60, 120), "buyer.name")


def right(boxes: list[Quad], *texts: str, printed: tuple[Printed, ...] = (CAPTION, VALUE)) -> bool:
    """Whether the last of *printed* is read right by *boxes* with those texts."""
    return is_right(printed, len(printed) - 1, match(printed, boxes), dict(enumerate(texts)))


def test_a_text_is_right_that_its_box_reads_but_for_the_width_of_forms() -> None:
    assert right([at(60, 120)], "某某(公司)")
    assert not right([at(60, 120)], "某某(公司)1")


def test_a_text_is_right_behind_its_caption() -> None:
    assert right([at(0, 180)], "名称:某某(公司)")


def test_pieces_are_read_one_behind_the_other() -> None:
    assert right([at(60, 60), at(120, 60)], "某某(", "公司)")


def test_a_text_in_a_box_with_another_column_is_not_right() -> None:
    printed = (Printed("1", at(0, 20), "items.0.quantity"), Printed("2.00", at(25, 40), "items.0.amount"))
    assert not right([at(0, 65)], "12.00", printed=printed)


def test_a_row_shows_shares_of_all() -> None:
    assert outcome_row("a", Counter(clean=3, missed=1)) == ["a", "75.0", "0.0", "0.0", "25.0"]


def test_the_command_of_the_document_repeats_what_was_measured() -> None:
    asked = parser().parse_args(["--pages", "3", "--read", "2", "--sides", "0", "960", "--other", "a=/tmp/a.onnx"])
    assert command(asked) == "python -m bench.detection --pages 3 --read 2 --sides 0 960"


def test_a_foreign_detector_is_a_title_and_a_file(tmp_path: Path) -> None:
    (tmp_path / "tiny.onnx").write_bytes(b"network")
    entry = detectors.given(f"tiny={tmp_path}/tiny.onnx")
    assert (entry.name, entry.kind, entry.load()) == ("tiny", "detector", b"network")
    with pytest.raises(ValueError, match="TITLE=FILE"):
        detectors.given("tiny.onnx")


def test_boxes_found_in_a_smaller_picture_are_those_of_the_page() -> None:
    page = np.full((1500, 2000, 3), 255, np.uint8)
    cv2.putText(page, "2024-03-05", (800, 740), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (0, 0, 0), 4)
    small = detectors.Detector(detectors.of_manifest("ppocrv6-small-det"), 960)
    boxes = [quad_box(quad) for quad in small.boxes(page)]
    assert small.title == "ppocrv6-small-det at 960"
    assert any(abs(box.cx - 985) < 60 and abs(box.cy - 720) < 30 for box in boxes)


class Level:
    """A reader that must not be asked: rows that lie across tell enough."""

    def detect(self, pixels: object, /) -> tuple[Quad, ...]:
        raise AssertionError

    def upside_down_ratio(self, image: object, quads: object, /) -> float:
        return 0.0

    def mean_confidence(self, image: object, quads: object, /) -> float:
        raise AssertionError


@pytest.mark.parametrize("seed", [FIRST_SEED, FIRST_SEED + 3])
def test_drawn_pages_are_upright_and_their_texts_lie_on_them(seed: int) -> None:
    drawn = sheet(Order("e_vat_ordinary", seed, "png", "desk+quarter"))
    quads = [printed.quad for printed in drawn.printed]
    assert not lies(quads)
    assert not is_upside_down(drawn.image, quads, Level())
    assert all(0 <= x <= drawn.image.width and 0 <= y <= drawn.image.height for quad in quads for x, y in quad)
    assert all(quad[1][0] > quad[0][0] for quad in quads)


def test_the_print_is_dark_where_the_texts_are_said_to_stand() -> None:
    drawn = sheet(Order("e_vat_ordinary", FIRST_SEED, "png", "desk+quarter"))
    boxes = [quad_box(printed.quad) for printed in drawn.printed if printed.path]
    darkest = [drawn.image.pixels[int(b.y0) : int(b.y1) + 1, int(b.x0) : int(b.x1) + 1].min() for b in boxes]
    assert sum(value < 130 for value in darkest) == len(boxes)


class Nowhere(detectors.Detector):
    """A detector that finds nothing."""

    def boxes(self, pixels: Pixels, threads: int = 1) -> tuple[Quad, ...]:
        return ()


def test_invoices_are_read_with_the_detector_that_is_put_in() -> None:
    specimen = deliver(Order("e_vat_ordinary", FIRST_SEED, "png", "resolution"))
    blind = with_detector(Nowhere(detectors.of_manifest("ppocrv6-small-det")))
    cells = row("blind", read(blind, [specimen]))
    assert cells[0] == "blind"
    assert cells[3:] == ["0.0", "0.0"]
