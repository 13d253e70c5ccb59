from __future__ import annotations

from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.values import clock, moment


@pytest.mark.parametrize(
    "printed",
    [
        "14:30",
        "14：30",
        "１４：３０",
        "14 : 30",
        "14时30分",
        "14点30",
        "14:30:00",
        "14:30:00.000",
        "14:30开",
        "14:30:00+08:00",
    ],
)
def test_every_printed_form_is_the_same_time(printed: str) -> None:
    assert clock.parse(printed) == time(14, 30)


@pytest.mark.parametrize(
    "printed", ["", "1430", "24:00", "12:60", "12:00:60", "12:5", "14:30Z", "14:30:00+01:00", "00:12.43", "14.30"]
)
def test_what_is_no_time_of_day_is_none(printed: str) -> None:
    assert clock.parse(printed) is None


@given(st.times())
def test_written_times_read_back_to_the_second(at: time) -> None:
    assert clock.parse(clock.to_text(at)) == at.replace(microsecond=0)


@pytest.mark.parametrize(
    "printed",
    [
        "2024年03月05日14:30开",
        "2024年03月05日 14:30",
        "2024-03-05T14:30",
        "2024-03-05 14:30:00",
        "20240305143000",
        "20240305143000000",
    ],
)
def test_every_printed_form_is_the_same_moment(printed: str) -> None:
    assert moment.parse(printed) == datetime(2024, 3, 5, 14, 30)


@pytest.mark.parametrize("printed", ["2024年03月05日", "14:30", "20240305", "2024-03-05 24:30", "2024-02-30 14:30", ""])
def test_a_day_or_a_time_alone_is_no_moment(printed: str) -> None:
    assert moment.parse(printed) is None


@given(st.datetimes(datetime(1994, 1, 1), datetime(2100, 12, 31)))
def test_written_moments_read_back_to_the_second(at: datetime) -> None:
    assert moment.parse(moment.to_text(at)) == at.replace(microsecond=0)
