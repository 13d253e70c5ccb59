"""The codes of fonts, as PDFium reads their mappings."""

from __future__ import annotations

import pytest

from invoiceocr.sources.pdf.mappings import Budget, UnclearError, spans


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"1 beginbfchar <12> <0038> endbfchar", [(0x12, 0x12, b"0038")]),
        (b"1 beginbfrange <10> <19> <0030> endbfrange", [(0x10, 0x19, b"0030")]),
        (b"1 beginbfrange <20> <21> [<0038> <0041>] endbfrange", [(0x20, 0x20, b"0038"), (0x21, 0x21, b"0041")]),
        (b"1 beginbfrange <4e2d> <2f> <7532> endbfrange", [(0x4E2D, 0x4E2F, b"7532")]),
        (b"1 beginbfrange <4e2d> <4d2f> <7532> endbfrange", [(0x4E2D, 0x4E2F, b"7532")]),
        (b"1 beginbfrange <29> <20> <0030> endbfrange", []),
    ],
)
def test_the_codes_of_a_mapping_and_their_texts(content: bytes, found: list[tuple[int, int, bytes]]) -> None:
    assert list(spans(content)) == found


def test_a_list_of_another_length_than_its_range_is_unclear() -> None:
    with pytest.raises(UnclearError):
        list(spans(b"1 beginbfrange <20> <22> [<0038>] endbfrange"))


def test_a_budget_is_for_all_that_is_read() -> None:
    budget = Budget(5)

    assert budget.spent(b"1234") == b"1234"
    with pytest.raises(UnclearError):
        budget.spend(2)
