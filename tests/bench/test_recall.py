from pathlib import Path

import pytest

from bench.recall import Recall, is_found, recall, spellings
from invoiceocr.scoring.documents import Fields, Labeled


def labeled(fields: Fields, *unsure: str) -> Labeled:
    return Labeled(Path("a.png"), (fields,), frozenset(unsure))


@pytest.mark.parametrize(
    "line", ["开票日期：2024年03月05日", "2024 年 3 月 5 日", "20240305", "2024/03/05", "2024.3.5", "2024-3-5"]
)
def test_a_date_is_found_however_it_is_printed(line: str) -> None:
    assert recall(labeled({"issue_date": "2024-03-05"}), [line]) == Recall(1, 1)


def test_a_date_is_not_spelled_with_its_digits_run_together_short() -> None:
    assert "202435" not in spellings("issue_date", "2024-03-05")


@pytest.mark.parametrize(
    ("value", "line"),
    [("6.00", "￥６．００"), ("1234.50", "价税合计 ¥1,234.50"), ("-35.00", "¥-35.00"), ("6.00", "小写¥6.00元")],
)
def test_an_amount_is_found_with_its_marks(value: str, line: str) -> None:
    assert recall(labeled({"total": value}), [line]) == Recall(1, 1)


@pytest.mark.parametrize("line", ["16.00", "6.005", "3.6.00"])
def test_an_amount_is_not_found_within_a_longer_number(line: str) -> None:
    assert recall(labeled({"total": "6.00"}), [line]) == Recall(0, 1)


def test_a_name_that_runs_on_over_two_lines_is_found() -> None:
    assert recall(labeled({"buyer": {"name": "某某（上海）科技有限公司"}}), ["某某(上海)科技", "有限公司"]) == Recall(
        1, 1
    )


def test_an_amount_does_not_run_on_over_two_lines() -> None:
    assert recall(labeled({"total": "100.00"}), ["10", "0.00"]) == Recall(0, 1)


def test_yuan_in_words_is_the_same_in_its_three_characters() -> None:
    assert recall(labeled({"total_in_words": "壹佰圆整"}), ["壹佰元整"]) == Recall(1, 1)


def test_what_is_not_printed_or_unsure_or_no_key_value_is_not_asked_for() -> None:
    document = labeled({"code": None, "number": "12345678", "drawer": "某某", "total": "1.00"}, "total")
    assert recall(document, []) == Recall(0, 1)


def test_recalls_of_documents_add_up() -> None:
    assert Recall(1, 2) + Recall(3, 4) == Recall(4, 6)


def test_identifiers_are_found_with_blanks_among_their_digits() -> None:
    assert is_found("check_code", "12345678901234567890", ["12345678901234567890"])
    assert recall(labeled({"check_code": "12345678901234567890"}), ["校验码 12345 67890 12345 67890"]) == Recall(1, 1)
