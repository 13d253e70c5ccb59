from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from ofd_builder import entry, image, package, page, path, png, text, zipped

from invoiceocr.settings import Settings
from invoiceocr.sources import open_type
from invoiceocr.sources.ofd.pages import open_ofd

DPI = 100.0
MM = DPI / 25.4  # pixels a millimeter
Pixels = NDArray[np.uint8]


Members = dict[str, str | bytes]


def drawn(content: str, **members: str | bytes) -> Pixels:
    """The first page of an OFD, drawn."""
    document = open_ofd(zipped(package(content, **members)), "a.ofd", Settings())
    assert document.draw is not None
    return document.draw(1, DPI).pixels


def inked(pixels: Pixels, box: tuple[float, float, float, float]) -> bool:
    """Whether anything is drawn in a box in millimeters."""
    x0, y0, x1, y1 = (round(value * MM) for value in box)
    return bool(pixels[y0:y1, x0:x1].min() < 128)


RESOURCES = (
    '<Res BaseLoc="Res"><Fonts><Font ID="1" FontName="宋体"/></Fonts><MultiMedias>'
    '<MultiMedia ID="9" Type="Image"><MediaFile>a.png</MediaFile></MultiMedia></MultiMedias>'
    '<DrawParams><DrawParam ID="5" LineWidth="2"><StrokeColor Value="255 0 0"/></DrawParam></DrawParams></Res>'
)
DOCUMENT = (
    "<Document><CommonData><DocumentRes>DocumentRes.xml</DocumentRes></CommonData>"
    '<Pages><Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></Pages></Document>'
)


def test_text_is_drawn_where_its_object_stands() -> None:
    pixels = drawn(page(text("12345", "50 60 40 5")))

    assert pixels.shape[:2] == (552, 827)
    assert inked(pixels, (50, 60, 60, 64))
    assert not inked(pixels, (5, 5, 48, 135))


def test_each_character_is_drawn_at_its_own_offset() -> None:
    pixels = drawn(page(text("11", "50 60 60 5", dx="40")))

    assert inked(pixels, (50, 60, 52, 64))
    assert inked(pixels, (90, 60, 92, 64))
    assert not inked(pixels, (54, 60, 88, 64))


def width(pixels: Pixels, box: tuple[float, float, float, float]) -> float:
    """How wide what is drawn in a box in millimeters is, in millimeters."""
    x0, y0, x1, y1 = (round(value * MM) for value in box)
    columns = np.flatnonzero((pixels[y0:y1, x0:x1] < 128).any(axis=(0, 2)))
    return float(columns[-1] - columns[0] + 1) / MM


def test_a_currency_sign_in_a_substitute_font_does_not_touch_the_first_digit() -> None:
    pixels = drawn(page(text("¥5", "50 60 60 20", dx="5", Size="10")))

    # half an em for each: a gap is between the sign and the digit
    between = pixels[round(50 * MM) : round(75 * MM), round(54 * MM) : round(56 * MM)]
    assert between.min(axis=(0, 2)).max() > 200
    assert inked(pixels, (50, 50, 54, 75))


@pytest.mark.parametrize(("dx", "most"), [("10", 10.0), ("6", 6.0)])
def test_a_character_of_a_substitute_font_is_squeezed_into_the_room_up_to_the_next_one(dx: str, most: float) -> None:
    # the blank behind it draws nothing
    pixels = drawn(page(text("国\u3000", "50 60 60 20", dx=dx, Size="10")))

    assert 0.7 * most < width(pixels, (45, 50, 90, 75)) <= most


def test_the_last_character_keeps_its_width_whatever_the_offset_before_it() -> None:
    last, alone = (drawn(page(text(content, "50 60 60 20", dx="5", Size="10"))) for content in ("1国", "国"))

    assert width(last, (55, 50, 90, 75)) == pytest.approx(width(alone, (45, 50, 90, 75)), abs=0.3)


def test_characters_set_closer_than_can_be_read_stand_over_one_another() -> None:
    pixels = drawn(page(text("国\u3000", "50 60 60 20", dx="0.5", Size="10")))

    assert width(pixels, (45, 50, 90, 75)) > 2.0


@pytest.mark.parametrize(
    "data",
    ["M 0 0 L 40 0", "M 0 0 B 10 1 30 1 40 0", "M 0 0 Q 20 1 40 0", "M 0 0 A 50 50 0 0 0 40 0", "S 0 0 L 40 0 C"],
)
def test_a_path_is_drawn_with_lines_and_curves(data: str) -> None:
    pixels = drawn(page(path(data, "20 30 40 10")))

    assert inked(pixels, (19, 24, 25, 36))
    assert inked(pixels, (55, 24, 61, 36))


def test_a_fill_without_a_color_is_none() -> None:
    pixels = drawn(page(path("M 0 0 L 20 0 L 20 20 L 0 20 C", "20 30 20 20", Fill="true", Stroke="false")))

    assert pixels.min() == 255


def test_a_shade_is_drawn_in_the_color_in_its_middle() -> None:
    ends = "".join(f'<ofd:Segment><ofd:Color Value="{value}"/></ofd:Segment>' for value in ("200 0 0", "0 0 100"))
    fill = f"<ofd:FillColor><ofd:AxialShd>{ends}</ofd:AxialShd></ofd:FillColor><ofd:AbbreviatedData>"
    square = path("M 0 0 L 20 0 L 20 20 L 0 20 C", "20 30 20 20", Fill="true", Stroke="false")

    pixels = drawn(page(square.replace("<ofd:AbbreviatedData>", fill)))

    assert pixels[round(40 * MM), round(30 * MM)].tolist() == [50, 0, 100]


def test_what_lies_outside_the_clip_of_an_object_is_not_drawn() -> None:
    square = "<ofd:AbbreviatedData>M 0 0 L 10 0 L 10 20 L 0 20 C</ofd:AbbreviatedData>"
    outline = f"<ofd:Path Boundary='10 0 10 20'>{square}</ofd:Path>"
    clips = f"<ofd:Clips><ofd:Clip><ofd:Area CTM='1 0 0 1 2 0'>{outline}</ofd:Area></ofd:Clip></ofd:Clips>"
    line = path("M 0 10 L 40 10", "20 30 40 20").replace("<ofd:AbbreviatedData>", f"{clips}<ofd:AbbreviatedData>")

    pixels = drawn(page(line))

    assert inked(pixels, (33, 39, 41, 41))
    assert not inked(pixels, (20, 39, 31, 41))
    assert not inked(pixels, (43, 39, 60, 41))


def test_a_draw_parameter_gives_color_and_width() -> None:
    content = page(path("M 0 0 L 40 0", "20 30 40 10", DrawParam="5"))

    pixels = drawn(content, Doc_0__Document_xml=DOCUMENT, Doc_0__DocumentRes_xml=RESOURCES)

    assert pixels[round(30.6 * MM), round(40 * MM)].tolist() == [0, 0, 255]


def test_a_transparent_stamp_lets_the_text_below_it_show() -> None:
    stamp = np.zeros((40, 40, 4), np.uint8)
    stamp[:4] = (0, 0, 255, 255)
    content = page(text("12345", "50 60 40 5"), image("9", "48 58 14 8"))

    pixels = drawn(
        content, Doc_0__Document_xml=DOCUMENT, Doc_0__DocumentRes_xml=RESOURCES, **{"Doc_0/Res/a.png": png(stamp)}
    )

    assert pixels[round(58.3 * MM), round(55 * MM)].tolist() == [0, 0, 255]
    assert inked(pixels, (50, 60, 60, 64))


def test_an_opaque_picture_hides_the_text_below_it() -> None:
    content = page(text("12345", "50 60 40 5"), image("9", "48 58 34 9"))
    white = png(np.full((10, 10, 3), 255, np.uint8))

    pixels = drawn(
        content, Doc_0__Document_xml=DOCUMENT, Doc_0__DocumentRes_xml=RESOURCES, **{"Doc_0/Res/a.png": white}
    )

    assert not inked(pixels, (49, 59, 81, 66))


def test_a_scan_with_the_line_of_a_scanner_app_is_read_as_a_picture() -> None:
    scan = png(np.full((100, 150, 3), 230, np.uint8))
    content = page(image("9", "0 0 210 140"), text("扫描件由扫描仪生成二零二六年四月", "60 130 90 5"))
    members: Members = {
        "Doc_0/Res/a.png": scan,
        "Doc_0/Document.xml": DOCUMENT,
        "Doc_0/DocumentRes.xml": RESOURCES,
    }

    (found,) = open_ofd(zipped({**package(content), **members}), "a.ofd", Settings()).pages

    assert found.image is not None
    assert found.lines == ()


def signed(seal: bytes) -> dict[str, str | bytes]:
    """The members of a signature that shows *seal* at 50, 60 mm."""
    root = "<Signature><SignedInfo><StampAnnot PageRef='1' Boundary='50 60 30 20'/></SignedInfo>"
    return {
        "OFD.xml": entry("Doc_0/Document.xml").replace(
            "</ofd:DocRoot>", "</ofd:DocRoot><ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>"
        ),
        "Doc_0/Signs/Signatures.xml": "<Signatures><Signature ID='1' BaseLoc='Sign_0/Signature.xml'/></Signatures>",
        "Doc_0/Signs/Sign_0/Signature.xml": f"{root}<SignedValue>SignedValue.dat</SignedValue></Signature>",
        "Doc_0/Signs/Sign_0/SignedValue.dat": b"0\x82 the value of a signature" + seal + b" and its end",
    }


RED = np.dstack([np.zeros((40, 60), np.uint8)] * 2 + [np.full((40, 60), 255, np.uint8)])
PATH = path("M 0 0 L 30 0 L 30 20 L 0 20 C", "0 0 30 20", Fill="true", Stroke="false").replace(
    "<ofd:AbbreviatedData>", '<ofd:FillColor Value="255 0 0"/><ofd:AbbreviatedData>'
)
SEALS = {"picture": png(RED), "package": zipped(package(page(PATH, area="0 0 30 20")))}


@pytest.mark.parametrize("seal", SEALS.values(), ids=list(SEALS))
def test_the_seal_of_a_signature_is_drawn_where_it_is_placed(seal: bytes) -> None:
    pixels = drawn(page(text("12345", "5 5 40 5")), **signed(seal))

    assert pixels[round(70 * MM), round(65 * MM)].tolist() == [0, 0, 255]
    assert pixels[round(70 * MM), round(85 * MM)].tolist() == [255, 255, 255]


def test_a_seal_that_cannot_be_drawn_is_left_out() -> None:
    assert drawn(page(text("12345", "5 5 40 5")), **signed(b"PK\x03\x04 broken")).shape == (552, 827, 3)


def test_an_embedded_font_shows_its_own_glyphs() -> None:
    font = _font()
    fonts = '<Res><Fonts><Font ID="1" FontName="own"><FontFile>own.ttf</FontFile></Font></Fonts></Res>'
    members: Members = {
        "Doc_0/Document.xml": DOCUMENT,
        "Doc_0/DocumentRes.xml": fonts,
        "Doc_0/own.ttf": font,
    }

    own = drawn(page(text("W", "50 60 40 5", Size="9")), **members)
    other = drawn(page(text("W", "50 60 40 5", Size="9")))

    assert inked(own, (50, 56, 62, 64))
    assert not np.array_equal(own, other)


def test_the_glyphs_of_a_font_are_told_by_its_table() -> None:
    glyphs = open_type.glyphs(_font())

    assert glyphs[ord("A")] != glyphs[ord("B")]
    assert open_type.glyphs(_font()[:400]) == {}
    assert open_type.glyphs(b"no font") == {}


def _font() -> bytes:
    """A TrueType font that comes with a package of the tests."""
    from PIL import ImageFont

    font = ImageFont.load_default(20)
    data = font.font_bytes if hasattr(font, "font_bytes") else None
    if data is None:
        pytest.skip("this Pillow has no font of its own")
    return bytes(data)
