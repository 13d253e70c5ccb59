"""Lists of rides: with the columns of many providers, over several pages, and on the page of their invoice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain

import pytest
from comparison import KEYS, differences
from papers import Paper, read_pdf, row, say

from invoiceocr.invoice import RideItinerary
from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens.content.invoices import draw_content
from invoiceocr.specimens.drawing import Drawing, Primitive, moved
from invoiceocr.specimens.files.pdf import write_pdf
from invoiceocr.specimens.layout.pages import lay_out

Cells = Sequence[tuple[float, str]]
USUAL: Cells = [
    (8, "序号"),
    (20, "车型"),
    (38, "上车时间"),
    (76, "起点"),
    (110, "终点"),
    (146, "里程[公里]"),
    (172, "金额[元]"),
]


def ride(index: int, amount: str) -> Cells:
    return [
        (8, str(index)), (20, "快车"), (38, f"05-{index:02d} 08:30 周一"), (76, "样张大道18号"), (110, "示例广场"),
        (146, "8.2"), (172, amount),
    ]  # fmt: skip


def sums(count: int, total: str) -> list[Cells]:
    return [
        [(8, "申请日期：2024-06-10"), (70, "行程起止日期：2024-05-01 至 2024-05-31")],
        [(8, "行程人手机号：138****0000"), (70, f"共{count}笔行程，合计{total}元")],
    ]


def items(rows: Sequence[Cells], title: str = "") -> list[Primitive]:
    head = say(70, 14, title, 6.0) if title else []
    return [*head, *chain.from_iterable(row(26 + 8 * index, cells) for index, cells in enumerate(rows))]


def sheet(*rows: Cells, title: str = "") -> Drawing:
    """A page of an itinerary."""
    return Drawing(210, 297, tuple(items(rows, title)))


def test_a_list_over_several_pages_is_one_and_adds_up(reader: Reader) -> None:
    pages = [
        sheet(*sums(6, "21.00"), USUAL, ride(1, "1.00"), ride(2, "2.00"), title="滴滴出行—行程单"),
        sheet(USUAL, ride(3, "3.00"), ride(4, "4.00")),
        sheet(USUAL, ride(5, "5.00"), ride(6, "6.00")),
    ]

    (found,) = reader.read(write_pdf(pages))

    assert isinstance(found, RideItinerary)
    assert [trip.amount for trip in found.trips] == [Decimal(f"{number}.00") for number in range(1, 7)]
    # the year stands on the first page alone
    assert [trip.pickup_time for trip in found.trips] == [datetime(2024, 5, day, 8, 30) for day in range(1, 7)]
    assert found.evidence["total"].status == "verified"
    assert found.verdict == "accept"


def test_a_list_of_which_a_page_is_lost_is_reviewed(reader: Reader) -> None:
    first = sheet(*sums(6, "21.00"), USUAL, ride(1, "1.00"), ride(2, "2.00"), title="滴滴出行—行程单")

    (found,) = reader.read(write_pdf([first]))

    assert found.verdict == "review"


def test_pages_without_headers_go_on_with_the_list(reader: Reader) -> None:
    pages = [
        sheet(*sums(5, "15.00"), USUAL, ride(1, "1.00"), ride(2, "2.00"), title="滴滴出行—行程单"),
        sheet(ride(3, "3.00"), ride(4, "4.00"), [(8, "页码：2/3")]),
        sheet(ride(5, "5.00")),
    ]

    (invoice,) = reader.read(write_pdf(pages), name="list.pdf")

    assert isinstance(invoice, RideItinerary)
    assert [str(trip.amount) for trip in invoice.trips] == ["1.00", "2.00", "3.00", "4.00", "5.00"]
    assert [trip.departure for trip in invoice.trips] == ["样张大道18号"] * 5
    assert {trip.pickup_time.year for trip in invoice.trips if trip.pickup_time} == {2024}
    assert invoice.evidence["total"].status == "verified"


@pytest.mark.parametrize(
    "other",
    [
        [ride(1, "3.00"), ride(2, "4.00")],
        [[(8, "说明"), (38, "行程金额以订单为准")], [(8, "如有疑问请联系客服"), (110, "4.00")]],
        [[(20, "3"), (60, "客房"), (140, "05-03 08:30"), (185, "3.00")]],
    ],
    ids=["counted-from-one", "notes", "other-columns"],
)
def test_a_page_of_something_else_adds_no_rows_to_the_list_before_it(reader: Reader, other: Sequence[Cells]) -> None:
    first = sheet(*sums(2, "3.00"), USUAL, ride(1, "1.00"), ride(2, "2.00"), title="滴滴出行—行程单")

    found = reader.read(write_pdf([first, sheet(*other)]), name="list.pdf")

    assert [len(each.trips) for each in found if isinstance(each, RideItinerary)] == [2]


def test_two_lists_in_one_file_are_two(reader: Reader) -> None:
    pages = [sheet(*sums(1, amount), USUAL, ride(1, amount), title="滴滴出行—行程单") for amount in ("1.00", "2.00")]

    assert [found.total for found in reader.read(write_pdf(pages))] == [Decimal("1.00"), Decimal("2.00")]


@pytest.mark.parametrize("is_first", [True, False], ids=["above", "below"])
def test_an_invoice_and_its_list_on_one_page_are_two(reader: Reader, is_first: bool) -> None:
    content = draw_content("digital_ordinary", 3, frozenset())
    (invoice,) = lay_out(content)
    listed = items([*sums(2, "3.00"), USUAL, ride(1, "1.00"), ride(2, "2.00")], "滴滴出行—行程单")
    upper, lower = (invoice.items, listed) if is_first else (listed, invoice.items)
    page = Drawing(210, 297, (*upper, *(moved(item, 0.0, 145.0) for item in lower)))

    found = {each.kind: each for each in reader.read(write_pdf([page]))}

    assert set(found) == {"digital_ordinary", "ride_itinerary"}
    assert differences(content.invoice.model_dump(mode="json"), found["digital_ordinary"], KEYS) == []
    assert found["ride_itinerary"].total == Decimal("3.00")


ORDERED: Cells = [
    (8, "序号"),
    (20, "订单编号"),
    (60, "用车时间"),
    (104, "出发地址"),
    (140, "到达地址"),
    (176, "实付金额"),
]
TIMED: Cells = [
    (8, "序号"),
    (20, "上车时间"),
    (60, "下车时间"),
    (104, "起点"),
    (140, "终点"),
    (170, "时长(分钟)"),
    (192, "车费(元)"),
]


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        pytest.param(
            ORDERED, ("1", "2405060012345678", "2024/05/06 08:30", "东山", "西河", "8.00"), id="order numbers"
        ),
        pytest.param(
            ORDERED, ("1", "2405060012345678", "2024年05月06日 08:30", "东山", "西河", "8.00"), id="years in words"
        ),
        pytest.param(
            TIMED, ("1", "05月06日 08:30", "05月06日 08:55", "东山", "西河", "25", "8.00"), id="ends and durations"
        ),
    ],
)
def test_the_columns_of_many_providers_are_told_apart(reader: Reader, head: Cells, cells: Sequence[str]) -> None:
    values = [(x, text) for (x, _), text in zip(head, cells, strict=True)]
    found = read_pdf(reader, Paper(210, 100, tuple(items([*sums(1, "8.00"), head, values], "如祺出行行程单"))))

    assert isinstance(found, RideItinerary)
    (trip,) = found.trips
    assert (str(trip.pickup_time), trip.departure, trip.arrival, trip.amount) == (
        "2024-05-06 08:30:00",
        "东山",
        "西河",
        Decimal("8.00"),
    )
