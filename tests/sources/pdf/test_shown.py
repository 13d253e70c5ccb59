"""Text that is there for programs only, in the ways that a PDF offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from unittest.mock import patch

import numpy as np
import pytest
from handmade import FIELDS, FIRST, HEIGHT, SIZE, WIDTH, Sheet, covering, piece, place, shown, stream, written

from invoiceocr.page import UNREAD, Page
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.sources.pdf.ink import Canvas
from invoiceocr.sources.pdf.pages import open_pdf

FORGED = "¥968.00"
PATH = "total"
PLAIN = Sheet()
FONTS = "/Type/XObject/Subtype/Form/BBox[0 0 600 400]/Resources<</Font<</C 4 0 R/L 6 0 R>>>>"
LAYER = b"<</Type/OCG/Name(layer)>>"
SWITCHED_OFF = f"/OCProperties<</OCGs[{FIRST} 0 R]/D<</OFF[{FIRST} 0 R]>>>>"
X0, Y0, X1, Y1 = place(PATH)
PIXEL = stream(b"\xff\xff\xff", "/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceRGB/BitsPerComponent 8")


def page_of(sheet: Sheet) -> Page:
    return next(open_pdf(written(sheet), "a.pdf", Settings(read_qr=False)).pages)


def with_piece(operators: str, **more: object) -> Sheet:
    return replace(PLAIN, segments={**PLAIN.segments, PATH: operators}, **more)  # type: ignore[arg-type]


def form(content: str, more: str = "") -> bytes:
    return stream(content.encode("latin-1"), FONTS + more)


def stamp(content: str, entries: str) -> dict[str, object]:
    annotation = f"<</Type/Annot{entries}/F 4/Rect[0 0 600 400]/AP<</N {FIRST + 1} 0 R>>>>".encode()
    return {"page": f"/Annots[{FIRST} 0 R]", "objects": (annotation, form(content))}


BAR = f"q 0 g {X0} {Y0} {X1 - X0} {Y1 - Y0} re f Q\n"
DARK = stream(b"\0\0\0", "/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceRGB/BitsPerComponent 8")
LEFT, LOW, RIGHT, HIGH = X0 - 90, Y0 - 60, X1 + 9, Y1 + 9
LEVELS = [Y0 + 1.5 * i for i in range(int((Y1 - Y0) / 1.5) + 1)]
STRIPES = "".join(f"{X0} {level} {X1 - X0} 1.5 re f " for level in LEVELS)
CLIPPED_STRIPES = "".join(
    f"q {X0} {level} {X1 - X0} 1.5 re W n {X0} {level - 9} {X1 - X0} 18 re f Q\n" for level in LEVELS
)
FAINT_LINES = "".join(f"{X0} {Y0 + i} m {X1} {Y0 + i} l S " for i in range(int(Y1 - Y0) + 1))
HIDDEN = {
    "render mode 3": with_piece(piece(PATH, FORGED, "3 Tr")),
    "render mode 7": with_piece(piece(PATH, FORGED, "7 Tr")),
    "white": with_piece(piece(PATH, FORGED, "1 1 1 rg")),
    "nearly white": with_piece(piece(PATH, FORGED, "0.98 0.98 0.98 rg")),
    "transparent": with_piece(f"q /G gs {piece(PATH, FORGED)} Q\n", resources="/ExtGState<</G<</ca 0/CA 0>>>>"),
    "too light to see": with_piece(piece(PATH, FORGED, "0.88 g")),
    "light yellow": with_piece(piece(PATH, FORGED, "1 1 0.6 rg")),
    "as a white outline": with_piece(piece(PATH, FORGED, "1 Tr 1 1 1 RG")),
    "in the color of what lies under it": with_piece(BAR + piece(PATH, FORGED, "0.1 g")),
    "on a dark picture": with_piece(
        f"q {X1 - X0} 0 0 {Y1 - Y0} {X0} {Y0} cm /X Do Q {piece(PATH, FORGED)}",
        resources=f"/XObject<</X {FIRST} 0 R>>",
        objects=(DARK,),
    ),
    "squeezed": with_piece(piece(PATH, FORGED, "7 Tz")),
    "behind thousands of objects": with_piece(
        piece(PATH, FORGED), before="9 9 m 9 10 l S " * 5000, after=covering(PATH)
    ),
    "tiny": with_piece(piece(PATH, FORGED).replace(" 9.0 Tf", " 1 Tf")),
    "clipped": with_piece(f"q 0 0 1 1 re W n {piece(PATH, FORGED)} Q\n"),
    "clipped by a triangle": with_piece(
        f"q {LEFT} {LOW} m {LEFT} {HIGH} l {RIGHT} {LOW} l h W n {piece(PATH, FORGED)} Q\n"
    ),
    "clipped by the corners of a rectangle in another order": with_piece(
        f"q {X0 - 99} {LOW} m {X1 + 99} {HIGH} l {X1 + 99} {LOW} l {X0 - 99} {HIGH} l h W n {piece(PATH, FORGED)} Q\n"
    ),
    "in a form that is clipped": with_piece(
        "q 0 0 1 1 re W n /X Do Q\n", resources=f"/XObject<</X {FIRST} 0 R>>", objects=(form(piece(PATH, FORGED)),)
    ),
    "as a transparent outline": with_piece(
        f"q /G gs {piece(PATH, FORGED, '1 Tr')} Q\n", resources="/ExtGState<</G<</CA 0>>>>"
    ),
    "under many thin areas": with_piece(piece(PATH, FORGED), after=f"q 1 g {STRIPES} Q\n"),
    "on many thin areas": with_piece(f"q {STRIPES} Q\n{piece(PATH, FORGED, '0.1 g')}"),
    "on many areas that clips make thin": with_piece(f"{CLIPPED_STRIPES}{piece(PATH, FORGED, '0.1 g')}"),
    "under a filled path": with_piece(piece(PATH, FORGED), after=covering(PATH)),
    "under a thick stroke": with_piece(
        piece(PATH, FORGED), after=f"q 1 1 1 RG {Y1 - Y0} w {X0} {(Y0 + Y1) / 2} m {X1} {(Y0 + Y1) / 2} l S Q\n"
    ),
    "under many white lines": with_piece(piece(PATH, FORGED), after=f"q 1 1 1 RG 1.2 w {FAINT_LINES} Q\n"),
    "under a picture": with_piece(
        piece(PATH, FORGED),
        after=f"q {X1 - X0} 0 0 {Y1 - Y0} {X0} {Y0} cm /X Do Q",
        resources=f"/XObject<</X {FIRST} 0 R>>",
        objects=(PIXEL,),
    ),
    "in a layer that is switched off": with_piece(
        f"/OC /M BDC {piece(PATH, FORGED)} EMC\n",
        catalog=SWITCHED_OFF,
        resources=f"/Properties<</M {FIRST} 0 R>>",
        objects=(LAYER,),
    ),
    "in a form that a mark around it switches off": with_piece(
        "/OC /M BDC /X Do EMC\n",
        catalog=SWITCHED_OFF,
        resources=f"/Properties<</M {FIRST} 0 R>>/XObject<</X {FIRST + 1} 0 R>>",
        objects=(LAYER, form(piece(PATH, FORGED))),
    ),
    "in a form that is switched off": with_piece(
        "/X Do\n",
        catalog=SWITCHED_OFF,
        resources=f"/XObject<</X {FIRST + 1} 0 R>>",
        objects=(LAYER, form(piece(PATH, FORGED), f"/OC {FIRST} 0 R")),
    ),
}
RETYPED = {
    "as text over paper": with_piece(piece(PATH, FORGED), after=f"{covering(PATH)}{piece(PATH)}"),
    "as a stamp": with_piece(piece(PATH, FORGED), **stamp(f"{covering(PATH)}{piece(PATH)}", "/Subtype/Stamp")),
    "as a form field": with_piece(
        piece(PATH, FORGED),
        catalog=f"/AcroForm<</Fields[{FIRST} 0 R]>>",
        **stamp(f"{covering(PATH)}{piece(PATH)}", "/Subtype/Widget/FT/Tx/T(total)"),
    ),
    "over white text": with_piece(f"{piece(PATH, FORGED, '1 1 1 rg')}{piece(PATH)}"),
    "over unseen text": with_piece(f"{piece(PATH, FORGED, '3 Tr')}{piece(PATH)}"),
}


def texts(lines: tuple[object, ...]) -> set[str]:
    return {line.text for line in lines}  # type: ignore[attr-defined]


@pytest.mark.parametrize("way", HIDDEN)
def test_text_that_the_page_does_not_show_is_no_line_of_it(way: str) -> None:
    page = page_of(HIDDEN[way])

    assert texts(page.hidden) == {FORGED}
    assert FORGED not in texts(page.lines)


@pytest.mark.parametrize("way", RETYPED)
def test_a_value_put_over_another_is_the_one_that_is_read(way: str) -> None:
    page = page_of(RETYPED[way])

    assert texts(page.hidden) == {FORGED}
    assert FIELDS[PATH][0] in texts(page.lines)


@pytest.mark.parametrize("block", ["█", "▓", "▄", "■"])
def test_text_at_the_place_of_blocks_is_hidden_though_no_font_has_them(block: str) -> None:
    blocks = shown(block * len(FORGED), *FIELDS[PATH][1:])

    page = page_of(with_piece(f"{piece(PATH, FORGED)}{blocks}"))

    assert texts(page.hidden) == {FORGED}
    assert FORGED not in texts(page.lines)


def test_squares_beside_text_hide_nothing() -> None:
    boxes = shown("■", FIELDS[PATH][1] - 10, FIELDS[PATH][2])

    assert page_of(with_piece(f"{boxes}{piece(PATH)}")).hidden == ()


def test_words_in_place_of_glyphs_are_not_what_the_page_shows() -> None:
    marked = f"/Span<</ActualText<FEFF{FORGED.encode('utf-16-be').hex()}>>>BDC {piece(PATH)} EMC\n"

    page = page_of(with_piece(marked))

    assert FIELDS[PATH][0] in texts(page.lines)
    assert FORGED not in texts(page.lines) | texts(page.hidden)


def test_text_under_an_annotation_whose_look_the_file_leaves_open_is_hidden() -> None:
    annotation = f"<</Type/Annot/Subtype/Square/F 4/Rect[{X0} {Y0} {X1} {Y1}]/C[1 1 1]/IC[1 1 1]>>".encode()

    page = page_of(with_piece(piece(PATH, FORGED), page=f"/Annots[{FIRST} 0 R]", objects=(annotation,)))

    assert not any(line.text.startswith(FORGED[:4]) for line in page.lines)
    assert "".join(sorted(texts(page.hidden))).startswith(FORGED[:4])


def test_a_value_printed_over_another_is_not_read_from_the_text_layer() -> None:
    page = page_of(replace(PLAIN, after=piece(PATH, FORGED)))

    assert FIELDS[PATH][0].replace("2", UNREAD) in texts(page.lines)
    assert not texts(page.lines) & {FIELDS[PATH][0], FORGED}


def test_text_under_white_text_is_hidden() -> None:
    over = shown("鑫" * 6, X0, Y0, 12.0, "2 Tr 4 w 1 1 1 rg 1 1 1 RG")

    page = page_of(with_piece(piece(PATH, FORGED), after=over))

    assert any(line.text.startswith(FORGED[:5]) for line in page.hidden)
    assert FORGED not in texts(page.lines)


def test_what_an_annotation_of_a_layer_that_is_switched_off_says_is_not_read() -> None:
    over = stamp(piece(PATH, FORGED), f"/Subtype/Stamp/OC {FIRST + 2} 0 R")
    layers = SWITCHED_OFF.replace(f"{FIRST} 0 R", f"{FIRST + 2} 0 R")
    objects = (*over["objects"], LAYER)  # type: ignore[misc]

    page = page_of(with_piece("", catalog=layers, page=over["page"], objects=objects))

    assert FORGED not in texts(page.lines)


def test_a_paper_that_stands_sideways_is_counted() -> None:
    turned = "0123456789" * 13

    page = page_of(replace(PLAIN, after=shown(turned, 20, 20).replace("1 0 0 1", "0 1 -1 0").replace("9.0 Tf", "4 Tf")))

    assert page.turned >= 100
    assert not any("0123456789" * 2 in line.text for line in page.lines)
    assert page_of(PLAIN).turned == 0


def test_text_under_the_appearance_of_a_signature_is_hidden() -> None:
    over = stamp(covering(PATH), f"/Subtype/Widget/FT/Sig/T(seal)/V {FIRST + 2} 0 R")
    objects = (*over["objects"], b"<</Type/Sig>>")  # type: ignore[misc]
    sheet = with_piece(piece(PATH, FORGED), catalog=f"/AcroForm<</Fields[{FIRST} 0 R]>>", page=over["page"])

    assert texts(page_of(replace(sheet, objects=objects)).hidden) == {FORGED}


@pytest.mark.parametrize("entries", ["/Subtype/Link", "/Subtype/Stamp/F 1"])
def test_annotations_that_programs_draw_hide_the_text_below_whatever_they_are(entries: str) -> None:
    over = stamp(f"{covering(PATH)}{piece(PATH)}", entries)
    objects = (over["objects"][0].replace(b"/F 4", b""), *over["objects"][1:])  # type: ignore[index]

    page = page_of(with_piece(piece(PATH, FORGED), page=over["page"], objects=objects))

    assert FORGED not in texts(page.lines)


def test_what_only_a_form_field_shows_is_read() -> None:
    field = stamp(piece(PATH), "/Subtype/Widget/FT/Tx/T(total)")

    page = page_of(with_piece("", catalog=f"/AcroForm<</Fields[{FIRST} 0 R]>>", **field))

    assert FIELDS[PATH][0] in texts(page.lines)


@pytest.mark.parametrize(
    "over",
    [
        "q 0.8 0 0 rg 440 100 m 520 100 l 520 101 l 440 101 l f Q\n",  # a ruled line through the text
        "q 0.9 0 0 RG 2 w 470 108 40 12 re S Q\n",  # a frame
        "q /G gs 1 0 0 rg 430 95 100 30 re f Q\n",  # a translucent seal
    ],
)
def test_text_that_shows_through_is_not_hidden(over: str) -> None:
    page = page_of(replace(PLAIN, after=over, resources="/ExtGState<</G<</ca 0.4>>>>"))

    assert page.hidden == ()


@pytest.mark.parametrize("ground", [1, 0.2])
def test_a_white_character_that_our_font_lacks_is_shown_on_a_dark_ground_only(ground: float) -> None:
    area = f"q {ground} g 320 102 30 14 re f Q\n"

    page = page_of(replace(PLAIN, after=area + shown("喆", 330, 106, more="1 1 1 rg")))

    assert ("喆" in texts(page.lines), "喆" in texts(page.hidden)) == (ground < 1, ground == 1)


def test_white_print_on_a_dark_ground_is_shown() -> None:
    ground = f"q 0.1 0.1 0.4 rg {X0} {Y0} {X1 - X0} {Y1 - Y0} re f Q\n"

    assert page_of(with_piece(ground + piece(PATH, "", "1 1 1 rg"))).hidden == ()


def test_an_untouched_page_hides_nothing() -> None:
    assert page_of(PLAIN).hidden == ()


# where nothing can hide text, nothing is drawn to see whether it does


def drawings_of(sheet: Sheet) -> int:
    with patch.object(Canvas, "ink", autospec=True, side_effect=Canvas.ink) as ink:
        page_of(sheet)
    return ink.call_count


def in_cells(content: str) -> str:
    """*content* in marks of a tagged file and in a clip around the page."""
    return f"/P <</MCID 0>> BDC q 0 0 {WIDTH} {HEIGHT} re W n {content} Q EMC\n"


def test_text_in_cells_and_forms_is_not_drawn_to_see_whether_it_shows() -> None:
    whole = PLAIN.content()
    sheet = Sheet({}, form="/X Do\n", resources=f"/XObject<</X {FIRST} 0 R>>", objects=(form(in_cells(whole)),))

    assert drawings_of(Sheet({}, form=in_cells(whole))) == drawings_of(sheet) == 0
    assert texts(page_of(sheet).lines) == texts(page_of(PLAIN).lines)


def test_a_ruled_line_that_a_clip_cuts_from_an_area_is_no_ground_of_text() -> None:
    line = f"q {X0} {Y0 + 3} {X1 - X0} 0.5 re W n {X0} {Y0} {X1 - X0} {Y1 - Y0} re f Q\n"

    assert drawings_of(with_piece(f"{line}{piece(PATH)}")) == 0


def test_texts_that_are_hidden_all_over_the_page_are_told_from_those_beside_them() -> None:
    every_other = list(FIELDS)[::2]
    white = {path: piece(path, "", "1 1 1 rg") if path in every_other else piece(path) for path in FIELDS}

    page = page_of(Sheet(white))

    values = {path: FIELDS[path][0] for path in FIELDS}
    assert texts(page.hidden) == {values[path] for path in every_other}
    assert texts(page.lines) >= {values[path] for path in FIELDS if path not in every_other}


def area(left: float, low: float, width: float, height: float) -> str:
    """The rectangle of a part of the second digit of the total, in shares of the digit's box."""
    x, y = FIELDS[PATH][1] + SIZE * (1 + 0.556), FIELDS[PATH][2]
    return f"{x + 5 * left} {y + 7 * low} {5 * width} {7 * height} re"


def part(left: float, low: float, width: float, height: float) -> str:
    """Operators that paint paper over a part of the second digit of the total, in shares of the digit's box."""
    return f"q 1 g {area(left, low, width, height)} f Q\n"


WHITE_LINE = f"q 1 1 1 RG 1.9 w {X0 + 18} {Y0} m {X0 + 18} {Y1} l S Q\n"
PARTS = {
    "its left half": part(0.0, -0.2, 0.5, 1.4),
    "its lower half": part(0.0, -0.2, 1.0, 0.6),
    "its middle": part(0.3, 0.2, 0.4, 0.6),
    "a stripe of it, by a picture": f"q 2 0 0 9 {X0 + 16.5} {Y0} cm /X Do Q\n",
    "a stripe of it, by a white line": WHITE_LINE,
}


@pytest.mark.parametrize("place", PARTS)
def test_a_digit_of_which_a_part_is_painted_over_is_unread(place: str) -> None:
    drawn = shown_in_latin(FORGED)
    sheet = with_piece(drawn, after=PARTS[place], resources=f"/XObject<</X {FIRST} 0 R>>", objects=(PIXEL,))

    (total,) = [line.text for line in page_of(sheet).lines if line.text.startswith("¥9") or UNREAD in line.text]

    assert UNREAD in total
    assert total.replace(UNREAD, "") != FORGED


LEFT_HALF = area(0.0, -0.2, 0.5, 1.4)
AROUND = f"{X0 - 5} {Y0 - 5} 90 20 re"
GROUP = "/Type/XObject/Subtype/Form/BBox[0 0 600 400]/Group<</S/Transparency/CS/DeviceGray>>"
MASKED = f"/ExtGState<</G<</SMask<</S/Luminosity/G {FIRST} 0 R>>>>>>/XObject<</X {FIRST + 1} 0 R>>"
BLANK = stream(
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /B def /CMapType 2 def\n"
    b"1 begincodespacerange <00> <FF> endcodespacerange\n1 beginbfchar\n<41> <0020>\nendbfchar\nendcmap end end",
    "",
)
WHITE_GLYPH = (
    f"<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a {FIRST + 1} 0 R>>"
    f"/Encoding<</Differences[65/a]>>/FirstChar 65/LastChar 65/Widths[1]/ToUnicode {FIRST + 2} 0 R>>".encode()
)


def masked(content: str) -> Sheet:
    """The page with *content* in place of the total, in a soft mask that hides the left half of a digit."""
    mask = stream(f"1 g 0 0 600 400 re f 0 g {LEFT_HALF} f".encode(), GROUP)
    whole = form(shown_in_latin(FORGED), "/Group<</S/Transparency>>")
    return with_piece(f"q /G gs {content} Q\n", resources=MASKED, objects=(mask, whole))


def painted_by_glyphs(count: int) -> Sheet:
    """The page with white glyphs of content, mapped to blanks, over the left half of a digit of the total: each covers
    the one before."""
    x, y, width, height, _ = LEFT_HALF.split()
    glyph = f"BT /T 1 Tf {width} 0 0 {height} {x} {y} Tm (A) Tj ET ".encode() * count
    resources = f"/Type/XObject/Subtype/Form/BBox[0 0 600 400]/Resources<</Font<</T {FIRST} 0 R>>>>"
    objects = (WHITE_GLYPH, stream(b"1 0 d0 1 g 0 0 1 1 re f", ""), BLANK, stream(glyph, resources))
    after, found = "/X Do\n", f"/XObject<</X {FIRST + 3} 0 R>>"
    return with_piece(shown_in_latin(FORGED), after=after, resources=found, objects=objects)


def under_a_sheet() -> Sheet:
    """The page under a white picture of its size that is opaque over the left half of a digit of the total only."""
    opaque = np.zeros((HEIGHT * 4, WIDTH * 4), np.uint8)
    x, y, width, height = (round(4 * float(side)) for side in LEFT_HALF.split()[:4])
    opaque[4 * HEIGHT - y - height : 4 * HEIGHT - y, x : x + width] = 255
    size = f"/Width {opaque.shape[1]}/Height {opaque.shape[0]}/ColorSpace/DeviceGray/BitsPerComponent 8"
    mask = stream(opaque.tobytes(), f"/Type/XObject/Subtype/Image{size}")
    white = "/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
    picture = stream(b"\xff", f"{white}/SMask {FIRST + 1} 0 R")
    return with_piece(
        shown_in_latin(FORGED),
        after=f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /X Do Q\n",
        resources=f"/XObject<</X {FIRST} 0 R>>",
        objects=(picture, mask),
    )


LOST: dict[str, Callable[[], Sheet]] = {
    "by a clip": lambda: with_piece(f"q {AROUND} {LEFT_HALF} W* n {shown_in_latin(FORGED)} Q\n"),
    "by a mask": lambda: masked(shown_in_latin(FORGED)),
    "by the mask of a form": lambda: masked("/X Do"),
    "by a clip that cuts a tiny text, too": lambda: with_piece(
        f"q {AROUND} {LEFT_HALF} W* n {shown_in_latin(FORGED)} BT /L 0.5 Tf 1 0 0 1 {X0 + 17} {Y0 + 3} Tm (.) Tj ET Q\n"
    ),
    "by a glyph in a color of its own": lambda: painted_by_glyphs(1),
    "by two glyphs in colors of their own": lambda: painted_by_glyphs(2),
    "by a picture as large as the page": under_a_sheet,
    "on a gray ground, by as gray an area": lambda: with_piece(
        f"q 0.6 g {AROUND} f Q {shown_in_latin(FORGED)}", after=f"q 0.6 g {LEFT_HALF} f Q\n"
    ),
    "on a ground that is hardly transparent, by an opaque area": lambda: with_piece(
        f"q /H gs 0.6 g {AROUND} f Q {shown_in_latin(FORGED)}",
        after=f"q 0.6 g {LEFT_HALF} f Q\n",
        resources="/ExtGState<</H<</ca 0.99>>>>",
    ),
    "in white on a dark ground, by as dark an area": lambda: with_piece(
        f"q 0.1 g {AROUND} f Q 1 g {shown_in_latin(FORGED)} 0 g\n", after=f"q 0.1 g {LEFT_HALF} f Q\n"
    ),
}


@pytest.mark.parametrize("way", LOST)
def test_a_digit_that_has_lost_its_left_half_is_unread_and_its_line_is_stated_as_hidden(way: str) -> None:
    page = page_of(LOST[way]())

    (total,) = [line.text for line in page.lines if line.text.startswith("¥9")]
    assert UNREAD in total
    assert total.endswith(".00")
    assert FORGED in texts(page.hidden)


def test_a_clip_that_cuts_off_no_ink_takes_nothing_away() -> None:
    sheet = with_piece(f"q {X0 - 5} {Y0 + 1} 90 20 re W n {shown_in_latin(FORGED)} Q\n")

    page = page_of(sheet)

    assert FORGED in texts(page.lines)
    assert not page.hidden


def shown_in_latin(text: str) -> str:
    """The operators of the total with *text* in the narrow font."""
    _, x, y = FIELDS[PATH]
    return f"BT /L {SIZE} Tf 1 0 0 1 {x} {y} Tm <{text.encode('latin-1').hex()}> Tj ET\n"


@pytest.mark.parametrize(
    "over",
    [
        f"q 1 0 0 rg {X0 + 15} {Y0} 3 9 re f Q\n",  # a stroke of a seal
        f"q 1 g {X0} {Y1 + 1} 60 4 re f Q\n",  # beside it
        f"q /G gs 1 g {X0} {Y0} 40 9 re f Q\n",  # hardly there
    ],
)
def test_what_is_not_in_the_color_of_paper_erases_nothing(over: str) -> None:
    sheet = with_piece(shown_in_latin(FORGED), after=over, resources="/ExtGState<</G<</ca 0.05>>>>")

    assert FORGED in texts(page_of(sheet).lines)


def test_a_point_under_a_seal_leaves_no_larger_figure() -> None:
    left = X0 + SIZE * FORGED.index(".") * 0.556
    sheet = with_piece(shown_in_latin(FORGED), after=f"q 1 0 0 rg {left} {Y0} {0.278 * SIZE} {SIZE} re f Q\n")

    page = page_of(sheet)

    assert FORGED.replace(".", UNREAD) in texts(page.lines)
    assert FORGED in texts(page.hidden)


def test_a_point_under_a_seal_is_missed_also_where_each_character_is_a_text_of_its_own() -> None:
    # given
    _, x, y = FIELDS[PATH]
    starts = [x + SIZE * (0.556 * i - (0.278 if i > FORGED.index(".") else 0)) for i in range(len(FORGED))]
    operators = "".join(
        f"BT /L {SIZE} Tf 1 0 0 1 {at} {y} Tm <{character.encode('latin-1').hex()}> Tj ET\n"
        for at, character in zip(starts, FORGED, strict=True)
    )
    left = starts[FORGED.index(".")]
    seal = f"q 1 0 0 rg {left} {Y0 - 3} {0.278 * SIZE} {SIZE + 6} re f Q\n"

    # when
    page = page_of(with_piece(operators, after=seal))

    # then
    assert FORGED.replace(".", UNREAD) in texts(page.lines)
    assert FORGED in texts(page.hidden)


def test_an_eight_that_is_left_as_a_three_is_no_witness(reader: Reader) -> None:
    # given: the sums and words agree with what the characters say
    stated = {"total": "¥888.88", "total_excluding_tax": "¥880.08", "total_tax": "¥8.80"}
    segments, erased = dict(PLAIN.segments), ""
    for path, text in stated.items():
        _, x, y = FIELDS[path]
        segments[path] = f"BT /L {SIZE} Tf 1 0 0 1 {x} {y} Tm <{text.encode('latin-1').hex()}> Tj ET\n"
        places = [x + SIZE * (0.556 * i if i < 4 else 0.556 * (i - 1) + 0.278) for i, c in enumerate(text) if c == "8"]
        erased += "".join(f"q 1 g {left} {y + 0.9} 2 4.7 re f Q\n" for left in places)
    words = piece("total_in_words", "捌佰捌拾捌圆捌角捌分")

    (found,) = reader.read(written(replace(PLAIN, segments={**segments, "total_in_words": words}, after=erased)))

    assert found.verdict == "review"
    assert found.total != Decimal("888.88")


def test_a_number_that_a_mask_alters_is_an_error_that_names_both(reader: Reader) -> None:
    # given: nothing but its characters states the number
    number, x, y = FIELDS["number"]
    place = number.rindex("8")
    left = x + SIZE * 0.556 * place
    clip = f"q {x - 2} {y - 4} 150 20 re {left - 0.2} {y - 2} {SIZE * 0.27} 12 re W* n {piece('number')} Q\n"

    (found,) = reader.read(written(replace(PLAIN, segments={**PLAIN.segments, "number": clip})))

    assert ("text-hidden", ("number",)) in [(finding.rule, finding.fields) for finding in found.findings]
    assert (found.evidence["number"].status, found.verdict) == ("doubtful", "review")
