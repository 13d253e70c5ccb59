import itertools
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lattices import lattice
from sheets import line, schemas

from invoiceocr.geometry import Box
from invoiceocr.layout.key_phrases import KeyPhraseFinder
from invoiceocr.page import KeyPhrase, Page, TextLine

FINDER = KeyPhraseFinder(
    (
        KeyPhrase("number", "发票号码"),
        KeyPhrase("name", "名称", starts=True),
        KeyPhrase("tax_id", "统一社会信用代码/纳税人识别号"),
        KeyPhrase("tax_id", "纳税人识别号"),
        KeyPhrase("tax_id", "统一社会信用代码:", starts=True),
        KeyPhrase("sum", "合计", starts=True, ends=True),
        KeyPhrase("words", "价税合计(大写)"),
        KeyPhrase("words", "价税合计"),
        KeyPhrase("amount", "金额", starts=True, ends=True),
        KeyPhrase("remarks", "备注", starts=True, ends=True, vertical=True),
    )
)


def found(*lines: TextLine) -> tuple[list[tuple[str, str]], list[str]]:
    """(id, text) of the labels and the texts of the segments."""
    page = FINDER(Page(1, 600, 400, lines))
    return [(label.id, label.text) for label in page.labels], [segment.text for segment in page.segments]


def test_a_caption_is_cut_from_the_value_behind_it() -> None:
    assert found(line("发票号码：12345678", 0, 0)) == ([("number", "发票号码：")], ["12345678"])


def test_a_caption_and_its_value_keep_their_own_boxes() -> None:
    page = FINDER(Page(1, 600, 400, (line("名称:测试公司", 100, 20, size=10),)))

    assert page.labels[0].box == Box(100, 20, 125, 30)
    assert page.segments[0].box == Box(125, 20, 165, 30)


def test_two_captions_in_one_line_leave_the_values_between_them() -> None:
    labels, segments = found(line("发票号码:12345678 纳税人识别号:91110105MA01ABCD5F", 0, 0))

    assert [name for name, _ in labels] == ["number", "tax_id"]
    assert segments == ["12345678", "91110105MA01ABCD5F"]


def test_a_line_without_a_caption_is_one_piece() -> None:
    whole = line("测试采购有限公司", 0, 0)

    page = FINDER(Page(1, 600, 400, (whole,)))

    assert page.labels == ()
    assert [(segment.text, segment.box) for segment in page.segments] == [(whole.text, whole.box)]


def test_a_separator_that_lost_its_caption_is_no_text() -> None:
    assert found(line("：测试公司", 0, 0), line("：", 0, 20)) == ([], ["测试公司"])


@pytest.mark.parametrize("text", ["服务名称", "单位名称：测试", "总名称"])
def test_a_caption_for_the_start_of_a_line_is_not_found_inside(text: str) -> None:
    assert found(line(text, 0, 0))[0] == []


@pytest.mark.parametrize(
    ("text", "expected"), [("合计", True), ("合 计：", True), ("合计100.00", False), ("金额合计", False)]
)
def test_a_caption_that_ends_its_line_has_only_a_separator_behind_it(text: str, expected: bool) -> None:
    assert bool(found(line(text, 0, 0))[0]) is expected


def test_captions_that_are_one_text_together_are_each_found() -> None:
    assert [name for name, _ in found(line("名称 金额 合计", 0, 0))[0]] == ["name", "amount", "sum"]


def test_two_captions_side_by_side_are_no_header() -> None:
    assert [name for name, _ in found(line("名称 金额", 0, 0))[0]] == ["name"]


def test_the_currency_behind_the_caption_of_a_column_is_no_other_text() -> None:
    assert [name for name, _ in found(line("金额（元）", 0, 0))[0]] == ["amount"]


def test_the_name_of_an_item_holds_no_caption() -> None:
    assert found(line("*经纪代理服务*价税合计软件", 0, 0)) == ([], ["*经纪代理服务*价税合计软件"])


def test_the_longer_of_two_captions_at_one_place_is_found() -> None:
    labels, segments = found(line("价税合计（大写）壹佰圆整", 0, 0))

    assert (labels, segments) == ([("words", "价税合计（大写）")], ["壹佰圆整"])


@pytest.mark.parametrize("text", ["名　　称：", "名 称:", "名  称", "发　票　号　码", "发 票 号 码 ："])
def test_a_caption_spaced_out_with_blanks_is_found(text: str) -> None:
    assert len(found(line(text, 0, 0))[0]) == 1


def test_a_caption_in_compatibility_characters_is_found() -> None:
    assert found(line("⾦额", 0, 0))[0] == [("amount", "⾦额")]


# captions in segments


def test_a_caption_in_two_pieces_of_a_row_is_one_label() -> None:
    page = FINDER(Page(1, 600, 400, (line("额", 40, 0), line("金", 0, 0))))

    assert [(label.id, label.box) for label in page.labels] == [("amount", Box(0, 0, 49, 9))]
    assert page.segments == ()


def test_the_last_piece_of_a_caption_may_go_on_with_the_value() -> None:
    assert found(line("名", 0, 0), line("称：测试公司", 40, 0)) == ([("name", "名称")], ["测试公司"])


def considered(read: TextLine, *, first: Mapping[str, float]) -> TextLine:
    """*read* with other characters that the recognizer considered in place of its first one."""
    steps = tuple(range(0, 2 * len(read.text), 2))
    return replace(read, lattice=lattice(read.text, {0: first}), character_steps=steps)


@pytest.mark.parametrize(
    ("text", "first", "expected"),
    [
        ("你：测试公司", {"称": 0.01}, ([("name", "名称:")], ["测试公司"])),
        ("你：测试公司", {"弥": 0.01}, ([], ["名", "你：测试公司"])),
        ("你好：测试公司", {"称": 0.01}, ([], ["名", "你好：测试公司"])),
        ("1：测试公司", {"称": 0.01}, ([], ["名", "1：测试公司"])),
    ],
)
def test_the_last_character_of_a_spaced_out_caption_may_be_misread_before_its_colon_if_the_right_one_was_considered(
    text: str, first: dict[str, float], expected: tuple[list[tuple[str, str]], list[str]]
) -> None:
    finder = KeyPhraseFinder((KeyPhrase("name", "名称:", starts=True), KeyPhrase("name", "名称", starts=True)))
    read = considered(line(text, 40, 0, source="ocr"), first=first)
    page = finder(Page(1, 600, 400, (line("名", 0, 0, source="ocr"), read)))

    assert ([(each.id, each.text) for each in page.labels], [each.text for each in page.segments]) == expected
    assert not any(label.exact for label in page.labels)


def test_another_caption_with_the_same_first_character_stays_another() -> None:
    finder = KeyPhraseFinder((KeyPhrase("remarks", "备注:", starts=True), KeyPhrase("remarks", "备注", starts=True)))
    page = finder(Page(1, 600, 400, (line("备", 0, 0, source="ocr"), line("用：三份", 40, 0, source="ocr"))))

    assert page.labels == ()


def test_pieces_too_far_apart_are_no_caption() -> None:
    assert found(line("金", 0, 0), line("额", 120, 0))[0] == []


def test_pieces_on_different_levels_are_no_caption() -> None:
    assert found(line("金", 0, 0), line("额", 20, 8))[0] == []


def test_another_character_between_the_pieces_keeps_them_apart() -> None:
    assert found(line("合", 0, 0), line("共", 20, 0), line("计", 40, 0))[0] == []


def test_characters_under_one_another_are_a_vertical_caption() -> None:
    page = FINDER(Page(1, 600, 400, (line("备", 10, 100), line("注", 10, 130))))

    assert [(label.id, label.box) for label in page.labels] == [("remarks", Box(10, 100, 19, 139))]
    assert page.segments == ()


def test_a_caption_that_cannot_stand_upright_is_not_found_so() -> None:
    assert found(line("金", 10, 100), line("额", 10, 120))[0] == []


def test_vertical_characters_of_different_columns_are_no_caption() -> None:
    assert found(line("备", 10, 100), line("注", 60, 130))[0] == []


# misread captions


@pytest.mark.parametrize("text", ["发票号吗：12345678", "发票弓码:12345678"])
def test_a_caption_with_one_misread_character_is_found_on_pixels(text: str) -> None:
    page = FINDER(Page(1, 600, 400, (line(text, 0, 0, source="ocr"),)))

    assert [(label.id, label.exact) for label in page.labels] == [("number", False)]
    assert [segment.text for segment in page.segments] == ["12345678"]


def test_a_caption_whose_last_character_is_lost_is_found_on_pixels() -> None:
    headed = KeyPhraseFinder((KeyPhrase("amount", "金额(元)", starts=True),))
    texts = {"金额（元": 1, "金额（": 0}

    for text, count in texts.items():
        assert len(headed(Page(1, 600, 400, (line(text, 0, 0, source="ocr"),))).labels) == count


@pytest.mark.parametrize(("text", "count"), [("Taxi No.", 0), ("车号 No.", 1)])
def test_the_end_of_words_in_latin_letters_is_no_caption_of_its_own(text: str, count: int) -> None:
    gap = text.index(" ")
    apart = tuple(Box(20.0 * i + 60 * (i > gap), 0, 20.0 * i + 60 * (i > gap) + 12, 20) for i in range(len(text)))
    print_ = TextLine(text, Box(0, 0, apart[-1].x1, 20), "ocr", character_boxes=apart)
    numbered = KeyPhraseFinder((KeyPhrase("number", "no.", starts=True), KeyPhrase("number", "No.", starts=True)))

    assert len(numbered(Page(1, 600, 400, (print_,))).labels) == count


def test_a_long_caption_may_have_two_misread_characters() -> None:
    assert found(line("统一杜会信用代码/纳税入识别号:91110105MA01ABCD5F", 0, 0, source="ocr"))[1] == [
        "91110105MA01ABCD5F"
    ]


@pytest.mark.parametrize(
    "caption",
    ["纳税人别", "统一社会信用代码/纳税人别号", "一社会信用代码纳税人职别号", "线统一社会信用代码/税人识别号"],
)
def test_a_caption_before_a_colon_may_have_lost_or_gained_characters(caption: str) -> None:
    assert found(line(f"{caption}：91110105MA01ABCD5F", 0, 0, source="ocr"))[1] == ["91110105MA01ABCD5F"]


@pytest.mark.parametrize("text", ["发票吗号：12345678", "名弥:测试", "会计", "合同编号：12345678", "地址：测试路1号"])
def test_what_resembles_a_caption_too_little_or_is_too_short_is_none(text: str) -> None:
    assert found(line(text, 0, 0, source="ocr"))[0] == []


def test_a_vocabulary_of_short_captions_alone_has_no_misread_ones() -> None:
    page = Page(1, 600, 400, (line("会计主:1", 0, 0, source="ocr"),))

    assert KeyPhraseFinder((KeyPhrase("sum", "合计额"),))(page).labels == ()


def test_a_text_layer_is_never_misread() -> None:
    assert found(line("发票号吗：12345678", 0, 0))[0] == []


# properties


@given(
    st.permutations(
        [line("发票号码:12345678", 0, 0), line("备", 0, 40), line("注", 0, 60), line("金", 99, 0), line("额", 120, 0)]
    )
)
def test_the_order_of_the_lines_does_not_matter(lines: list[TextLine]) -> None:
    labels, segments = found(*lines)

    assert sorted(labels) == [("amount", "金额"), ("number", "发票号码:"), ("remarks", "备注")]
    assert segments == ["12345678"]


texts = st.text("发票号码名称合计金额：:1 A", min_size=1, max_size=12)


@given(st.lists(texts, max_size=5))
def test_labels_and_pieces_together_hold_every_visible_character(some: list[str]) -> None:
    lines = [line(text, 0, 20 * i) for i, text in enumerate(some)]

    page = FINDER(Page(1, 600, 400, tuple(lines)))

    seen = "".join(sorted("".join([label.text for label in page.labels] + [segment.text for segment in page.segments])))
    visible = {character for text in some for character in text} - set(" ：:")
    assert set(seen) - set(" ：:") == visible
    assert all(segment.text.strip() for segment in page.segments)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("购买方信息", {"buyer_side"}),
        ("销货单位：(章)", {"seller_seal"}),
        ("货物或应税劳务、服务名称", {"column_name"}),
        ("服务名称", {"column_name"}),
        ("统一社会信用代码/纳税人识别号：", {"party_tax_id"}),
        ("校 验 码：", {"check_code"}),
        ("№12345678", {"number_sign"}),
        ("税率/征收率", {"column_tax_rate"}),
        ("税 额", {"column_tax_amount"}),
        ("（小写）¥1.00", {"total"}),
        ("备　注", {"remarks"}),
        ("名称分店", set()),
    ],
)
def test_the_vocabulary_of_the_package_names_printed_captions(text: str, expected: set[str]) -> None:
    page = KeyPhraseFinder(schemas().captions)(Page(1, 600, 400, (line(text, 0, 0),)))

    assert {label.id for label in page.labels} == expected


INLINE = KeyPhraseFinder((KeyPhrase("plate", "车号", starts=True), KeyPhrase("seat", "座号", starts=True, inline=True)))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("车号:A1024 座号:12", ["plate", "seat"]),  # behind a figure, before a colon
        ("车号:A1024座号12", ["plate", "seat"]),  # between figures
        ("车号:A1024 座号下铺", ["plate"]),
        ("车号:A1024 请对座号:12", ["plate"]),  # part of another word
    ],
)
def test_an_inline_caption_stands_between_figures_or_behind_one_and_before_a_colon(text: str, ids: list[str]) -> None:
    assert [label.id for label in INLINE(Page(1, 600, 400, (line(text, 0, 0),))).labels] == ids


def test_a_caption_behind_a_wide_gap_is_found_though_the_characters_beside_the_gap_seem_wide() -> None:
    text, edges = "座号:王示例车号:12", [0, 22, 44, 57, 79, 101, 147, 193, 215, 228, 239, 250]
    boxes = tuple(Box(left, 0, right, 22) for left, right in itertools.pairwise(edges))
    read = TextLine(text, Box(0, 0, 250, 22), "ocr", character_boxes=boxes)

    assert [label.id for label in INLINE(Page(1, 600, 400, (read,))).labels] == ["seat", "plate"]


@pytest.mark.parametrize(
    ("name", "gap", "ids"),
    [
        ("开票人餐饮店", 1, {"party_name"}),  # a name
        ("收款人之家", 12, {"party_name"}),
        ("开票人王样例", 60, {"party_name", "drawer"}),  # the next caption
        ("开票人:王样例", 1, {"party_name", "drawer"}),
        ("价税合计咨询有限公司", 1, {"party_name"}),
        ("纳税人识别号咨询公司", 1, {"party_name"}),
    ],
)
def test_a_caption_right_behind_the_colon_of_another_begins_a_value(name: str, gap: float, ids: set[str]) -> None:
    lines = (line("名称:", 0, 0), line(name, 22.5 + gap, 0))

    assert {label.id for label in KeyPhraseFinder(schemas().captions)(Page(1, 600, 400, lines)).labels} == ids
