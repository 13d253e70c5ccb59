import drawn
import numpy as np
import pytest

from invoiceocr.errors import ModelError
from invoiceocr.geometry import Box, box_quad, overlap_x, overlap_y, quad_box
from invoiceocr.ocr import detector, manifest, session
from invoiceocr.ocr.engine import TextReader
from invoiceocr.settings import Settings

TEXTS = [(60.0, 40.0, "发票代码 123456789012"), (60.0, 120.0, "开票日期"), (420.0, 120.0, "¥1234.56")]


def covered(box: Box, found: Box) -> float:
    """The share of *box* that *found* covers."""
    return overlap_x(box, found) * overlap_y(box, found) / (box.width * box.height)


def test_every_text_of_a_page_is_found_where_it_stands(text_reader: TextReader) -> None:
    quads = text_reader.detect(drawn.paper(800, 200, TEXTS))

    boxes = [quad_box(quad) for quad in quads]
    assert len(boxes) == 3
    for left, top, text in TEXTS:
        print_alone = drawn.ink(drawn.paper(800, 200, [(left, top, text)]))
        assert max(covered(print_alone, box) for box in boxes) > 0.95


def test_lines_come_from_top_to_bottom(text_reader: TextReader) -> None:
    quads = text_reader.detect(drawn.paper(800, 200, TEXTS))

    tops = [quad[0][1] for quad in quads]
    assert tops == sorted(tops)


def test_a_blank_page_has_no_text(text_reader: TextReader) -> None:
    assert text_reader.detect(drawn.paper(300, 200)) == ()


@pytest.mark.parametrize("size", [(1, 1), (5, 3000), (3000, 5)])
def test_pictures_of_odd_shapes_are_looked_at_too(text_reader: TextReader, size: tuple[int, int]) -> None:
    assert text_reader.detect(np.full((size[1], size[0], 3), 255, np.uint8)) == ()


@pytest.mark.parametrize(("width", "height"), [(1, 1), (33, 1000), (5616, 2592), (640, 480)])
def test_the_input_is_whole_strides_of_about_the_shape_of_the_picture(width: int, height: int) -> None:
    across, down = detector.input_size(width, height, 960)

    assert across % detector.STRIDE == down % detector.STRIDE == 0
    assert max(across, down) == 960
    assert min(across, down) >= detector.STRIDE
    assert min(across, down) / max(across, down) == pytest.approx(min(width, height) / max(width, height), abs=0.05)


def test_small_print_is_looked_at_more_finely() -> None:
    lines = tuple(box_quad(Box(0, y, 300, y + 28)) for y in range(0, 500, 50))  # 7 pixels high at a quarter

    assert detector.finer_side(lines, 3840, 960, 9.0) == round(960 * 1.5 * 9.0 / 7)


def test_print_of_ordinary_size_is_looked_at_once() -> None:
    lines = tuple(box_quad(Box(0, y, 300, y + 60)) for y in range(0, 500, 100))

    assert detector.finer_side(lines, 3840, 960, 9.0) == 960
    assert detector.finer_side((), 3840, 960, 9.0) == 960


def test_the_finest_look_is_bounded() -> None:
    assert detector.finer_side((box_quad(Box(0, 0, 90, 1)),), 9000, 960, 9.0) == detector.FINEST_SIDE


def test_neighboring_cells_on_the_screen_of_a_telephone_are_told_apart() -> None:
    rows = [(left, 1000.0 + 30 * row, "道路货物运输") for row in range(12) for left in (30.0, 126.0, 400.0, 496.0)]
    screen = drawn.paper(1080, 2340, rows, size=14)
    cascade = detector.detector_of(Settings(threads=1))

    quads = cascade.glance(screen).quads

    assert quads is not None
    assert len(quads) == len(rows)


def test_a_place_is_looked_at_without_the_rest_of_the_page(text_reader: TextReader) -> None:
    page = drawn.paper(800, 200, TEXTS)
    place = quad_box(drawn.around(*TEXTS[2]))

    (quad,) = text_reader.detect.near(page, [place])

    print_alone = drawn.ink(drawn.paper(800, 200, [TEXTS[2]]))
    assert covered(print_alone, quad_box(quad)) > 0.9


def test_places_whose_surroundings_overlap_are_looked_at_together() -> None:
    near, far = [Box(100, 100, 150, 110), Box(160, 100, 200, 110)], Box(600, 100, 650, 110)

    found = detector.windows([*near, far], 1000, 500)

    assert found == (Box(85, 85, 215, 125), Box(585, 85, 665, 125))


def test_surroundings_end_with_the_page() -> None:
    assert detector.windows([Box(-5, -5, 50, 20), Box(2000, 0, 2050, 20)], 1000, 30) == (Box(0, 0, 87.5, 30),)


def glanced(uncertain: float, lying: float, upside_down: float, monkeypatch: pytest.MonkeyPatch) -> detector.Glance:
    """What a kernel detector tells of a page with one line, the given share of whose pixels is uncertain."""
    kernels = np.zeros((64, 128), np.float32)
    kernels[20:30, 10:110] = 1.0
    kernels[40:50, 10 : 10 + round(100 * uncertain)] = 0.5
    maps = np.stack([np.full((32, 64), lying), np.full((32, 64), upside_down)]).astype(np.float32)
    network = session.open_network(manifest.entry("kernel-det", "detector"), 1)
    monkeypatch.setattr(detector.KernelDetector, "_maps", lambda self, pixels, side: (kernels, maps))
    return detector.KernelDetector(network).glance(np.zeros((128, 256, 3), np.uint8))


def test_the_quick_detector_names_no_texts_of_a_page_that_it_is_not_certain_of(monkeypatch: pytest.MonkeyPatch) -> None:
    sure, unsure = (glanced(share, -9.0, -9.0, monkeypatch) for share in (0.2, 0.3))

    assert sure.quads is not None
    assert unsure.quads is None


def test_grain_of_paper_makes_a_page_none_for_the_quick_detector() -> None:
    page = drawn.paper(800, 200, TEXTS)
    grain = np.random.default_rng(5).integers(-3, 4, page.shape)
    scanned = np.clip(page + grain, 0, 255).astype(np.uint8)
    cascade = detector.detector_of(Settings(threads=1))

    assert cascade.glance(page).quads is not None
    assert cascade.glance(scanned).quads is None


@pytest.mark.parametrize(("lying", "upside_down", "quarters"), [(-9, -9, 0), (9, -9, 1), (-9, 9, 2), (9, 9, 3)])
def test_sure_votes_say_how_a_page_is_turned_upright(
    lying: float, upside_down: float, quarters: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert glanced(0.0, lying, upside_down, monkeypatch).quarters == quarters


def test_a_page_whose_head_is_not_surely_told_is_not_turned_by_a_glance(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = glanced(0.0, 9.0, 1.0, monkeypatch)

    assert (seen.lying, seen.upside_down, seen.quarters) == (True, None, None)


def test_crisp_print_is_found_by_the_quick_detector_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    page = drawn.paper(800, 200, TEXTS)
    cascade = detector.detector_of(Settings(threads=1))
    assert isinstance(cascade, detector.DetectorCascade)
    monkeypatch.setattr(detector.TextDetector, "__call__", lambda self, pixels: pytest.fail("asked"))

    assert len(cascade(page)) == 3


def test_what_the_quick_detector_is_not_certain_of_is_left_to_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    page = drawn.paper(800, 200, TEXTS)
    cascade = detector.detector_of(Settings(threads=1))
    monkeypatch.setattr(detector, "CERTAIN", 0.0)

    assert cascade(page) == detector.detector_of(Settings(threads=1, quick_detector="none"))(page)


def test_a_detector_that_never_doubts_is_refused_as_the_quick_one() -> None:
    with pytest.raises(ModelError, match="certain"):
        detector.detector_of(Settings(detector="kernel-det", quick_detector="ppocrv6-small-det"))
