"""Item rows with amounts that add up: quantities, prices, rates, taxes, discount lines, 免税, 差额征税."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from invoiceocr.invoice import LineItem, Rate
from invoiceocr.specimens.content.words import TomlTable, brand, digits, rate_choices, words
from invoiceocr.values.money import CENT

PRICE_DECIMALS = (2, 4, 6, 8, 10, 12)
# yuan a line; more would outgrow the columns
MAX_GROSS = Decimal("9000000")
EXEMPT = "免税"
# share of rows that print neither quantity nor price
NO_QUANTITY = 0.12
ADDITIONS = (
    "（加厚升级款）",
    "企业定制版含安装调试",
    "（{brand}牌）",
    "型号{digits}适用",
    "-第二代节能型",
    "（含运费及包装）",
)


@dataclass(frozen=True, slots=True)
class Basket:
    """What a seller sells on one day: the goods' names in words.toml, the day, the traits of the invoice."""

    goods: tuple[str, ...]
    day: date
    traits: frozenset[str]


def draw_items(rng: Random, basket: Basket, count: int) -> tuple[LineItem, ...]:
    """*count* item rows and, with the trait "discount", discount rows after some of them."""
    kinds = _sold_together(rng, basket)
    rates = [_rate(rng, good, basket) for good in kinds]
    if "several_rates" not in basket.traits:
        rates = rates[:1] * len(kinds)
    free = rng.randrange(count) if "mixed_exempt" in basket.traits else -1
    rows: list[LineItem] = []
    for index in range(count):
        pick = rng.randrange(len(kinds))
        row = _row(rng, kinds[pick], EXEMPT if index == free else rates[pick], basket)
        rows.append(row)
        if "discount" in basket.traits and (index == 0 or rng.random() < 0.4):
            rows.append(_discount(rng, row))
    return tuple(rows)


def toll_items(rng: Random, day: date, rate: Rate, count: int) -> tuple[LineItem, ...]:
    """Toll passages of one vehicle shortly before *day*."""
    plate = (
        rng.choice(words()["plates"]) + rng.choice("ABCDEFGHJKLMN") + "".join(rng.choices("0123456789ABCDEFGH", k=5))
    )
    vehicle = rng.choice(("客车", "货车"))
    rows = []
    for _ in range(count):
        start = day - timedelta(days=rng.randint(1, 40))
        name = f"*经营租赁*{rng.choice(words()['goods']['toll']['names'])}"
        amount, tax = _split(Decimal(rng.randint(500, 90000)) * CENT, rate)
        stay = {"start_date": start, "end_date": start + timedelta(days=rng.choice((0, 0, 1)))}
        passage = {"name": name, "plate_number": plate, "vehicle_type": vehicle, **stay}
        rows.append(LineItem(**passage, amount=amount, tax_rate=rate, tax_amount=tax))
    return tuple(rows)


def reversed_items(items: tuple[LineItem, ...]) -> tuple[LineItem, ...]:
    """The rows of the red-letter invoice that takes *items* back."""
    return tuple(item.model_copy(update=_negative(item)) for item in items)


def _negative(item: LineItem) -> dict[str, Decimal]:
    values = {name: getattr(item, name) for name in ("quantity", "amount", "tax_amount")}
    return {name: -value for name, value in values.items() if value}


def _sold_together(rng: Random, basket: Basket) -> list[TomlTable]:
    """The goods of the invoice: all the seller has, or those of one rate band."""
    kinds = [words()["goods"][name] for name in basket.goods]
    band = rng.choice(kinds)["band"]
    return kinds if "several_rates" in basket.traits else [good for good in kinds if good["band"] == band]


def _rate(rng: Random, good: TomlTable, basket: Basket) -> Rate:
    if "exempt" in basket.traits:
        return EXEMPT
    if "differential" in basket.traits:
        return "***"
    return rng.choice(rate_choices(good["band"], basket.day))


def _row(rng: Random, good: TomlTable, rate: Rate, basket: Basket) -> LineItem:
    gross_price = _price(rng, good)
    quantity = _quantity(rng, gross_price)
    amount, tax = _split((gross_price * quantity).quantize(CENT, ROUND_HALF_UP), rate)
    if rng.random() < NO_QUANTITY:
        return LineItem(name=_name(rng, good, basket), amount=amount, tax_rate=rate, tax_amount=tax)
    specification = rng.choice((*good["specs"], None))
    return LineItem(
        name=_name(rng, good, basket), specification=specification, unit=rng.choice(good["units"]), quantity=quantity,
        unit_price=_unit_price(rng, amount, quantity), amount=amount, tax_rate=rate, tax_amount=tax,
    )  # fmt: skip


def _name(rng: Random, good: TomlTable, basket: Basket) -> str:
    name = f"*{good['short']}*{rng.choice(good['names'])}"
    if "long_names" in basket.traits:
        name += rng.choice(ADDITIONS).replace("{brand}", brand(rng)).replace("{digits}", digits(rng, 4))
    return name


def _price(rng: Random, good: TomlTable) -> Decimal:
    low, high = good["price"]
    # cheap goods are as common as dear ones
    price = low * (high / low) ** rng.random()
    return Decimal(str(price)).quantize(rng.choice((CENT, CENT, Decimal(1))), ROUND_HALF_UP) or CENT


def _quantity(rng: Random, price: Decimal) -> Decimal:
    most = max(1, min(int(MAX_GROSS / price), rng.choice((1, 1, 5, 30, 400))))
    whole = rng.randint(1, most)
    return Decimal(whole) + rng.choice((Decimal(0),) * 9 + (Decimal("0.5"),))


def _split(gross: Decimal, rate: Rate) -> tuple[Decimal, Decimal | None]:
    """The amount without tax and the tax of a *gross* amount; 免税 has none, 差额征税 taxes a part only."""
    if rate == "***":
        tax = (gross * Decimal("0.0137")).quantize(CENT, ROUND_HALF_UP)
        return gross - tax, tax
    if isinstance(rate, str):
        return gross, None
    amount = (gross / (1 + rate)).quantize(CENT, ROUND_HALF_UP)
    return amount, gross - amount


def _unit_price(rng: Random, amount: Decimal, quantity: Decimal) -> Decimal:
    """The price with as many decimals as an issuer's software prints, enough to give back the amount."""
    exact = amount / quantity
    enough = [d for d in PRICE_DECIMALS if abs(round(exact, d) * quantity - amount) <= CENT / 2]
    price = round(exact, rng.choice(enough[:3] or [PRICE_DECIMALS[-1]])).normalize()
    if price != price.quantize(CENT):
        return price
    whole = price == price.to_integral() and rng.random() < 0.5
    return price.quantize(Decimal(1) if whole else CENT)


def _discount(rng: Random, row: LineItem) -> LineItem:
    """The discount row of *row*: its name and rate, negative amounts, no quantity or price."""
    gross = ((row.amount or CENT) + (row.tax_amount or 0)) * rng.randint(3, 40) / 100
    amount, tax = _split(max(gross.quantize(CENT, ROUND_HALF_UP), CENT), row.tax_rate or Decimal(0))
    return LineItem(name=row.name, amount=-amount, tax_rate=row.tax_rate, tax_amount=None if tax is None else -tax)
