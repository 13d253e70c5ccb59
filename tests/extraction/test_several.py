from dataclasses import replace

import kind_pages as pages
import pytest
import sheets
from sheets import Text, digital, vat

from invoiceocr.extraction.several import shows_several, shows_two_papers
from invoiceocr.layout.key_phrases import KeyPhraseFinder
from invoiceocr.page import KeyPhrase, Page, TextSource

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


@both
@pytest.mark.parametrize("remark", ["增值税专用发票不得抵扣", "原电子发票(普通发票)"])
def test_remarks_that_name_another_kind_of_invoice_are_no_second_title(remark: str, source: TextSource) -> None:
    quoted = {"remark": Text(remark, 40, 330)}

    assert not shows_several(sheets.labeled(digital().put(quoted).page(source)), ONCE, TITLES)


def test_the_title_of_a_tilted_paper_leaves_that_of_a_level_one_a_title() -> None:
    page = digital().label({"second title:": Text("电子发票(普通发票)", 210, BELOW, 14)}).page("ocr")
    lines = tuple(replace(line, box=line.box.grown(8)) if line.box.y0 > BELOW - 9 else line for line in page.lines)

    assert shows_several(sheets.labeled(replace(page, lines=lines)), ONCE, TITLES)


def test_a_reading_of_a_page_with_signs_of_another_paper_is_crowded() -> None:
    second = {"second title:": Text("电子发票(普通发票)", 210, BELOW, 14)}

    assert sheets.reading(digital().label(second)).crowded
    assert not sheets.reading(replace(digital())).crowded


FIRST = ("代码", "137001603560", "号码", "49224640")


def slips(second: tuple[str, str, str, str], pitch: float = 400) -> Page:
    """Two slips, one below the other, each with its code and number beside their captions."""
    places = (100, 220, 460, 560)
    rows = ((FIRST, 100.0), (second, 100 + pitch))
    lines = [pages.line(text, x, y) for texts, y in rows for text, x in zip(texts, places, strict=True)]
    captions = [KeyPhrase("slip_code", "代码"), KeyPhrase("code", "发票代码"), KeyPhrase("slip_number", "号码")]
    return KeyPhraseFinder((*captions, KeyPhrase("number", "发票号码"), KeyPhrase("number", "机打号码")))(
        pages.page(*lines)
    )


@pytest.mark.parametrize(
    ("second", "several"),
    [
        (("发票代码", "142001867632", "发票号码", "51367756"), True),
        (("发票代码", "137001603560", "发票号码", "49224641"), True),
        (FIRST, False),
        (("发票代码", "137001603560", "机打号码", "51367756"), False),
        (("发票代码", "137001603560", "对应发票号码", "51367756"), False),
    ],
    ids=["another-paper", "of-one-roll", "printed-twice", "of-the-machine", "quoted"],
)
def test_two_codes_or_two_numbers_tell_of_a_second_paper(second: tuple[str, str, str, str], several: bool) -> None:
    assert shows_two_papers(slips(second)) is several


def test_a_number_that_is_repeated_and_misread_tells_of_no_second_paper() -> None:
    page = slips(("发票代码", "137001603560", "发票号码", "49224840"))
    unsure = replace(page, segments=tuple(replace(each, confidence=0.6) for each in page.segments))

    assert (shows_two_papers(page), shows_two_papers(unsure)) == (True, False)


@pytest.mark.parametrize(
    ("texts", "several"),
    [
        ([("137001603560", 100, 100), ("142001867632", 460, 500)], True),
        ([("137001603560", 100, 100), ("发票代码", 360, 500), ("142001867632", 460, 500)], True),
        ([("137001603560", 100, 100), ("证号", 380, 500), ("142001867632", 460, 500)], False),
        ([("137001603560", 100, 100), ("971411281392", 460, 500)], False),
        ([("137001603560", 100, 100), ("137001603560", 460, 500)], False),
    ],
    ids=["without-captions", "with-a-caption", "of-another-caption", "no-code", "printed-twice"],
)
def test_two_codes_in_bare_print_tell_of_a_second_paper(texts: list[tuple[str, float, float]], several: bool) -> None:
    captions = (KeyPhrase("code", "发票代码"), KeyPhrase("permit", "证号"))
    page = KeyPhraseFinder(captions)(pages.page(*(pages.line(*text) for text in texts)))

    assert shows_two_papers(page) is several
