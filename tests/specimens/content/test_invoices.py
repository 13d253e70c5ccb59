from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoiceocr.invoice import LineItem, Party
from invoiceocr.specimens.content.invoices import LISTED, draw_content
from invoiceocr.specimens.content.traits import KINDS, TRAITS
from invoiceocr.values import chinese_amount, invoice_code, qr_payload, rate, tax_id

kinds = st.sampled_from(KINDS)
seeds = st.integers(0, 10**6)
CENT = Decimal("0.01")


@given(kinds, seeds)
@settings(max_examples=150, deadline=None)
def test_the_amounts_add_up(kind: str, seed: int) -> None:
    invoice = draw_content(kind, seed).invoice

    assert sum(amount(item) for item in invoice.items) == invoice.total_excluding_tax
    assert sum(item.tax_amount or 0 for item in invoice.items) == (invoice.total_tax or 0)
    assert invoice.total_excluding_tax is not None
    assert invoice.total_in_words is not None
    assert invoice.total_excluding_tax + (invoice.total_tax or 0) == invoice.total
    assert chinese_amount.parse(invoice.total_in_words) == invoice.total


@given(kinds, seeds)
@settings(max_examples=150, deadline=None)
def test_the_tax_of_a_line_follows_from_its_rate(kind: str, seed: int) -> None:
    for item in draw_content(kind, seed).invoice.items:
        if isinstance(item.tax_rate, Decimal):
            assert item.tax_amount is not None
            assert abs(rate.tax_on(amount(item), item.tax_rate) - item.tax_amount) <= CENT
        if item.quantity is not None:
            assert item.unit_price is not None
            assert abs(item.quantity * item.unit_price - amount(item)) <= CENT


@given(kinds, seeds)
@settings(max_examples=100, deadline=None)
def test_identifiers_pass_their_checks(kind: str, seed: int) -> None:
    content = draw_content(kind, seed)
    invoice, payload = content.invoice, qr_payload.parse(content.qr)

    seller, buyer = tax_id_of(invoice.seller), tax_id_of(invoice.buyer)
    assert seller is not None
    assert tax_id.classify(seller) == "uscc"
    assert buyer is None or tax_id.classify(buyer) == "uscc"
    assert payload is not None
    assert payload.crc_ok
    assert payload.number == invoice.number
    assert len(invoice.number or "") == 20 or invoice_code.kind(invoice.code or "") == kind


@given(kinds, seeds)
@settings(max_examples=100, deadline=None)
def test_rates_were_in_force_on_the_day_of_issue(kind: str, seed: int) -> None:
    invoice = draw_content(kind, seed).invoice

    rates = {item.tax_rate for item in invoice.items if isinstance(item.tax_rate, Decimal)}

    assert invoice.issue_date is not None
    assert rates <= rate.allowed_rates(invoice.issue_date)


def test_a_red_letter_invoice_is_negative_and_says_so() -> None:
    invoice = draw_content("e_vat_ordinary", 5, frozenset({"red"})).invoice

    assert (invoice.total or 0) < 0
    assert invoice.is_red_letter
    assert (invoice.total_in_words or "").startswith("（负数）")
    assert "对应正数发票代码" in (invoice.remarks or "")


def test_a_discount_row_repeats_the_name_with_negative_amounts() -> None:
    first, discount, *_ = draw_content("digital_special", 5, frozenset({"discount"})).invoice.items

    assert discount.name == first.name
    assert amount(discount) < 0
    assert discount.quantity is None


def test_an_exempt_invoice_has_the_marker_and_no_tax() -> None:
    invoice = draw_content("vat_ordinary", 5, frozenset({"exempt"})).invoice

    assert {item.tax_rate for item in invoice.items} == {"免税"}
    assert invoice.total_tax is None


def test_an_invoice_can_mix_taxed_and_exempt_rows() -> None:
    invoice = draw_content("e_vat_ordinary", 5, frozenset({"mixed_exempt"})).invoice

    assert [item.tax_amount is None for item in invoice.items].count(True) == 1
    assert invoice.total_tax == sum(item.tax_amount for item in invoice.items if item.tax_amount is not None)


def test_an_invoice_with_a_list_prints_one_row_for_all() -> None:
    content = draw_content("vat_special", 5, frozenset({"list"}))

    assert [row.name for row in content.rows] == [LISTED]
    assert content.rows[0].amount == content.invoice.total_excluding_tax
    assert len(content.invoice.items) >= 9


def test_a_private_buyer_has_no_tax_id() -> None:
    buyer = draw_content("digital_ordinary", 5, frozenset({"private_buyer"})).invoice.buyer

    assert buyer is not None
    assert buyer.tax_id is None


@pytest.mark.parametrize(
    ("traits", "word"), [({"blue"}, "blue"), ({"list"}, "digital_special"), ({"red", "exempt"}, "exempt")]
)
def test_a_trait_that_is_unknown_or_impossible_is_refused_by_name(traits: set[str], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        draw_content("digital_special", 1, frozenset(traits))


def test_traits_that_rule_each_other_out_are_refused() -> None:
    with pytest.raises(ValueError, match="rules out"):
        draw_content("vat_ordinary", 1, frozenset({"exempt", "differential"}))


def test_every_trait_is_possible_for_every_kind_it_names() -> None:
    for name, trait in TRAITS.items():
        for kind in trait.kinds:
            assert draw_content(kind, 1, frozenset({name})).traits == {name}


def amount(item: LineItem) -> Decimal:
    """The amount that every drawn row has."""
    assert item.amount is not None
    return item.amount


def tax_id_of(party: Party | None) -> str | None:
    assert party is not None
    return party.tax_id
