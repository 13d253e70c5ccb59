from dataclasses import replace

import pytest
import sheets
from sheets import Text, digital, vat

from invoiceocr.extraction.several import shows_several
from invoiceocr.page import TextSource

both = pytest.mark.parametrize("source", ["text_layer", "ocr"])
BELOW = 400.0
ONCE = (("words", "total"), ("number", "issue_date", "sum"))
TITLES = [title for match in sheets.matches() for title in match.titles if title.name]


@both
@pytest.mark.parametrize("sheet", [vat(), digital()])
def test_one_paper_shows_no_other(sheet: sheets.Sheet, source: TextSource) -> None:
    assert not shows_several(sheets.labeled(sheet.page(source)), ONCE, TITLES)


@both
def test_a_second_title_tells_of_a_second_paper(source: TextSource) -> None:
    second = {"second title:": Text("电子发票(普通发票)", 210, BELOW, 14)}

    assert shows_several(sheets.labeled(digital().label(second).page(source)), ONCE, TITLES)


def test_second_sums_and_a_second_date_tell_of_a_second_paper_whose_table_was_not_read() -> None:
    second = {"second date:": Text("开票日期:", 420, BELOW), "second total:": Text("(小写)", 430, BELOW + 200)}

    assert shows_several(sheets.labeled(digital().label(second).page()), ONCE, TITLES)


def test_remarks_that_quote_another_invoice_are_no_second_paper() -> None:
    quoted = {
        "remark": Text("对应正数电子发票(普通发票)发票号码:25312000000087604321 开票日期:2025年05月01日", 40, 330)
    }

    assert not shows_several(sheets.labeled(digital().put(quoted).page()), ONCE, TITLES)


def test_a_reading_of_a_page_with_signs_of_another_paper_is_crowded() -> None:
    second = {"second title:": Text("电子发票(普通发票)", 210, BELOW, 14)}

    assert sheets.reading(digital().label(second)).crowded
    assert not sheets.reading(replace(digital())).crowded
