from collections.abc import Sequence

import pytest
from ofd_builder import image, page, path, text

from invoiceocr.geometry import POINTS_PER_MM, Box
from invoiceocr.page import Ruling
from invoiceocr.sources import safe_xml
from invoiceocr.sources.glyphs import Glyph
from invoiceocr.sources.ofd import content as ofd_content
from invoiceocr.sources.text_layer import to_lines


def placed(*objects: str) -> list[ofd_content.Placed]:
    """The objects of a page that holds *objects*."""
    return list(ofd_content.placed(safe_xml.parse(page(*objects).encode(), "a.xml"), (0.0, 0.0)))


def glyphs(*objects: str) -> list[Glyph]:
    return [glyph for _, glyph in ofd_content.glyphs(placed(*objects))]


def lines(*objects: str) -> list[str]:
    """The texts of the lines of a page that holds *objects*, in reading order."""
    return [line.text for line in to_lines(glyphs(*objects))]


def millimeters(box: Box | Ruling) -> tuple[float, ...]:
    return tuple(round(value / POINTS_PER_MM, 3) for value in (box.x0, box.y0, box.x1, box.y1))


def boxes(*objects: str) -> list[tuple[float, ...]]:
    """The boxes of all characters in millimeters."""
    return [millimeters(glyph.box) for glyph in glyphs(*objects)]


def rulings(*objects: str) -> Sequence[tuple[float, ...]]:
    return [millimeters(ruling) for ruling in ofd_content.rulings(placed(*objects))]


def test_offsets_place_each_character() -> None:
    found = boxes(text("发票A1", "10 20 50 5", dx="3 3 1.5"))

    assert [box[0] for box in found] == [10, 13, 16, 17.5]
    assert [box[2] for box in found] == [13, 16, 17.5, 19]
    assert found[0][1] == pytest.approx(20 + 3 - 0.86 * 3)
    assert found[0][3] - found[0][1] == pytest.approx(3)


def test_repeated_offsets_are_written_out() -> None:
    assert boxes(text("年2025", "0 0 50 5", dx="3 g 3 1.5")) == boxes(text("年2025", "0 0 50 5", dx="3 1.5 1.5 1.5"))


def test_the_last_offset_serves_all_further_characters() -> None:
    assert boxes(text("12345", "0 0 50 5", dx="1.5")) == boxes(text("12345", "0 0 50 5", dx="g 4 1.5"))


def test_without_offsets_characters_follow_by_their_widths() -> None:
    assert [box[0] for box in boxes(text("票12", "0 0 50 5"))] == [0, 3, 4.5]


def test_leading_blanks_keep_their_place() -> None:
    (line,) = to_lines(glyphs(text("  票", "0 0 50 5", dx="g 2 1.5")))

    assert line.text == "票"
    assert line.box.x0 == pytest.approx(3 * POINTS_PER_MM)


def test_one_text_code_may_hold_several_lines() -> None:
    cipher = text("123456", "0 0 50 20", dx="g 2 2 -4 g 2 2", dy="g 2 0 5 g 2 0")

    assert lines(cipher) == ["123", "456"]


def test_the_offset_back_after_the_last_character_moves_nothing() -> None:
    assert lines(text("12345678", "0 0 50 5", dx="g 7 1.5 -10.5", dy="g 7 0 3")) == ["12345678"]


def test_several_text_codes_of_one_object_are_all_read() -> None:
    code = '<ofd:TextCode X="{}" Y="3" DeltaX="3">{}</ofd:TextCode>'
    codes = code.format(0, "发票") + code.format(40, "号码")
    item = f'<ofd:TextObject Boundary="0 0 90 5" Size="3">{codes}</ofd:TextObject>'

    assert lines(item) == ["发票", "号码"]


def test_a_text_code_without_position_takes_the_one_before() -> None:
    codes = '<ofd:TextCode X="7" Y="3">一</ofd:TextCode><ofd:TextCode Y="9">二</ofd:TextCode>'
    found = boxes(f'<ofd:TextObject Boundary="0 0 90 5" Size="3">{codes}</ofd:TextObject>')

    assert [box[0] for box in found] == [7, 7]


def test_one_value_in_many_objects_is_one_line() -> None:
    letters = [text(letter, f"{10 + 1.5 * rank} 20 1.5 5") for rank, letter in enumerate("25312000012")]

    assert lines(*letters) == ["25312000012"]


def test_the_currency_sign_joins_its_amount() -> None:
    code = '<ofd:TextCode X="2" Y="3.1" DeltaX="g 5 1.5">113.00</ofd:TextCode>'
    amount = f'<ofd:TextObject Boundary="50 20 26 5" Size="3">{code}</ofd:TextObject>'

    assert lines(text("¥", "50 20 26 5", Size="3.5"), amount) == ["¥113.00"]


def test_letter_spaced_labels_stay_one_text() -> None:
    assert lines(text("名称：", "0 0 50 5", dx="15 3")) == ["名 称："]


def test_cells_far_apart_stay_apart() -> None:
    assert lines(text("100.00", "40 20 20 5"), text("13.00", "80 20 20 5")) == ["100.00", "13.00"]


def test_squeezed_text_is_narrower() -> None:
    (first, second) = boxes(text("发票", "10 20 50 5", dx="3", CTM="0.5 0 0 1 0 0"))

    assert (first[0], first[2], second[0]) == (10, 11.5, 11.5)


def test_turned_and_hidden_text_is_left_out() -> None:
    turned = text("下载次数", "200 30 5 20", CTM="0 1 -1 0 3 0")
    hidden = text("隐藏", "10 10 20 5", Visible="false")

    assert lines(turned, hidden, text("可见", "10 20 20 5")) == ["可见"]


def test_objects_in_page_blocks_are_found() -> None:
    block = f"<ofd:PageBlock><ofd:PageBlock>{text('发票', '0 0 20 5')}</ofd:PageBlock></ofd:PageBlock>"

    assert lines(block) == ["发票"]


def test_straight_lines_are_rulings() -> None:
    drawn = rulings(path("M 0 0.2 L 100 0.2", "10 20 100 0.4"), path("M 0.2 0 L 0.2 50 ", "10 20 0.4 50"))

    assert drawn == [(10, 20.2, 110, 20.2), (10.2, 20, 10.2, 70)]


def test_the_matrix_of_a_path_is_applied() -> None:
    assert rulings(path("M 0 0 L 100 0", "10 20 50 1", CTM="0.5 0 0 0.5 0 0")) == [(10, 20, 60, 20)]


def test_a_thin_filled_rectangle_is_one_ruling() -> None:
    assert rulings(path("M 0 0 L 100 0 L 100 0.5 L 0 0.5 C", "0 0 100 1", Fill="true")) == [(0, 0.25, 100, 0.25)]


def test_a_frame_is_four_rulings() -> None:
    assert len(rulings(path("M 0 0 L 50 0 L 50 20 L 0 20 C", "0 0 50 20"))) == 4


@pytest.mark.parametrize(
    "data", ["M 0 0 L 50 20", "M 0 0 L 1 0", "M 0 0 B 10 0 20 0 50 0", "M 0 0", "", "L 50 0", "M x y L 50 0"]
)
def test_slanted_short_curved_and_broken_paths_are_no_rulings(data: str) -> None:
    assert rulings(path(data, "0 0 50 20")) == []


def test_invisible_paths_are_no_rulings() -> None:
    assert rulings(path("M 0 0 L 50 0", "0 0 50 1", Stroke="false")) == []


def test_pictures_stand_where_their_matrix_puts_them() -> None:
    (picture,) = ofd_content.pictures(placed(image("7", "8.5 3.5 20 20")))

    assert picture.resource == "7"
    assert millimeters(picture.box) == (8.5, 3.5, 28.5, 23.5)
