import pytest
from hypothesis import given
from hypothesis import strategies as st
from witnesses import STANDARD

from invoiceocr.adjudication.judging.acceptance import AcceptancePolicy, promised, upper_bound
from invoiceocr.adjudication.judging.calibration import Block, Calibration, Stratum
from invoiceocr.proof import Evidence, Status, Witness

VERIFIED, READ, DOUBTFUL = (Stratum("ocr", status, "names") for status in ("verified", "read", "doubtful"))
TABLE = Calibration(
    {
        VERIFIED: (Block(0.9, 100, 4, 0.95), Block(0.99, 5000, 0, 0.9998)),
        READ: (Block(0.1, 300, 100, 0.66), Block(0.9, 2000, 20, 0.9895)),
        DOUBTFUL: (Block(0.1, 600, 300, 0.5),),
    },
    {},
)


def proof(confidence: float, status: Status = "read") -> Evidence:
    return Evidence(confidence=confidence, status=status, witnesses=(Witness(source="ocr", value="a", agrees=True),))


@pytest.mark.parametrize(
    ("wrong", "count", "bound"), [(0, 3000, 9.98e-4), (0, 300, 9.94e-3), (1, 100, 0.0466), (5, 5, 1.0)]
)
def test_the_bound_is_that_of_clopper_and_pearson(wrong: int, count: int, bound: float) -> None:
    assert upper_bound(wrong, count) == pytest.approx(bound, rel=2e-3)


@given(st.integers(0, 50), st.integers(1, 3000))
def test_the_bound_lies_above_what_was_seen(wrong: int, more: int) -> None:
    assert wrong / (wrong + more) < upper_bound(wrong, wrong + more) <= 1.0


def test_nothing_counted_proves_nothing() -> None:
    assert upper_bound(0, 0) == 1.0


@pytest.mark.parametrize(
    ("evidence", "passes"),
    [(proof(0.95), True), (proof(0.94), False), (proof(0.99, "doubtful"), False), (proof(0.99, "missing"), False)],
)
def test_without_a_promise_the_confidence_decides(evidence: Evidence, passes: bool) -> None:
    assert STANDARD.passes("buyer.name", evidence, None) is passes


def test_a_promise_lets_the_surest_fields_pass_as_far_as_they_prove_it() -> None:
    strict, match_key = promised(TABLE, 1e-3), promised(TABLE, 4.5e-3)

    assert strict.least == {VERIFIED: 0.9998}
    assert match_key.least == {VERIFIED: 0.9998, READ: 0.9895}
    assert strict.passes("buyer.name", proof(0.9998, "verified"), None)
    assert not strict.passes("buyer.name", proof(0.9895), None)
    assert match_key.passes("buyer.name", proof(0.9895), None)


def test_the_share_to_review_is_that_of_the_calibration() -> None:
    assert promised(TABLE, 1e-3).review_share == pytest.approx(3000 / 8000)
    assert promised(TABLE, 4.5e-3).review_share == pytest.approx(1000 / 8000)


@given(st.floats(1e-6, 0.5))
def test_what_passes_keeps_the_promise(rate: float) -> None:
    assert (promised(TABLE, rate).error_bound or 0.0) <= rate


@given(st.floats(1e-6, 0.5), st.floats(1e-6, 0.5))
def test_a_stricter_promise_costs_no_less_review(one: float, other: float) -> None:
    strict, match_key = (promised(TABLE, rate).review_share or 0.0 for rate in sorted((one, other)))

    assert strict >= match_key


def test_a_rate_that_nothing_proves_lets_nothing_pass() -> None:
    hopeless = promised(TABLE, 1e-5)

    assert (hopeless.least, hopeless.review_share) == ({}, 1.0)
    assert not hopeless.passes("buyer.name", proof(0.9998, "verified"), None)


def test_a_field_of_a_cell_without_a_threshold_never_passes() -> None:
    assert not AcceptancePolicy(TABLE, least={}).passes("total", proof(0.9999, "verified"), None)
