"""Titles that an item or a remark of one form quotes, and those of a second paper."""

from dataclasses import replace

import pytest
import sheets
from sheets import Text, digital, vat

from invoiceocr.extraction import stacked
from invoiceocr.extraction.extractor import Extractor
from invoiceocr.layout.key_phrases import KeyPhraseFinder
from invoiceocr.page import Page

FIND = KeyPhraseFinder(sheets.schemas().captions)
EXTRACTOR = Extractor(sheets.schemas())
TITLES = ["增值税专用发票", "机动车销售统一发票", "医疗门诊收费票据", "电子发票(铁路电子客票)"]


def parts(page: Page) -> int:
    return len(EXTRACTOR.parted(FIND(page), FIND))


@pytest.mark.parametrize("title", TITLES)
def test_an_item_named_like_another_paper_is_no_title(title: str) -> None:
    assert parts(digital().say({"items.0.name": title}).page()) == 1


@pytest.mark.parametrize("title", TITLES)
def test_a_remark_that_names_another_paper_in_a_line_of_its_own_is_no_title(title: str) -> None:
    remarks = ("订单", "A12345", title, "数量1", "经办人甲", "样例备注")
    lines = {f"remark{i}": Text(text, 40, 306 + 9 * i, 7) for i, text in enumerate(remarks)}

    assert parts(digital().put(lines).page()) == 1


def test_the_caption_of_a_column_that_reads_like_a_title_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacked, "classify", lambda *_: pytest.fail("a caption was taken for a title"))
    page = FIND(vat().page())

    assert any(label.id == "column_name" for label in page.labels)
    assert len(EXTRACTOR.parted(page, FIND)) == 1


def test_the_title_of_a_paper_below_a_whole_form_parts_them() -> None:
    print_ = (
        "发票号码:26339110000001234567  开票日期:2025年06月02日", "样例站 G1234 示例站", "票价:￥53.50 二等座",
        "2025年06月01日 08:30开 01车02A号", "3301061990****0000 样例乘客", "购买方名称:测试采购有限公司",
    )  # fmt: skip
    ticket = {f"ticket{i}": Text(text, 40, 450 + 20 * i) for i, text in enumerate(print_)}
    title = {"title": Text("电子发票(铁路电子客票)", 210, 420, 14)}

    assert parts(replace(digital().put(title | ticket).page(), height=600.0)) == 2


@pytest.mark.parametrize("title", TITLES)
def test_rows_named_like_another_paper_are_no_titles_on_a_page_that_only_continues_a_list(
    title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stacked, "classify", lambda *_: pytest.fail("a row was taken for a title"))
    names = {f"name{i}": Text(title, 30, 60 + 20 * i, 9) for i in range(12)}
    amounts = {f"amount{i}": Text("94.34", 430, 60 + 20 * i, 9) for i in range(12)}
    page = digital().put(names | amounts).page()
    rows = [line for line in page.lines if line.text in (title, "94.34")]

    assert parts(replace(page, lines=tuple(rows))) == 1
