from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sheets
from hypothesis import given, settings
from hypothesis import strategies as st
from lattices import lattice
from sheets import Text, digital, row, vat

from invoiceocr.extraction.blocks import ruled_table
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.tables.columns import find_columns
from invoiceocr.extraction.tables.spec import TableSpec
from invoiceocr.geometry import Box, union
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine, TextSource
from invoiceocr.values import rate

NAMES = ("name", "specification", "unit", "quantity", "unit_price", "amount", "tax_rate", "tax_amount")


def table(sheet: sheets.Sheet, source: TextSource = "text_layer", *, form: str = "vat") -> list[dict[str, object]]:
    """The rows, each with the cells that were read, after the parties."""
    layout = sheets.form_of(sheet, source, form=form)
    layout = replace(layout, said=tuple(sheets.said(layout, "parties", form=form)))
    found = sheets.values(sheets.said(layout, "ruled_table", form=form))
    count = max((int(path.split(".")[1]) + 1 for path in found), default=0)
    return [
        {path.split(".")[2]: value for path, value in found.items() if path.startswith(f"items.{index}.")}
        for index in range(count)
    ]


def spec() -> TableSpec:
    """The table of the VAT form, compiled."""
    reader = sheets.reader("vat")
    (block,) = (block for block in reader.spec.blocks if isinstance(block, dict) and "ruled_table" in block)
    return ruled_table.compile_block(Node(block, reader.scope).node("ruled_table"))


def find_unread_cells(layout: FormLayout) -> list[Box]:
    return ruled_table.find_unread_cells(layout, spec())


EMPTY = vat().drop(*(name for name in vat().print_ if name.startswith("items.")))


def test_a_quantity_that_touches_the_sign_of_the_price_is_parted_from_it() -> None:
    sheet = vat().drop("items.0.quantity").put({"items.0.unit_price": Text("2¥50.00", 290, 180)})

    (found,) = table(sheet)

    assert (found["quantity"], found["unit_price"]) == (Decimal("2"), Decimal("50.00"))


def test_a_caption_down_the_side_of_the_form_is_no_part_of_the_figure_that_runs_into_it() -> None:
    (found,) = table(vat().say({"items.0.tax_amount": "6.00二"}), "ocr")

    assert found["tax_amount"] == Decimal("6.00")


def test_the_last_row_of_print_that_stands_low_on_its_form_is_above_the_sums_although_beside_their_caption() -> None:
    sums = {"total_excluding_tax": Text("¥300.00", 390, 273), "total_tax": Text("¥18.00", 512, 273)}
    last = row(1, 262, name="*餐饮服务*茶歇", amount="200.00", tax_rate="6%", tax_amount="12.00")

    found = table(vat().put(sums | last), "ocr")

    assert [item.get("amount") for item in found] == [Decimal("100.00"), Decimal("200.00")]


@pytest.mark.parametrize(
    "sums",
    [
        {"total_excluding_tax": Text("300.00", 390, 266), "total_tax": Text("¥18.00", 512, 275)},
        {"total_excluding_tax": Text("300.00", 390, 266), "total_tax": Text("***", 512, 266)},
        {"total_excluding_tax": Text("300.00", 390, 266), "total_tax": Text("18.00", 512, 266)},
        {"total_excluding_tax": Text("300.00", 390, 268), "total_tax": Text("18.00", 512, 275)},
    ],
    ids=["one-lower", "masked", "unsigned", "one-level"],
)
def test_sums_beside_their_caption_are_no_row_whatever_amount_stands_a_little_lower(sums: dict[str, Text]) -> None:
    total = {"total": Text("¥318.00", 470, 277)}

    found = table(vat().put(sums | total), "ocr")

    assert found == table(vat(), "ocr")


def test_one_amount_below_the_caption_of_the_sums_does_not_tell_how_low_the_print_stands() -> None:
    last = row(1, 262, name="*餐饮服务*茶歇", amount="200.00", tax_rate="6%", tax_amount="12.00")
    noted = vat().drop("total_excluding_tax", "total_tax").put(last)

    assert table(noted.put({"total": Text("¥318.00", 470, 277)}), "ocr") == table(noted, "ocr")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("LVGBE40K08G123456", "LVGBE40K08G123457"),
        ("6ES72141AG400XB0", "6ES72141AG400XB0"),
        ("202305060001", "202305060002"),
        (sheets.CODE, sheets.MACHINE),
    ],
)
def test_numbers_of_articles_that_are_alike_or_like_those_of_the_form_are_cells(first: str, second: str) -> None:
    last = row(1, 196, name="*机动车*轿车", specification=second, amount="200.00", tax_rate="6%", tax_amount="12.00")

    found = table(vat().say({"items.0.specification": first}).put(last), "ocr")

    assert [item["specification"] for item in found] == [first, second]


def test_a_tax_id_that_a_seal_repeats_over_the_table_is_no_cell() -> None:
    seal = Text(sheets.SELLER_ID.replace("M", "N"), 240, 178, 4.0)

    (found,) = table(vat().put({"seal id": seal}), "ocr")

    assert found == table(vat(), "ocr")[0]


BELOW = Text("25", 345, 196)


@pytest.mark.parametrize(
    ("price", "below", "source", "value"),
    [
        ("50.1", BELOW, "text_layer", "50.125"),
        ("50.1", BELOW, "ocr", "50.1"),
        ("50", BELOW, "text_layer", "50"),
        ("50.1", Text("2A", 345, 196), "text_layer", "50.1"),
        ("50.1", Text("25", 345, 222), "text_layer", "50.1"),
    ],
    ids=["exact", "recognized", "without a point", "letters", "two lines below"],
)
def test_only_exact_digits_right_below_a_price_continue_it_behind_its_point(
    price: str, below: Text, source: TextSource, value: str
) -> None:
    (found,) = table(vat().put({"items.0.unit_price": Text(price, 345, 180), "rest": below}), source)

    assert found["unit_price"] == Decimal(value)


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_figures_of_a_row_with_signs_of_currency_are_read(source: TextSource) -> None:
    signed = {"unit_price": "¥50.00", "amount": "￥100.00", "tax_amount": "¥6.00"}

    (found,) = table(vat().say({f"items.0.{name}": text for name, text in signed.items()}), source)

    assert [found[name] for name in signed] == [Decimal("50.00"), Decimal("100.00"), Decimal("6.00")]


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_a_row_is_read_cell_by_cell_with_its_types(source: TextSource) -> None:
    assert table(vat(), source) == [
        {
            "name": "*餐饮服务*餐费",
            "specification": "A套餐",
            "unit": "次",
            "quantity": Decimal("2"),
            "unit_price": Decimal("50.00"),
            "amount": Decimal("100.00"),
            "tax_rate": Decimal("0.06"),
            "tax_amount": Decimal("6.00"),
        }
    ]


def test_columns_come_from_left_to_right_between_their_ruled_lines() -> None:
    columns = find_columns(sheets.form_of(vat()), spec())

    assert [column.spec.name for column in columns] == list(NAMES)
    assert [column.left for column in columns] == list(sheets.TABLE_BORDERS[:-1])
    assert [column.right for column in columns] == list(sheets.TABLE_BORDERS[1:])


def test_columns_need_no_ruled_lines() -> None:
    assert table(replace(vat(), rulings=())) == table(vat())


def test_a_table_without_rows_has_no_items() -> None:
    assert table(EMPTY) == []


def test_a_page_without_a_table_has_no_items() -> None:
    assert table(sheets.Sheet({}, {"a": Text("会议纪要", 40, 40), "b": Text("100.00", 40, 60)})) == []


@pytest.mark.parametrize("header", ["column amount:", "column name:", "column quantity:"])
def test_an_illegible_header_costs_no_other_column(header: str) -> None:
    (found,) = table(vat().drop(header), "ocr")

    (whole,) = table(vat(), "ocr")
    lost = {"name"} if header == "column name:" else set[str]()
    assert {name: found.get(name) for name in NAMES if name not in lost} == {
        name: whole[name] for name in NAMES if name not in lost
    }


def test_a_specification_is_no_unit_where_neither_header_is_legible() -> None:
    (found,) = table(vat().drop("column specification:", "column unit:"), "ocr")

    assert (found["specification"], found["unit"]) == ("A套餐", "次")


def test_quantity_and_price_are_told_apart_where_a_seal_covers_both_headers() -> None:
    (found,) = table(vat().drop("column quantity:", "column price:"), "ocr")

    assert (found["quantity"], found["unit_price"]) == (Decimal("2"), Decimal("50.00"))


def test_a_quantity_whose_header_is_illegible_is_no_unit() -> None:
    (found,) = table(vat().drop("column quantity:", "items.0.unit"), "ocr")

    assert ("unit" in found, found["quantity"]) == (False, Decimal("2"))


def test_unit_price_and_quantity_keep_what_is_printed() -> None:
    numbers = {"items.0.unit_price": Text("94.339622641509", 305, 180, 7), "items.0.quantity": Text("1.00", 268, 180)}

    (found,) = table(vat().put(numbers))

    assert (str(found["unit_price"]), str(found["quantity"])) == ("94.339622641509", "1.00")


@pytest.mark.parametrize("rate", ["免税", "不征税", "***", "出口零税"])
def test_a_rate_may_be_a_word(rate: str) -> None:
    (found,) = table(vat().say({"items.0.tax_rate": rate}))

    assert found["tax_rate"] == ("免税" if rate == "免税" else found["tax_rate"])
    assert not isinstance(found["tax_rate"], Decimal) or rate == "出口零税"


def test_rows_of_a_page_full_of_items_are_all_read() -> None:
    rows = [row(i, 178 + 8.5 * i, name=f"*纸*第{i}种", amount=f"{i}.00", tax_rate="6%") for i in range(10)]
    sheet = EMPTY
    for cells in rows:
        sheet = sheet.put({key: Text(text.text, text.x, text.y, 7) for key, text in cells.items()})

    found = table(sheet)

    assert [item["name"] for item in found] == [f"*纸*第{i}种" for i in range(10)]
    assert [item["amount"] for item in found] == [Decimal(f"{i}.00") for i in range(10)]


def test_the_sums_are_no_row() -> None:
    assert len(table(vat())) == 1


def test_a_subtotal_ends_the_table() -> None:
    sheet = vat().label({"subtotal:": Text("小计", 80, 250)}).put({"sub": Text("100.00", 380, 250)})

    assert len(table(sheet)) == 1


def test_a_row_number_is_told_apart_from_the_name() -> None:
    sheet = vat().label({"column line:": Text("序号", 18, 164)}).put({"line": Text("1", 22, 180)})

    (found,) = table(replace(sheet, rulings=()))

    assert found["name"] == "*餐饮服务*餐费"


def test_an_amount_left_of_its_header_and_one_right_of_it_are_in_the_same_column() -> None:
    second = row(1, 194, name="*纸*复印纸", amount="1234567.00", tax_rate="6%")
    moved = {key: Text(text.text, 369 if key.endswith("amount") else text.x, text.y) for key, text in second.items()}

    assert [item["amount"] for item in table(vat().put(moved))] == [Decimal("100.00"), Decimal("1234567.00")]


def test_a_specification_that_is_a_number_stays_a_specification() -> None:
    (found,) = table(vat().say({"items.0.specification": "500"}))

    assert (found["specification"], found["quantity"]) == ("500", Decimal("2"))


def test_a_specification_wrapped_over_two_lines_is_one() -> None:
    (found,) = table(vat().put({"more": Text("加大杯", 180, 191)}))

    assert found["specification"] == "A套餐加大杯"


def test_toll_columns_have_plates_and_dates() -> None:
    columns = {
        "column specification:": Text("车牌号", 182, 164),
        "column unit:": Text("类型", 236, 164),
        "column quantity:": Text("通行日期起", 256, 164),
        "column price:": Text("通行日期止", 312, 164),
    }
    cells = {
        "items.0.name": "*经营租赁*通行费",
        "items.0.specification": "沪A00000",
        "items.0.unit": "客车",
    }
    dates = {"items.0.quantity": Text("20240301", 258, 180), "items.0.unit_price": Text("20240302", 314, 180)}

    (found,) = table(replace(vat().label(columns).say(cells).put(dates), rulings=()))

    assert (found["plate_number"], found["vehicle_type"]) == ("沪A00000", "客车")
    assert (found["start_date"], found["end_date"]) == (date(2024, 3, 1), date(2024, 3, 2))
    assert found["amount"] == Decimal("100.00")


def test_left_aligned_numbers_fall_into_their_columns() -> None:
    left = {
        "items.0.quantity": Text("2", 264, 180),
        "items.0.unit_price": Text("50.00", 306, 180),
        "items.0.amount": Text("100.00", 368, 180),
        "items.0.tax_rate": Text("6%", 442, 180),
        "items.0.tax_amount": Text("6.00", 488, 180),
    }

    assert table(vat().put(left)) == table(vat())


def test_stray_text_over_the_table_does_not_push_the_cells_aside() -> None:
    seal = {"seal": Text("章", 350, 184, 6)}

    (found,) = table(vat().put(seal))

    assert found["amount"] == Decimal("100.00")
    assert (found["quantity"], found["unit_price"]) == (Decimal("2"), Decimal("50.00"))


amounts = st.decimals(Decimal("-9999"), Decimal("99999"), places=2, allow_nan=False)
cells = st.fixed_dictionaries(
    {"name": st.text("测试商品服务甲乙丙丁", min_size=2, max_size=10), "amount": amounts.map(lambda a: f"{a:.2f}")},
    optional={
        "specification": st.text("甲乙丙0123456789AB", min_size=1, max_size=6).filter(lambda t: not t.isdigit()),
        "unit": st.sampled_from(["个", "项", "kg", "平方米"]),
        "quantity": st.integers(1, 9999).map(str),
        "unit_price": st.integers(1, 9999).map(lambda n: f"{n}.50"),
        "tax_rate": st.sampled_from(["6%", "13%", "免税"]),
        "tax_amount": amounts.map(lambda a: f"{a:.2f}"),
    },
)


@given(st.lists(cells, min_size=1, max_size=5), st.sampled_from(["text_layer", "ocr"]))
@settings(max_examples=60, deadline=None)
def test_whatever_cells_rows_have_each_is_read_where_it_stands(rows: list[dict[str, str]], source: TextSource) -> None:
    sheet = EMPTY
    for index, given_cells in enumerate(rows):
        sheet = sheet.put(row(index, 180 + 15 * index, **given_cells))

    found = table(sheet, source)

    assert [set(item) for item in found] == [set(item) for item in rows]
    assert [item["name"] for item in found] == [item["name"] for item in rows]
    assert [str(item["amount"]) for item in found] == [item["amount"] for item in rows]


def test_a_cell_in_which_nothing_was_read_is_worth_a_second_look() -> None:
    layout = sheets.form_of(vat().drop("items.0.unit_price"), "ocr")

    (box,) = [box for box in find_unread_cells(layout) if box.contains(330, 184)]

    assert box.height < 2 * layout.size


def test_an_empty_cell_of_a_column_whose_header_is_illegible_reaches_from_neighbor_to_neighbor() -> None:
    layout = sheets.form_of(vat().drop("column specification:", "column unit:", "items.0.unit"), "ocr")

    (unit,) = [box for box in find_unread_cells(layout) if box.contains(240, 184)]

    assert (unit.x0 < 235, unit.x1 > 260) == (True, True)


def test_an_empty_cell_of_a_row_right_below_the_header_contains_no_caption() -> None:
    sheet = vat().put(row(0, 174, name="*餐饮服务*餐费", amount="100.00")).drop("items.0.unit_price")

    (box,) = [box for box in find_unread_cells(sheets.form_of(sheet, "ocr")) if box.contains(330, 178)]

    assert box.y0 >= 173


def test_a_full_row_has_no_unread_cells() -> None:
    assert find_unread_cells(sheets.form_of(vat(), "ocr")) == []


def test_below_a_name_as_long_as_its_column_a_second_look_finds_its_last_character() -> None:
    name = Text("*餐饮服务*餐饮会议服务费用明细及场地", 24, 180)

    boxes = find_unread_cells(sheets.form_of(vat().put({"items.0.name": name}), "ocr"))

    assert [box for box in boxes if box.contains(28, 190)]


def test_a_lost_quantity_is_no_part_of_the_unit_price() -> None:
    lost = row(1, 194, name="*纸*复印纸", unit_price="20.1833", amount="60.55", tax_rate="9%")

    second = table(vat().put(lost), "ocr")[1]

    assert "quantity" not in second
    assert second["unit_price"] == Decimal("20.1833")


def test_the_id_of_a_seal_over_the_table_is_no_price() -> None:
    seal = {"seal": Text("911116998211", 320, 183, 6)}

    (found,) = table(vat().put(seal), "ocr")

    assert (found["quantity"], found["unit_price"]) == (Decimal("2"), Decimal("50.00"))


@pytest.mark.parametrize(
    ("text", "price", "amount"),
    [
        ("50.01M000100Y43100.02", "50.01", "100.02"),
        ("50.00M000100Y43100.02", None, "100.02"),  # the zeros may be those of the id
        ("50.01M000100Y4100.02", "50.01", None),
    ],
)
def test_the_id_of_a_seal_between_two_figures_is_cut_out(text: str, price: str | None, amount: str | None) -> None:
    sheet = vat().drop("items.0.unit_price", "items.0.amount").put({"seal": Text(text, 312, 180)})

    (found,) = table(sheet, "ocr")

    assert [found.get(name) for name in ("unit_price", "amount")] == [
        each and Decimal(each) for each in (price, amount)
    ]


def test_a_specification_that_has_a_part_of_a_tax_id_is_left_whole() -> None:
    sheet = vat().put({"items.0.specification": Text("M000100Y43A", 180, 180)})

    (found,) = table(sheet, "ocr")

    assert found["specification"] == "M000100Y43A"


def test_the_digital_form_has_the_same_table() -> None:
    (found,) = table(digital(), form="digital")

    assert [found[name] for name in ("name", "unit", "amount")] == ["*信息技术服务*软件开发", "项", Decimal("100.00")]


@pytest.mark.parametrize("glued", ["1,200.00 13%", "11,200.0013%"])
def test_an_amount_and_a_rate_read_as_one_are_two(glued: str) -> None:
    segments = row(1, 194, name="*纸*复印纸", amount=glued)

    second = table(vat().put({key: text for key, text in segments.items() if not key.endswith("tax_rate")}), "ocr")[1]

    amount, rate = glued.replace(",", "").replace(" ", "").partition(".")[0], glued[glued.index(".") + 3 :].strip()
    assert second["amount"] == Decimal(f"{amount}.00")
    assert second["tax_rate"] == Decimal(rate.rstrip("%")) / 100


@pytest.mark.parametrize("exempt", ["免税", "不征税", "不征增值税"])
def test_an_amount_and_the_word_that_stands_for_its_rate_read_as_one_are_two(exempt: str) -> None:
    glued = {"items.1.amount": Text(f"-12.40{exempt}", 422, 194)}

    second = table(vat().put(row(1, 194, name="*印刷品*图书") | glued), "ocr")[1]

    assert (second["amount"], second["tax_rate"]) == (Decimal("-12.40"), rate.parse(exempt))


TOUCHING = {
    "price and amount": ("unit_price", "amount"),
    "amount and rate": ("amount", "tax_rate"),
    "rate and tax": ("tax_rate", "tax_amount"),
}


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "bare"])
@pytest.mark.parametrize("names", TOUCHING.values(), ids=TOUCHING)
def test_figures_that_touch_are_each_read(names: tuple[str, ...], ruled: bool, source: TextSource) -> None:
    cells = [vat().print_[f"items.0.{name}"] for name in names]
    # the first ends a little behind the line before the second
    start = sheets.TABLE_BORDERS[NAMES.index(names[1])] + 2 - len(cells[0].text) * cells[0].size / 2
    glued = {f"items.0.{names[0]}": Text("".join(cell.text for cell in cells), start, cells[0].y)}
    sheet = vat().drop(*(f"items.0.{name}" for name in names)).put(glued)

    (found,) = table(sheet if ruled else replace(sheet, rulings=()), source)

    (whole,) = table(vat())
    assert found == whole


def test_a_price_that_stands_over_the_line_to_the_amount_it_touches_is_not_cut_there() -> None:
    # given: the line stands behind the first digit of the amount
    border = sheets.TABLE_BORDERS[NAMES.index("amount")]
    glued = Text("50.00100.00", border - 6 * 4.5, 180)

    (found,) = table(vat().drop("items.0.unit_price", "items.0.amount").put({"items.0.unit_price": glued}))

    assert (found["unit_price"], found["amount"]) == (Decimal("50.00"), Decimal("100.00"))


def test_a_rate_with_decimals_is_no_amount() -> None:
    (found,) = table(vat().say({"items.0.tax_rate": "13.000%"}))

    assert (found["tax_rate"], found["amount"]) == (Decimal("0.13"), Decimal("100.00"))


def name_read(name: str, alternatives: dict[int, dict[str, float]]) -> object:
    """The name of the item on a recognized page whose print of it has these *alternatives* in its lattice."""
    page = vat().say({"items.0.name": name}).page("ocr")
    read, steps = lattice(name, alternatives), tuple(range(0, 2 * len(name), 2))
    lines = [replace(x, lattice=read, character_steps=steps) if x.text == name else x for x in page.lines]
    return sheets.fields(replace(page, lines=tuple(lines)), "ocr")["items.0.name"]


def test_the_first_star_of_a_category_is_read_where_the_recognizer_scored_it() -> None:
    assert name_read("餐饮服务*餐费", {0: {"*": 0.02}}) == "*餐饮服务*餐费"
    assert name_read("“餐饮服务*餐费", {0: {"*": 0.02}}) == "*餐饮服务*餐费"
    assert name_read("餐饮服务*餐费", {}) == "餐饮服务*餐费"


def test_units_read_as_one_column_belong_to_their_rows() -> None:
    sheet = vat().drop("items.0.unit").put(row(1, 194, name="*纸*复印纸", amount="200.00", tax_rate="6%"))
    page = sheet.page("ocr")
    first, second = Box(232, 180, 241, 189), Box(232, 194, 241, 203)
    units = TextLine("箱盒", union([first, second]), "ocr", 0.98, character_boxes=(first, second))

    found = sheets.values(sheets.reading(replace(page, lines=(*page.lines, units))).candidates)

    assert (found["items.0.unit"], found["items.1.unit"]) == ("箱", "盒")


def test_quantities_read_as_one_column_are_whole_figures() -> None:
    sheet = vat().drop("items.0.quantity").put(row(1, 194, name="*纸*复印纸", amount="200.00", tax_rate="6%"))
    page = sheet.page("ocr")
    boxes = tuple(Box(275, y, 290, y + 5) for y in (180, 185, 190, 194, 199))
    quantities = TextLine("10 12", union(boxes), "ocr", 0.98, character_boxes=boxes, character_confidences=(0.99,) * 5)

    found = sheets.values(sheets.reading(replace(page, lines=(*page.lines, quantities))).candidates)

    assert (found["items.0.quantity"], found["items.1.quantity"]) == (Decimal(10), Decimal(12))


def test_rows_that_may_have_merged_are_not_surely_placed() -> None:
    merged = vat().say({"items.0.name": "*纸*复印纸*笔*中性笔"})

    def placed(sheet: sheets.Sheet, source: TextSource) -> set[bool]:
        found = sheets.reading(sheet, source).candidates
        return {item.placed for item in found if item.path.startswith("items.")}

    assert placed(merged, "ocr") == {False}
    assert placed(merged, "text_layer") == placed(vat(), "ocr") == {True}


def test_a_row_whose_amount_was_not_read_keeps_the_rows_below_in_place() -> None:
    cells = {
        **row(0, 190, name="*纸*复印纸", unit="箱", tax_rate="13%"),
        **row(1, 204, name="*笔*中性笔", unit="盒", amount="20.00", tax_rate="13%"),
    }

    first, second = table(EMPTY.put(cells), "ocr")

    assert first == {"name": "*纸*复印纸", "unit": "箱", "tax_rate": Decimal("0.13")}
    assert (second["name"], second["amount"]) == ("*笔*中性笔", Decimal("20.00"))


@pytest.mark.parametrize("name", ["*笔*中性笔", "文具*中性笔"])
@pytest.mark.parametrize("figure", ["unit_price", "tax_amount"])
def test_a_row_whose_amount_and_rate_a_seal_covers_is_no_part_of_the_row_above(figure: str, name: str) -> None:
    above = row(0, 190, name="*纸*复印纸", unit="箱", amount="20.00", tax_rate="13%", tax_amount="2.60")
    covered = row(1, 204, name=name) | row(1, 204, **{figure: "2.60"})

    first, second = table(EMPTY.put(above | covered), "ocr")

    assert (first["name"], second["name"]) == ("*纸*复印纸", name)
    assert second[figure] == Decimal("2.60")


def test_a_name_and_its_price_a_little_below_their_amount_begin_no_row_of_their_own() -> None:
    upper = {**row(0, 190, amount="20.00", tax_rate="13%"), **row(1, 186, name="用")}
    lower = row(0, 197, name="*笔*中性笔", unit_price="2.00", tax_amount="2.60")

    (found,) = table(EMPTY.put(upper | lower), "ocr")

    assert found["amount"] == Decimal("20.00")


def test_figures_a_little_below_their_name_and_rate_are_of_the_same_row() -> None:
    upper = row(0, 190, name="*纸*复印纸", unit="箱", tax_rate="13%")
    lower = row(0, 197, amount="20.00", tax_amount="2.60")

    (only,) = table(EMPTY.put({**upper, **lower}), "ocr")

    assert (only["name"], only["amount"]) == ("*纸*复印纸", Decimal("20.00"))


def test_recognized_print_far_below_its_row_is_no_part_of_its_texts() -> None:
    stamp = {"stamp": Text("代办发票", 24, 204), "behind": Text("支", 232, 204)}

    (found,) = table(vat().put(stamp), "ocr")

    assert (found["name"], found["unit"]) == ("*餐饮服务*餐费", "次")


def test_the_lines_of_a_name_around_its_figures_keep_their_order() -> None:
    parts = ("甲一", "乙二", "丙三", "丁四", "戊五")
    lines = {f"line {index}": Text(text, 24, 180 + 11 * index) for index, text in enumerate(parts)}

    (found,) = table(EMPTY.put({**row(0, 202, amount="100.00", tax_rate="6%"), **lines}))

    assert found["name"] == "".join(parts)


def test_a_name_that_begins_above_its_figures_is_not_the_row_s_before() -> None:
    texts = {
        "second 1": Text("*纸*复印纸", 32, 193),
        "second 2": Text("加厚", 32, 204),
        "third 1": Text("*笔*中性", 32, 226),
        "third 2": Text("笔", 32, 237),
    }
    figures = {**row(1, 215, amount="20.00", tax_rate="6%"), **row(2, 237, amount="30.00", tax_rate="6%")}

    found = table(vat().put({**texts, **figures}))

    assert [record["name"] for record in found] == ["*餐饮服务*餐费", "*纸*复印纸加厚", "*笔*中性笔"]


def test_lines_around_figures_in_their_middle_belong_to_the_nearest() -> None:
    lines = {
        f"line {index}": Text(text, 24, y)
        for index, (text, y) in enumerate([("甲一", 175), ("甲二", 186), ("乙", 197), ("丙一", 208), ("丙二", 219)])
    }
    figures = {
        **row(0, 180.5, amount="10.00", tax_rate="6%"),
        **row(1, 197, amount="20.00", tax_rate="6%"),
        **row(2, 213.5, amount="30.00", tax_rate="6%"),
    }

    found = table(EMPTY.put({**lines, **figures}))

    assert [record["name"] for record in found] == ["甲一甲二", "乙", "丙一丙二"]


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_a_line_that_stands_in_no_column_does_not_end_the_table(source: TextSource) -> None:
    lines = {"line 0": Text("甲一", 24, 175), "line 1": Text("甲二", 24, 186), "line 2": Text("乙", 24, 215)}
    figures = {**row(0, 180.5, amount="10.00", tax_rate="6%"), **row(1, 215, amount="20.00", tax_rate="6%")}
    stray = {"stray": Text("样张", 515, 200)}

    found = table(EMPTY.put({**lines, **figures, **stray}), source)

    assert [record["name"] for record in found] == ["甲一甲二", "乙"]


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("*纸*复印纸（加厚", "*纸*复印纸（加厚）"),
        ("账号：(详见销货清单", "（详见销货清单）"),
        ("*纸*复印纸", "*纸*复印纸"),
    ],
)
def test_a_recognized_name_gets_back_the_narrow_sign_that_it_ended_with(printed: str, name: str) -> None:
    (found,) = table(vat().say({"items.0.name": printed}), "ocr")

    assert found["name"] == name


def test_an_open_bracket_of_a_text_layer_stays_as_it_is() -> None:
    (found,) = table(vat().say({"items.0.name": "*纸*复印纸（加厚"}))

    assert found["name"] == "*纸*复印纸（加厚"


def test_without_headers_numbers_read_as_one_part_where_they_multiply() -> None:
    headers = [name for name in vat().form if name.startswith("column ") and name != "column quantity:"]
    glued = vat().drop(*headers, "items.0.quantity").say({"items.0.unit_price": "2 50.00"})

    (found,) = table(glued, "ocr")

    assert (found["quantity"], found["unit_price"], found["amount"]) == (2, Decimal("50.00"), Decimal("100.00"))


def test_print_that_is_shifted_on_its_form_is_read_by_its_order_where_only_left_headers_are_legible() -> None:
    right = [f"column {name}:" for name in ("price", "amount", "rate", "tax")]
    sheet = vat().drop(*right)
    moved = {path: replace(text, x=text.x + 40) for path, text in sheet.print_.items() if path.startswith("items.")}

    (found,) = table(sheet.put(moved), "ocr")

    (whole,) = table(vat(), "ocr")
    assert {name: found.get(name) for name in NAMES[2:]} == {name: whole[name] for name in NAMES[2:]}
