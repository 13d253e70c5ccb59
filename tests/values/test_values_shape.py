"""Every module of `invoiceocr.values` has the same shape and keeps the same promises."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoiceocr import values

TABLES = {"provinces", "confusion"}
NAMES = sorted(module.name for module in pkgutil.iter_modules(values.__path__) if module.name not in TABLES)
MODULES = [importlib.import_module(f"invoiceocr.values.{name}") for name in NAMES]
every_module = pytest.mark.parametrize("module", MODULES, ids=NAMES)

PIECES = st.sampled_from(
    [
        *"0123456789０１９",
        *"¥￥.,，．-−（）()%％*:：/年月日",
        *"零壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整正負负数⊗ⓧ",
        *"ABXYLZ京",
        "01,",
        "10,",
        "CZ-EI-",
        "https://bcfp.shenzhen.chinatax.gov.cn/?bill_num=",
        "免税",
        "№",
        " ",
        "\u3000",
        "\0",
        "\ud800",
        "²",
        "٣",
    ]
)
NASTY = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=30).map("".join))


@every_module
def test_a_value_module_has_the_four_functions(module: ModuleType) -> None:
    for name in ("compact", "parse", "is_valid", "to_text"):
        assert inspect.isfunction(inspect.unwrap(getattr(module, name))), f"{module.__name__}.{name}"  # or a cached one


@every_module
def test_every_public_function_shows_an_example(module: ModuleType) -> None:
    own = [f for _, f in inspect.getmembers(module, inspect.isfunction) if f.__module__ == module.__name__]
    without = [f.__name__ for f in own if not f.__name__.startswith("_") and ">>>" not in (f.__doc__ or "")]
    assert without == []


@every_module
@settings(max_examples=60, deadline=None)
@given(text=NASTY)
def test_no_text_makes_a_parser_raise(module: ModuleType, text: str) -> None:
    module.parse(text)
    module.is_valid(text)


@every_module
@settings(max_examples=60, deadline=None)
@given(text=NASTY)
def test_what_is_valid_also_parses(module: ModuleType, text: str) -> None:
    assert not module.is_valid(text) or module.parse(text) is not None


@every_module
@settings(max_examples=60, deadline=None)
@given(text=NASTY)
def test_compacting_twice_changes_nothing(module: ModuleType, text: str) -> None:
    once = module.compact(text)
    assert module.compact(once) == once


@every_module
@settings(max_examples=60, deadline=None)
@given(text=NASTY)
def test_a_parser_reads_compacted_text_like_the_text_itself(module: ModuleType, text: str) -> None:
    assert module.parse(module.compact(text)) == module.parse(text)


@every_module
@pytest.mark.parametrize(
    "text", ["0" * 5000, "9" * 5000 + ".5", "拾" * 5000, "壹亿" * 2000, "(" * 3000, " 1" * 4000, "," * 5000]
)
def test_long_garbage_is_refused_or_kept_without_raising(module: ModuleType, text: str) -> None:
    module.is_valid(text)


WRITTEN = {
    "air_serial": "12345678903",
    "check_code": "12345678901234567890",
    "chinese_amount": "壹万贰仟圆零伍分",
    "clock": "07:05",
    "count": "共3笔",
    "flight_number": "CA1831",
    "identifier": "ka-0012",
    "invoice_code": "0310 0190 0104",
    "invoice_number": "№ 12345678",
    "issue_date": "2024年3月5日",
    "machine_number": "499000001234",
    "measure": "12.40km",
    "moment": "2024-03-05T14:30:05",
    "money": "￥-1,234.50",
    "organization_code": "12345678-8",
    "personal_id": "1101011990****001X",
    "phone": "138****0000",
    "plate_number": "京A·12345",
    "qr_payload": "01,32,,25312000000012345678,113.00,20250601,,6F05",
    "quantity": "1,200.50",
    "rate": "13％",
    "resident_id": "11010519491231002x",
    "seat": "07F号",
    "station": "北京南站",
    "tax_id": "91110105MA01ABCD5F",
    "ticket_number": "E012345",
    "train_number": "G1234次",
    "vin": "1M8GDM9AXKP042788",
}


def test_every_module_has_a_written_example() -> None:
    assert sorted(WRITTEN) == NAMES


@every_module
def test_what_was_parsed_is_written_and_parsed_again_the_same(module: ModuleType) -> None:
    value = module.parse(WRITTEN[module.__name__.rsplit(".", 1)[-1]])
    assert value is not None
    assert module.parse(module.to_text(value)) == value
