from __future__ import annotations

import pytest

from invoiceocr.values import provinces


def test_the_table_holds_the_34_provinces() -> None:
    assert len(provinces.PROVINCES) == len(set(provinces.PROVINCES.values())) == 34


@pytest.mark.parametrize("code", [*provinces.CITIES, *(f"{code}00" for code in provinces.PROVINCES)])
def test_every_region_code_reads_back_from_its_name(code: str) -> None:
    name = provinces.of_code(code)
    assert name is not None
    assert provinces.code_of(name) == code


@pytest.mark.parametrize(
    ("title", "code"), [("上海市", "3100"), ("内蒙古自治区", "1500"), ("深圳市", "4403"), ("火星", None)]
)
def test_titles_name_their_region(title: str, code: str | None) -> None:
    assert provinces.code_of(title) == code


def test_the_cities_have_numbers_of_their_own_in_digital_invoices() -> None:
    assert {provinces.of_digital(code) for code in provinces.DIGITAL_CITIES} == set(provinces.CITIES.values())
