"""`Facts`: what a paper says, field by field, as printed and as its label has it; and random values to make it from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from invoiceocr.specimens.content.words import digits, words
from invoiceocr.values import chinese_amount, provinces
from invoiceocr.values.money import CENT

LAST_DAY = date(2025, 12, 20)
PLATES = dict(
    zip(
        provinces.PROVINCES.values(),
        "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新台港澳",
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands on a paper: `printed` text by the place of a layout, and the label's `values` by field path. A place
    that prints other fields than its own name is in `covers`; a value whose place a layout lacks is not printed.
    `titles` fill the braces of a layout's captions."""

    printed: Mapping[str, str]
    values: Mapping[str, object]
    covers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    def shown(self, places: Mapping[str, object]) -> tuple[dict[str, str], dict[str, object]]:
        """What a layout with *places* prints, and the values of the label that go with it."""
        printed = {place: text for place, text in self.printed.items() if place in places and text}
        stated = {path for place in printed for path in self.covers.get(place, (place,))}
        return printed, {path: value for path, value in self.values.items() if path in stated}


def region(rng: Random) -> dict[str, str]:
    """A province or city with its name, city and code."""
    found: dict[str, str] = rng.choice(words()["regions"])
    return found


def province_of(place: Mapping[str, str]) -> str:
    """The province's name of a region."""
    return provinces.PROVINCES[place["code"][:2]]


def code_of(rng: Random, place: Mapping[str, str], day: date, ending: str = "") -> str:
    """A code of twelve digits that begins with 1, of the old families."""
    year = day - timedelta(days=rng.randint(0, 150))
    head = f"1{place['code'].ljust(4, '0')}{year:%y}"
    return f"{head}{digits(rng, 12 - len(head) - len(ending))}{ending}"


def number(rng: Random) -> str:
    """A number of eight digits."""
    return f"{rng.randint(1, 10**8 - 1):08d}"


def day_between(rng: Random, first: int, last: date = LAST_DAY) -> date:
    """A day from the first of January of the year *first* on."""
    start = date(first, 1, 4)
    return start + timedelta(days=rng.randrange((last - start).days))


def moment(rng: Random, day: date, earliest: int = 5, latest: int = 22) -> datetime:
    """A minute of *day*."""
    return datetime(day.year, day.month, day.day, rng.randint(earliest, latest), rng.randrange(60))


def money(rng: Random, low: int, high: int, step: str = "0.01") -> Decimal:
    """An amount from *low* to *high* yuan, a multiple of *step*."""
    unit = Decimal(step)
    return (Decimal(rng.randint(int(low / unit), int(high / unit))) * unit).quantize(CENT)


def in_words(rng: Random, value: Decimal) -> str:
    """The amount in words, in one of the usual styles."""
    style = chinese_amount.Style(whole_after_jiao=rng.random() < 0.5, zero_before_fen=rng.random() < 0.5)
    return chinese_amount.to_text(value, yuan=rng.choice("元圆"), style=style)


def han_day(day: date) -> str:
    """The day with 年月日."""
    return f"{day:%Y年%m月%d日}"


def masked_id(rng: Random) -> str:
    """An id card's number with stars over the birthday."""
    head = f"{region(rng)['code'][:2]}{digits(rng, 4)}{rng.randint(1955, 2004)}"
    return f"{head}****{digits(rng, 3)}{rng.choice('0123456789X')}"


def plate(rng: Random, place: Mapping[str, str]) -> str:
    """The plate of a car of *place*, with the character of its province."""
    return (
        f"{PLATES[provinces.PROVINCES[place['code'][:2]]]}{rng.choice('ABCDE')}{rng.choice('ABDEFT')}{digits(rng, 4)}"
    )
