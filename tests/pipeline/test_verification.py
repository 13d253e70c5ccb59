"""Prints of figures read by the second recognizer, on drawn lines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time
from decimal import Decimal

import drawn
import pytest
from lattices import lattice

from invoiceocr.errors import ModelError
from invoiceocr.evidence import second_reading
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.reading import Reading
from invoiceocr.geometry import Box, Quad, box_quad, quad_box
from invoiceocr.kinds import builtin
from invoiceocr.page import Page, PageImage, TextLine
from invoiceocr.pipeline.reader import Reader
from invoiceocr.pipeline.recognition.page_recognizer import PageRecognizer
from invoiceocr.pipeline.verification import FieldVerifier, NameVerifier
from invoiceocr.settings import Settings
from invoiceocr.specimens import make

TEXTS = ("合计：¥106.00", "25312000000012345678")
PLACES = ((30.0, 20.0), (30.0, 70.0))


@pytest.fixture(scope="module")
def read_again() -> FieldVerifier:
    return FieldVerifier(Settings(threads=1))


def quads() -> list[Quad]:
    return [drawn.around(x, y, text) for (x, y), text in zip(PLACES, TEXTS, strict=True)]


def page() -> Page:
    pixels = drawn.paper(420, 120, [(x, y, text) for (x, y), text in zip(PLACES, TEXTS, strict=True)])
    lines = tuple(TextLine(text, quad_box(q), "ocr", 0.9, quad=q) for text, q in zip(TEXTS, quads(), strict=True))
    return Page(1, 420.0, 120.0, lines, image=PageImage(pixels))


def box_of(index: int, start: int) -> Box:
    """That of the text of a line from its character *start* on."""
    whole = quad_box(quads()[index])
    before, _ = drawn.extent(TEXTS[index][:start])
    return Box(PLACES[index][0] + before, whole.y0, whole.x1, whole.y1) if start else whole


def reading(*candidates: Candidate) -> Reading:
    return Reading(page(), "toll", candidates)


def figure(path: str, value: object, index: int, start: int = 0) -> Candidate:
    return Candidate(path, value, TEXTS[index][start:], "ocr", 0.9, 1, box_of(index, start))


def test_each_print_of_a_checked_field_is_read_again_where_it_stands(read_again: FieldVerifier) -> None:
    first = figure("total", Decimal("186.00"), 0, 3), figure("number", TEXTS[1], 1)

    found = read_again(reading(*first)).candidates

    assert found[:2] == first
    assert [(c.path, c.value, c.second) for c in found[2:]] == [
        ("total", Decimal("106.00"), True),
        ("number", TEXTS[1], True),
    ]
    assert all(c.confidence > 0.9 and c.lattice is not None for c in found[2:])


@pytest.mark.parametrize("covered", ["", "1"])
def test_a_digit_imagined_before_a_print_leaves_it_whole_unless_there_is_ink(
    covered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recognizer sees one more digit in the longer cut, faintly."""
    text = "14:04"
    quad = drawn.around(90, 40, text)
    pixels = drawn.paper(300, 90, [(90, 40, text), (90 - drawn.extent("1")[0], 40, covered)])
    place = quad_box(quad)

    class Imagining:
        def recognize_full_width(self, pixels: object, quad: Quad) -> TextLine:
            seen, first = (f"9{text}", 0.3) if quad_box(quad).x0 < place.x0 - 1 else (text, 0.99)
            return TextLine(seen, quad_box(quad), "ocr", 0.99, character_confidences=(first, *[0.99] * (len(seen) - 1)))

    monkeypatch.setattr("invoiceocr.ocr.recognizer.open_recognizer", lambda name: Imagining())
    page = Page(1, 300.0, 90.0, (TextLine(text, place, "ocr", 0.9, quad=quad),), image=PageImage(pixels))
    first = Candidate("boarding_time", time(14, 4), text, "ocr", 0.9, 1, place)

    again = FieldVerifier(Settings(threads=1))(Reading(page, "taxi", (first,))).candidates[1]

    assert again.whole is (covered == "")


def test_fields_of_one_print_are_each_told(read_again: FieldVerifier) -> None:
    again = read_again(reading(figure("total", None, 0, 3), figure("total_tax", Decimal("106.00"), 0, 3)))

    assert [(c.path, c.value) for c in again.candidates if c.second] == [
        ("total", Decimal("106.00")),
        ("total_tax", Decimal("106.00")),
    ]


def test_a_print_in_no_known_line_is_cut_out_as_it_stands(read_again: FieldVerifier) -> None:
    seen = reading(figure("number", TEXTS[1], 1))

    (again,) = read_again(replace(seen, page=replace(seen.page, lines=()))).candidates[1:]

    assert again.value == TEXTS[1]


@pytest.mark.parametrize("source", ["text_layer", "xml"])
def test_what_was_no_picture_stays_as_it_is(read_again: FieldVerifier, source: str) -> None:
    stated = reading(replace(figure("number", TEXTS[1], 1), source=source))  # type: ignore[arg-type]
    drawn_away = replace(stated, page=replace(stated.page, image=None))

    assert read_again(stated) is stated
    assert read_again(drawn_away) is drawn_away


def test_threads_share_one_model() -> None:
    shared, seen = FieldVerifier(Settings(threads=1)), reading(figure("number", TEXTS[1], 1))

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(shared, [seen] * 8))

    assert {result.candidates[1].value for result in results} == {TEXTS[1]}


def test_a_second_recognizer_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ModelError, match="crnn-id"):
        FieldVerifier(Settings(verification_recognizer="nobody"))(reading(figure("number", TEXTS[1], 1)))


def test_a_sum_of_which_the_detector_lost_the_head_is_read_whole(read_again: FieldVerifier) -> None:
    # given: the line begins behind the first digits
    whole = quad_box(drawn.around(90, 40, "¥106.00"))
    cut = Box(90 + drawn.extent("¥10")[0], whole.y0, whole.x1, whole.y1)
    pixels = drawn.paper(300, 100, [(90, 40, "¥106.00")])
    line = TextLine("6.00", cut, "ocr", 0.9, quad=box_quad(cut))
    seen = Candidate("total", Decimal("6.00"), "6.00", "ocr", 0.9, 1, cut)

    # when
    again = read_again(Reading(Page(1, 300.0, 100.0, (line,), image=PageImage(pixels)), "toll", (seen,))).candidates[1]

    # then
    assert (again.text, again.value, again.box) == ("¥106.00", Decimal("106.00"), cut)


# names

COMPANY = "样品餐饮管理有限公司"
TAX_ID = Candidate("seller.tax_id", "91110105MA01ABCD5F", "91110105MA01ABCD5F", "ocr", 0.99, box=Box(30, 60, 200, 80))


def read_name(printed: str, read: str, *others: Candidate) -> list[Candidate]:
    """The candidates that a second reading adds where *printed* was read as *read*."""
    recognizer = PageRecognizer(Settings(threads=1))
    quad = drawn.around(30.0, 20.0, printed)
    page = Page(1, 420.0, 120.0, image=PageImage(drawn.paper(420, 120, [(30.0, 20.0, printed)])))
    name = Candidate("seller.name", read, read, "ocr", 0.95, 1, quad_box(quad))
    found = NameVerifier(recognizer.alone, builtin())(Reading(page, "toll", (name, *others)))
    return [c for c in found.candidates if c.second]


def test_a_name_that_both_recognizers_read_alike_has_a_second_reading() -> None:
    (again,) = read_name(COMPANY, COMPANY, TAX_ID)

    assert (again.path, again.value, again.lattice) == ("seller.name", COMPANY, None)


def test_a_name_that_was_read_otherwise_or_cut_short_has_none() -> None:
    assert read_name(COMPANY, "样晶餐饮管理有限公司", TAX_ID) == []
    assert read_name(COMPANY, COMPANY[1:], TAX_ID) == []


def test_a_name_that_not_both_read_so_is_less_sure() -> None:
    read = Candidate(
        "seller.name", COMPANY[1:], COMPANY[1:], "ocr", 0.95, 1, quad_box(drawn.around(30.0, 20.0, COMPANY))
    )
    page = Page(1, 420.0, 120.0, image=PageImage(drawn.paper(420, 120, [(30.0, 20.0, COMPANY)])))

    verify = NameVerifier(PageRecognizer(Settings(threads=1)).alone, builtin())
    name, _ = verify(Reading(page, "toll", (read, TAX_ID))).candidates

    assert name.confidence < read.confidence


class Says:
    """A recognizer that reads every picture alike."""

    def __init__(self, text: str, **unsure: float) -> None:
        sure = [0.99] * len(text)
        for place, probability in unsure.items():
            sure[int(place[1:])] = probability
        self.line = TextLine(text, Box(0, 0, 1, 1), "ocr", 0.9, character_confidences=tuple(sure))

    def recognize_full_width(self, pixels: object, quad: object) -> TextLine:
        return self.line


BRANCH = "样品餐饮（杭州）有限公司"
CONFIDENCE = 0.95


@pytest.mark.parametrize(
    ("first", "second", "twice", "kept"),
    [
        (Says(BRANCH), Says(BRANCH), True, True),
        # half and full brackets share their probability
        (Says(BRANCH, _4=0.7), Says(f"：{BRANCH}".replace("（", "("), _5=0.6), True, True),
        # a ruled line before the name
        (Says(f"三{BRANCH}", _0=0.3), Says(BRANCH), True, True),
        (Says(f"三{BRANCH}", _0=0.6), Says(BRANCH), False, False),
        # both say the same, one of them clearly
        (Says(BRANCH, _2=0.6), Says(BRANCH), False, True),
        (Says(BRANCH, _2=0.6), Says(BRANCH, _2=0.8), False, False),
        (Says(BRANCH, _2=0.4), Says(BRANCH), False, False),
        (Says(BRANCH), Says(BRANCH.replace("品", "晶")), False, False),
    ],
)
def test_a_name_is_as_sure_as_both_recognizers_together(first: Says, second: Says, twice: bool, kept: bool) -> None:
    name = Candidate("seller.name", BRANCH, BRANCH, "ocr", CONFIDENCE, 1, Box(0, 0, 90, 9))
    page = Page(1, 100.0, 20.0, image=PageImage(drawn.paper(100, 20, [])))
    verify = NameVerifier(lambda: (first, second), builtin())  # type: ignore[arg-type, return-value]

    found = [c for c in verify(Reading(page, "toll", (name, TAX_ID))).candidates if c.path == "seller.name"]

    assert [c.second for c in found] == ([False, True] if twice else [False])
    assert (found[0].confidence == CONFIDENCE) is kept


def reads(text: str, alternatives: dict[int, dict[str, float]]) -> Says:
    """A recognizer that reads *text* clearly and holds other characters possible at some places."""
    said = Says(text)
    steps = tuple(range(0, 2 * len(text), 2))
    said.line = replace(said.line, lattice=lattice(text, alternatives), character_steps=steps)
    return said


@pytest.mark.parametrize(
    ("first", "second", "twice"),
    [
        ({}, {}, True),
        # the same other character in one place, though faintly
        ({0: {"祥": 0.0005}}, {0: {"祥": 0.01}}, False),
        ({0: {"祥": 0.0005}}, {0: {"祥": 0.0005}}, True),
        # one of the two alone, but plainly
        ({0: {"祥": 0.06}}, {}, False),
        ({}, {0: {"祥": 0.06}}, False),
        ({0: {"祥": 0.04}}, {}, True),
        # two others, another place, another sort of character
        ({0: {"祥": 0.04}}, {0: {"详": 0.04}}, True),
        ({0: {"祥": 0.04}}, {1: {"祥": 0.04}}, True),
        ({4: {"(": 0.06}}, {4: {"(": 0.06}}, True),
    ],
)
def test_a_name_in_which_recognizers_see_another_character_in_place_of_one_has_no_second_reading(
    first: dict[int, dict[str, float]], second: dict[int, dict[str, float]], twice: bool
) -> None:
    recognizers = (reads(BRANCH, first), reads(BRANCH, second))
    name = Candidate("seller.name", BRANCH, BRANCH, "ocr", CONFIDENCE, 1, Box(0, 0, 90, 9))
    page = Page(1, 100.0, 20.0, image=PageImage(drawn.paper(100, 20, [])))
    verify = NameVerifier(lambda: recognizers, builtin())  # type: ignore[arg-type, return-value]

    found = [c for c in verify(Reading(page, "toll", (name, TAX_ID))).candidates if c.path == "seller.name"]

    assert [c.second for c in found] == ([False, True] if twice else [False])
    assert found[0].confidence == CONFIDENCE


@pytest.mark.parametrize(("other", "doubt"), [("0", 0.0025), ("o", 0.0), ("-", 0.0)])
def test_a_letter_is_doubted_where_a_figure_may_stand_and_not_in_another_case(other: str, doubt: float) -> None:
    first, second = (reads("样品O有限公司", {2: {other: 0.05}}) for _ in range(2))

    assert second_reading.rivalry(first.line, second.line) == pytest.approx(doubt, rel=0.01)


def test_a_ruled_line_before_a_name_does_not_part_its_characters_from_those_of_the_other_reading() -> None:
    first, second = reads(f"三{BRANCH}", {1: {"祥": 0.05}}), reads(BRANCH, {0: {"祥": 0.05}})

    assert second_reading.rivalry(first.line, second.line) == pytest.approx(0.0025, rel=0.01)


def test_a_rare_character_that_both_recognizers_take_for_a_frequent_one_verifies_no_name(reader: Reader) -> None:
    made = make("e_vat_ordinary", 9_720_205, format="jpg", degradation="screenshot")

    (invoice,) = reader.read(made.data)

    (printed,) = made.truth["invoices"]
    assert "昊" in printed["fields"]["buyer"]["name"]
    assert invoice.buyer is not None
    is_right = invoice.buyer.name == printed["fields"]["buyer"]["name"]
    assert is_right or invoice.evidence["buyer.name"].status != "verified"


def test_one_recognizer_alone_says_nothing_more_of_a_name() -> None:
    name = Candidate("seller.name", BRANCH, BRANCH, "ocr", CONFIDENCE, 1, Box(0, 0, 90, 9))
    page = Page(1, 100.0, 20.0, image=PageImage(drawn.paper(100, 20, [])))

    assert NameVerifier(lambda: (), builtin())(Reading(page, "toll", (name, TAX_ID))).candidates == (name, TAX_ID)


def test_a_name_without_a_checked_tax_id_is_not_read_again() -> None:
    wrong = replace(TAX_ID, value="12345")

    assert read_name(COMPANY, COMPANY) == []
    assert read_name(COMPANY, COMPANY, wrong) == []
