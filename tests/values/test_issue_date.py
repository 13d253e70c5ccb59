from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.values import issue_date

DAY = date(2024, 3, 5)


@pytest.mark.parametrize(
    "printed",
    [
        "2024年03月05日",
        "2024年3月5日",
        "2024 年 03 月 05 日",
        "２０２４年０３月０５日",
        "2024年03月05",
        "2 0 2 4年0 3月0 5日",
        "2024-03-05",
        "2024-3-5",
        "2024/3/5",
        "2024.03.05",
        "2024 03 05",
        "2024  3  5",
        "2024 - 03 - 05",
        "20240305",
        "20240305143000",
        "20240305172851000",
        "2024-03-05 14:30:00",
        "2024-03-05T14:30:00",
        "2024-03-05T14:30:00+08:00",
        "2024-03-05 00:00:00.0",
        "2024年03月05日 14：30",
        "2024年03月05日14时30分",
        "2024/03/05 09:05",
        "20240305 14:30:00",
        "2024年03月05日14:30开",
        "\u20282024年\u200b03月05日",
    ],
)
def test_every_printed_form_is_the_same_day(printed: str) -> None:
    assert issue_date.parse(printed) == DAY


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "2024年",
        "2024年03月",
        "24-03-05",
        "2024-03/05",
        "2024年13月05日",
        "2023年02月29日",
        "2024-00-10",
        "1993-12-31",
        "2101-01-01",
        "2024030",
        "202403051",
        "20240305995959",
        "2024-03-05 25:00",
        "2024-03-05T14:30:00Z",
        "开票日期",
        "2024-03-05 2024-03-06",
        "03/05/2024",
        "14:30",
        "2024年3月5日星期二",
    ],
)
def test_what_is_no_single_day_is_none(printed: str) -> None:
    assert issue_date.parse(printed) is None


@given(
    st.dates(date(1994, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%Y年%m月%d日", "%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S"]),
)
def test_every_day_reads_back_in_every_form(day: date, form: str) -> None:
    assert issue_date.parse(day.strftime(form)) == day
    assert issue_date.parse(issue_date.to_text(day)) == day


def test_a_day_and_a_time_from_cells_side_by_side_are_told_apart() -> None:
    assert issue_date.parse("2024-03-0514:30") == date(2024, 3, 5)
    assert issue_date.parse("2024-3-514:30") is None  # the 5th at 14:30, or the 51st
