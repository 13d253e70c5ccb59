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
