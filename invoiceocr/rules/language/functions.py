"""The fixed table of functions that rules may call. None means unknown: a function that can't decide gives None."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from invoiceocr.kinds import vocabulary
from invoiceocr.rules.language.evaluation import Value
from invoiceocr.rules.language.types import BOOL, DATE, DATETIME, NUMBER, RATE, TEXT, TIME, Type, list_of
from invoiceocr.text.folding import name_key
from invoiceocr.values import (
    air_serial,
    chinese_amount,
    invoice_code,
    money,
    organization_code,
    provinces,
    rate,
    resident_id,
    tax_id,
    vin,
)

CENTURY = 2000
# characters compared by `similarity`; longer names are unknown
MAX_NAME = 100
MAX_DECIMALS = 30
DAY = 24 * 60 * 60  # seconds
GOODS = re.compile(r"\s*[*＊]([^*＊]{1,40})[*＊]")


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the rule language: its parameters and result, what it does, and a sentence about it. `cost` is how
    many additional steps a call takes, for functions that walk through their texts."""

    takes: tuple[Type, ...]
    gives: Type
    call: Callable[..., Value]
    summary: str
    cost: Callable[..., int] | None = None


def near(left: Decimal, right: Decimal, tolerance: Decimal) -> bool:
    """Whether two numbers differ by at most *tolerance*."""
    return abs(left - right) <= tolerance


def rounded(value: Decimal, digits: Decimal) -> Decimal | None:
    """*value* to that many decimals, half up."""
    if not 0 <= digits <= MAX_DECIMALS:
        return None
    return value.quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP)


def decimals(value: Decimal) -> Decimal:
    """How many decimals a number was written with."""
    exponent = value.as_tuple().exponent
    return Decimal(max(0, -exponent)) if isinstance(exponent, int) else Decimal(0)


def unit_of(value: Decimal) -> Decimal:
    """One unit of the last decimal a number was written with."""
    return Decimal(1).scaleb(-int(decimals(value)))


def goods_category(name: str) -> str | None:
    """The tax category printed before an item's name: 餐饮服务 of *餐饮服务*餐费; None without one."""
    match = GOODS.match(name)
    return match[1] if match else None


def goods_name(name: str) -> str:
    """An item's name without the category before it."""
    return GOODS.sub("", name, count=1).strip()


def add_days(day: date, days: Decimal) -> date | None:
    """The date that many days later."""
    try:
        return day + timedelta(days=int(days))
    except OverflowError:
        return None


def minutes_between(start: time, end: time) -> Decimal:
    """The minutes from a time of day to the next one."""
    seconds = (end.hour - start.hour) * 3600 + (end.minute - start.minute) * 60 + end.second - start.second
    return Decimal(seconds % DAY) / 60


def part_of(text: str, first: Decimal, count: Decimal) -> str | None:
    """That many characters of *text* from number *first* on; None if it is shorter."""
    start = int(first) - 1
    found = text[start : start + int(count)] if start >= 0 and count > 0 else ""
    return found if found and len(found) == int(count) else None


def station_letters(name: str) -> str | None:
    """The name of a railway station in letters, as in the railway's list."""
    return vocabulary.letters(vocabulary.vocabulary("stations").entries.get(name, "")) or None


def province(digits: str) -> str | None:
    """The province of two digits."""
    return provinces.PROVINCES.get(digits)


def digital_year(number: str) -> Decimal | None:
    """The year in a 20-digit number."""
    return Decimal(CENTURY + int(number[:2])) if re.fullmatch(r"[0-9]{20}", number) else None


def year_of_code(code: str) -> Decimal | None:
    """The year in an invoice code or a 20-digit number."""
    year = invoice_code.year(code)
    return digital_year(code) if year is None else Decimal(year)


def region_of(code: str) -> str | None:
    """The province or city of an invoice code or a 20-digit number."""
    if re.fullmatch(r"[0-9]{20}", code):
        return provinces.of_digital(code[2:4])
    return invoice_code.region(code)


def is_tax_id(text: str) -> bool:
    """Whether a text has the shape of a tax id."""
    return tax_id.parse(text) is not None


def org_code_ok(text: str) -> bool | None:
    """Whether the organization code inside a unified code, or a legacy id, passes mod 11; None without one."""
    number = tax_id.compact(text)
    if "*" in number:
        return None
    inside = number[8:17] if len(number) == 18 else number[6:] if len(number) == 15 else ""
    return organization_code.is_valid(inside) if inside else None


def product_of_lengths(left: str, right: str) -> int:
    """The steps that comparing two texts takes."""
    return len(left) * len(right)


def similarity(left: str, right: str) -> Decimal | None:
    """How alike two names are, 0 to 1."""
    first, second = name_key(left), name_key(right)
    if max(len(first), len(second)) > MAX_NAME:
        return None
    return Decimal(str(round(difflib.SequenceMatcher(None, first, second, autojunk=False).ratio(), 6)))


def number_in(text: str) -> Decimal | None:
    """The number that a text holds."""
    return money.parse(text)


TEXTS = list_of(TEXT)
FUNCTIONS: dict[str, tuple[Function, ...]] = {
    "abs": (Function((NUMBER,), NUMBER, abs, "a number without its sign"),),
    "round": (Function((NUMBER, NUMBER), NUMBER, rounded, "a number to so many decimals, half up"),),
    "near": (Function((NUMBER, NUMBER, NUMBER), BOOL, near, "two numbers differ by at most a third"),),
    "decimals": (Function((NUMBER,), NUMBER, decimals, "how many decimals a number is written with"),),
    "unit_of": (Function((NUMBER,), NUMBER, unit_of, "one unit of the last decimal a number is written with"),),
    "goods_name": (Function((TEXT,), TEXT, goods_name, "the name of an item without its *category*", len),),
    "goods_category": (Function((TEXT,), TEXT, goods_category, "the category before the name of an item", len),),
    "number": (Function((TEXT,), NUMBER, number_in, "the number that a text holds", len),),
    "percent": (Function((NUMBER,), TEXT, rate.to_text, "a fraction written as a percentage"),),
    "rate": (
        Function((RATE,), NUMBER, lambda value: value if isinstance(value, Decimal) else None, "a rate, if a number"),
    ),
    "marker": (
        Function((RATE,), TEXT, lambda value: value if isinstance(value, str) else None, "a rate, if a marker"),
    ),
    "days_between": (
        Function((DATE, DATE), NUMBER, lambda start, end: Decimal((end - start).days), "days from a date to another"),
    ),
    "add_days": (Function((DATE, NUMBER), DATE, add_days, "the date so many days later"),),
    "day_of": (Function((DATETIME,), DATE, datetime.date, "the day of a moment"),),
    "month_day": (Function((DATE,), TEXT, lambda day: f"{day:%m%d}", "month and day of a date as four digits"),),
    "minutes_between": (Function((TIME, TIME), NUMBER, minutes_between, "minutes from a time of day to the next"),),
    "part": (Function((TEXT, NUMBER, NUMBER), TEXT, part_of, "so many characters of a text, from one on"),),
    "province": (Function((TEXT,), TEXT, province, "the province that two digits of a code name"),),
    "letters": (Function((TEXT,), TEXT, vocabulary.letters, "the lower-case letters of a text", len),),
    "station_letters": (Function((TEXT,), TEXT, station_letters, "the name of a railway station in letters"),),
    "month_of": (Function((DATE,), NUMBER, lambda day: Decimal(day.month), "the month of a date"),),
    "year_of": (
        Function((DATE,), NUMBER, lambda day: Decimal(day.year), "the year of a date"),
        Function((TEXT,), NUMBER, year_of_code, "the year in an invoice code or 20-digit number", len),
    ),
    "region_of": (
        Function((TEXT,), TEXT, region_of, "the province or city of an invoice code or 20-digit number", len),
    ),
    "code_kind": (
        Function((TEXT,), TEXT, invoice_code.kind, "the kind that the digits of an invoice code state", len),
    ),
    "words_value": (Function((TEXT,), NUMBER, chinese_amount.parse, "the amount that words state", len),),
    "is_tax_id": (Function((TEXT,), BOOL, is_tax_id, "a text has the shape of a tax id", len),),
    "tax_id_ok": (Function((TEXT,), BOOL, tax_id.is_valid, "the check digits of a tax id, where it has any", len),),
    "tax_id_kind": (
        Function((TEXT,), TEXT, tax_id.classify, "the kind of tax id: uscc, organization, opaque, ...", len),
    ),
    "org_code_ok": (Function((TEXT,), BOOL, org_code_ok, "the organization code in a tax id passes mod 11", len),),
    "resident_id_ok": (
        Function((TEXT,), BOOL, resident_id.is_valid, "province, birthday and check digit of a resident's id", len),
    ),
    "vin_ok": (Function((TEXT,), BOOL, vin.is_valid, "the check digit of a vehicle identification number", len),),
    "air_serial_ok": (Function((TEXT,), BOOL, air_serial.is_valid, "the check digit of an itinerary's serial", len),),
    "air_check_code": (
        Function((TEXT,), TEXT, air_serial.verification_code, "the 验证码 that belongs to an itinerary's serial", len),
    ),
    "len": (Function((TEXT,), NUMBER, lambda text: Decimal(len(text)), "the length of a text"),),
    "starts_with": (Function((TEXT, TEXT), BOOL, str.startswith, "a text starts with another"),),
    "ends_with": (Function((TEXT, TEXT), BOOL, str.endswith, "a text ends with another"),),
    "contains": (
        Function((TEXT, TEXT), BOOL, str.__contains__, "a text contains another"),
        Function((TEXT, TEXTS), BOOL, lambda text, words: any(map(text.__contains__, words)), "... one of several"),
    ),
    "name_key": (Function((TEXT,), TEXT, name_key, "a name without blanks, brackets and punctuation", len),),
    "similarity": (Function((TEXT, TEXT), NUMBER, similarity, "how alike two names are, 0 to 1", product_of_lengths),),
}
