from datetime import date
from decimal import Decimal

import pytest
from witnesses import said

from invoiceocr.evidence import qr_witness
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.values.qr_payload import QrPayload

DIGITAL = "01,32,,25312000000012345678,113.00,20250601,,6F05"
PAPER = "01,04,031001900104,12345678,100.00,20190918,12345678901234567890,74DC"
EDITED = "01,32,,25312000000012345678,913.00,20250601,,6F05"


def payload(text: str) -> QrPayload:
    (found,) = qr_witness.payloads([text])
    return found


def test_only_tax_payloads_count_and_each_once() -> None:
    texts = ["https://example.org/a", DIGITAL, "", DIGITAL, PAPER]

    assert [found.number for found in qr_witness.payloads(texts)] == ["25312000000012345678", "12345678"]


def test_the_amount_of_a_digital_invoice_is_its_total() -> None:
    found = {item.path: item.value for item in qr_witness.candidates(payload(DIGITAL), 1)}

    assert found == {
        "number": "25312000000012345678",
        "issue_date": date(2025, 6, 1),
        "total": Decimal("113.00"),
    }


def test_the_amount_of_an_older_invoice_is_that_without_tax() -> None:
    found = {item.path: item.value for item in qr_witness.candidates(payload(PAPER), 1)}

    assert found == {
        "code": "031001900104",
        "number": "12345678",
        "issue_date": date(2019, 9, 18),
        "check_code": "12345678901234567890",
        "total_excluding_tax": Decimal("100.00"),
    }


def test_a_payload_whose_crc_fails_is_less_sure() -> None:
    proven = {item.confidence for item in qr_witness.candidates(payload(DIGITAL), 1)}
    plain = {item.confidence for item in qr_witness.candidates(payload(EDITED), 1)}

    assert max(plain) < min(proven)


def test_candidates_stand_on_the_page_of_the_code() -> None:
    assert {item.page for item in qr_witness.candidates(payload(DIGITAL), 4)} == {4}
    assert {item.source for item in qr_witness.candidates(payload(DIGITAL), 4)} == {"qr"}


@pytest.mark.parametrize(
    "printed",
    [
        [],
        [said("number", "25312000000012345678")],
        [said("total", "113.00")],
        [said("number", "25312000000012345679"), said("total", "113.00")],
        [said("buyer.name", "测试采购有限公司")],
    ],
)
def test_a_code_belongs_where_one_of_its_values_is_printed_or_none_is_legible(printed: list[Candidate]) -> None:
    assert qr_witness.belongs(payload(DIGITAL), printed)


@pytest.mark.parametrize(
    "printed",
    [
        [said("number", "25312000000099999999")],
        [said("number", "25312000000099999999"), said("total", "50.00")],
        [said("code", "031001900111"), said("number", "87604321")],
    ],
)
def test_the_code_of_a_neighboring_sheet_belongs_to_another_invoice(printed: list[Candidate]) -> None:
    assert not qr_witness.belongs(payload(DIGITAL), printed)


def test_the_code_of_an_invoice_is_not_that_of_the_trip_list_which_repeats_its_amount() -> None:
    invoice = [said("number", "25312000000012345678"), said("total", Decimal("113.00"))]
    trips = [said("total", Decimal("113.00"))]

    assert qr_witness.codes_of([(1, DIGITAL)], invoice, [trips]) == ((1, DIGITAL),)
    assert qr_witness.codes_of([(1, DIGITAL)], trips, [invoice]) == ()
