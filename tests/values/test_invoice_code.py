from __future__ import annotations

import pytest

from invoiceocr.values import invoice_code


@pytest.mark.parametrize(
    ("code", "verify_type"),
    [
        ("1100203130", "01"),
        ("4200161350", "04"),
        ("4403201320", "04"),
        ("1100112720", "02"),
        ("011001900311", "10"),
        ("031001900104", "04"),
        ("037021800105", "04"),
        ("011001900106", "11"),
        ("011001900107", "11"),
        ("033001900112", "14"),
        ("031002000113", "08"),
        ("051002000117", "15"),
        ("132001922011", "03"),
        ("144031809110", None),
        ("131002360126", None),
        ("144031539110", "10"),
        ("131001570151", "10"),
        ("133011501118", "10"),
        ("111001571071", "10"),
        ("031001900109", None),
        ("1100203930", None),
    ],
)
def test_the_digits_of_a_code_state_its_type(code: str, verify_type: str | None) -> None:
    assert invoice_code.verify_type(code) == verify_type


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("1100203130", "vat_special"),
        ("4200161350", "vat_ordinary"),
        ("1100112720", None),
        ("011001900311", "e_vat_ordinary"),
        ("031001900104", "vat_ordinary"),
        ("011001900106", "vat_roll"),
        ("033001900112", "toll"),
        ("031002000113", "e_vat_special"),
        ("051002000117", "used_vehicle"),
        ("144031809110", "blockchain"),
        ("144031539110", "e_vat_ordinary"),
        ("131002360126", None),
        ("12345", None),
    ],
)
def test_a_code_proves_its_kind_or_says_nothing(code: str, kind: str | None) -> None:
    assert invoice_code.kind(code) == kind


def test_a_code_with_two_in_position_eight_does_not_prove_a_motor_vehicle_because_taxi_receipts_share_it() -> None:
    assert invoice_code.kind("132001922011") is None


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("1100203130", "北京"),
        ("4403201320", "深圳"),
        ("037021800105", "青岛"),
        ("034011900105", "安徽"),
        ("144031809110", "深圳"),
        ("099001900104", None),
    ],
)
def test_the_region_is_the_city_with_its_own_bureau_or_the_province(code: str, region: str | None) -> None:
    assert invoice_code.region(code) == region


@pytest.mark.parametrize(
    ("code", "year"), [("1100203130", 2020), ("031001900104", 2019), ("031000000104", None), ("0310019", None)]
)
def test_the_year_stands_behind_the_region(code: str, year: int | None) -> None:
    assert invoice_code.year(code) == year


@pytest.mark.parametrize("text", ["", "12345678901", "1234567890123", "11O0203130", "110020313A", "١١٠٠٢٠٣١٣٠"])
def test_other_lengths_and_characters_are_no_code(text: str) -> None:
    assert invoice_code.parse(text) is None


@pytest.mark.parametrize("code", ["9900203130", "031000000104"])
def test_a_code_of_no_region_or_year_is_invalid(code: str) -> None:
    assert not invoice_code.is_valid(code)
