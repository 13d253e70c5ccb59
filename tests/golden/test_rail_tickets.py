"""电子发票（铁路电子客票）, drawn and read from file to ticket."""

from __future__ import annotations

import pytest
from placed_papers import read

from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens.layout.placed import Shift, without

PRINTED = {
    "number": "25319166000000012345",
    "issue_date": "2025年02月20日",
    "departure_station": "东山北站",
    "train_number": "G1234",
    "arrival_station": "西河站",
    "departure_time": "2025年02月17日    13:11开",
    "seat": "10车11D号",
    "seat_class": "二等座",
    "total": "￥404.50",
    "passenger_id": "1101011990****0012",
    "passenger_name": "王测试",
    "e_ticket_number": "1660076086021700000000025",
    "buyer.name": "东山示例科技有限公司",
    "buyer.tax_id": "91110105MA01ABCD5F",
}
TICKET = {
    **PRINTED,
    "kind": "digital_rail",
    "issue_date": "2025-02-20",
    "departure_station": "东山北",
    "arrival_station": "西河",
    "departure_time": "2025-02-17 13:11:00",
    "carriage": "10",
    "seat": "11D",
    "total": "404.50",
}


@pytest.mark.parametrize("medium", ["pdf", "png"])
def test_every_field_of_a_ticket_with_a_buyer_is_read(reader: Reader, medium: str) -> None:
    assert read(reader, "rail", PRINTED, medium=medium) == TICKET


def test_print_that_stands_elsewhere_on_the_sheet_is_read(reader: Reader) -> None:
    assert read(reader, "rail", PRINTED, shift=Shift(1.5, -1.0)) == TICKET


def test_a_ticket_without_seat_and_buyer_has_neither(reader: Reader) -> None:
    printed = without(PRINTED, ["buyer.name", "buyer.tax_id"]) | {"seat": "05车无座", "train_number": "K528"}

    found = read(reader, "rail", printed)

    assert (found["train_number"], found["carriage"], found["seat"]) == ("K528", "05", "无座")
    assert not any(path.startswith("buyer") for path in found)


def test_a_berth_is_a_seat(reader: Reader) -> None:
    found = read(reader, "rail", PRINTED | {"seat": "12车008号下铺", "seat_class": "新空调硬卧", "train_number": "Z99"})

    assert (found["carriage"], found["seat"], found["seat_class"]) == ("12", "008号下铺", "新空调硬卧")


def test_a_fare_without_cents_of_a_child(reader: Reader) -> None:
    assert read(reader, "rail", PRINTED | {"total": "￥5.00"})["total"] == "5.00"
