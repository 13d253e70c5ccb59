from collections.abc import Mapping
from dataclasses import replace

import sheets
from sheets import NUMBER, Sheet, Text, line

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks import key_value
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.geometry import Box
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import Page

NUMBER_FIELD = {"number": {"label": ["number", "number_sign"]}}
PERSON_FIELD = {"payee": {"label": "payee"}}


def candidates(layout: FormLayout, fields: Mapping[str, object] = NUMBER_FIELD) -> list[Candidate]:
    """What the block says of the fields."""
    node = Node({"fields": fields, "take": "every"}, sheets.reader("vat").scope)
    return list(key_value.read(layout, key_value.compile_block(node)))


def read(texts: dict[str, Text], fields: Mapping[str, object] = NUMBER_FIELD) -> list[object]:
    """The values of all candidates, in the order in which they are given."""
    return [item.value for item in candidates(sheets.form_of(Sheet({}, texts)), fields)]


CAPTION = Text("发票号码:", 100, 50)  # ends at x = 140.5


def test_a_value_stands_right_of_its_label() -> None:
    assert read({"label": CAPTION, "value": Text(NUMBER, 150, 50)}) == [NUMBER]


def test_a_value_may_stand_far_to_the_right() -> None:
    assert read({"label": CAPTION, "value": Text(NUMBER, 400, 50)}) == [NUMBER]


def test_a_value_left_of_its_label_is_none() -> None:
    assert read({"label": CAPTION, "value": Text(NUMBER, 40, 50)}) == []


def test_a_tilted_line_that_reaches_over_the_level_of_the_value_is_none_of_it() -> None:
    tilted = replace(line("西61h87604321", 145, 36), box=Box(145, 20, 250, 56))
    layout = sheets.form_of(Sheet({}, {"label": CAPTION, "value": Text(NUMBER, 160, 52)}))
    layout = replace(layout, segments=(*layout.segments, tilted))

    assert candidates(layout)[0].value == NUMBER


def test_a_value_on_another_level_is_none() -> None:
    assert read({"label": CAPTION, "value": Text(NUMBER, 150, 80)}) == []


def test_a_value_stands_below_its_label_where_there_is_none_beside_it() -> None:
    assert read({"label": CAPTION, "value": Text(NUMBER, 110, 64)}) == [NUMBER]


def test_what_stands_below_the_next_label_is_no_part_of_a_value() -> None:
    below = {"label": CAPTION, "a": Text("1234", 130, 64), "b": Text("5678", 156, 64)}

    assert read(below) == [NUMBER]
    assert read({**below, "next": Text("开票日期:", 150, 50)}) == []


def test_beside_comes_before_below() -> None:
    found = read({"label": CAPTION, "below": Text("87604321", 110, 64), "beside": Text(NUMBER, 150, 50)})

    assert found == [NUMBER, "87604321"]


def test_a_value_behind_the_next_label_belongs_to_that_one() -> None:
    assert read({"label": CAPTION, "next": Text("开票日期:", 160, 50), "value": Text(NUMBER, 210, 50)}) == []


def test_what_does_not_read_as_the_type_is_passed_over() -> None:
    assert read({"label": CAPTION, "value": Text("见右上角", 150, 50)}) == []


def test_a_value_in_pieces_is_put_together() -> None:
    segments = {f"p{i}": Text(NUMBER[i], 150 + 6 * i, 50) for i in range(6)} | {"rest": Text(NUMBER[6:], 187, 50)}

    assert read({"label": CAPTION, **{key: segments[key] for key in ("p0", "rest")}}) == []
    assert read({"label": CAPTION, "a": Text("1234", 150, 50), "b": Text("5678", 172, 50)}) == [NUMBER]


def test_a_piece_of_the_next_column_is_no_part_of_the_value() -> None:
    found = read(
        {"label": Text("收款人:", 100, 50), "a": Text("张三", 140, 50), "b": Text("第一联", 260, 50)}, PERSON_FIELD
    )

    assert found == ["张三"]


def test_the_other_caption_of_a_slot_serves_as_well() -> None:
    assert read({"label": Text("No", 100, 50, 14), "value": Text(NUMBER, 120, 50, 14)}) == [NUMBER]


def test_a_candidate_tells_where_its_value_stands_and_not_where_its_label_does() -> None:
    layout = sheets.form_of(Page(2, 600, 390, (line(f"发票号码:{NUMBER}", 100, 50, size=10),)))

    (found,) = candidates(layout)

    assert (found.page, found.text, found.source) == (2, NUMBER, "text_layer")
    assert found.box is not None
    assert found.box.as_tuple() == (145, 50, 185, 60)


PARTY = {"buyer.name": {"label": "party_name"}, "buyer.tax_id": {"label": "party_tax_id"}}
CAPTIONS = {"a": Text("名称:", 30, 50), "b": Text("纳税人识别号:", 30, 70), "id": Text(sheets.BUYER_ID, 102, 70)}


def name_of(*pieces: Text) -> Candidate:
    """The recognized name that stands in *pieces* above a tax id."""
    texts = {**CAPTIONS, **{str(number): piece for number, piece in enumerate(pieces)}}
    found = candidates(sheets.form_of(Sheet({}, texts), "ocr"), PARTY)
    return next(item for item in found if item.path == "buyer.name")


def test_a_recognized_name_that_begins_behind_the_tax_id_may_have_lost_its_beginning() -> None:
    assert name_of(Text("测试采购有限公司", 102, 50)).placed
    assert not name_of(Text("采购有限公司", 120, 50)).placed


def test_a_recognized_name_with_a_gap_is_hardly_sure() -> None:
    torn = name_of(Text("测试", 102, 50), Text("购有限公司", 129, 50))

    assert (torn.value, torn.placed) == ("测试购有限公司", False)
    assert torn.confidence < 0.5
