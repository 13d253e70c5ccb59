"""发票代码: 10 digits (`RRRR YY B K L V`) or 12 (`0 RRRR YY BBB TT`, older families with a leading 1 or 2).

No check digit is defined: region, year and kind digits are all that can be verified.
"""

from __future__ import annotations

import re
from typing import Literal

from invoiceocr.text.folding import fold
from invoiceocr.values import provinces

VerifyType = Literal["01", "02", "03", "04", "08", "10", "11", "14", "15"]
# the site's own rule: the two digits are greater than 00
FIRST_YEAR = 2001
FAMILIES = "012"  # first digits of codes of twelve
EARLY_ELECTRONIC = frozenset({"144031539110", "131001570151", "133011501118", "111001571071"})
TYPES_OF_TEN: dict[str, VerifyType] = {"1": "01", "5": "01", "3": "04", "6": "04", "2": "02", "7": "02"}
TYPES_OF_TWELVE: dict[str, VerifyType] = {
    "04": "04", "05": "04", "06": "11", "07": "11", "11": "10", "12": "14", "13": "08", "17": "15",
}  # fmt: skip
KINDS: dict[str, str] = {
    "01": "vat_special",
    "04": "vat_ordinary",
    "08": "e_vat_special",
    "10": "e_vat_ordinary",
    "11": "vat_roll",
    "14": "toll",
    "15": "used_vehicle",
}
# of coupons
_LETTERED = re.compile(r"1[0-9]{6}[0-9A-Z]{5}")
# 深圳: batch digits 0 9, version 0
_BLOCKCHAIN = re.compile(r"14403[0-9]{2}09[0-9]{2}0")


def compact(text: str) -> str:
    """The digits of *text* in half width, without blanks and hyphens.

    >>> compact("０３１００ 19001 04")
    '031001900104'
    """
    return re.sub(r"[\s-]", "", fold(text))


def parse(text: str) -> str | None:
    """The code when it has 10 or 12 digits, else None.

    >>> parse("0310 0190 0104"), parse("12345")
    ('031001900104', None)
    """
    code = compact(text)
    return code if re.fullmatch(r"[0-9]{10}|[0-9]{12}", code) else None


def is_valid(text: str) -> bool:
    """Whether *text* is a code of digits of a known family and region, with a year other than 00. The number of a
    machine (机器编号) has twelve digits, too, but begins with others.

    >>> is_valid("031001900104"), is_valid("099001900104"), is_valid("661900000104"), is_valid("13100198E001")
    (True, False, False, False)
    """
    code = parse(text)
    is_known = code is not None and (len(code) == 10 or code[0] in FAMILIES)
    return is_known and region(text) is not None and year(text) is not None


def to_text(value: str) -> str:
    """*value* itself: codes are printed without separators.

    >>> to_text("031001900104")
    '031001900104'
    """
    return value


def region(text: str) -> str | None:
    """The province or city of the code (`上海`, `深圳`), None when unknown. The batch of a coupon may have letters.

    >>> region("031001900104"), region("4403201320"), region("13100198E001")
    ('上海', '深圳', '上海')
    """
    code = _with_batch(text)
    return provinces.of_code(_from_region(code)[:4]) if code else None


def year(text: str) -> int | None:
    """The year the form was printed or the code given out, None for 00.

    >>> year("031001900104"), year("1100203130")
    (2019, 2020)
    """
    code = _with_batch(text)
    number = 2000 + int(_from_region(code)[4:6]) if code else 0
    return number if number >= FIRST_YEAR else None


def verify_type(text: str) -> VerifyType | None:
    """The type under which the tax bureau's verification site files the code, None when its digits don't say.

    `03` is a hint only: 机动车 codes start with 1 and have 2 in position 8, but so do some taxi receipts.

    >>> verify_type("031001900104"), verify_type("1100203130"), verify_type("144031809110")
    ('04', '01', None)
    """
    code = parse(text)
    if not code:
        return None
    if len(code) == 10:
        return TYPES_OF_TEN.get(code[7])
    if code in EARLY_ELECTRONIC:
        return "10"
    if code[0] == "0":
        return TYPES_OF_TWELVE.get(code[10:])
    return "03" if code[7] == "2" else None


def kind(text: str) -> str | None:
    """The `kind` (field contract) that the code proves, None when only the printed title can tell.

    >>> kind("031001900111"), kind("144031809110"), kind("132001922011")
    ('e_vat_ordinary', 'blockchain', None)
    """
    if (code := parse(text)) and _BLOCKCHAIN.fullmatch(code):
        return "blockchain"
    proved = verify_type(text)
    return KINDS.get(proved) if proved else None


def _with_batch(text: str) -> str | None:
    """The code, also one with letters behind region and year."""
    code = compact(text)
    return code if _LETTERED.fullmatch(code) else parse(code)


def _from_region(code: str) -> str:
    return code[1:] if len(code) == 12 else code
