from pathlib import Path
from typing import Any

import pytest

from invoiceocr.scoring.accuracy import Tally, comparable, compared, paired
from invoiceocr.scoring.documents import Fields, Labeled


def tally(label: Fields, output: Fields, *unsure: str) -> Tally:
    counts = Tally()
    counts.add(Labeled(Path("a.png"), (label,), frozenset(unsure)), [output])
    return counts


@pytest.mark.parametrize(
    ("path", "a", "b"),
    [
        ("total", "1,234.50", "1234.5"),
        ("items.0.tax_rate", "13%", "0.13"),
        ("items.0.tax_rate", "免税", "免税"),
        ("number", "1234 5678", "12345678"),
        ("buyer.tax_id", "91ab", "91AB"),
        ("buyer.name", "某某（上海）公司", "某某(上海) 公司"),
        ("total_in_words", "壹佰圆整", "壹佰元"),
        ("total_in_words", "⊗壹佰元正", "(大写)壹佰元整"),
        ("plate_number", "沪A·12345", "沪A-12345"),
        ("departure_station", "上海虹桥站", "上海虹桥"),
    ],
)
def test_values_that_mean_the_same_are_equal(path: str, a: str, b: str) -> None:
    assert comparable(path, a) == comparable(path, b)


@pytest.mark.parametrize(
    ("path", "a", "b"),
    [("total", "35.00", "-35.00"), ("number", "12345678", "12345679"), ("total_in_words", "壹佰元", "壹佰元壹角")],
)
def test_values_that_differ_are_not_equal(path: str, a: str, b: str) -> None:
    assert comparable(path, a) != comparable(path, b)


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_has_no_comparable_form(nothing: Any) -> None:
    assert comparable("buyer.name", nothing) is None


def test_a_field_is_right_wrong_missing_or_invented() -> None:
    label = {"number": "12345678", "total": "1.00", "code": "1", "check_code": None, "drawer": None}
    output = {"number": "12345678", "total": "7.00", "code": None, "check_code": "5", "drawer": None, "payee": "某"}
    assert dict(compared(label, output)) == {
        "number": "right",
        "total": "wrong",
        "code": "missing",
        "check_code": "invented",
    }


def test_key_fields_are_counted_apart_from_all() -> None:
    counts = tally({"number": "1", "drawer": "某某", "payee": "某"}, {"number": "1", "drawer": "某某", "payee": "谋"})
    assert counts.key_counts() == (1, 1)
    assert counts.counts() == (2, 3)


def test_an_unsure_field_is_not_counted() -> None:
    assert tally({"number": "1", "total": "1.00"}, {"number": "2"}, "number", "total").counts() == (0, 0)


def test_an_invoice_with_an_invented_key_field_is_not_right() -> None:
    assert tally({"number": "1", "code": None}, {"number": "1", "code": "2"}).invoices == {"wrong": 1}


def test_a_document_that_was_not_read_misses_every_field() -> None:
    counts = Tally()
    counts.add(Labeled(Path("a.png"), ({"number": "1", "total": "1.00"},)), [])
    assert counts.key_counts() == (0, 2)


def test_rows_are_right_when_all_their_cells_are() -> None:
    label = {"items": [{"name": "纸", "amount": "1.00"}, {"name": "笔", "amount": "2.00"}]}
    output = {"items": [{"name": "纸", "amount": "1"}, {"name": "笔", "amount": "2.00", "unit": "支"}]}
    counts = tally(label, output)
    assert counts.rows == {"right": 1, "wrong": 1, "surplus": 0}
    assert counts.cell_counts() == (4, 5)


def test_rows_too_many_are_counted() -> None:
    assert tally({"items": []}, {"items": [{"name": "纸"}]}).rows["surplus"] == 1


def test_an_unsure_cell_is_not_counted() -> None:
    counts = tally({"items": [{"name": "纸", "unit": "包"}]}, {"items": [{"name": "纸"}]}, "items.0.unit")
    assert counts.cell_counts() == (1, 1)


def test_verified_key_fields_are_counted_right_and_wrong() -> None:
    evidence = {"number": {"status": "verified"}, "total": {"status": "verified"}, "code": {"status": "read"}}
    output = {"number": "1", "total": "7.00", "code": "1", "evidence": evidence}
    assert tally({"number": "1", "total": "1.00", "code": "1"}, output).proofs == {"all": 3, "right": 1, "wrong": 1}


def test_invoices_are_paired_by_number_and_then_by_order() -> None:
    labels = [{"number": "1", "total": "1"}, {"number": "2"}, {"number": "3"}]
    found = [{"number": "2"}, {"number": "9"}]
    assert [output for _, output in paired(labels, found)] == [{"number": "9"}, {"number": "2"}, {}]
