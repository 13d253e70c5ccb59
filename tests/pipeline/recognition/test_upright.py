from collections.abc import Sequence

import drawn
import numpy as np
import pytest

from invoiceocr.geometry import QUARTERS, Box, Quad, box_quad
from invoiceocr.imaging import region
from invoiceocr.ocr.detector import Glance
from invoiceocr.ocr.engine import TextReader
from invoiceocr.page import PageImage, Pixels
from invoiceocr.pipeline.recognition.upright import Upright, upright_of
from invoiceocr.settings import Settings

PAGE = drawn.invoice()
LINES = tuple(box_quad(Box(10, y, 210, y + 20)) for y in range(10, 200, 30))
COLUMNS = tuple(box_quad(Box(x, 10, x + 20, 210)) for x in range(10, 200, 30))


class Reader:
    """A reader for pages with a white mark at the left of their heads. It counts how often it looks thoroughly; what a
    glance tells is given by how far a page is turned clockwise. Lines on their heads may look upright to it."""

    def __init__(self, glances: Sequence[Glance], *, looks_upright: bool = False) -> None:
        self.glances = glances
        self.looks_upright = looks_upright
        self.looks: list[int] = []
        self.detect = self

    def glance(self, pixels: Pixels) -> Glance:
        return self.glances[turn_of(pixels)]

    def after(self, seen: Glance, pixels: Pixels) -> tuple[Quad, ...]:
        self.looks.append(turn_of(pixels))
        return COLUMNS if turn_of(pixels) % 2 else LINES

    def upside_down_ratio(self, image: PageImage, quads: Sequence[Quad]) -> float:
        return 0.0 if self.looks_upright else float(turn_of(image.pixels) == 2)

    def mean_confidence(self, image: PageImage, quads: Sequence[Quad]) -> float:
        return (0.9, 0.1, 0.2, 0.1)[turn_of(image.pixels)]


def marked(quarters: int) -> PageImage:
    """A page turned clockwise."""
    pixels = np.zeros((300, 400, 3), np.uint8)
    pixels[:20, :20] = 255
    return PageImage(np.ascontiguousarray(np.rot90(pixels, -quarters)))


def turn_of(pixels: Pixels) -> int:
    """How far a page is turned clockwise, in quarters, by the corner with its mark."""
    return [bool(pixels[y, x].any()) for y, x in ((0, 0), (0, -1), (-1, -1), (-1, 0))].index(True)


def found(image: PageImage, reader: object) -> Upright:
    assert isinstance(reader, Reader | TextReader)
    return upright_of(image, reader)  # type: ignore[arg-type]


def glances(leaning: Sequence[bool]) -> list[Glance]:
    """What is told by a glance that only knows whether text runs across the page, and guesses the rest as given."""
    return [Glance(None, quarters % 2 == 1, None, leans) for quarters, leans in enumerate(leaning)]


# turned clockwise by one quarter, a page that lies stands on its head once it is turned clockwise again
RIGHT, WRONG = (False, True, True, False), (True, False, False, True)


@pytest.mark.parametrize("quarters", [1, 3])
@pytest.mark.parametrize(("leaning", "looks"), [(RIGHT, 1), ((False,) * 4, 2), (WRONG, 2)])
def test_a_page_on_its_side_is_looked_at_once_where_a_glance_guesses_right(
    quarters: int, leaning: Sequence[bool], looks: int
) -> None:
    reader = Reader(glances(leaning))

    upright = found(marked(quarters), reader)

    assert turn_of(upright.image.pixels) == 0
    assert upright.quads == LINES
    assert len(reader.looks) <= looks
    assert len(set(reader.looks)) == len(reader.looks)


@pytest.mark.parametrize("quarters", [1, 3])
@pytest.mark.parametrize("leaning", [(False,) * 4, (True,) * 4, WRONG])
def test_a_page_on_its_side_is_brought_upright_where_a_glance_guesses_wrong_and_its_lines_look_upright_either_way(
    quarters: int, leaning: Sequence[bool]
) -> None:
    upright = found(marked(quarters), Reader(glances(leaning), looks_upright=True))

    assert turn_of(upright.image.pixels) == 0
    assert upright.quads == LINES


@pytest.mark.parametrize("quarters", range(4))
def test_a_glance_that_is_sure_is_enough(quarters: int) -> None:
    sure = [Glance(None, turn % 2 == 1, turn in (1, 2), turn in (1, 2)) for turn in range(4)]
    reader = Reader(sure)

    upright = found(marked(quarters), reader)

    assert turn_of(upright.image.pixels) == 0
    assert reader.looks == [0]


@pytest.mark.parametrize("quarters", range(4))
def test_lines_tell_the_turn_where_a_glance_tells_nothing(quarters: int) -> None:
    upright = found(marked(quarters), Reader([Glance(None, None, None)] * 4))

    assert turn_of(upright.image.pixels) == 0


def test_a_page_that_lies_and_shows_no_text_once_it_is_turned_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(glances(RIGHT))
    monkeypatch.setattr(reader, "after", lambda seen, pixels: COLUMNS if turn_of(pixels) % 2 else ())

    upright = found(marked(1), reader)

    assert turn_of(upright.image.pixels) == 1
    assert upright.quads == COLUMNS


@pytest.mark.parametrize("quarters", range(4))
def test_a_drawn_page_is_brought_upright_from_any_quarter_turn(quarters: int) -> None:
    image = PageImage(np.ascontiguousarray(np.rot90(PAGE, quarters)))

    upright = found(image, TextReader(Settings(threads=1)))

    assert region.rotation(region.relative(upright.image, image)) == QUARTERS[quarters]
    assert np.array_equal(upright.image.pixels, PAGE)
