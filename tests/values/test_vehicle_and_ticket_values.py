from __future__ import annotations

import pytest

from invoiceocr.values import air_serial, check_code, identifier, machine_number, plate_number, vin


@pytest.mark.parametrize(
    "printed",
    [
        "京A·12345",
        "京A12345",
        "京A-12345",
        "京A.12345",
        "沪AD12345",
        "粤B·F12345",
        "A-T1234",
        "A·B1234",
        "BT1234",
        "A-12B34",
        "京A1234警",
        "粤Z1234港",
        "京a 12345",
    ],
)
def test_plates_are_read_with_or_without_their_province(printed: str) -> None:
    assert plate_number.parse(printed) == plate_number.compact(printed)


@pytest.mark.parametrize("printed", ["", "京", "12345", "京12345", "A123", "ABCDEFG", "京A·1234567", "车牌号", "14:30"])
def test_other_texts_are_no_plate(printed: str) -> None:
    assert plate_number.parse(printed) is None


def test_a_plate_is_printed_with_its_separator_and_compared_without() -> None:
    assert plate_number.parse("京A·12345") == "京A·12345"
    assert plate_number.key("京A·12345") == plate_number.key("A-12345") == "A12345"


@pytest.mark.parametrize("printed", ["京A1234警", "京AD12345"])
def test_police_and_new_energy_plates_are_whole(printed: str) -> None:
    assert plate_number.is_valid(printed)


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("1M8GDM9AXKP042788", True),
        ("11111111111111111", True),
        ("1M8GDM9AXKP042789", False),
        ("1M8GDM9AXKPO42788", False),
    ],
)
def test_the_ninth_character_of_a_vin_checks_the_others(number: str, valid: bool) -> None:
    assert vin.is_valid(number) is valid


def test_the_check_digit_of_a_vin_does_not_depend_on_itself() -> None:
    assert {vin.check_digit(f"1M8GDM9A{digit}KP042788") for digit in "0123456789X"} == {"X"}


@pytest.mark.parametrize(
    ("serial", "valid"),
    [
        ("12345678903", True),
        ("1234567890 3", True),
        ("12345678904", False),
        ("00000000070", True),
        ("1234567890", False),
    ],
)
def test_the_last_digit_of_an_air_serial_is_the_rest_mod_seven(serial: str, valid: bool) -> None:
    assert air_serial.is_valid(serial) is valid


def test_the_verification_code_of_an_air_receipt_stands_in_its_serial() -> None:
    assert air_serial.verification_code("12345678903") == "7890"
    assert air_serial.verification_code("123") is None


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("12345 67890 12345 67890", "12345678901234567890"),
        ("１２３４５678901234567890", "12345678901234567890"),
        ("1a2b3", "1a2b3"),
        ("aB12cD", "aB12cD"),
    ],
)
def test_each_family_of_check_codes_is_read(printed: str, code: str) -> None:
    assert check_code.parse(printed) == code


@pytest.mark.parametrize(
    "printed", ["", "123456", "1234567890123456789", "123456789012345678901", "1234567890123456789O"]
)
def test_other_shapes_are_no_check_code(printed: str) -> None:
    assert check_code.parse(printed) is None


def test_a_machine_number_of_an_unusual_length_parses_but_is_not_valid() -> None:
    assert machine_number.parse("4990 0000 12") == "4990000012"
    assert not machine_number.is_valid("4990000012")


@pytest.mark.parametrize(
    ("printed", "value"), [("ｋａ－ ００１２", "KA-0012"), ("无座", "无座"), ("07f", "07F"), ("-", None), ("", None)]
)
def test_an_identifier_is_upper_case_half_width_without_blanks(printed: str, value: str | None) -> None:
    assert identifier.parse(printed) == value
