from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.values import qr_payload
from invoiceocr.values.qr_payload import QrPayload, crc16, crc16_reflected

DIGITAL = "01,32,,25312000000012345678,113.00,20250601,,6F05"
SPECIAL = "01,31,,25312000000047104716,1060.00,20250630,,AB59"
PAPER = "01,04,031001900104,12345678,100.00,20190918,12345678901234567890,74DC"
NO_CHECK_CODE = "01,01,1100203130,00000001,1000.00,20210312,,9A7D"
VECTORS = [DIGITAL, SPECIAL, PAPER, NO_CHECK_CODE]


def signed(body: str, crc: int) -> str:
    return f"{body}{crc:04X}"


@pytest.mark.parametrize("text", VECTORS)
def test_a_genuine_payload_verifies(text: str) -> None:
    payload = qr_payload.parse(text)
    assert payload is not None
    assert (payload.crc_ok, payload.crc_variant) == (True, "8005+comma")


@pytest.mark.parametrize("text", VECTORS)
def test_changing_any_digit_breaks_the_crc(text: str) -> None:
    places = [place for place in range(3, text.rindex(",")) if text[place].isdigit()]
    changed = [text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :] for place in places]
    assert not any(qr_payload.is_valid(payload) for payload in changed)


def test_the_fields_of_a_payload_are_typed() -> None:
    assert qr_payload.parse(PAPER) == QrPayload(
        type="04",
        number="12345678",
        code="031001900104",
        amount=Decimal("100.00"),
        date=date(2019, 9, 18),
        check_code="12345678901234567890",
        crc="74DC",
        crc_variant="8005+comma",
    )


BODY = "01,10,031001900111,12345678,64.9,20190918,12345678901234567890"


@pytest.mark.parametrize(
    ("text", "variant"),
    [
        (signed(BODY + ",", crc16(f"{BODY},".encode())), "8005+comma"),
        (signed(BODY + ",", crc16(BODY.encode())), "8005"),
        (signed(BODY + ",", crc16_reflected(f"{BODY},".encode())), "ARC+comma"),
        (signed(BODY + ",", crc16_reflected(BODY.encode())), "ARC"),
        (signed(BODY + ",", crc16_reflected(f"{BODY},".encode(), 0xFFFF)), "MODBUS+comma"),
        (signed(BODY + ",", crc16_reflected(BODY.encode(), 0xFFFF)), "MODBUS"),
    ],
)
def test_each_of_the_six_variants_is_recognized(text: str, variant: str) -> None:
    payload = qr_payload.parse(text)
    assert payload is not None
    assert payload.crc_variant == variant


@pytest.mark.parametrize("comma", ["", ","])
def test_an_omitted_check_code_may_or_may_not_count_in_the_crc(comma: str) -> None:
    body = "01,01,1100203130,00000001,1000.00,20210312"
    payload = qr_payload.parse(signed(body + ",", crc16(f"{body},{comma}".encode())) + ",\0")
    assert payload is not None
    assert (payload.check_code, payload.crc_ok) == (None, True)


def test_an_unpadded_lower_case_crc_verifies() -> None:
    # given a payload whose CRC begins with zeros
    bodies = (f"01,32,,253120000000{serial:08d},113.00,20250601,," for serial in range(10**5))
    body = next(body for body in bodies if 0xA0 <= crc16(body.encode()) < 0x100)
    # when it is written as %x, then it verifies all the same
    assert qr_payload.is_valid(f"{body}{crc16(body.encode()):x}")


@pytest.mark.parametrize(
    "text", [DIGITAL + ",", DIGITAL + "\0", f" {DIGITAL}\r\n", "\ufeff" + DIGITAL, DIGITAL.replace(",", "，")]
)
def test_trailing_commas_blanks_and_nul_do_not_matter(text: str) -> None:
    assert qr_payload.parse(text) == qr_payload.parse(DIGITAL)


def test_a_payload_without_crc_is_read_and_not_called_broken() -> None:
    payload = qr_payload.parse(BODY)
    assert payload is not None
    assert (payload.crc, payload.crc_ok, payload.check_code, payload.amount) == (
        None,
        None,
        "12345678901234567890",
        Decimal("64.9"),
    )


def test_blank_fields_are_unknown() -> None:
    payload = qr_payload.parse("01,10,031001900111,12345678, ,20190918,,")
    assert payload is not None
    assert (payload.amount, payload.check_code, payload.crc_ok) == (None, None, None)


def test_a_broken_crc_makes_a_payload_invalid_but_readable() -> None:
    payload = qr_payload.parse(DIGITAL.replace("113.00", "118.00"))
    assert payload is not None
    assert (payload.amount, payload.crc_ok) == (Decimal("118.00"), False)
    assert not qr_payload.is_valid(DIGITAL.replace("113.00", "118.00"))


@pytest.mark.parametrize(
    ("kind_type", "code", "includes"),
    [
        ("01", "1100203130", False),
        ("04", "031001900104", False),
        ("10", "031001900111", False),
        ("08", "031002000113", False),
        ("14", "033001900112", False),
        ("11", "011001900106", None),
        ("03", "132001922011", None),
        ("15", "051002000117", None),
        ("31", None, True),
        ("32", None, True),
        ("51", None, True),
        ("51", "031001700111", False),
        ("61", None, True),
        ("99", None, None),
    ],
)
def test_whether_the_amount_includes_tax_depends_on_the_type(
    kind_type: str, code: str | None, includes: bool | None
) -> None:
    assert QrPayload(kind_type, "12345678", code).amount_includes_tax is includes


@pytest.mark.parametrize(
    ("kind_type", "code", "kind"),
    [
        ("01", "1100203130", "vat_special"),
        ("10", "031001900111", "e_vat_ordinary"),
        ("10", "144031809110", "blockchain"),
        ("10", "033001900112", "toll"),
        ("03", "132001922011", "motor_vehicle"),
        ("31", None, "digital_special"),
        ("32", None, "digital_ordinary"),
        ("51", None, "digital_rail"),
        ("51", "131001700151", "e_vat_ordinary"),
        ("61", None, "digital_air"),
        ("delivery", None, None),
        ("99", None, None),
    ],
)
def test_code_and_type_state_the_kind(kind_type: str, code: str | None, kind: str | None) -> None:
    assert QrPayload(kind_type, "12345678", code).kind == kind


def test_a_shenzhen_link_gives_number_and_total_in_yuan() -> None:
    url = f"https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash={'0a' * 33}&bill_num=01234567&total_amount=12305"
    assert qr_payload.parse(url) == QrPayload("blockchain", "01234567", amount=Decimal("123.05"))


def test_a_delivery_link_gives_number_and_day() -> None:
    url = "https://dppt.shanghai.chinatax.gov.cn:8443/kpfw/fpjfzz/v1/exportDzfpwjEwm?Wjgs=PDF&Jym=0A1B&Fphm=25312000000012345678&Kprq=20250601093000&Czsj=1"
    assert qr_payload.parse(url) == QrPayload("delivery", "25312000000012345678", date=date(2025, 6, 1))


def test_a_fiscal_payload_keeps_its_case_sensitive_check_code() -> None:
    assert qr_payload.parse("CZ-EI-00,1.1.0,12345678,0123456789,aB12cD,20240305,66.50") == QrPayload(
        "fiscal", "0123456789", "12345678", Decimal("66.50"), date(2024, 3, 5), "aB12cD"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "01,32",
        "02,32,,25312000000012345678,113.00,20250601,,6F05",
        "01,32,,2531200000001234567,113.00,20250601,,6F05",
        "01,xx,,12345678,1,20250601,,",
        "https://example.com/?Fphm=25312000000012345678",
        "https://evilchinatax.gov.cn/?Fphm=25312000000012345678",
        "https://[bad",
        "1" * 2000,
        "CZ-EI-00,1.1.0",
        "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?bill_num=12&total_amount=1",
    ],
)
def test_other_codes_on_a_page_are_none(text: str) -> None:
    assert qr_payload.parse(text) is None


@given(
    number=st.from_regex(r"\A[0-9]{20}\Z"),
    cents=st.integers(-(10**9), 10**11),
    day=st.dates(date(2021, 1, 1), date(2099, 12, 31)),
    kind_type=st.sampled_from(["31", "32"]),
)
def test_a_made_payload_reads_back_and_verifies(number: str, cents: int, day: date, kind_type: str) -> None:
    made = qr_payload.make(QrPayload(kind_type, number, amount=Decimal(cents).scaleb(-2), date=day))
    payload = qr_payload.parse(made)
    assert payload is not None
    assert (payload.number, payload.date, payload.crc_variant) == (number, day, "8005+comma")
    assert payload.amount == Decimal(cents).scaleb(-2)


@pytest.mark.parametrize("text", VECTORS)
def test_writing_a_read_payload_gives_the_same_text(text: str) -> None:
    payload = qr_payload.parse(text)
    assert payload is not None
    assert qr_payload.to_text(payload) == qr_payload.make(payload) == text
