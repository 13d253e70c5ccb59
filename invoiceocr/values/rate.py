"""VAT rates and levies (税率/征收率): a `Decimal` fraction, or the marker printed instead of one."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from invoiceocr.text.folding import fold
from invoiceocr.values.money import CENT

Rate = Decimal | str
MARKERS = {
    **dict.fromkeys(("免税", "免征增值税", "免征", "免"), "免税"),
    **dict.fromkeys(("不征税", "不征增值税", "不征"), "不征税"),
}
ZERO = {"零税率", "零", "出口零税", "出口零税率"}
# no Chinese VAT rate ever reached it; bare numbers above are percentages
HIGHEST = Decimal("0.20")
# first day, general rates from that day on: 财税〔2017〕37号, 财税〔2018〕32号, 公告2019年第39号
PERIODS = (
    (date(2019, 4, 1), ("0.13", "0.09", "0.06", "0")),
    (date(2018, 5, 1), ("0.16", "0.10", "0.06", "0")),
    (date(2017, 7, 1), ("0.17", "0.11", "0.06", "0")),
    (date.min, ("0.17", "0.13", "0.11", "0.06", "0")),
)
# first day, last day, levies: 财税〔2014〕57号, 公告2020年第13号, 公告2020年第17号
LEVIES = (
    (date.min, date.max, ("0.03", "0.05", "0.02", "0.015")),
    (date.min, date(2014, 6, 30), ("0.04", "0.06")),
    (date(2020, 3, 1), date.max, ("0.01",)),
    (date(2020, 5, 1), date.max, ("0.005",)),
)
_PERCENT = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,6})?)%")
_NUMBER = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,8})?|\.[0-9]{1,8}")


def compact(text: str) -> str:
    """*text* in half width, without blanks.

    >>> compact("１３ ％")
    '13%'
    """
    return re.sub(r"\s", "", fold(text)).replace("﹪", "%").replace("✱", "*")


def parse(text: str) -> Rate | None:
    """The rate as a fraction, the markers 免税, 不征税 or asterisks as printed, None for anything else.

    >>> parse("13%"), parse("0.06"), parse("3"), parse("1.5%"), parse("免税"), parse("***"), parse("130%")
    (Decimal('0.13'), Decimal('0.06'), Decimal('0.03'), Decimal('0.015'), '免税', '***', None)
    """
    text = compact(text)
    if text in MARKERS:
        return MARKERS[text]
    if re.fullmatch(r"\*{1,8}", text):
        return text
    if text in ZERO:
        return Decimal(0)
    if match := _PERCENT.fullmatch(text):
        return _fraction(Decimal(match[1]) / 100)
    return _bare(Decimal(text)) if _NUMBER.fullmatch(text) else None


def is_valid(text: str) -> bool:
    """Whether *text* is a rate or a marker.

    >>> is_valid("9％"), is_valid("九")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: Rate) -> str:
    """*value* as invoices print it.

    >>> to_text(Decimal("0.13")), to_text(Decimal("0.015")), to_text("免税")
    ('13%', '1.5%', '免税')
    """
    return value if isinstance(value, str) else f"{(value * 100).normalize():f}%"


def allowed_rates(on: date) -> frozenset[Decimal]:
    """The general rates and levies in force on that day.

    >>> Decimal("0.17") in allowed_rates(date(2018, 4, 30)), Decimal("0.17") in allowed_rates(date(2018, 5, 1))
    (True, False)
    """
    general = next(rates for start, rates in PERIODS if start <= on)
    levies = [rate for first, last, rates in LEVIES if first <= on <= last for rate in rates]
    return frozenset(map(Decimal, (*general, *levies)))


def tax_on(net: Decimal, rate: Decimal) -> Decimal:
    """The tax on an amount without tax, rounded half up to the cent.

    >>> tax_on(Decimal("94339.62"), Decimal("0.06"))
    Decimal('5660.38')
    """
    return (net * rate).quantize(CENT, ROUND_HALF_UP)


def tax_within(gross: Decimal, rate: Decimal) -> Decimal:
    """The tax inside an amount with tax, rounded half up to the cent: rail fares, passenger tickets.

    >>> tax_within(Decimal("493.00"), Decimal("0.09"))
    Decimal('40.71')
    """
    return (gross / (1 + rate) * rate).quantize(CENT, ROUND_HALF_UP)


def _bare(number: Decimal) -> Decimal | None:
    if number > HIGHEST:
        number /= 100
    return _fraction(number) if number <= HIGHEST else None


def _fraction(number: Decimal) -> Decimal:
    """*number* with at least two decimals and no idle zeros behind them; zero is plain 0."""
    number = number.normalize()
    return Decimal(0) if not number else number.quantize(CENT) if number == number.quantize(CENT) else number
