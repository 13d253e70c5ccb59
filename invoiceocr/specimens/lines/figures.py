"""Figures as invoices print and people write them: sums, dates, numbers, ids."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from invoiceocr.specimens.content.parties import unified_code
from invoiceocr.specimens.content.words import digits, words
from invoiceocr.specimens.lines.alphabets import alphabet
from invoiceocr.values import chinese_amount, resident_id

FIRST_DAY, DAYS = date(2012, 1, 1), 366 * 16
# As plates and codes have them: beside digits nobody can tell I and O from 1 and 0.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
ALIKE = ("0Q", "0QDUCG", "8B3S5", "1L7TJ", "2Z7", "6G8", "VYUW", "MNHK", "PRFE", "AX4K", "0123456789", "0123456789")


def amount(rng: Random) -> str:
    """A sum: with or without ¥, thousands separators, minus."""
    value = round(10 ** rng.uniform(-1.5, 6.5), 2)
    text = f"{value:,.2f}" if rng.random() < 0.25 else f"{value:.2f}"
    return rng.choice(("", "", "¥", "¥", "￥")) + ("-" if rng.random() < 0.06 else "") + text + rarely(rng, "元", 0.05)


def plain_number(rng: Random) -> str:
    """A quantity or price with any number of decimals."""
    value = 10 ** rng.uniform(-1, 5)
    return rng.choice((f"{value:.0f}", f"{value:.1f}", f"{value:.{rng.randint(2, 13)}f}"))


def day(rng: Random) -> str:
    """A date in one of the forms of invoices and receipts, sometimes with the time."""
    when = FIRST_DAY + timedelta(days=rng.randrange(DAYS))
    form = rng.choice(
        ("%Y年%m月%d日", "%Y年%m月%d日", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y 年 %m 月 %d 日")
    )
    return when.strftime(form) + (" " + clock(rng) if rng.random() < 0.15 else "")


def clock(rng: Random) -> str:
    """A time of day."""
    text = f"{rng.randrange(24):02d}:{rng.randrange(60):02d}"
    return text + (f":{rng.randrange(60):02d}" if rng.random() < 0.5 else "")


def invoice_number(rng: Random) -> str:
    """Codes and numbers of all generations: 8, 10, 12 or 20 digits."""
    return digits(rng, rng.choice((8, 8, 10, 12, 12, 20, 20)))


def tax_number(rng: Random) -> str:
    """A tax id: mostly a unified social credit code with its check characters."""
    if rng.random() < 0.8:
        return unified_code(rng, rng.choice(words()["regions"])["code"])
    return digits(rng, 6) + "".join(rng.choices("0123456789ABCDEFGHJKLMNPQRTUWXYX", k=rng.choice((9, 12, 14))))


def check_code(rng: Random) -> str:
    """20 digits in groups of five."""
    text = digits(rng, 20)
    return rng.choice((" ", "", "  ")).join(text[start : start + 5] for start in range(0, 20, 5))


def account(rng: Random) -> str:
    """A bank account or phone number."""
    if rng.random() < 0.5:
        text = digits(rng, rng.randint(12, 21))
        return " ".join(text[i : i + 4] for i in range(0, len(text), 4)) if rng.random() < 0.3 else text
    return rng.choice(
        (f"0{digits(rng, 2)}-{digits(rng, 8)}", f"1{digits(rng, 10)}", f"0{digits(rng, 3)}-{digits(rng, 7)}")
    )


def percentage(rng: Random) -> str:
    """A rate as printed."""
    return rng.choice(("13%", "9%", "6%", "3%", "1%", "0%", "5%", "17%", "16%", "11%", "10%", "1.5%", "***", "*"))


def serial(rng: Random) -> str:
    """Capitals and digits: plates without their first character, train and flight numbers, specifications, ids."""
    letters = rng.choice(("", rng.choice(LETTERS), "".join(rng.choices(LETTERS, k=rng.randint(1, 4)))))
    parts = [letters + digits(rng, rng.randint(1, 9)) for _ in range(rng.choice((1, 1, 2)))]
    return rng.choice(("-", "", "/", "*", ".")).join(parts) + rarely(rng, rng.choice(LETTERS), 0.3)


def person_id(rng: Random) -> str:
    """A resident's id number with its check digit, sometimes with its middle hidden."""
    born = FIRST_DAY - timedelta(days=rng.randrange(365 * 50))
    first = f"{rng.choice(words()['regions'])['code'][:2]}9900{born:%Y%m%d}{digits(rng, 3)}"
    full = first + resident_id.check_digit(first)
    return full[:10] + "****" + full[14:] if rng.random() < 0.3 else full


def cipher(rng: Random) -> str:
    """A line of the cipher area."""
    return "".join(rng.choices("0123456789012345678901234567890+-*/<>", k=rng.choice((12, 21, 24, 27, 28))))


def anything(rng: Random) -> str:
    """Any characters of the id alphabet, each as often as the others."""
    return "".join(rng.choices(alphabet("id").dictionary[:-1], k=rng.randint(1, 12)))


def alike(rng: Random) -> str:
    """Characters that are mistaken for one another, side by side, as in ids of devices and taxpayers."""
    return "".join(rng.choice(rng.choice(ALIKE)) for _ in range(rng.randint(6, 18)))


def words_amount(rng: Random) -> str:
    """An amount in words, with what stands before it."""
    value = Decimal(rng.choice((f"{10 ** rng.uniform(0, 7):.2f}", f"{10 ** rng.uniform(0, 7):.0f}.00")))
    style = chinese_amount.Style(whole_after_jiao=rng.random() < 0.5, zero_before_fen=rng.random() < 0.5)
    before = rng.choice(("", "", "", "⊗", "ⓧ", "人民币", "（大写）"))
    return before + chinese_amount.to_text(
        -value if rng.random() < 0.05 else value, yuan=rng.choice("圆圆元"), style=style
    )


def count(rng: Random) -> str:
    """A small whole number."""
    return str(rng.choice((rng.randint(0, 9), rng.randint(0, 9), rng.randint(10, 999))))


def negative(rng: Random) -> str:
    """A number below zero, as on red-letter invoices and in discount rows."""
    return "-" + rng.choice((count, plain_number))(rng) if rng.random() < 0.5 else f"-{10 ** rng.uniform(-1, 5):.2f}"


def written_day(rng: Random) -> str:
    """A date as people write it: no zeros before single figures."""
    when = FIRST_DAY + timedelta(days=rng.randrange(DAYS))
    forms = ("{0}年{1}月{2}日", "{0}年{1}月{2}日", "{0}.{1}.{2}", "{0}-{1}-{2}", "{0}/{1}/{2}", "{1}月{2}日")
    return rng.choice(forms).format(when.year, when.month, when.day)


def rarely(rng: Random, text: str, odds: float) -> str:
    """*text* with the probability *odds*, otherwise an empty text."""
    return text if rng.random() < odds else ""
