from collections.abc import Sequence
from decimal import Decimal

import pytest

from invoiceocr.adjudication.findings.qr_codes import FOREIGN, foreign
from invoiceocr.evidence import qr_witness
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft

NUMBER, STRANGER = "25312000000012345678", "25312000000086420975"
OWN_CODE = f"01,32,,{NUMBER},113.00,20250601,,6F05"
OTHER_CODE = f"01,32,,{STRANGER},55.00,20250602,,"
PRINTED = (Candidate("number", NUMBER, NUMBER, "ocr"), Candidate("total", Decimal("113.00"), "113.00", "ocr"))


def linked(number: str, *printed: Candidate, others: Sequence[Sequence[Candidate]] = ()) -> list[str]:
    """The findings, in English, for a link to *number* on an invoice with *printed*."""
    codes = qr_witness.codes_of([(1, f"https://invoice.example/v?fphm={number}")], printed, others)
    draft = Draft("digital_ordinary", printed, page=1, page_sizes=((1, (600.0, 400.0)),), qr_codes=codes)
    return [finding.message_en for finding in foreign(draft, [], None)]


def found(*codes: tuple[int, str], kind: str = "digital_ordinary") -> list[str]:
    draft = Draft(kind, PRINTED, page=1, page_sizes=((1, (600.0, 400.0)),), qr_codes=codes)
    payloads = qr_witness.payloads(text for _, text in codes)
    return [finding.rule for finding in foreign(draft, payloads, qr_witness.matching(payloads, PRINTED))]


def test_the_invoice_s_own_code_is_no_finding() -> None:
    assert found((1, OWN_CODE)) == []


def test_the_code_of_another_invoice_is_one() -> None:
    assert found((1, OTHER_CODE)) == [FOREIGN]
    assert found((1, OWN_CODE), (1, OTHER_CODE)) == [FOREIGN]


def test_codes_of_other_pages_and_other_texts_are_none() -> None:
    assert found((2, OTHER_CODE)) == []
    assert found((1, "https://example.com/")) == []


def test_a_document_of_no_known_kind_has_no_code_of_its_own() -> None:
    assert found((1, OTHER_CODE), kind="other") == []


def test_a_code_that_another_invoice_of_the_file_claims_does_not_concern_this_one() -> None:
    theirs = (Candidate("number", STRANGER, STRANGER, "ocr"),)

    assert qr_witness.codes_of([(1, OWN_CODE), (1, OTHER_CODE)], PRINTED, [theirs]) == ((1, OWN_CODE),)


def test_a_crc_is_wrong_only_where_it_is_known_how_to_make_it() -> None:
    known = qr_witness.payloads([OWN_CODE.replace("6F05", "6F06")])
    own_system = qr_witness.payloads([OWN_CODE.replace("25312", "25317")])

    assert [qr_witness.is_damaged(payload) for payload in (*known, *own_system)] == [True, False]
    assert not any(map(qr_witness.is_damaged, qr_witness.payloads([OWN_CODE, OTHER_CODE])))


@pytest.mark.parametrize(
    "text", [f"https://invoice.example/v?fphm={STRANGER}", f"https://invoice.example/{STRANGER}.pdf", STRANGER]
)
def test_a_code_that_leads_to_another_digital_invoice_is_a_finding(text: str) -> None:
    own, kept = text.replace(STRANGER, NUMBER), qr_witness.codes_of([(1, text)], PRINTED, [])

    assert found(*kept) == [FOREIGN]
    assert found(*qr_witness.codes_of([(1, own)], PRINTED, [])) == []


def test_a_link_to_an_invoice_that_the_file_holds_or_the_remarks_name_is_no_finding() -> None:
    link = (1, f"https://invoice.example/v?fphm={STRANGER}")
    named = Candidate("remarks", f"原发票{STRANGER}", f"原发票{STRANGER}", "ocr")
    draft = Draft("digital_ordinary", (*PRINTED, named), page=1, page_sizes=((1, (600.0, 400.0)),), qr_codes=(link,))

    assert qr_witness.codes_of([link], PRINTED, [(Candidate("number", STRANGER, STRANGER, "ocr"),)]) == ()
    assert foreign(draft, [], None) == ()


def test_twenty_digits_in_a_link_on_an_invoice_with_a_short_number_are_an_order() -> None:
    short = (Candidate("number", "12345678", "12345678", "ocr"),)
    link = (1, f"https://shop.example/order/{STRANGER}")
    draft = Draft("vat_ordinary", short, page=1, page_sizes=((1, (600.0, 400.0)),), qr_codes=(link,))

    assert foreign(draft, [], None) == ()


def test_a_link_to_nearly_the_number_that_was_recognized_says_that_this_may_be_misread() -> None:
    misread = NUMBER[:-1] + "3"

    (recognized,) = linked(NUMBER, Candidate("number", misread, misread, "ocr"))
    (stated,) = linked(NUMBER, Candidate("number", misread, misread, "text_layer"))
    assert "differs in a digit or two" in recognized
    assert "of another invoice" in stated


def test_a_link_to_the_number_of_the_invoice_s_own_tax_code_is_no_finding() -> None:
    misread = (Candidate("number", NUMBER[:-1] + "3", NUMBER[:-1] + "3", "ocr"), PRINTED[1])
    link = (1, f"https://invoice.example/v?fphm={NUMBER}")
    draft = Draft("digital_ordinary", misread, page=1, page_sizes=((1, (600.0, 400.0)),), qr_codes=(link,))
    own = qr_witness.payloads([OWN_CODE])[0]

    assert foreign(draft, [own], own) == ()


def test_the_invoice_s_own_number_may_be_printed_with_blanks() -> None:
    assert linked(NUMBER, Candidate("number", NUMBER, "2531 2000 0000 1234 5678", "text_layer")) == []


@pytest.mark.parametrize("read", [STRANGER[:-1] + "1", None])
def test_a_link_to_a_neighbor_whose_number_is_misread_or_illegible_is_no_finding(read: str | None) -> None:
    neighbor = (Candidate("number", read, read or "", "ocr"),)

    assert linked(STRANGER, *PRINTED, others=[neighbor]) == []


@pytest.mark.parametrize("number", ["31420012345678901234", "66112026113012345678"])
def test_twenty_digits_with_a_year_to_come_are_an_order(number: str) -> None:
    assert linked(number, *PRINTED) == []
