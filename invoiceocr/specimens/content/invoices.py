"""A random invoice of each kind: `Content` holds the true values and what else the sheet says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from invoiceocr.invoice import LineItem, Party, Rate, VatInvoice
from invoiceocr.specimens.content.goods import Basket, draw_items, reversed_items, toll_items
from invoiceocr.specimens.content.parties import company, institution, private_person
from invoiceocr.specimens.content.traits import DIGITAL, PAPER, SPECIAL, checked_traits, draw_traits
from invoiceocr.specimens.content.words import digits, filled, person, rate_choices, words
from invoiceocr.values import chinese_amount, invoice_number, qr_payload

_NUMBER_AT_END = re.compile(r"[0-9-]+$")
PARTY_NOTES = ((("购买方", "购方"), "buyer"), (("销售方", "销方"), "seller"))
ROW_COUNTS = (1, 1, 1, 2, 2, 3, 4, 5)
LISTED = "（详见销货清单）"
CIPHER_ALPHABET = "0123456789012345678901234567890123456789+-*/<>"
FIRST_DAY = {
    "paper": date(2017, 7, 3),
    "electronic": date(2017, 7, 3),
    # 专票电子化 began at Ningbo, Shijiazhuang and Hangzhou
    "e_vat_special": date(2020, 9, 1),
    "toll": date(2018, 1, 8),
    "digital": date(2022, 1, 5),
}
LAST_DAY = {
    "paper": date(2024, 11, 29),
    "electronic": date(2024, 11, 29),
    "toll": date(2023, 12, 20),
    "digital": date(2025, 12, 26),
}
CODE_ENDINGS = {"vat_ordinary": ("04", "05"), "e_vat_ordinary": ("11",), "e_vat_special": ("13",), "toll": ("12",)}
QR_TYPES = {kind: code for code, kind in qr_payload.KINDS.items()}
TITLES = {
    "vat_special": "{region}增值税专用发票",
    "vat_ordinary": "{region}增值税普通发票",
    "e_vat_ordinary": "{region}增值税电子普通发票",
    "e_vat_special": "{region}增值税电子专用发票",
    "toll": "{region}增值税电子普通发票",
    "digital_ordinary": "电子发票（普通发票）",
    "digital_special": "电子发票（增值税专用发票）",
}
COPIES = {
    "vat_special": (
        ("发票联", "第三联：发票联 购买方记账凭证"),
        ("抵扣联", "第二联：抵扣联 购买方扣税凭证"),
        ("记账联", "第一联：记账联 销售方记账凭证"),
    ),
    "vat_ordinary": (("发票联", "第二联：发票联 购买方记账凭证"), ("记账联", "第一联：记账联 销售方记账凭证")),
}


@dataclass(frozen=True, slots=True)
class Content:
    """One invoice to draw. `invoice` holds every true value. If there is a 销货清单, the items are its rows, and
    `listed` is the one row on the invoice itself. `form` names the file in forms/; `captions` fill the form's
    placeholders."""

    invoice: VatInvoice
    form: str
    region: dict[str, str]
    qr: str
    captions: dict[str, str]
    traits: frozenset[str] = frozenset()
    listed: LineItem | None = None
    seed: str = ""

    @property
    def rows(self) -> tuple[LineItem, ...]:
        """The item rows printed on the invoice itself."""
        return (self.listed,) if self.listed else self.invoice.items


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is decided before the amounts: kind, form, day, place and traits, with the source of chance."""

    rng: Random
    kind: str
    form: str
    day: date
    region: dict[str, str]
    traits: frozenset[str]
    facts: dict[str, object] = field(default_factory=dict)


def draw_content(kind: str, seed: int, traits: frozenset[str] | None = None) -> Content:
    """The invoice of *kind* that belongs to *seed*, with random or the given *traits* (traits.TRAITS).

    ValueError for an unknown kind or impossible traits.
    """
    if kind not in TITLES:
        raise ValueError(f"no specimens of kind {kind!r}; there are {', '.join(TITLES)}")
    rng = Random(f"invoiceocr specimen {kind} {seed}")
    drawn = draw_traits(rng, kind)
    draft = _draft(rng, kind, drawn if traits is None else checked_traits(kind, traits))
    return replace(_content(draft), seed=f"{kind} {seed}")


def _draft(rng: Random, kind: str, traits: frozenset[str]) -> _Draft:
    form = _form(kind, traits)
    family = "digital" if form.startswith("digital") else form
    first, last = FIRST_DAY.get(kind, FIRST_DAY[family]), LAST_DAY[family]
    day = first + timedelta(days=rng.randrange((last - first).days))
    return _Draft(rng, kind, form, day, rng.choice(words()["regions"]), traits)


def _form(kind: str, traits: frozenset[str]) -> str:
    if kind == "toll":
        return "digital_toll" if "digital_form" in traits else "toll"
    return "paper" if kind in PAPER else "digital" if kind in DIGITAL else "electronic"


def _content(draft: _Draft) -> Content:
    items, trade = _items(draft)
    identity = _identity(draft)
    parties = _parties(draft, trade)
    listed = _listed(items) if "list" in draft.traits else None
    facts = identity | parties | _sums(draft, items) | _people(draft)
    facts |= {"remarks": _remarks(draft, parties), "copy": None, "is_red_letter": "red" in draft.traits}
    copy, copy_text = draft.rng.choice(COPIES[draft.kind]) if draft.kind in PAPER else (None, "")
    facts["copy"] = copy
    invoice = VatInvoice.model_validate({"kind": draft.kind, "issue_date": draft.day, "items": items, **facts})
    captions = _captions(draft) | {"copy": copy or "", "copy_text": copy_text}
    return Content(invoice, draft.form, draft.region, _qr(invoice), captions, draft.traits, listed)


def _items(draft: _Draft) -> tuple[tuple[LineItem, ...], str]:
    rng = draft.rng
    trade = rng.choice(words()["trades"])
    if draft.kind == "toll":
        rates: list[Rate] = [rate_choices("small", draft.day)[0], "不征税", rate_choices("low", draft.day)[0]]
        return toll_items(rng, draft.day, rng.choice(rates), rng.choice((1, 1, 2, 4))), "高速公路"
    items = draw_items(rng, Basket(tuple(trade["goods"]), draft.day, draft.traits), _count(draft))
    return (reversed_items(items) if "red" in draft.traits else items), trade["name"]


def _count(draft: _Draft) -> int:
    """How many rows, discounts aside."""
    if draft.traits & {"many_items", "list"}:
        return draft.rng.randint(9, 26)
    few = 1 if "differential" in draft.traits else draft.rng.choice(ROW_COUNTS)
    return max(few, 2) if "mixed_exempt" in draft.traits else few


def _identity(draft: _Draft) -> dict[str, object]:
    """Code, number, check code and so on, as the structure rules have them (domain: 2)."""
    rng, region = draft.rng, draft.region
    if draft.form.startswith("digital"):
        place = region.get("digital", region["code"][:2])
        return {"number": f"{draft.day:%y}{place}2{rng.randint(1, 10**9):015d}"}
    machine = rng.choice(("6619", "4990", "5399")) + digits(rng, 8)
    hidden = draft.kind == "vat_ordinary" and rng.random() < 0.5
    return {
        "code": _code(draft),
        "number": f"{rng.randint(1, 10**8 - 1):08d}",
        "check_code": None if draft.kind == "vat_special" else digits(rng, 20),
        "machine_number": None if hidden else machine,
        "cipher_area": None if "no_cipher" in draft.traits else _cipher(rng, draft.form),
    }


def _code(draft: _Draft) -> str:
    region = draft.region["code"].ljust(4, "0")
    year = f"{draft.day - timedelta(days=draft.rng.randint(0, 200)):%y}"
    if draft.kind == "vat_special":
        return f"{region}{year}{draft.rng.randint(1, 4)}13{0}"
    return f"0{region}{year}{draft.rng.randint(1, 6):03d}{draft.rng.choice(CODE_ENDINGS[draft.kind])}"


def _cipher(rng: Random, form: str) -> str:
    length = rng.choice((24, 27, 28)) if form == "paper" else rng.choice((27, 28))
    return "\n".join("".join(rng.choices(CIPHER_ALPHABET, k=length)) for _ in range(4))


def _parties(draft: _Draft, trade: str) -> dict[str, object]:
    rng = draft.rng
    seller = company(rng, draft.region, trade)
    region = rng.choice((draft.region, rng.choice(words()["regions"])))
    buyer = company(rng, region) if rng.random() < 0.8 else institution(rng, region)
    if "private_buyer" in draft.traits:
        buyer = private_person(rng)
    elif draft.kind not in SPECIAL and rng.random() < 0.4:
        buyer = buyer.model_copy(update={"address_phone": None, "bank_account": None})
    if draft.form.startswith("digital"):
        shown = {} if "party_remarks" in draft.traits else {"address_phone": None, "bank_account": None}
        return {"buyer": buyer.model_copy(update=shown), "seller": seller.model_copy(update=shown)}
    return {"buyer": buyer, "seller": seller}


def _sums(draft: _Draft, items: tuple[LineItem, ...]) -> dict[str, object]:
    amount = sum((item.amount or Decimal(0) for item in items), Decimal("0.00"))
    taxes = [item.tax_amount for item in items if item.tax_amount is not None]
    tax = sum(taxes, Decimal("0.00"))
    nothing = Decimal("0.00") if draft.form.startswith("digital") and draft.rng.random() < 0.5 else None
    style = chinese_amount.Style(whole_after_jiao=draft.rng.random() < 0.5, zero_before_fen=draft.rng.random() < 0.5)
    yuan = "元" if draft.form == "toll" else draft.rng.choice("圆圆圆元")
    return {
        "total_excluding_tax": amount,
        "total_tax": tax if taxes else nothing,
        "total": amount + tax,
        "total_in_words": chinese_amount.to_text(amount + tax, yuan=yuan, style=style),
    }


def _people(draft: _Draft) -> dict[str, object]:
    rng = draft.rng
    if draft.form.startswith("digital"):
        return {"drawer": person(rng)}
    few = "few_people" in draft.traits
    return {"drawer": person(rng), "payee": None if few else person(rng), "reviewer": None if few else person(rng)}


def _remarks(draft: _Draft, parties: dict[str, object]) -> str | None:
    rng = draft.rng
    parts = [note(draft) for trait, note in _NOTES.items() if trait in draft.traits]
    if "remarks" in draft.traits:
        parts.append(filled(rng, rng.choice(words()["remarks"])))
    if "party_remarks" in draft.traits:
        parts += [_party_note(label, parties[role]) for label, role in PARTY_NOTES]
    return " ".join(part for part in parts if part) or None


def _red_note(draft: _Draft) -> str:
    if draft.form.startswith("digital"):
        return f"被红冲蓝字数电票号码：{_identity(draft)['number']} 红字发票信息确认单编号：{digits(draft.rng, 18)}"
    if draft.kind in SPECIAL:
        return f"开具红字增值税专用发票信息表编号{digits(draft.rng, 16)}"
    return f"对应正数发票代码:{_code(draft)}号码:{digits(draft.rng, 8)}"


_NOTES: dict[str, Callable[[_Draft], str]] = {
    "red": _red_note,
    "differential": lambda draft: f"差额征税：{draft.rng.randint(100, 99999) / 100:.2f}。",
}


def _party_note(label: tuple[str, str], party: object) -> str:
    """A party's address and account as the platform puts them into 备注."""
    if not isinstance(party, Party) or not party.bank_account or not party.address_phone:
        return ""
    (role, short), (address, phone), (bank, account) = label, _parted(party.address_phone), _parted(party.bank_account)
    return f"{role}地址:{address};电话:{phone};{short}开户银行:{bank};银行账号:{account};"


def _parted(text: str) -> tuple[str, str]:
    """What stands before the number at the end of *text*, and the number."""
    number = _NUMBER_AT_END.search(text)
    return (text[: number.start()].rstrip(), number[0]) if number else (text, "")


def _captions(draft: _Draft) -> dict[str, str]:
    """The words that the form leaves open: title, marks, the printing house."""
    region = draft.region["name"]
    mark = (
        "通行费" if draft.kind == "toll" else "销项负数" if "red" in draft.traits and draft.kind not in DIGITAL else ""
    )
    printer = f"税总函〔{draft.day.year - 1}〕{draft.rng.randint(10, 699)}号{draft.rng.choice(words()['printers'])}"
    title = TITLES["digital_ordinary" if draft.form == "digital_toll" else draft.kind].format(region=region)
    bureau = (
        draft.region["city"] if len(draft.region["code"]) == 4 or draft.region["city"][:2] == region else region + "省"
    )
    return {"title": title, "mark": mark, "printer": printer, "region": region, "bureau": f"{bureau}税务局"}


def _listed(items: tuple[LineItem, ...]) -> LineItem:
    """The one row that stands for the list."""
    taxes = [item.tax_amount for item in items if item.tax_amount is not None]
    amount = sum((item.amount or Decimal(0) for item in items), Decimal(0))
    rate = items[0].tax_rate
    return LineItem(name=LISTED, amount=amount, tax_rate=rate, tax_amount=sum(taxes, Decimal(0)) if taxes else None)


def _qr(invoice: VatInvoice) -> str:
    """The tax QR payload; its amount is with tax on 数电票 and without on all others (domain: 3.1)."""
    digital = invoice_number.is_digital(invoice.number or "")
    kind = "32" if digital and invoice.kind == "toll" else QR_TYPES[invoice.kind]
    amount = invoice.total if digital else invoice.total_excluding_tax
    return qr_payload.make(
        qr_payload.QrPayload(
            kind,
            invoice.number or "",
            code=invoice.code,
            amount=amount,
            date=invoice.issue_date,
            check_code=invoice.check_code,
        )
    )
