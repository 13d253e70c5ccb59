"""Invented buyers and sellers: tax ids that pass both check digits, addresses and accounts that lead nowhere."""

from __future__ import annotations

from random import Random

from invoiceocr.invoice import Party
from invoiceocr.specimens.content.words import brand, digits, filled, person, words
from invoiceocr.values import tax_id

NO_COUNTY = "99"  # county digits that no region has
HOSPITALS = ("医院", "人民医院", "中医医院", "妇幼保健院", "口腔医院", "社区卫生服务中心", "医院东院区")
# share of organization codes of the MA… series, given out since 2015
NEW_CODES = 0.6


def unified_code(rng: Random, region_code: str) -> str:
    """A unified social credit code (GB 32100) of a county that does not exist."""
    while True:
        organization = "MA" + "".join(rng.choices(tax_id.ALPHABET, k=6)) if rng.random() < NEW_CODES else digits(rng, 8)
        check = tax_id.organization_check(organization)
        if check in tax_id.ALPHABET:
            first = f"91{region_code[:2]}{rng.randint(1, 20):02d}{NO_COUNTY}{organization}{check}"
            return first + tax_id.uscc_check(first)


def company(rng: Random, region: dict[str, str], trade: str | None = None) -> Party:
    """A company of *region* in a random trade, or *trade*, with all that invoices say of a party."""
    lists = words()
    ending = filled(rng, rng.choice(lists["company_forms"]), city=region["city"].removesuffix("市"))
    start = rng.choice((region["city"], region["name"], ""))
    middle = trade or rng.choice(lists["trades"])["name"]
    return _party(rng, region, f"{start}{brand(rng, rng.choice((2, 3, 3)))}{middle}{ending}")


def institution(rng: Random, region: dict[str, str]) -> Party:
    """A school, hospital or institute of *region*."""
    return _party(rng, region, filled(rng, rng.choice(words()["buyers"]), city=region["city"]))


def hospital(rng: Random, region: dict[str, str]) -> Party:
    """A hospital of *region*."""
    return _party(rng, region, f"{region['city']}{brand(rng, rng.choice((2, 2, 3)))}{rng.choice(HOSPITALS)}")


def private_person(rng: Random) -> Party:
    """A buyer without tax id: a person, or just 个人."""
    return Party(name=rng.choice((*words()["payer"], person(rng))))


def _party(rng: Random, region: dict[str, str], name: str) -> Party:
    code = unified_code(rng, region["code"])
    return Party(
        name=name, tax_id=code, address_phone=_address(rng, region), bank_account=_account(rng, region["city"])
    )


def _address(rng: Random, region: dict[str, str]) -> str:
    lists = words()
    room = rng.choice((f"{rng.randint(101, 2999)}室", f"{rng.randint(1, 30)}层", ""))
    building = rng.choice((rng.choice(lists["building"]) + room, ""))
    phone = f"0{rng.randint(10, 999)}-555{digits(rng, rng.choice((4, 5)))}"
    gap = rng.choice((" ", " ", ""))
    return (
        f"{region['city']}{brand(rng, 2)}区{rng.choice(lists['street'])}{rng.randint(1, 999)}号{building}{gap}{phone}"
    )


def _account(rng: Random, city: str) -> str:
    lists = words()
    town = rng.choice((city, city.removesuffix("市"), ""))
    gap = rng.choice((" ", " ", ""))
    return f"{rng.choice(lists['banks'])}{town}{rng.choice(lists['branches'])}{gap}{digits(rng, rng.randint(12, 19))}"
