"""How the fields that rules restrict are spelled: what may stand for what, what a text must parse to, and what share of
wrong values passes their own check digits."""

from __future__ import annotations

import string
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import regex

from invoiceocr.decoding.nbest import ANYTHING, Grammar, decode_nbest, folded
from invoiceocr.kinds import KindSpec, field_of
from invoiceocr.kinds.types import ValueType
from invoiceocr.page import Lattice
from invoiceocr.values import (
    check_code,
    chinese_amount,
    confusion,
    invoice_code,
    invoice_number,
    issue_date,
    moment,
    money,
    organization_code,
    quantity,
    rate,
    tax_id,
)

BLANKS = " \u3000\xa0"
# in identifiers; in an amount the hyphen is its sign
SEPARATORS = BLANKS + "-"
# of a unified code: characters; indexes in it
LENGTH, ORGANIZATION, ORGANIZATION_CHECK = 18, 8, 16
REGION = confusion.REGION
# by the weighted sum mod 11
ORGANIZATION_CHECKS = "0X" + string.digits[:0:-1]
WORDS = regex.compile(r"(?:[(（]负数[)）])?[零壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整正]{2,}")
FULL_MOMENT = regex.compile(r"(20[0-9]{2}) *([0-9]{2}) *([0-9]{2}) *([0-9]{2}) *([0-9]{2})(?: *([0-9]{2}))?")
MOMENT_DIGITS = (len("YYYYMMDDhhmm"), len("YYYYMMDDhhmmss"))
FIGURE_ENDS = frozenset((0, 4, 6, 8, 10, 12, 14))  # digits before a figure of a moment or behind its last one
Readings = Iterator[tuple[str, float]]
# of a sum: what its ¥ may have become
SIGN_AS_DIGIT = regex.compile(r"[17](?=[1-9]|0\.)[\d,]+[.:]\d{2}")
# how often that is the case rather than a sum read correctly without its sign
SIGN_LOST = 0.2
# how often a figure of a row has lost its minus: 5 of 1,300 on degraded specimens
MINUS_LOST = 0.004
PLAUSIBLE = 0.01  # share of the best reading's probability
LIKELIEST = 8  # how many readings are tried
CHECKED = {
    "uscc": 1 / 341,  # mod 31 and mod 11
    "uscc_odd_organization": 1 / 31,
    "uscc_unlisted": 1 / 31,
    "temporary": 1 / 31,
    "organization": 1 / 11,
    "resident": 1 / 100,  # mod 11 and a date
    "resident_numbered": 1 / 100,
}


def _as_read(text: str) -> Readings:
    yield text, 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """How the text of a field becomes its value, and the grammars with which its lattice is searched. `variants` are
    the texts that a read one may stand for, each with its likelihood relative to the read one."""

    parse: Callable[[str], object | None]
    grammars: tuple[Grammar, ...]
    variants: Callable[[str], Readings] = _as_read


def spelling(path: str, spec: KindSpec | None) -> Spelling | None:
    """The spelling of the field at *path*; None for fields that no rule restricts, such as names."""
    field = field_of(path, spec)
    return spelling_of(field.type) if field else None


def spelling_of(kind: ValueType) -> Spelling | None:
    """The spelling of values of a type; None for types that no rule restricts."""
    return SPELLINGS.get(kind.grammar)


def passing_share(value: object) -> float:
    """The share of wrong values of that kind that would pass the check digits of *value*; 1.0 if it has none."""
    kind = tax_id.classify(value) if isinstance(value, str) else None
    return CHECKED.get(kind or "", 1.0)


def has_plausible_value(path: str, lattice: Lattice, spec: KindSpec | None) -> bool:
    """Whether *lattice* has a reading, not much fainter than its best one, that gives a value of the field at *path*. A
    print whose best reading gives none is then worth a candidate without a value."""
    field = field_of(path, spec)
    return field is not None and is_plausible(field.type, lattice)


def is_plausible(kind: ValueType, lattice: Lattice) -> bool:
    """Whether *lattice* has a reading, not much fainter than its best one, that gives a value of the type."""
    spelled = spelling_of(kind)
    if spelled is None:
        return False
    found = (reading for grammar in spelled.grammars for reading in decode_nbest(lattice, grammar, most=LIKELIEST))
    return any(reading.ratio >= PLAUSIBLE and spelled.parse(reading.text) is not None for reading in found)


class _Code(NamedTuple):
    """A beginning of a unified code: its length and its weighted sums."""

    length: int = 0
    sum31: int = 0
    sum11: int = 0


def _follow(state: Hashable, character: str) -> Hashable | None:
    """The beginning with one more character; None if the alphabet, the region or a check character forbids it."""
    assert isinstance(state, _Code)
    if not _may_follow(state, character):
        return None
    index, value = state.length, tax_id.ALPHABET.find(character)
    if index == LENGTH - 1:
        return _Code(LENGTH) if (state.sum31 + value) % 31 == 0 else None
    sum31 = (state.sum31 + value * tax_id.WEIGHTS[index]) % 31
    if ORGANIZATION <= index < ORGANIZATION_CHECK:
        weight = organization_code.WEIGHTS[index - ORGANIZATION]
        return _Code(index + 1, sum31, (state.sum11 + int(character, 36) * weight) % 11)
    return _Code(index + 1, sum31)


def _may_follow(state: _Code, character: str) -> bool:
    """Whether alphabet, region and the check character of the organization allow *character* there."""
    index = state.length
    if index == LENGTH or character not in tax_id.ALPHABET:
        return False
    if REGION.start <= index < REGION.stop:
        return character.isdigit()
    return index != ORGANIZATION_CHECK or character == ORGANIZATION_CHECKS[state.sum11]


def _complete(state: Hashable) -> bool:
    return isinstance(state, _Code) and state.length == LENGTH


def _folding(alphabet: confusion.Alphabet, dropped: str) -> Callable[[str], str]:
    """Folds single characters to the only character of *alphabet* that explains them; *dropped* ones become nothing."""

    @lru_cache(maxsize=4096)
    def fold(character: str) -> str:
        return "" if character in dropped else confusion.repair_to(alphabet, character)

    return fold


def _money(text: str) -> object | None:
    return money.parse(_from_sign(confusion.repair_to("money", text.replace("￥", "¥"))))


def _from_sign(text: str) -> str:
    """*text* from its ¥ on, if other print runs into the amount; a minus may stand before the sign."""
    before, sign, amount = text.rpartition("¥")
    return text if before in ("", "-") else sign + amount


def _signed(text: str) -> Readings:
    """A sum as read, and without a first digit that may be its sign."""
    lost = SIGN_LOST if SIGN_AS_DIGIT.fullmatch(text) else 0.0
    yield text, 1.0 - lost
    if lost:
        yield text[1:], lost


def _minus_lost(text: str) -> Readings:
    """A figure of a row as read, and with a minus, which is narrow and near the line of the column."""
    lost = MINUS_LOST if text[:1].isdigit() else 0.0
    yield text, 1.0 - lost
    if lost:
        yield f"-{text}", lost


def _quantity(text: str) -> object | None:
    return quantity.parse(confusion.repair_to("digits", text))


def _digit(character: str) -> str:
    """*character* if it is a digit, otherwise a blank."""
    return character if character in string.digits else " "


def _after(digits: Hashable, character: str) -> Hashable | None:
    """How many digits of a moment have been read after *character*: a blank may only stand between its figures."""
    assert isinstance(digits, int)
    if character == " ":
        return digits if digits in FIGURE_ENDS else None
    return digits + 1 if digits < MOMENT_DIGITS[-1] else None


def _moment(text: str) -> datetime | None:
    """The moment of *text*, or of its figures alone, if they have all their digits: 1 and 2 are no 12."""
    figures = FULL_MOMENT.fullmatch(text.strip())
    return moment.parse("".join(figures.groups("00")) if figures else text)


def _words(text: str) -> str | None:
    """The amount in words in *text*, as printed; a shortened one has lost a character."""
    for words in (text, *WORDS.findall(text)):
        if chinese_amount.is_standard(words):
            return chinese_amount.compact(words)
    return None


DIGITS, AMOUNT = folded(_folding("digits", SEPARATORS)), folded(_folding("digits", BLANKS))
# the small 年, 月 and 日 between the figures of a moment are misread first, and say nothing that the figures don't
FIGURES = Grammar(_digit, 0, _after, lambda digits: digits in MOMENT_DIGITS)
WORDING = folded(_folding("words", BLANKS))
TAX_ID = _folding("tax_id", SEPARATORS)
UNIFIED_CODE = Grammar(TAX_ID, _Code(), _follow, _complete)
MONEY = Spelling(_money, (AMOUNT,), _minus_lost)
SUM = Spelling(_money, (AMOUNT,), _signed)
NUMBER = Spelling(_quantity, (AMOUNT,), _minus_lost)

SPELLINGS: dict[str, Spelling] = {
    "invoice_code": Spelling(invoice_code.parse, (DIGITS,)),
    "invoice_number": Spelling(invoice_number.parse, (DIGITS,)),
    "check_code": Spelling(check_code.parse, (DIGITS,)),
    "tax_id": Spelling(tax_id.parse, (folded(TAX_ID), UNIFIED_CODE)),
    "issue_date": Spelling(issue_date.parse, (ANYTHING,)),
    "moment": Spelling(_moment, (ANYTHING, FIGURES)),
    "sum": SUM,
    "money": MONEY,
    "quantity": NUMBER,
    "rate": Spelling(rate.parse, (ANYTHING,)),
    "words": Spelling(_words, (WORDING,)),
}
"""The spellings by the grammar that value types name (kinds/types.py)."""
