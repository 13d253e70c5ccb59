"""The cells of a register as values. Spreadsheets change what they hold: leading zeros and the last digits of long
numbers get lost, dates become counts of days, and numbers that pass through other programs end in `.0`."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from invoiceocr.ledger.register_sheets import Cell
from invoiceocr.text.folding import fold
from invoiceocr.text.folding import parse as parse_text
from invoiceocr.values import invoice_code, invoice_number, issue_date, money, tax_id
from invoiceocr.values.money import CENT

# of a number cell: the others were rounded away
EXACT_DIGITS = 15
# the first day of spreadsheets is 1; they count a 29 February 1900 that was none
EPOCH = date(1899, 12, 30)
# days since then, and the time of day as a fraction: 1954 to 2119
SERIAL = re.compile(r"([2-7][0-9]{4})(\.[0-9]+)?")
SCIENTIFIC = re.compile(r"-?[0-9]+(?:\.[0-9]*)?[eE][-+]?[0-9]{1,2}")
# what keeps spreadsheets from taking a text for a number
QUOTES = "'`‘’＇\t"
WHOLE = re.compile(r"^([0-9]+)\.0+$")
# some software groups thousands by blanks, which a cell cannot confuse with the gap between two columns
GROUPED = re.compile(r"(?<=[0-9])[ \u00a0\u202f](?=[0-9]{3}(?![0-9]))")
OLD_LENGTH = 8  # digits of the number of an invoice with a code
LONGEST_CODE = 12
ELECTRONIC_CODE = re.compile(r"[1-9][0-9]{10}")  # without the zero that it begins with


def plain(cell: Cell) -> str:
    """The text of a cell: without the quotes and signs that keep spreadsheets from taking it for a number.

    >>> plain("'0012"), plain('="0012"'), plain(12.0), plain(None)
    ('0012', '0012', '12', '')
    """
    match cell:
        case None:
            return ""
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell).strip().lstrip(QUOTES).removeprefix("=").strip('"').strip()


def number(cell: Cell) -> tuple[str | None, bool]:
    """An invoice number, and whether it is not the whole number: digits got lost in a cell of type number, or the text
    is not of the shape that numbers have.

    >>> number("00012345"), number("12345.0"), number("2.5112E+19"), number("")
    (('00012345', False), ('12345', True), ('25112000000000000000', True), (None, False))
    """
    text = fold(plain(cell))
    if SCIENTIFIC.fullmatch(text):
        return str(int(Decimal(text))), True
    digits = _digits(cell)
    if len(digits) > EXACT_DIGITS and (digits != text or isinstance(cell, int | float)):
        return digits, True
    if known := invoice_number.parse(digits):
        return known, False
    return (parse_text(digits), True) if any(map(str.isdigit, text)) else (None, False)


def old_number(cell: Cell) -> tuple[str | None, bool]:
    """The number of an invoice with a code, as `number` gives it, with the zeros that spreadsheets drop.

    >>> old_number(12345), old_number("12345.0"), old_number("1.2E+04")
    (('00012345', False), ('00012345', False), ('12000', True))
    """
    digits = _digits(cell)
    if digits.isdecimal() and len(digits) < OLD_LENGTH:
        return digits.zfill(OLD_LENGTH), False
    return number(cell)


def code(cell: Cell) -> str | None:
    """An invoice code; those of electronic invoices begin with 0, which spreadsheets drop.

    >>> code(31001900104), code("1100194130")
    ('031001900104', '1100194130')
    """
    text = _digits(cell)
    return invoice_code.parse(text.zfill(LONGEST_CODE) if ELECTRONIC_CODE.fullmatch(text) else text)


def day(cell: Cell) -> date | None:
    """A date, also as the count of days that is left where a cell has no format of a date."""
    match cell:
        case datetime():
            return cell.date()
        case date():
            return cell
        case _ if (text := plain(cell)) and (serial := SERIAL.fullmatch(text)):
            return EPOCH + timedelta(days=int(serial[1]))
        case _:
            stated = re.split(r"[T ]", text)[0]
            return issue_date.parse(stated.replace("/", "-")) if stated else None


def amount(cell: Cell) -> Decimal | None:
    """A sum of money.

    >>> amount("1,130.00元"), amount("1 130.00"), amount(13.004), amount("1.13E+03"), amount("--")
    (Decimal('1130.00'), Decimal('1130.00'), Decimal('13.00'), Decimal('1130.00'), None)
    """
    match cell:
        case bool() | None:
            return None
        case int() | float():
            return _to_cents(str(cell))
        case _:
            text = fold(plain(cell))
            if SCIENTIFIC.fullmatch(text):
                return _to_cents(text)
            return money.parse(GROUPED.sub("", text.removesuffix("整")))


def tax_number(cell: Cell) -> str | None:
    """A tax id."""
    return tax_id.parse(plain(cell))


def words(cell: Cell) -> str | None:
    """A text."""
    return parse_text(plain(cell))


def _digits(cell: Cell) -> str:
    """The text of a cell in half width, without the decimals of a number that passed through other programs."""
    return WHOLE.sub(r"\1", fold(plain(cell)))


def _to_cents(text: str) -> Decimal | None:
    value = Decimal(text)
    return value.quantize(CENT) if value.is_finite() and value.adjusted() < EXACT_DIGITS else None


def is_left(rounded: str, held: str | None) -> bool:
    """Whether *held* begins with the digits that are left: the last of them may be rounded up.

    >>> is_left("25112000000000000000", "25112345678901234567"), is_left("25112000000000000000", "25212345678901234567")
    (True, False)
    """
    certain = min(len(rounded.rstrip("0")), EXACT_DIGITS) - 1
    return held is not None and len(held) == len(rounded) and held[:certain] == rounded[:certain]
