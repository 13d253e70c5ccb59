from dataclasses import replace
from itertools import pairwise

import pytest

from invoiceocr.extraction.tables.cell_overflow import Overflow, at_edges, with_edges
from invoiceocr.extraction.tables.columns import Column
from invoiceocr.extraction.tables.spec import ColumnSpec
from invoiceocr.geometry import Box, union
from invoiceocr.kinds.types import TYPES
from invoiceocr.page import TextLine

SIZE, STEP = 30.0, 6.0  # pixels: a line's height, a step of the recognizer
NAME = Column(ColumnSpec("name", TYPES["text"], ("column_name",), "items"), 100.0, 200.0)
SPECIFICATION = Column(ColumnSpec("specification", TYPES["text"], ("column_specification",), "items"), 300.0, 400.0)
UNIT = Column(ColumnSpec("unit", TYPES["unit"], ("column_unit",), "items"), 500.0, 540.0)
OVERFLOW = Overflow(NAME.spec, SIZE)
COLUMNS = [NAME, SPECIFICATION, UNIT]


def read(*words: tuple[str, float]) -> TextLine:
    """A recognized line of *words*, each beginning so far right; full-width characters are 24 pixels apart."""
    text, centers = "", []
    for word, left in words:
        for char in word:
            advance = 24.0 if ord(char) > 0x2E80 else 12.0
            centers.append(left + advance / 2)
            left += advance
        text += word
    middles = [(a + b) / 2 for a, b in pairwise(centers)]
    ends = [centers[0] - 12.0, *middles, centers[-1] + 6.0]
    boxes = tuple(Box(a, 0.0, b, SIZE) for a, b in pairwise(ends))
    steps = tuple(round(center / STEP) for center in centers)
    return TextLine(
        text, union(boxes), "ocr", 0.9, character_boxes=boxes, character_steps=steps,
        character_confidences=(0.99,) * len(text),
    )  # fmt: skip


def parts(segment: TextLine, *others: TextLine) -> list[str]:
    columns = with_edges(COLUMNS, [segment, *others], OVERFLOW)
    return [part.text for part in at_edges(segment, columns, OVERFLOW)]


@pytest.mark.parametrize("specification", ["SYS-6010", "0.3g*20", "精装"])
def test_a_specification_read_together_with_the_name_is_cut_off_at_the_gap(specification: str) -> None:
    assert parts(read(("药品电子血压计", 120.0), (specification, 305.0))) == ["药品电子血压计", specification]


def test_a_long_name_without_a_gap_stays_whole() -> None:
    assert parts(read(("药品电子血压计计SYS6010", 120.0))) == ["药品电子血压计计SYS6010"]


def test_a_gap_far_from_the_header_is_none_of_its_column() -> None:
    assert parts(read(("现货", 120.0), ("数据结构与算法导论", 200.0))) == ["现货数据结构与算法导论"]


def test_a_name_in_one_size_with_the_others_is_cut_where_their_gaps_are() -> None:
    near = read(("药品电子血压计计", 106.0), ("AB1", 303.0))

    assert parts(near, read(("药品电子血压计", 120.0), ("AB2", 305.0))) == ["药品电子血压计计", "AB1"]


def test_an_edge_learned_from_values_read_alone_is_kept_where_no_text_has_a_gap() -> None:
    learned = replace(SPECIFICATION, edge=333.0)

    columns = with_edges([NAME, learned, UNIT], [read(("药品电子血压计计SYS6010", 120.0))], OVERFLOW)

    assert columns[1].edge == 333.0


def test_gaps_tell_the_edge_better_than_the_loose_box_of_a_value_read_alone() -> None:
    loose = replace(SPECIFICATION, edge=281.0)  # the box of a single character, wider than its print
    whole = read(("工程设计服务服务", 106.0))
    columns = with_edges([NAME, loose, UNIT], [read(("工程设计服务服务", 106.0), ("无", 312.0)), whole], OVERFLOW)

    assert [part.text for part in at_edges(whole, columns, OVERFLOW)] == ["工程设计服务服务"]


def test_text_of_a_text_layer_is_not_cut_here() -> None:
    printed = replace(read(("药品电子血压计", 120.0), ("SYS", 305.0)), source="text_layer")

    assert parts(printed) == [printed.text]
