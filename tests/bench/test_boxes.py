import pytest

from bench.boxes import Match, Printed, is_kin, is_small, kinship, match
from invoiceocr.geometry import Box, Quad, box_quad


def at(x: float, y: float, length: float, height: float = 20) -> Quad:
    """A level quad with its top left corner at (x, y)."""
    return box_quad(Box(x, y, x + length, y + height))


NAME = Printed("某某公司", at(0, 0, 80), "buyer.name")
BELOW = Printed("91350100M000100Y43", at(0, 30, 200), "buyer.tax_id")


def outcomes(printed: list[Printed], boxes: list[Quad]) -> tuple[str, ...]:
    return match(printed, boxes).outcomes


def test_a_box_of_its_own_leaves_a_text_clean() -> None:
    assert outcomes([NAME, BELOW], [at(-2, -2, 84, 24), at(-2, 28, 204, 24)]) == ("clean", "clean")


def test_a_text_in_two_boxes_is_cut() -> None:
    assert outcomes([NAME], [at(0, 0, 38), at(40, 0, 40)]) == ("cut",)


def test_a_box_that_lacks_a_tenth_clips_its_text() -> None:
    assert outcomes([NAME], [at(0, 0, 74)]) == ("clean",)
    assert outcomes([NAME], [at(0, 0, 70)]) == ("cut",)


def test_a_text_without_half_of_it_in_boxes_is_missed() -> None:
    assert outcomes([NAME, BELOW], [at(0, 0, 36)]) == ("missed", "missed")
    assert outcomes([NAME], []) == ("missed",)


def test_a_box_around_two_rows_merges_both() -> None:
    assert outcomes([NAME, BELOW], [at(0, 0, 200, 50)]) == ("merged", "merged")


def test_a_box_that_touches_the_next_row_does_not_merge() -> None:
    assert outcomes([NAME, BELOW], [at(0, 0, 80, 34), at(0, 30, 200)]) == ("clean", "clean")


def test_a_box_over_two_cells_merges_them_however_near_they_stand() -> None:
    unit = Printed("个", at(0, 0, 20), "items.0.unit")
    quantity = Printed("1", at(26, 0, 10), "items.0.quantity")
    assert outcomes([unit, quantity], [at(0, 0, 36)]) == ("merged", "merged")
    assert outcomes([unit, quantity], [at(0, 0, 20), at(26, 0, 10)]) == ("clean", "clean")


def test_a_column_of_units_in_one_box_is_merged() -> None:
    units = [Printed("个", at(0, 30 * row, 20), f"items.{row}.unit") for row in range(3)]
    assert set(outcomes(units, [at(0, 0, 20, 80)])) == {"merged"}


def test_a_caption_may_share_a_box_with_the_value_behind_it() -> None:
    caption = Printed("名称:", at(0, 0, 50))
    value = Printed("某某公司", at(60, 0, 80), "buyer.name")
    assert outcomes([caption, value], [at(0, 0, 140)]) == ("clean", "clean")


def test_captions_of_two_columns_may_not_share_a_box() -> None:
    headers = [Printed("单位", at(0, 0, 40)), Printed("数量", at(70, 0, 40))]
    assert outcomes(headers, [at(0, 0, 110)]) == ("merged", "merged")


def test_the_characters_of_a_caption_that_runs_down_may_share_a_box() -> None:
    strokes = [Printed(character, at(0, 40 * row, 20)) for row, character in enumerate("购买方信息")]
    assert set(outcomes(strokes, [at(0, 0, 20, 180)])) == {"clean"}
    assert kinship(tuple(strokes)).all()


def test_rows_of_a_photograph_are_one_row_at_the_ends_that_meet() -> None:
    caption = Printed("地址:", at(0, 0, 50))
    rising: Quad = ((60, 0), (460, -40), (460, -20), (60, 20))
    assert is_kin(caption, Printed("某市某路", rising, "buyer.address_phone"))


def test_tilted_boxes_cover_tilted_texts() -> None:
    tilted: Quad = ((0, 0), (200, 40), (196, 60), (-4, 20))
    assert outcomes([Printed("91350100M000100Y43", tilted)], [tilted]) == ("clean",)


def test_boxes_that_hold_no_text_are_counted() -> None:
    found = match([NAME], [at(0, 0, 80), at(300, 0, 50), at(0, 60, 80)])
    assert found.blank == 2


@pytest.mark.parametrize(("text", "path", "small"), [("9%", "items.0.tax_rate", True), ("13.00", None, False)])
def test_small_texts_are_short_fields(text: str, path: str | None, small: bool) -> None:
    printed = [Printed(text, at(500, 0, 30), path), NAME]
    assert is_small(printed, match(printed, []), 0) is small


def test_a_short_value_beside_its_caption_is_not_alone() -> None:
    printed = [Printed("复核:", at(0, 0, 50)), Printed("某人", at(55, 0, 40), "reviewer")]
    found: Match = match(printed, [])
    assert not is_small(printed, found, 1)
