from datetime import date
from decimal import Decimal

import pytest

from invoiceocr.kinds.types import NUMERIC, TYPES


@pytest.mark.parametrize(
    ("type_", "printed", "value"),
    [
        ("invoice_code", "0310 0190 0111", "031001900111"),
        ("invoice_number", "№12345678", "12345678"),
        ("issue_date", "2024年03月05日", date(2024, 3, 5)),
        ("check_code", "12345 67890 12345 67890", "12345678901234567890"),
        ("short_check_code", "12a45", "12a45"),
        ("machine_number", "4990 0000 1234", "499000001234"),
        ("tax_id", "91110105 MA01ABCD5F", "91110105MA01ABCD5F"),
        ("money", "¥-52.04", Decimal("-52.04")),
        ("quantity", "1.00", Decimal("1.00")),
        ("rate", "13%", Decimal("0.13")),
        ("words", "⊗壹佰圆整", "壹佰圆整"),
        ("name", "样例（上海）有限公司", "样例（上海）有限公司"),
        ("text", " Ａ４ 复印纸 ", "A4 复印纸"),
    ],
)
def test_a_printed_text_becomes_a_value_of_its_type(type_: str, printed: str, value: object) -> None:
    assert TYPES[type_].parse(printed) == value


@pytest.mark.parametrize(
    ("type_", "printed"),
    [
        ("check_code", "12a45"),
        ("check_code", "1234567890123456789"),
        ("short_check_code", "12345 67890 12345 67890"),
        ("money", "***"),
        ("words", "100.00"),
        ("invoice_code", "12345678"),
        ("issue_date", "05日"),
        ("name", " 　"),
    ],
)
def test_what_is_not_of_the_type_is_none(type_: str, printed: str) -> None:
    assert TYPES[type_].parse(printed) is None


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("printed", ["", "\x00", "，", "9" * 500, "一" * 500, "-" * 90])
def test_no_parser_ever_fails_and_unknown_is_none_never_empty(type_: str, printed: str) -> None:
    assert TYPES[type_].parse(printed) != ""


def test_numeric_types_are_types() -> None:
    assert set(TYPES) > NUMERIC
