from collections.abc import Callable
from dataclasses import replace

import pytest
import sheets
from sheets import HEIGHT, WIDTH, Text, digital, vat

from invoiceocr.geometry import Box
from invoiceocr.layout import papers
from invoiceocr.page import Page, Ruling, TextSource

PAPERS = sheets.reader("vat").scope.plan.papers
both = pytest.mark.parametrize("source", ["text_layer", "ocr"])


def moved(page: Page, dx: float, dy: float) -> Page:
    lines = tuple(
        replace(
            line,
            box=line.box.shift(dx, dy),
            character_boxes=tuple(box.shift(dx, dy) for box in line.character_boxes),
        )
        for line in page.lines
    )
    rulings = tuple(Ruling(r.x0 + dx, r.y0 + dy, r.x1 + dx, r.y1 + dy) for r in page.rulings)
    return replace(page, lines=lines, rulings=rulings)


def together(*pages: Page, across: bool = False) -> Page:
    """One page with *pages* under one another, or beside one another."""
    steps = [(i * WIDTH, 0.0) if across else (0.0, i * HEIGHT) for i in range(len(pages))]
    placed = [moved(page, *step) for page, step in zip(pages, steps, strict=True)]
    return Page(
        1,
        WIDTH * (len(pages) if across else 1),
        HEIGHT * (1 if across else len(pages)),
        tuple(line for page in placed for line in page.lines),
        tuple(ruling for page in placed for ruling in page.rulings),
    )


def parted(page: Page) -> list[Page]:
    """The papers on the page, by the key phrases of VAT invoices."""
    return papers.parted(sheets.labeled(page), PAPERS, sheets.labeled)


def read(page: Page) -> list[dict[str, object]]:
    return [sheets.fields(paper) for paper in parted(page)]


@both
def test_a_page_with_one_paper_is_left_whole(source: TextSource) -> None:
    page = sheets.labeled(vat().page(source))

    assert papers.parted(page, PAPERS, sheets.labeled) == [page]


@both
@pytest.mark.parametrize("across", [False, True])
def test_two_papers_are_read_as_if_each_had_a_page(source: TextSource, across: bool) -> None:
    other = digital().say({"number": "25312000000086420975", "total": "¥226.00", "total_in_words": "贰佰贰拾陆圆整"})

    found = read(together(digital().page(source), other.page(source), across=across))

    assert found == [sheets.fields(digital(), source), sheets.fields(other, source)]


@both
def test_papers_of_two_kinds_are_parted(source: TextSource) -> None:
    found = read(together(vat().page(source), digital().page(source)))

    assert [each["kind"] for each in found] == ["e_vat_ordinary", "digital_ordinary"]
    assert found[0] == sheets.fields(vat(), source)


def test_three_papers_are_parted() -> None:
    numbers = ["25312000000012345671", "25312000000012345672", "25312000000012345673"]

    found = read(together(*(digital().say({"number": number}).page() for number in numbers)))

    assert [each["number"] for each in found] == numbers


def test_each_paper_knows_its_part_of_the_page() -> None:
    papers = parted(together(digital().page(), vat().page()))

    first, second = (paper.area for paper in papers)
    assert isinstance(first, Box)
    assert isinstance(second, Box)
    assert (first.y0, first.y1, second.y1) == (0.0, second.y0, 2 * HEIGHT)


def test_a_second_header_without_sums_between_is_of_the_same_paper() -> None:
    again = {f"again {x}": Text(text, x, 220) for text, x in (("项目名称", 45), ("单价", 326), ("金额", 394))}

    page = sheets.labeled(digital().label(again).page())

    assert len(parted(page)) == 1


@both
@pytest.mark.parametrize("make", [vat, digital])
def test_column_captions_that_a_remark_quotes_begin_no_second_paper(
    make: Callable[[], sheets.Sheet], source: TextSource
) -> None:
    page = make().put({"remark": Text("金额 税率 税额", 370, 330, 7)}).page(source)

    assert len(parted(page)) == 1


@both
def test_a_smaller_second_paper_without_legible_sums_is_parted_by_its_head(source: TextSource) -> None:
    small = sheets.scaled(digital().drop("words:").page(source), 0.48)

    assert len(parted(together(digital().page(source), small))) == 2
