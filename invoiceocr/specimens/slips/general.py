"""What other papers say: fixed amounts, machine prints, rolls, bills, vehicles, blockchain; and what is no invoice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from invoiceocr.invoice import Party
from invoiceocr.specimens.content.parties import company, hospital, institution
from invoiceocr.specimens.content.words import digits, person, words
from invoiceocr.specimens.slips import facts
from invoiceocr.specimens.slips.facts import Facts
from invoiceocr.values import vin
from invoiceocr.values.money import CENT

GOODS = ("餐饮服务", "住宿费", "停车费", "办公用品", "维修费", "打印服务", "会议服务", "快递服务")
CARE = ("西药费", "检查费", "化验费", "诊察费", "治疗费", "材料费", "挂号费")
FEES = (("考试报名费", "103042901"), ("证照工本费", "103044201"), ("学费", "103042750"), ("捐赠收入", "1030899"))
CARS = ("多用途乘用车", "轿车", "小型普通客车")
# forms without a place for figures
WORDS_TOO = {"total_in_words": ("total_in_words", "total")}
ORIGINS = ("中国上海", "长春市", "广州市", "武汉市")


def quota(rng: Random) -> Facts:
    """A coupon of a fixed amount."""
    place, day = facts.region(rng), facts.day_between(rng, 2016)
    value = Decimal(rng.choice((1, 2, 5, 10, 20, 50, 100))).quantize(CENT)
    code, number = facts.code_of(rng, place, day), facts.number(rng)
    text = facts.in_words(rng, value)
    text = text if rng.random() < 0.5 else text.rstrip("整正")
    return Facts(
        {"code": code, "number": number, "total_in_words": text, "figure": rng.choice((f"¥{value}", f"{value:.0f}元"))},
        {"code": code, "number": number, "total_in_words": text, "total": str(value)},
        {"total_in_words": ("total_in_words", "total"), "figure": ("total",)},
        {"region": place["name"], "city": place["city"], "seller": company(rng, place).name or ""},
    )  # fmt: skip


def _party(role: str, party: Party) -> dict[str, str]:
    return {f"{role}.name": party.name or "", f"{role}.tax_id": party.tax_id or ""}


def _rows(rng: Random, names: tuple[str, ...], most: int) -> tuple[dict[str, str], Decimal]:
    """Rows with a name, a quantity, a price and an amount; and their sum."""
    rows: dict[str, str] = {}
    total = Decimal("0.00")
    for row in range(rng.randint(1, most)):
        price, count = facts.money(rng, 6, 420), rng.choice((1, 1, 1, 2, 3))
        amount = price * count
        total += amount
        rows |= {
            f"items.{row}.name": rng.choice(names),
            f"items.{row}.quantity": str(count),
            f"items.{row}.amount": str(amount),
        }
        rows |= {f"items.{row}.unit_price": str(price)}
    return rows, total


def machine_printed(rng: Random) -> Facts:
    """通用机打发票."""
    place, day = facts.region(rng), facts.day_between(rng, 2015)
    rows, total = _rows(rng, GOODS, 2)
    values: dict[str, object] = {
        "code": facts.code_of(rng, place, day), "number": facts.number(rng), "issue_date": day.isoformat(),
        **_party("buyer", company(rng, facts.region(rng))), **_party("seller", company(rng, place)), **rows,
        "total": str(total), "total_in_words": facts.in_words(rng, total), "drawer": person(rng),
        "industry": rng.choice(("服务业", "商业", "餐饮业", "住宿业")), "machine_number": digits(rng, 12),
    }  # fmt: skip
    printed = {path: str(value) for path, value in values.items()} | {
        "issue_date": f"{day:%Y-%m-%d}",
        "total": f"¥{total}",
    }
    return Facts(printed, values, titles={"region": place["name"], "city": place["city"]})


def vat_roll(rng: Random) -> Facts:
    """增值税普通发票（卷票）."""
    place, day = facts.region(rng), facts.day_between(rng, 2017)
    rows, total = _rows(rng, tuple(f"*{good}*{good}" for good in GOODS[:5]), 2)
    code = f"0{place['code'].ljust(4, '0')}{day:%y}{rng.randint(1, 6):03d}0{rng.choice('67')}"
    values: dict[str, object] = {
        "code": code, "number": facts.number(rng), "issue_date": day.isoformat(), "machine_number": digits(rng, 12),
        **_party("buyer", company(rng, facts.region(rng))), **_party("seller", company(rng, place)), **rows,
        "total": str(total), "total_in_words": facts.in_words(rng, total), "check_code": digits(rng, 20),
        "payee": person(rng),
    }  # fmt: skip
    printed = {path: str(value) for path, value in values.items()} | {
        "issue_date": f"{day:%Y-%m-%d}",
        "total": f"¥{total}",
    }
    printed["again"] = str(values["number"])
    return Facts(printed, values, {"again": ()}, {"region": place["name"], "city": place["city"]})


def blockchain(rng: Random) -> Facts:
    """深圳电子普通发票 of the blockchain."""
    place = next(found for found in words()["regions"] if found["code"].startswith("4403"))
    day, total = facts.day_between(rng, 2019), facts.money(rng, 20, 900)
    amount = (total / Decimal("1.06")).quantize(CENT)
    tax, code = total - amount, f"14403{day:%y}09{rng.randint(11, 69)}0"
    name = f"*餐饮服务*{rng.choice(GOODS)}"
    values: dict[str, object] = {
        "code": code, "number": facts.number(rng), "issue_date": day.isoformat(), "check_code": digits(rng, 5),
        **_party("buyer", company(rng, place)), **_party("seller", company(rng, place)), "total": str(total),
        "total_excluding_tax": str(amount), "total_tax": str(tax), "total_in_words": facts.in_words(rng, total),
        "items.0.name": name, "items.0.amount": str(amount), "items.0.tax_rate": "0.06",
        "items.0.tax_amount": str(tax),
        "drawer": person(rng),
    }  # fmt: skip
    printed = {path: str(value) for path, value in values.items()} | {
        "issue_date": facts.han_day(day), "total": f"¥{total}", "total_excluding_tax": f"¥{amount}",
        "total_tax": f"¥{tax}",
        "items.0.tax_rate": "6%",
    }  # fmt: skip
    return Facts(printed, values, titles={"region": "深圳", "city": "深圳市"})


def _bill(
    rng: Random, rows: dict[str, str], total: Decimal, unit_of: Callable[[Random, dict[str, str]], Party] = institution
) -> tuple[dict[str, str], dict[str, object]]:
    """What bills of the ministry of finance have in common, as printed and as labeled."""
    place, day = facts.region(rng), facts.day_between(rng, 2020)
    unit = unit_of(rng, place)
    values: dict[str, object] = {
        "code": f"{place['code'][:2]}06{digits(rng, 2)}{day:%y}", "number": digits(rng, 10),
        "issue_date": day.isoformat(),
        "check_code": "".join(rng.choices("abcdefghijkmnpqrstuvwxyz0123456789", k=6)), **rows, "total": str(total),
        "total_in_words": facts.in_words(rng, total), "seller.name": unit.name, "payee": person(rng),
        "reviewer": person(rng),
        "payer": person(rng),
    }  # fmt: skip
    printed = {path: str(value) for path, value in values.items()} | {"issue_date": f"{day:%Y-%m-%d}"}
    return printed, values


def fiscal(rng: Random) -> Facts:
    """A bill of fees or donations."""
    (name, code), amount = rng.choice(FEES), facts.money(rng, 10, 9000)
    printed, values = _bill(rng, {"items.0.code": code, "items.0.name": name, "items.0.amount": str(amount)}, amount)
    payer = company(rng, facts.region(rng))
    more = {"payer": payer.name or "", "payer_id": payer.tax_id or "", "payment_code": digits(rng, 20)}
    more |= {"items.0.quantity": "1", "items.0.unit": "元", "items.0.standard": str(amount)}
    title = rng.choice(("非税收入统一票据（电子）", "公益事业捐赠统一票据（电子）", "行政事业性收费统一票据（电子）"))
    return Facts({**printed, **more}, {**values, **more}, WORDS_TOO, {"title": facts.region(rng)["name"] + title})


def medical(rng: Random) -> Facts:
    """A bill of a hospital: what insurance, account and patient pay adds up to the total."""
    rows, total = _rows(rng, CARE, 3)
    rows = {path: text for path, text in rows.items() if not path.endswith("unit_price")}
    printed, values = _bill(rng, rows, total, hospital)
    fund = (total * Decimal(rng.randint(0, 8)) / 10).quantize(CENT)
    account = ((total - fund) * Decimal(rng.randint(0, 5)) / 10).quantize(CENT)
    day = str(printed["issue_date"])
    more: dict[str, str] = {
        "insurance_fund_payment": str(fund), "account_payment": str(account),
        "cash_payment": str(total - fund - account),
        "self_paid": "0.00", "business_number": digits(rng, 16), "visit_number": digits(rng, 10), "visit_date": day,
        "hospital_type": rng.choice(("综合医院", "专科医院")),
        "insurance_type": rng.choice(("职工医保", "居民医保", "自费")),
        "insurance_number": digits(rng, 10),
    }  # fmt: skip
    place = facts.region(rng)
    titles = {"region": facts.province_of(place), "city": place["city"]}
    left = date.fromisoformat(day)
    more |= {"admission_date": str(left - timedelta(days=rng.randint(2, 20))), "discharge_date": day}
    spaced = {"spaced_words": " ".join(str(printed["total_in_words"]))}
    covers = WORDS_TOO | {"spaced_words": ("total_in_words", "total")}
    return Facts({**printed, **more, **spaced}, {**values, **more}, covers, titles)


def _vehicle(rng: Random) -> tuple[dict[str, str], dict[str, object]]:
    place, day, total = facts.region(rng), facts.day_between(rng, 2017), facts.money(rng, 42000, 380000, "100")
    first, last = f"L{''.join(rng.choices('SVFGHB', k=2))}{digits(rng, 5)}", f"{rng.choice('KLMN')}A{digits(rng, 6)}"
    frame = f"{first}{vin.check_digit(f'{first}0{last}')}{last}"
    values: dict[str, object] = {
        "code": facts.code_of(rng, place, day), "number": facts.number(rng), "issue_date": day.isoformat(),
        "vin": frame,
        "vehicle_type": rng.choice(CARS), "brand_model": f"示例牌SL{digits(rng, 4)}{rng.choice('ABC')}",
        "total": str(total),
        "total_in_words": facts.in_words(rng, total), **_party("buyer", company(rng, place)), "seller.name": "",
        "drawer": person(rng),
    }  # fmt: skip
    printed = {path: str(value) for path, value in values.items()} | {
        "issue_date": f"{day:%Y-%m-%d}",
        "total": f"¥{total}",
    }
    return printed, values


def motor_vehicle(rng: Random) -> Facts:
    """机动车销售统一发票."""
    printed, values = _vehicle(rng)
    total = Decimal(str(values["total"]))
    amount = (total / Decimal("1.13")).quantize(CENT)
    more = {
        "origin": rng.choice(ORIGINS), "certificate_number": f"WA{digits(rng, 13)}",
        "engine_number": f"{rng.choice('ABH')}{digits(rng, 6)}",
        **_party("seller", company(rng, facts.region(rng), "汽车销售服务")), "machine_number": digits(rng, 12),
        "seating_capacity": rng.choice("567"), "tax_authority_code": f"1{digits(rng, 10)}",
    }  # fmt: skip
    sums = {"total_tax": str(total - amount), "total_excluding_tax": str(amount)}
    shown = {"total_tax": f"¥{total - amount}", "total_excluding_tax": f"¥{amount}", "tax_rate": "13%"}
    return Facts({**printed, **more, **shown}, {**values, **more, **sums, "tax_rate": "0.13"})


def used_vehicle(rng: Random) -> Facts:
    """二手车销售统一发票."""
    printed, values = _vehicle(rng)
    place = facts.region(rng)
    seller, market = company(rng, place), company(rng, place, "二手车交易市场")
    more = {
        "plate_number": facts.plate(rng, place), "registration_number": digits(rng, 12), **_party("seller", seller),
        "transfer_office": f"{place['city']}车辆管理所", "market.name": market.name or "",
        "market.tax_id": market.tax_id or "",
    }  # fmt: skip
    return Facts({**printed, **more}, {**values, **more})


def other(rng: Random) -> Facts:
    """A paper that is no invoice: a till slip, a boarding pass, a bank slip, a hotel's folio, by its layout."""
    place, total, day = facts.region(rng), facts.money(rng, 12, 900), facts.day_between(rng, 2018)
    return Facts(
        {
            "who": company(rng, place).name or "",
            "when": f"{day:%Y-%m-%d} {rng.randint(8, 21):02d}:{rng.randint(10, 59)}",
            "sum": f"{total}", "serial": digits(rng, 12), "name": person(rng),
            "seat": f"{rng.randint(1, 40)}{rng.choice('ABCDEF')}",
            "flight": f"MU{rng.randint(1000, 9999)}", "good": rng.choice(GOODS), "good2": rng.choice(GOODS),
            "card": f"6222****{digits(rng, 4)}",
        },
        {},
    )  # fmt: skip
