from itertools import pairwise

import pytest

from invoiceocr.specimens.content.invoices import draw_content
from invoiceocr.specimens.content.traits import KINDS
from invoiceocr.specimens.content.words import FOLDER
from invoiceocr.specimens.drawing import Drawing, Qr, Rule, Text
from invoiceocr.specimens.fonts import quad, width
from invoiceocr.specimens.layout.forms import load_form
from invoiceocr.specimens.layout.pages import lay_out
from invoiceocr.specimens.layout.setting import aligned, fitted, spread, wrapped

FORMS = sorted(path.stem for path in (FOLDER / "forms").glob("*.toml"))


@pytest.mark.parametrize("name", FORMS)
def test_the_columns_of_a_form_stand_side_by_side(name: str) -> None:
    columns = load_form(name).table.columns

    assert all(left.x1 <= right.x0 for left, right in pairwise(columns))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_every_text_lies_on_the_sheet(kind: str, seed: int) -> None:
    for page in lay_out(draw_content(kind, seed)):
        for text in page.texts():
            xs, ys = zip(*quad(text), strict=True)
            assert min(xs) >= 0, text
            assert min(ys) >= 0, text
            assert max(xs) <= page.width, text
            assert max(ys) <= page.height, text


@pytest.mark.parametrize("kind", KINDS)
def test_every_filled_field_is_printed_with_its_path(kind: str) -> None:
    content = draw_content(kind, 5)

    paths = {text.path for page in lay_out(content) for text in page.texts() if text.path}

    shown = {"number", "issue_date", "total", "total_in_words", "total_excluding_tax", "total_tax", "seller.name"}
    assert shown <= paths
    assert {f"items.{index}.amount" for index in range(len(content.rows))} <= paths


def test_the_paper_form_is_the_electronic_one_moved_to_the_right() -> None:
    electronic, paper = load_form("electronic"), load_form("paper")

    assert paper.slots["buyer.name"].x - electronic.slots["buyer.name"].x == pytest.approx(12.4)
    assert paper.slots["buyer.name"].y == electronic.slots["buyer.name"].y


def test_a_tall_page_moves_what_is_below_the_table() -> None:
    short, tall = (lay_out(draw_content("digital_special", 5, frozenset(traits)))[0] for traits in ((), {"many_items"}))

    assert tall.height > short.height
    assert lowest_rule(tall) - lowest_rule(short) == pytest.approx(tall.height - short.height)


def test_the_code_is_drawn_once() -> None:
    page = lay_out(draw_content("vat_special", 1))[0]

    assert len([item for item in page.items if isinstance(item, Qr)]) == 1


def test_text_beyond_its_room_becomes_smaller_then_narrower() -> None:
    text = Text("某某虚构信息技术股份有限公司", 0, 0, 3.0)

    assert width(fitted(text, 20.0)) == pytest.approx(20.0)
    assert fitted(text, 100.0) == text


def test_wrapped_text_keeps_every_character_within_its_room() -> None:
    lines = wrapped(Text("*信息技术服务*软件开发服务2024年度", 0, 10.0, 3.0), 12.0, 4.0)

    assert "".join(line.text for line in lines) == "*信息技术服务*软件开发服务2024年度"
    assert all(width(line) <= 12.0 for line in lines)
    assert [line.y for line in lines] == [10.0 + 4.0 * index for index in range(len(lines))]


def test_spread_text_fills_its_span() -> None:
    text = spread(Text("名称:", 0, 0, 3.0), (17.0, 37.0))

    assert (text.x, text.x + width(text)) == pytest.approx((17.0, 37.0))


def test_right_aligned_text_ends_at_its_place() -> None:
    text = aligned(Text("12.50", 50.0, 0, 3.0), "right")

    assert text.x + width(text) == pytest.approx(50.0)


def lowest_rule(page: Drawing) -> float:
    return max(max(item.y0, item.y1) for item in page.items if isinstance(item, Rule))
