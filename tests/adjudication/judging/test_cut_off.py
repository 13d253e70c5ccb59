"""Values at the edge of their page, beyond which more of them may stand."""

import pytest

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.judging.cut_off import disputed
from invoiceocr.adjudication.judging.judgment import Judgment
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.geometry import Box
from invoiceocr.proof import WitnessSource

COMPANY = "云栖示例科技有限公司"
MIDDLE, LEFT, RIGHT = Box(200, 90, 300, 100), Box(3, 90, 103, 100), Box(495, 90, 595, 100)
# as wide as the page leaves room, and a character and a half off both edges
WRAPPED = Box(15, 90, 585, 130)


def is_disputed(
    path: str,
    box: Box,
    *others: WitnessSource,
    supports: frozenset[WitnessSource] = frozenset(),
    text: str = COMPANY,
    source: WitnessSource = "text_layer",
    kind: str = "digital_ordinary",
) -> bool:
    """Whether the value of *path* in *box* is disputed if *others* agree, *supports* prove it and it is this *text*,
    which *source* says."""
    printed = Candidate(path, text, text, source, box=box)
    field = Fused(printed, (printed, *(Candidate(path, text, text, other) for other in others)))
    draft = Draft(kind, (), page_sizes=((1, (600.0, 400.0)),))
    return path in disputed(Judgment({path: supports}), {path: field}, draft).disputed


@pytest.mark.parametrize("box", [LEFT, RIGHT])
@pytest.mark.parametrize("path", ["seller.name", "remarks", "items.0.name"])
def test_what_touches_the_edge_of_its_page_may_be_cut_off(path: str, box: Box) -> None:
    assert is_disputed(path, box)


@pytest.mark.parametrize("box", [MIDDLE, Box(490, 90, 590, 100), Box(10, 90, 110, 100)])
def test_what_stands_a_character_off_the_edge_is_whole(box: Box) -> None:
    assert not is_disputed("seller.name", box)


def test_a_text_on_several_lines_is_measured_by_its_characters() -> None:
    assert not is_disputed("remarks", WRAPPED, text=200 * "示")


def test_check_digits_and_sums_show_that_a_number_is_whole_but_no_name() -> None:
    assert not is_disputed("seller.tax_id", RIGHT, supports=frozenset({"checksum"}))
    assert not is_disputed("total", RIGHT, supports=frozenset({"words"}))
    assert is_disputed("seller.name", RIGHT, supports=frozenset({"checksum"}))


def test_a_source_apart_from_the_print_shows_that_a_name_is_whole() -> None:
    assert not is_disputed("seller.name", RIGHT, "xml")
    assert is_disputed("seller.name", RIGHT, "ocr")


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_a_name_may_go_on_in_a_line_below_the_page(source: WitnessSource) -> None:
    assert is_disputed("seller.name", Box(200, 378, 300, 388), source=source)
    assert not is_disputed("seller.name", Box(200, 370, 300, 380), source=source)
    assert not is_disputed("total", Box(200, 378, 300, 388), source=source)


@pytest.mark.parametrize("box", [LEFT, RIGHT, Box(200, 2, 300, 12), Box(590, 200, 600, 300)])
def test_a_name_at_the_edge_of_a_picture_may_be_cut_off(box: Box) -> None:
    assert is_disputed("seller.name", box, source="ocr")


@pytest.mark.parametrize("box", [LEFT, RIGHT, Box(200, 378, 300, 388)])
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("passenger_name", "digital_rail"),
        ("drawer", "digital_ordinary"),
        ("payer", "fiscal"),
        ("details.0.passenger_name", "digital_ordinary"),
    ],
)
def test_the_name_of_a_person_may_be_cut_off_too(path: str, kind: str, box: Box) -> None:
    assert is_disputed(path, box, source="ocr", text="张三", kind=kind)


# how a picture of that page lies on its canvas after it was straightened, by its first corner
TILTED = ((0.0, 50.0), (560.0, 0.0), (600.0, 350.0), (40.0, 400.0))


@pytest.mark.parametrize("first", [0, 1, 2, 3])
@pytest.mark.parametrize(
    ("box", "cut"),
    [
        (Box(478, 190, 578, 200), True),  # twenty off the canvas' edge, and at the picture's
        (Box(440, 190, 540, 200), False),
        (Box(20, 190, 120, 200), True),
        (Box(250, 30, 350, 40), True),
        (Box(250, 365, 350, 375), True),
        (Box(250, 190, 350, 200), False),
    ],
)
def test_the_edge_of_a_tilted_picture_is_where_its_pixels_end(box: Box, cut: bool, first: int) -> None:
    read = Candidate("seller.name", COMPANY, COMPANY, "ocr", box=box)
    corners = TILTED[first:] + TILTED[:first]
    assert len(corners) == 4
    draft = Draft("digital_ordinary", (), page_sizes=((1, (600.0, 400.0)),), outlines=((1, corners),))

    assert bool(disputed(Judgment({}), {"seller.name": Fused(read, (read,))}, draft).disputed) is cut


@pytest.mark.parametrize("path", ["total", "remarks"])
def test_other_values_at_the_edge_of_a_picture_are_not_disputed(path: str) -> None:
    assert not is_disputed(path, RIGHT, source="ocr")


def test_a_name_on_a_page_of_unknown_size_is_not_disputed() -> None:
    printed = Candidate("seller.name", COMPANY, COMPANY, "ocr", page=2, box=RIGHT)
    draft = Draft("digital_ordinary", (), page_sizes=((1, (600.0, 400.0)),))

    assert not disputed(Judgment({}), {"seller.name": Fused(printed, (printed,))}, draft).disputed
