"""Taxpayer ids (纳税人识别号): GB 32100 unified codes, 15-digit legacy ids, ids made from identity documents.

`parse` tells what looks like a tax id, `is_valid` what also passes its check digits: specimens and misreadings
are tax ids too, and a failing check digit is a finding.
"""

from __future__ import annotations

import itertools
import re
from typing import Literal

from invoiceocr.text.folding import fold
from invoiceocr.values import organization_code, provinces, resident_id

TaxIdKind = Literal[
    "uscc",
    "uscc_odd_organization",
    "uscc_unlisted",
    "organization",
    "opaque",
    "resident",
    "resident_numbered",
    "resident_old",
    "temporary",
    "masked",
]
# GB 32100: no I O S V Z
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
# what recognizers take for foreign letters
RESEMBLED = {"O": "0QD", "I": "1", "S": "58", "V": "YU", "Z": "2"}
# letters; with more, chance finds a valid spelling
MAX_FOREIGN = 3
UNIFIED = 18  # characters of a unified code
# GB 32100: the kinds of organization (second character) that these authorities (first character) register: public
# offices, civil affairs, market regulation, agriculture
REGISTERED = {"1": "1239", "5": "1239", "9": "1239", "N": "1239"}
MIN_DIGITS = 6  # the region; tells ids from capital words
_SHAPE = re.compile(r"[0-9A-Z*]{15}|[0-9A-Z*]{17,18}|[0-9A-Z*]{20}|L[0-9A-Z*]{15}|L[0-9A-Z*]{18}|L[0-9A-Z*]{20}")


def compact(text: str) -> str:
    """*text* in upper case and half width, without blanks and hyphens.

    >>> compact("９１１１０１０５ ma01abcd5f")
    '91110105MA01ABCD5F'
    """
    return re.sub(r"[\s-]", "", fold(text)).upper()


def parse(text: str) -> str | None:
    """The id when its length and characters are those of a tax id, check digits aside; else None.

    >>> parse("91110105MA01ABCD5F"), parse("123"), parse("********")
    ('91110105MA01ABCD5F', None, None)
    """
    number = compact(text)
    digits = sum(character.isdigit() for character in number)
    return number if _SHAPE.fullmatch(number) and digits >= MIN_DIGITS else None


def is_valid(text: str) -> bool:
    """Whether *text* is a tax id whose check digits, where its kind has any, are right.

    >>> is_valid("91110105MA01ABCD5F"), is_valid("91110105MA01ABCD5G")
    (True, False)
    """
    return classify(text) is not None


def to_text(value: str) -> str:
    """*value* itself: tax ids are printed without separators.

    >>> to_text("91110105MA01ABCD5F")
    '91110105MA01ABCD5F'
    """
    return value


def classify(text: str) -> TaxIdKind | None:
    """The kind of tax id, None when it is none or a check digit is wrong.

    `uscc_odd_organization`: mod 31 is right, the organization code inside is not (possible, but rare);
    `uscc_unlisted`: the check digits are right, the kind of organization or the region is none that is known here;
    `opaque`: an old 15-digit id without check digit; `temporary`: L before another id; `masked`: not checkable.

    >>> classify("91110105MA01ABCD5F"), classify("L91110105MA01ABCD5F"), classify("110105123456789")
    ('uscc', 'temporary', 'opaque')
    """
    number = parse(text)
    if number is None:
        return None
    if "*" in number:
        return "masked"
    if number[0] == "L" and len(number) in (16, 19, 21):
        return "temporary" if classify(number[1:]) else None
    return _BY_LENGTH[len(number)](number) if len(number) in _BY_LENGTH else None


def respelled(text: str) -> str | None:
    """The unified code that a misread one must be: letters that no such code has stand for those that they resemble;
    None without such a letter, or if not exactly one spelling has right check digits.

    >>> respelled("91110105MAO1ABCD5F"), respelled("91110105MA01ABCD5F"), respelled("91110105MAO1ABCD5G")
    ('91110105MA01ABCD5F', None, None)
    """
    number = compact(text)
    foreign = sum(character in RESEMBLED for character in number)
    if len(number) != UNIFIED or not 0 < foreign <= MAX_FOREIGN:
        return None
    spellings = map("".join, itertools.product(*(RESEMBLED.get(character, character) for character in number)))
    valid = [spelling for spelling in spellings if classify(spelling) == "uscc"]
    return valid[0] if len(valid) == 1 else None


def uscc_check(first17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100, mod 31); ValueError for foreign characters.

    >>> uscc_check("91110105MA01ABCD5")
    'F'
    """
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(first17, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organization_check(first8: str) -> str:
    """The 9th character of an organization code (GB 11714, mod 11).

    >>> organization_check("12345678")
    '8'
    """
    return organization_code.check_character(first8)


def _eighteen(number: str) -> TaxIdKind | None:
    if resident_id.is_valid(number):
        return "resident"
    if (
        not re.fullmatch(f"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}", number)
        or uscc_check(number[:17]) != number[17]
    ):
        return None
    if not _is_listed(number):
        return "uscc_unlisted"
    return "uscc" if organization_code.is_valid(number[8:17]) else "uscc_odd_organization"


def _is_listed(number: str) -> bool:
    """Whether a unified code begins with a known kind of organization and region. One misread of 31 passes the check
    digit by chance if a character was misread everywhere; most of those have no such beginning. Registries add kinds,
    so another beginning is no proof of a misread either."""
    return number[1] in REGISTERED.get(number[0], ALPHABET) and (
        number[2:4] in provinces.PROVINCES or number[2:4] == provinces.NATIONAL
    )


def _fifteen(number: str) -> TaxIdKind | None:
    if not number[:6].isdigit() or number[:2] not in provinces.PROVINCES:
        return None
    return "organization" if organization_code.is_valid(number[6:]) else "opaque"


def _seventeen(number: str) -> TaxIdKind | None:
    return "resident_old" if number.isdigit() and resident_id.is_valid_old(number[:15]) else None


def _twenty(number: str) -> TaxIdKind | None:
    return "resident_numbered" if number[18:].isdigit() and resident_id.is_valid(number[:18]) else None


_BY_LENGTH = {15: _fifteen, 17: _seventeen, 18: _eighteen, 20: _twenty}
