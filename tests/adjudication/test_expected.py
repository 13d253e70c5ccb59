from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from witnesses import said

from invoiceocr.adjudication.expected import assigned, claims, joined, parsers
from invoiceocr.adjudication.fusion import fuse
from invoiceocr.errors import SettingsError
from invoiceocr.evidence.draft import Draft


@pytest.mark.parametrize(
    ("path", "value", "typed"),
    [
        ("total", "¥1,113.00", Decimal("1113.00")),
        ("total", Decimal("113.00"), Decimal("113.00")),
        ("total", 113, Decimal(113)),
        ("issue_date", "2025年06月01日", date(2025, 6, 1)),
        ("issue_date", date(2025, 6, 1), date(2025, 6, 1)),
        ("number", "2531 2000 0000 1234 5678", "25312000000012345678"),
        ("buyer.tax_id", "91110105ma01abcd5f", "91110105MA01ABCD5F"),
        ("buyer.name", " 测试采购有限公司 ", "测试采购有限公司"),
        ("items.12.tax_rate", "13%", Decimal("0.13")),
        ("items.0.quantity", "2.5", Decimal("2.5")),
        ("total_in_words", "壹佰壹拾叁圆整", "壹佰壹拾叁圆整"),
    ],
)
def test_an_expected_value_is_read_by_its_field_s_type(path: str, value: object, typed: object) -> None:
    (claim,) = claims({path: value})

    assert (claim.path, claim.value, claim.source) == (path, typed, "caller")


@pytest.mark.parametrize(
    ("path", "nearest"),
    [("totl", "total"), ("buyer.taxid", "buyer.tax_id"), ("items.0.amunt", "items.0.amount"), ("evidence", "reviewer")],
)
def test_an_unknown_path_is_refused_with_the_nearest_one(path: str, nearest: str) -> None:
    with pytest.raises(SettingsError, match=f"expected {path}: .*{nearest}"):
        claims({path: "1"})


@pytest.mark.parametrize(
    ("path", "value"), [("total", "viel"), ("issue_date", "morgen"), ("buyer.tax_id", "?"), ("total_in_words", "113")]
)
def test_a_value_that_is_none_of_its_field_is_refused(path: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"expected {path}: '.*' is no value"):
        claims({path: value})


@given(st.text(max_size=20), st.text(max_size=20))
def test_what_is_expected_is_a_claim_or_a_settings_error(path: str, value: str) -> None:
    try:
        (claim,) = claims({path: value})
    except SettingsError:
        return
    assert claim.value is not None


def test_every_field_but_the_proof_can_be_expected() -> None:
    assert {"code", "total", "buyer.name", "seller.tax_id", "items.0.amount", "remarks", "copy"} <= parsers().keys()
    assert not {"kind", "page", "source", "verdict", "evidence", "findings"} & parsers().keys()


def test_a_claim_that_agrees_stands_among_the_witnesses() -> None:
    fields = joined(fuse([said("total", "113.00")], None), claims({"total": "113"}))

    assert fields["total"].sources == {"text_layer", "caller"}


def test_a_claim_that_disagrees_never_becomes_the_value() -> None:
    fields = joined(fuse([said("total", "113.00", "ocr", 0.3)], None), claims({"total": "118.00"}))

    assert fields["total"].chosen.value == Decimal("113.00")
    assert [claim.source for claim in fields["total"].contradicting] == ["caller"]


def test_a_claim_about_a_field_that_was_not_read_makes_no_value() -> None:
    assert joined({}, claims({"total": "113.00"})) == {}


def test_of_several_invoices_the_claim_is_about_the_one_that_it_fits() -> None:
    first = Draft("toll", (said("number", "11111111"), said("total", "113.00")))
    second = Draft("toll", (said("number", "22222222"), said("total", "113.00")))
    claimed = claims({"number": "22222222", "total": "113.00"})

    found = assigned([first, second], claimed)

    assert [draft.claims for draft in found] == [(), claimed]


def test_a_single_invoice_gets_a_claim_that_does_not_fit() -> None:
    claimed = claims({"total": "999.00"})

    assert assigned([Draft("toll", (said("total", "113.00"),))], claimed)[0].claims == claimed
