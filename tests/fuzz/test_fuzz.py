"""A short run of the fuzzer; with --long as long as CI gives it. The seed is fixed, so a red run can be repeated."""

from __future__ import annotations

import pytest

from tests.fuzz import campaign
from tests.fuzz.campaign import Plan
from tests.fuzz.seeds import SEEDS

SHORT, LONG = 15, 300  # seconds
SEED = 20251


@pytest.mark.parametrize("kind", list(SEEDS))
def test_a_case_is_the_same_bytes_for_the_same_number(kind: str) -> None:
    plan = Plan(SEED, 0, kind=kind)

    assert campaign.case(plan, 7) == campaign.case(plan, 7)


@pytest.mark.parametrize("seconds", [SHORT, pytest.param(LONG, marks=pytest.mark.long)])
def test_no_damaged_file_crashes_hangs_or_meets_an_internal_error(seconds: int) -> None:
    report = campaign.run(Plan(SEED, seconds))

    assert report.files > 0
    assert not report.failed, str(report)
