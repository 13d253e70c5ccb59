from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.rules.language.functions import FUNCTIONS, near, rounded, similarity
from invoiceocr.text.folding import name_key

Evaluate = Callable[..., Any]
USCC, ODD, LEGACY, OPAQUE = "91110105MA01ABCD5F", "91110105MA01ABCE4D", "110105123456788", "110105123456789"


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("abs(-3)", Decimal(3)),
        ("round(2.345, 2)", Decimal("2.35")),
        ("round(-2.345, 2)", Decimal("-2.35")),
        ("round(2, 2)", Decimal("2.00")),
        ("near(1, 1.06, 0.06)", True),
        ("near(1, 1.07, 0.06)", False),
        ("decimals(1.50)", Decimal(2)),
        ("decimals(100)", Decimal(0)),
        ("unit_of(1.50)", Decimal("0.01")),
        ("unit_of(3)", Decimal(1)),
        ("number('¥1,234.50')", Decimal("1234.50")),
        ("number('一')", None),
        ("percent(0.015)", "1.5%"),
        ("days_between(date('2025-01-01'), date('2025-03-01'))", Decimal(59)),
        ("add_days(date('2024-02-28'), 2)", date(2024, 3, 1)),
        ("month_of(date('2025-03-01'))", Decimal(3)),
        ("year_of(date('2025-03-01'))", Decimal(2025)),
        ("year_of('031001900104')", Decimal(2019)),
        ("year_of('25312000000012345678')", Decimal(2025)),
        ("year_of('123')", None),
        ("region_of('031001900104')", "上海"),
        ("region_of('25952000000012345678')", "深圳"),
        ("region_of('25992000000012345678')", None),
        ("code_kind('1100203130')", "vat_special"),
        ("code_kind('031001900112')", "toll"),
        ("words_value('壹佰圆整')", Decimal(100)),
        ("words_value('佰圆')", None),
        ("len('发票')", Decimal(2)),
        ("starts_with('发票号码', '发票')", True),
        ("ends_with('发票号码', '发票')", False),
        ("contains('发票号码', '号')", True),
        ("contains('发票号码', ['甲', '码'])", True),
        ("contains('发票号码', ['甲', '乙'])", False),
        ("matches('12', '[0-9]+')", True),
        ("finds('a12', '[0-9]+')", True),
        ("goods_name('*餐饮服务*餐费')", "餐费"),
        ("goods_name('餐费')", "餐费"),
        ("goods_category('*餐饮服务*餐费')", "餐饮服务"),
        ("goods_category('餐费')", None),
        ("name_key('某某（青岛） 有限公司')", "某某青岛有限公司"),
        (f"is_tax_id('{USCC}')", True),
        ("is_tax_id('123')", False),
        (f"tax_id_ok('{USCC}')", True),
        (f"tax_id_ok('{USCC[:-1]}G')", False),
        (f"tax_id_kind('{USCC}')", "uscc"),
        (f"tax_id_kind('{ODD}')", "uscc_odd_organization"),
        (f"tax_id_kind('{OPAQUE}')", "opaque"),
        (f"org_code_ok('{USCC}')", True),
        (f"org_code_ok('{ODD}')", False),
        (f"org_code_ok('{LEGACY}')", True),
        (f"org_code_ok('{OPAQUE}')", False),
        ("resident_id_ok('11010519491231002X')", True),
        ("resident_id_ok('110105194912310021')", False),
        ("vin_ok('1M8GDM9AXKP042788')", True),
        ("vin_ok('1M8GDM9A1KP042788')", False),
        ("air_serial_ok('12345678903')", True),
        ("air_serial_ok('12345678904')", False),
        ("air_check_code('12345678903')", "7890"),
        ("org_code_ok('36042619910101007101')", None),
        ("org_code_ok('91110105MA01****5F')", None),
    ],
)
def test_functions_give(evaluate: Evaluate, source: str, value: Any) -> None:
    assert evaluate(source) == value


def test_a_rate_is_a_number_or_a_marker(evaluate: Evaluate) -> None:
    rows = {"items": [{"tax_rate": "0.13"}, {"tax_rate": "免税"}]}

    assert evaluate("sum(rate(i.tax_rate) for i in items if has(rate(i.tax_rate)))", rows) == Decimal("0.13")
    assert evaluate("count(has(marker(i.tax_rate)) and marker(i.tax_rate) == '免税' for i in items)", rows) == 1


def test_every_function_has_a_sentence_and_gives_unknown_for_unknown(evaluate: Evaluate) -> None:
    for name, variants in FUNCTIONS.items():
        assert all(variant.summary for variant in variants)
        missing = {"number": "total", "text": "number", "date": "claim_date", "list of text": "['a']"}
        for variant in variants:
            if not any(str(kind) in ("rate", "time", "datetime") for kind in variant.takes):
                assert evaluate(f"{name}({', '.join(missing[str(kind)] for kind in variant.takes)})") is None


@given(st.decimals(-1000, 1000, places=4), st.integers(0, 3))
def test_rounding_moves_by_at_most_half_a_unit(value: Decimal, digits: int) -> None:
    result = rounded(value, Decimal(digits))

    assert result is not None
    assert near(result, value, Decimal(5).scaleb(-digits - 1))


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_between_nothing_and_one_for_equal_names(left: str, right: str) -> None:
    likeness = similarity(left, right)

    assert likeness is not None
    assert 0 <= likeness <= 1
    assert (likeness == 1) == (name_key(left) == name_key(right))
