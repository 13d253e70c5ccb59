"""A short run of the fuzzer; with --long as long as CI gives it. The seed is fixed, so a red run can be repeated."""

from __future__ import annotations

import pytest

from . import campaign
from .campaign import Plan
from .seeds import SEEDS

# seconds, and files at most: with a fixed seed a faster machine must not meet cases that nobody has seen pass
SHORT, LONG = (15, 1_000), (300, 12_000)
WAYS = [pytest.param(*SHORT, marks=pytest.mark.short), pytest.param(*LONG, marks=pytest.mark.long)]
SEED = 20251


pytestmark = pytest.mark.filterwarnings("default")  # libraries may warn of what is damaged on purpose


@pytest.mark.parametrize("kind", list(SEEDS))
def test_a_case_is_the_same_bytes_for_the_same_number(kind: str) -> None:
    plan = Plan(SEED, 0, kind=kind)

    assert campaign.case(plan, 7) == campaign.case(plan, 7)


@pytest.mark.parametrize(("seconds", "count"), WAYS)
def test_no_damaged_file_crashes_hangs_or_meets_an_internal_error(seconds: int, count: int) -> None:
    report = campaign.run(Plan(SEED, seconds, count))

    assert report.files > 0
    assert not report.failed, str(report)
