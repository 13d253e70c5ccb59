import drawn
import numpy as np
import pytest

from invoiceocr.geometry import Box, Quad, box_quad
from invoiceocr.imaging import orientation
from invoiceocr.ocr.engine import TextReader
from invoiceocr.page import PageImage
from invoiceocr.settings import Settings

PAGE = drawn.invoice()


@pytest.fixture(scope="module")
def reader() -> TextReader:
    return TextReader(Settings(threads=1))


def turned(quarters: int) -> PageImage:
    """The page turned counterclockwise."""
    return PageImage(np.ascontiguousarray(np.rot90(PAGE, quarters)))


@pytest.mark.parametrize("quarters", range(4))
def test_text_boxes_tell_a_page_on_its_side(reader: TextReader, quarters: int) -> None:
    assert orientation.lies(reader.detect(turned(quarters).pixels)) is bool(quarters % 2)


@pytest.mark.parametrize("quarters", [0, 2])
def test_lines_tell_a_page_upside_down(reader: TextReader, quarters: int) -> None:
    image = turned(quarters)
    quads = reader.detect(image.pixels)

    assert orientation.is_upside_down(image, quads, reader) is bool(quarters)
    assert orientation.was_stood_on_head(image, quads, reader) is bool(quarters)


@pytest.mark.parametrize("quarters", range(5))
def test_turning_is_clockwise_and_leads_back(quarters: int) -> None:
    image = PageImage(np.zeros((40, 60, 3), np.uint8))
    image.pixels[5, 10] = 255

    found = orientation.turn(image, quarters)

    (y, x), *_ = np.argwhere(found.pixels[:, :, 0] == 255)
    assert np.array_equal(found.pixels, np.rot90(image.pixels, -quarters))
    assert (found.transform @ (x, y, 1)).tolist() == pytest.approx([10, 5, 1])


class Doubtful:
    """A reader to whom a share of the lines, *ratio*, looks upside down."""

    def __init__(self, upright: float, opposite: float, ratio: float = 1.0) -> None:
        self.answers = [upright, opposite]
        self.ratio = ratio

    def upside_down_ratio(self, image: PageImage, quads: tuple[Quad, ...]) -> float:
        return self.ratio

    def mean_confidence(self, image: PageImage, quads: tuple[Quad, ...]) -> float:
        return self.answers.pop(0)


LINES = tuple(box_quad(Box(10, y, 210, y + 20)) for y in range(10, 200, 30))


@pytest.mark.parametrize(("opposite", "turned_over"), [(0.9, True), (0.55, False), (0.2, False)])
def test_a_page_is_turned_over_only_if_it_reads_clearly_better_so(opposite: float, turned_over: bool) -> None:
    image = PageImage(np.full((300, 400, 3), 255, np.uint8))

    assert orientation.is_upside_down(image, LINES, Doubtful(0.5, opposite)) is turned_over


@pytest.mark.parametrize(("ratio", "turned_over"), [(1.0, True), (4 / 7, True), (0.4, False)])
def test_figures_that_read_on_their_heads_too_are_turned_if_most_lines_look_so(ratio: float, turned_over: bool) -> None:
    image = PageImage(np.full((300, 400, 3), 255, np.uint8))

    assert orientation.is_upside_down(image, LINES, Doubtful(0.78, 0.92, ratio)) is turned_over


@pytest.mark.parametrize(("opposite", "ratio", "turned_over"), [(0.51, 0.4, True), (0.4, 1.0, False), (0.9, 0.0, True)])
def test_a_page_that_was_put_upright_may_stand_on_its_head_as_well_whatever_its_lines_look_like(
    opposite: float, ratio: float, turned_over: bool
) -> None:
    image = PageImage(np.full((300, 400, 3), 255, np.uint8))

    assert orientation.was_stood_on_head(image, LINES[:2], Doubtful(0.5, opposite, ratio)) is turned_over


def test_a_page_with_hardly_any_text_is_not_turned() -> None:
    image = PageImage(np.full((300, 400, 3), 255, np.uint8))

    assert not orientation.is_upside_down(image, LINES[:2], Doubtful(0.0, 1.0))
    assert not orientation.lies([box_quad(Box(10, 10, 30, 210))] * 2)
