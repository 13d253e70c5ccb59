"""Texts of an OFD that are there for programs only."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

import numpy as np
import pytest
import tampering
from ofd_builder import image, package, page, path, png, text, zipped

from invoiceocr.errors import TooLargeError
from invoiceocr.geometry import Box, union
from invoiceocr.page import UNREAD, Page
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.sources import safe_xml
from invoiceocr.sources.glyphs import Glyph
from invoiceocr.sources.ofd import content as ofd_content
from invoiceocr.sources.ofd import shown as ofd_shown
from invoiceocr.sources.ofd.pages import open_ofd
from invoiceocr.sources.ofd.paint import Resources
from invoiceocr.specimens import make

AT = "50 60 40 5"
SQUARE = "M 0 0 L 40 0 L 40 10 L 0 10 C"
RESOURCES = (
    '<Res BaseLoc="Res"><MultiMedias>'
    '<MultiMedia ID="9" Type="Image"><MediaFile>a.png</MediaFile></MultiMedia></MultiMedias>'
    '<DrawParams><DrawParam ID="5"><FillColor Value="255 255 255"/></DrawParam></DrawParams></Res>'
)
DOCUMENT = (
    "<Document><CommonData><DocumentRes>DocumentRes.xml</DocumentRes></CommonData>"
    '<Pages><Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></Pages></Document>'
)


def page_of(*objects: str, picture: np.ndarray | None = None) -> Page:
    """The page with *objects* and a text elsewhere; the *picture* is the resource 9."""
    pixels = np.full((10, 10, 3), 255, np.uint8) if picture is None else picture
    content = page(text("发票号码", "10 10 40 5"), *objects)
    members = package(content, Doc_0__Document_xml=DOCUMENT, Doc_0__DocumentRes_xml=RESOURCES)
    document = open_ofd(zipped({**members, "Doc_0/Res/a.png": png(pixels)}), "a.ofd", Settings(read_qr=False))
    return next(iter(document.pages))


def colored(value: str, more: str = "") -> str:
    """The text of a fill color."""
    return text("¥968.00", AT).replace("<ofd:TextCode", f'<ofd:FillColor Value="{value}"{more}/><ofd:TextCode')


def clipped(data: str, at: str = "0 0 40 5") -> str:
    """The text cut off by a path."""
    outline = f'<ofd:Path Boundary="{at}"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:Path>'
    clips = f"<ofd:Clips><ofd:Clip><ofd:Area>{outline}</ofd:Area></ofd:Clip></ofd:Clips>"
    return text("¥968.00", AT).replace("<ofd:TextCode", f"{clips}<ofd:TextCode")


def filled(value: str, data: str = SQUARE, fill: str = "", **attributes: str) -> str:
    """A path over the text, filled with a color or as *fill* says."""
    fill = fill or f'<ofd:FillColor Value="{value}"/>'
    outline = path(data, "48 58 40 10", Fill="true", Stroke="false", **attributes)
    return outline.replace("<ofd:AbbreviatedData>", f"{fill}<ofd:AbbreviatedData>")


SHADE = (
    '<ofd:FillColor><ofd:AxialShd><ofd:Segment><ofd:Color Value="255 255 255"/></ofd:Segment></ofd:AxialShd>'
    "</ofd:FillColor>"
)
HIDDEN = {
    "white": [colored("255 255 255")],
    "white in hexadecimal digits": [colored("#FF #FF #FF")],
    "in a pattern": [
        text("¥968.00", AT).replace("<ofd:TextCode", "<ofd:FillColor><ofd:Pattern/></ofd:FillColor><ofd:TextCode")
    ],
    "in a color of a palette": [
        text("¥968.00", AT).replace("<ofd:TextCode", '<ofd:FillColor Index="1" ColorSpace="7"/><ofd:TextCode')
    ],
    "white by a draw parameter": [text("¥968.00", AT, DrawParam="5")],
    "transparent": [text("¥968.00", AT, Alpha="0")],
    "in a transparent color": [colored("0 0 0", ' Alpha="0"')],
    "not filled": [text("¥968.00", AT, Fill="false")],
    "clipped away": [clipped("M 0 0 L 1 0 L 1 1 L 0 1 C", "0 20 1 1")],
    "under a filled path": [text("¥968.00", AT), filled("255 255 255")],
    "under a filled circle": [
        text("¥968.00", AT),
        filled("255 255 255", "M -3 5 A 25 25 0 0 1 47 5 A 25 25 0 0 1 -3 5 C"),
    ],
    "under a shade": [text("¥968.00", AT), filled("0", fill=SHADE)],
    "under a picture": [text("¥968.00", AT), image("9", "48 58 40 10")],
    "on a dark ground": [filled("0 0 0"), colored("0 0 0")],
    "under a broad white line": [
        text("¥968.00", AT),
        path("M 0 5 L 40 5", "48 58 40 10", Fill="false", Stroke="true", LineWidth="10").replace(
            "<ofd:AbbreviatedData>", '<ofd:StrokeColor Value="255 255 255"/><ofd:AbbreviatedData>'
        ),
    ],
    "squeezed": [text("¥968.00", AT, HScale="0.02")],
    "tiny": [text("¥968.00", AT, Size="0.9")],
}
SHOWN = {
    "gray": [colored("120 120 120")],
    "gray in hexadecimal digits": [colored("#78 #78 #78")],
    "white on a dark ground": [filled("0 0 128"), colored("255 255 255")],
    "over a filled path": [filled("255 255 255"), text("¥968.00", AT)],
    "in a clip": [clipped("M 0 0 L 40 0 L 40 5 L 0 5 C")],
    "under ruled lines": [text("¥968.00", AT), filled("0 0 0", "M 0 1 L 40 1 L 40 1.2 L 0 1.2 C")],
    "under a transparent path": [text("¥968.00", AT), filled("255 0 0", Alpha="60")],
}


def texts(lines: tuple[object, ...]) -> set[str]:
    return {line.text for line in lines}  # type: ignore[attr-defined]


@pytest.mark.parametrize("way", HIDDEN)
def test_text_that_the_page_does_not_show_is_no_line_of_it(way: str) -> None:
    found = page_of(*HIDDEN[way])

    assert texts(found.lines) == {"发票号码"}
    assert texts(found.hidden) == {"¥968.00"}


def test_text_at_the_place_of_blocks_is_hidden() -> None:
    found = page_of(text("¥968.00", AT), text("████", AT))

    assert texts(found.hidden) == {"¥968.00"}
    assert "¥968.00" not in texts(found.lines)


@pytest.mark.parametrize("way", SHOWN)
def test_text_that_shows_is_read(way: str) -> None:
    found = page_of(*SHOWN[way])

    assert (texts(found.lines), found.hidden) == ({"发票号码", "¥968.00"}, ())


def test_a_stamp_with_a_transparent_ground_hides_nothing() -> None:
    stamp = np.zeros((40, 40, 4), np.uint8)
    stamp[:4] = (0, 0, 255, 255)

    assert page_of(text("¥968.00", AT), image("9", "48 58 40 10"), picture=stamp).hidden == ()


def test_a_figure_printed_over_another_is_unread() -> None:
    assert f"¥{UNREAD}68.00" in texts(page_of(text("¥268.00", AT), text("¥968.00", AT)).lines)


def test_a_total_that_only_hidden_text_states_is_an_error(reader: Reader) -> None:
    genuine = make("e_vat_ordinary", 3, format="ofd").data
    with zipfile.ZipFile(io.BytesIO(genuine)) as members:
        content = members.read("Doc_0/Pages/Page_0/Content.xml").decode()
    printed = re.compile(rf'<ofd:FillColor Value="0 0 0" ?/><ofd:TextCode[^>]*>¥{reader.read(genuine)[0].total}<')
    before = printed.findall(content)[0]
    change = {"Pages/Page_0/Content.xml": (before, before.replace("0 0 0", "255 255 255", 1))}

    (found,) = reader.read(tampering.edited(genuine, change))

    assert ("total",) in [finding.fields for finding in found.findings if finding.rule == "text-hidden"]
    assert (found.evidence["total"].status, found.verdict) == ("doubtful", "review")


ELSEWHERE = "10 120 40 5"


@pytest.mark.parametrize(
    ("thing", "bears"),
    [
        (text("¥113.00", AT), True),
        (text("¥113.00", ELSEWHERE), False),
        (path("M 0 0 L 40 0", AT), True),
        (path("M 0 0 L 40 0", ELSEWHERE), False),
        (path("M 0 0 L 40 0", "50 57 40 1", LineWidth="8"), True),
        (image("9", "48 58 40 10"), True),
        (image("9", ELSEWHERE), False),
        (path("M 0 0 A 5 5 0 0 1 10 0", AT), True),
        (path("M 0 0 A 5 5 0 0 1 10 0", ELSEWHERE), False),
        # it does not tell where it is
        (text("样张", ELSEWHERE, CTM="0.7 0.7 -0.7 0.7 0 0"), True),
    ],
)
def test_what_stands_elsewhere_does_not_decide_whether_a_text_shows(thing: str, bears: bool) -> None:
    # given
    root = safe_xml.parse(page(text("¥968.00", AT), thing).encode(), "a.xml")
    objects = tuple(ofd_content.placed(root, (0.0, 0.0)))
    boxes: dict[int, list[Box]] = {}
    for index, glyph in ofd_content.glyphs(objects):
        boxes.setdefault(index, []).append(glyph.box)
    texts = {index: union(parts) for index, parts in boxes.items()}

    # when
    bearing = ofd_shown.bearing_on({0}, texts, objects, Resources())

    # then
    assert bearing == ([0, 1] if bears else [0])


def test_a_page_larger_than_paper_shows_no_doubtful_text() -> None:
    pale = [colored("250 250 250").replace(AT, at) for at in (AT, "4000 4000 40 5")]
    huge = page(text("发票号码", "10 10 40 5"), *pale, area="0 0 4900 4900")
    members = package(huge, Doc_0__Document_xml=DOCUMENT, Doc_0__DocumentRes_xml=RESOURCES)

    found = next(iter(open_ofd(zipped(members), "a.ofd", Settings(read_qr=False)).pages))

    assert (texts(found.lines), texts(found.hidden)) == ({"发票号码"}, {"¥968.00"})


def with_members(value: str, members: dict[str, str | bytes]) -> Page:
    """The page with a total, a template and an annotation."""
    content = page(text("发票号码", "10 10 40 5"), text(value, AT), templates=("2",))
    return next(iter(open_ofd(zipped(package(content, **members)), "a.ofd", Settings(read_qr=False)).pages))


def test_a_template_in_the_foreground_hides_what_lies_under_it() -> None:
    members: dict[str, str | bytes] = {
        "Doc_0__Document_xml": DOCUMENT.replace("</CommonData>", '<TemplatePage ID="2" BaseLoc="T.xml"/></CommonData>'),
        "Doc_0__T_xml": page(filled("255 255 255")),
    }
    behind = with_members("¥968.00", members)
    content = page(text("¥968.00", AT), templates=("2",)).replace(
        'TemplateID="2"', 'TemplateID="2" ZOrder="Foreground"'
    )
    file = zipped({**package(content, **members)})
    before = next(iter(open_ofd(file, "a.ofd", Settings(read_qr=False)).pages))

    assert "¥968.00" in texts(behind.lines)
    assert texts(before.hidden) == {"¥968.00"}


def test_an_annotation_that_is_not_visible_says_nothing() -> None:
    def read(visible: str) -> set[str]:
        appearance = f'<Appearance Boundary="0 0 210 140">{text("12.50", "10 90 40 5")}</Appearance>'
        members: dict[str, str | bytes] = {
            "Doc_0__Document_xml": DOCUMENT.replace("</Document>", "<Annotations>A.xml</Annotations></Document>"),
            "Doc_0__A_xml": '<Annotations><Page PageID="1"><FileLoc>P.xml</FileLoc></Page></Annotations>',
            "Doc_0__P_xml": f'<PageAnnot><Annot ID="7" Visible="{visible}">{appearance}</Annot></PageAnnot>',
        }
        return texts(with_members("¥1.00", members).lines)

    assert "12.50" in read("true")
    assert "12.50" not in read("false")


def line(data: str, color: str = "0 0 0", width: str = "0.25") -> str:
    """A line in millimeters of the page."""
    outline = path(data, "0 0 210 140", LineWidth=width)
    return outline.replace("<ofd:AbbreviatedData>", f'<ofd:StrokeColor Value="{color}"/><ofd:AbbreviatedData>')


# text of size 3 at (50, 60) with its baseline at 63: a digit is 1.5 wide
TORN = {
    "a white rectangle over half of a digit": filled("255 255 255", "M 3.2 3.7 L 4.8 3.7 L 4.8 5.2 L 3.2 5.2 C"),
    "a thin white line through a digit": line("M 51.6 62 L 52.9 62", "255 255 255", "0.7"),
    "white text over a digit": colored("255 255 255").replace("¥968.00", "一").replace(AT, "51.2 59.7 3 3"),
    "a small white picture": image("9", "51.5 60 0.8 3"),
}
HALF_CLIPPED = clipped("M 0 0 L 1.4 0 L 1.4 5 L 0 5 C M 2.6 0 L 40 0 L 40 5 L 2.6 5 C")
GROUND, PATCH = filled("120 120 120"), filled("120 120 120", "M 3.2 3.7 L 4.8 3.7 L 4.8 5.2 L 3.2 5.2 C")


@pytest.mark.parametrize("way", TORN)
def test_a_digit_of_which_a_part_is_taken_away_is_unread(way: str) -> None:
    found = page_of(text("¥968.00", AT), TORN[way])

    assert any(line.text.startswith(f"¥{UNREAD}") for line in found.lines)


@pytest.mark.parametrize(
    "printed",
    [(HALF_CLIPPED,), (GROUND, text("¥968.00", AT), PATCH)],
    ids=["cut off by a clip", "covered in the color of its ground"],
)
def test_a_digit_that_is_partly_cut_off_or_covered_like_its_ground_is_unread(printed: tuple[str, ...]) -> None:
    found = page_of(*printed)

    assert any(line.text.startswith(f"¥{UNREAD}") for line in found.lines)
    assert "¥968.00" in texts(found.hidden)


def test_a_point_under_a_seal_leaves_no_larger_figure() -> None:
    # the point stands 8 to 10 mm behind the beginning of the text
    seal = filled("255 0 0", "M 9.9 0 L 11.9 0 L 11.9 10 L 9.9 10 C")
    found = page_of(text("¥968.00", AT, dx="g 6 2"), seal)

    assert f"¥968{UNREAD}00" in texts(found.lines)
    assert "¥968.00" in texts(found.hidden)


@pytest.mark.parametrize("small", ["1.1", "0.3"])
def test_smaller_texts_in_clips_of_their_own_do_not_hide_that_a_digit_is_cut_off(small: str) -> None:
    # of size 12, a digit is 6 wide
    large = clipped("M 0 0 L 6 0 L 6 20 L 0 20 C M 9 0 L 60 0 L 60 20 L 9 20 C").replace(AT, "50 60 60 20")
    beside = clipped("M 0 0 L 40 0 L 40 5 L 0 5 C").replace(AT, "50 90 40 5")
    tall = large.replace('Size="3"', 'Size="12"').replace('Y="3"', 'Y="12"')
    found = page_of(tall, beside.replace('Size="3"', f'Size="{small}"'))

    assert any(line.text.startswith(f"¥{UNREAD}") for line in found.lines)


def test_a_clip_around_the_whole_text_takes_nothing_away() -> None:
    found = page_of(clipped("M 0 0 L 40 0 L 40 5 L 0 5 C"))

    assert "¥968.00" in texts(found.lines)
    assert not found.hidden


def test_what_a_file_states_of_a_digit_that_lost_a_part_is_compared_with_the_page() -> None:
    assert "¥968.00" in texts(page_of(text("¥968.00", AT), TORN["a white rectangle over half of a digit"]).hidden)


CROSSED = {
    "a line": line("M 51.7 61.8 L 52.8 61.8"),
    "a line of a path with another one far away": line("M 150 20 L 151 20 M 51.7 61.8 L 52.8 61.8"),
    "a filled bar": filled("0 0 0", "M 3.7 3.7 L 4.8 3.7 L 4.8 4 L 3.7 4 C"),
}


@pytest.mark.parametrize("way", CROSSED)
def test_a_digit_that_a_stroke_crosses_is_unread(way: str) -> None:
    found = page_of(text("¥068.00", AT), CROSSED[way])

    assert f"¥{UNREAD}68.00" in texts(found.lines)
    assert "¥068.00" in texts(found.hidden)


def test_a_stroke_before_a_figure_is_an_unread_character() -> None:
    assert f"{UNREAD}968.00" in texts(page_of(text("968.00", AT), line("M 49.6 60.6 L 49.6 62.9")).lines)


def test_lines_of_the_form_beside_a_figure_are_no_strokes_of_it() -> None:
    form = line("M 49.5 55 L 49.5 70 M 49 64 L 90 64 M 40 61.5 L 95 61.5")

    assert "968.00" in texts(page_of(text("968.00", AT), form).lines)


LAYER = f'</ofd:Layer><ofd:Layer DrawParam="5">{text("¥968.00", AT)}'
PATTERN = filled("0", fill='<ofd:FillColor><ofd:Pattern Width="1" Height="1"/></ofd:FillColor>')


@pytest.mark.parametrize("hiding", [(LAYER,), (text("¥968.00", AT), PATTERN)], ids=["a white layer", "a pattern"])
def test_text_in_a_white_layer_or_under_a_pattern_is_hidden(hiding: tuple[str, ...]) -> None:
    found = page_of(*hiding)

    assert (texts(found.lines), texts(found.hidden)) == ({"发票号码"}, {"¥968.00"})


def composed(*parts: str, at: str = "40 50 60 20", more: str = "") -> Page:
    """A page with a text and an object composed of *parts*."""
    unit = f'<CompositeGraphicUnit ID="20" Width="60" Height="20"><Content>{"".join(parts)}</Content>'
    units = f"<CompositeGraphicUnits>{unit}</CompositeGraphicUnit>{more}</CompositeGraphicUnits>"
    content = page(text("发票号码", "10 10 40 5"), text("¥968.00", AT), whole(at))
    members = package(
        content,
        Doc_0__Document_xml=DOCUMENT,
        Doc_0__DocumentRes_xml=RESOURCES.replace("<DrawParams>", f"{units}<DrawParams>"),
    )
    return next(iter(open_ofd(zipped(members), "a.ofd", Settings(read_qr=False)).pages))


def whole(at: str, unit: str = "20") -> str:
    return f'<ofd:CompositeObject ID="30" Boundary="{at}" ResourceID="{unit}"/>'


COVER = filled("255 255 255").replace("48 58 40 10", "8 8 40 10")


def test_an_object_composed_of_others_hides_what_lies_under_it() -> None:
    found = composed(COVER)

    assert (texts(found.lines), texts(found.hidden), found.ambiguous) == ({"发票号码"}, {"¥968.00"}, True)


def test_text_of_a_composed_object_is_text_of_the_page_that_not_all_programs_show() -> None:
    found = composed(text("12.50", "5 0 20 5"), at="100 100 60 20")

    assert "12.50" in texts(found.lines)
    assert found.ambiguous


def test_a_composed_drawing_where_no_text_stands_makes_no_doubt() -> None:
    found = composed(COVER, at="100 100 60 20")

    assert (texts(found.lines), found.ambiguous) == ({"发票号码", "¥968.00"}, False)


@pytest.mark.parametrize(
    ("order", "ambiguous"), [(("Foreground", "Body"), True), (("Background", "Body", "Foreground"), False)]
)
def test_layers_in_another_order_than_that_of_their_types_are_ambiguous(
    order: tuple[str, ...], ambiguous: bool
) -> None:
    layers = "".join(f'</ofd:Layer><ofd:Layer Type="{name}">{text("¥968.00", AT)}' for name in order)
    content = page(layers).replace("<ofd:Layer></ofd:Layer>", "")

    found = next(iter(open_ofd(zipped(package(content)), "a.ofd", Settings(read_qr=False)).pages))

    assert found.ambiguous is ambiguous


def test_composed_objects_that_hold_one_another_without_end_are_left() -> None:
    assert "¥968.00" in texts(composed(whole("0 0 10 10")).lines)


def test_composed_objects_that_multiply_are_refused() -> None:
    many = "".join(whole("0 0 10 10", "21") for _ in range(100))
    each = "".join(COVER for _ in range(100))
    more = f'<CompositeGraphicUnit ID="21"><Content>{each}</Content></CompositeGraphicUnit>'

    with pytest.raises(TooLargeError) as refusal:
        composed(many, more=more)

    assert refusal.value.code == "too_complex"


def checkered() -> np.ndarray:
    """A picture with as much ink as print has."""
    pixels = np.full((280, 420, 3), 255, np.uint8)
    pixels[::12, ::3] = 0
    return pixels


LAYERS: Mapping[str, Callable[[str], str]] = {
    "transparent": lambda line: line.replace("<ofd:TextObject", '<ofd:TextObject Alpha="0"'),
    "not filled": lambda line: line.replace("<ofd:TextObject", '<ofd:TextObject Fill="false"'),
    "white": lambda line: line.replace("<ofd:TextCode", '<ofd:FillColor Value="255 255 255"/><ofd:TextCode'),
}


@pytest.mark.parametrize("way", LAYERS)
def test_a_scan_with_an_unseen_layer_of_text_is_read_as_a_picture_and_compared_with_the_layer(way: str) -> None:
    layer = "".join(text("价税合计九百六十八圆整，名称某某", f"20 {y} 100 5") for y in range(30, 130, 10))
    found = page_of(image("9", "0 0 210 140"), LAYERS[way](layer), picture=checkered())

    assert found.image is not None
    assert not found.lines
    assert "价税合计九百六十八圆整，名称某某" in texts(found.hidden)
    assert max(line.box.x1 for line in found.hidden) <= found.image.width


def test_few_unseen_characters_over_a_scan_are_compared_with_it() -> None:
    layer = LAYERS["white"](text("价税合计¥968.00", "20 30 100 5"))
    found = page_of(image("9", "0 0 210 140"), layer, picture=checkered())

    assert found.image is not None
    assert "价税合计¥968.00" in texts(found.hidden)


def test_texts_of_many_heights_in_clips_are_looked_at_in_few_groups() -> None:
    glyphs = [Glyph("8", Box(0, 0, height, height), 0) for height in (1, 4, 5, 8, 20, 40, 400)]

    assert [[glyph.box.height for glyph in group] for group in ofd_shown.by_height(glyphs).values()] == [
        [4, 5],
        [8],
        [20, 40, 400],
    ]
