"""`Traits`: by what two papers are recognized as one legal invoice, and the key under which the ledger holds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from invoiceocr.invoice import Invoice, Party
from invoiceocr.kinds.spec import IDENTITIES
from invoiceocr.text.folding import name_key
from invoiceocr.values import invoice_number
from invoiceocr.values.money import CENT

TAIL = 8  # digits: the length of an older number
# words for the original, before those that only say what is done with it
ORIGINAL = "蓝字|蓝票|正数|对应|原发票", "红冲|冲红|冲销"
RED_REFERENCES = [
    re.compile(
        rf"(?:{words})(?:(?!订单|订购|物流|快递|运单|合同|项目|电话|手机)[^。]){{0,30}}?"
        r"(?:(?<=[票数字冲销红应\d\s,，、:：；;/()（）])号\s*码|(?<=[发蓝电原数字\d\s,，、:：])票号)\s*[为是]?[:： ]*"
        r"(?P<number>[0-9]{20}|[0-9]{8})(?![0-9])"
    )
    for words in ORIGINAL
]
CODE = re.compile(r"代\s*码\s*[为是]?[:：\s]*([0-9]{12}|[0-9]{10})(?![0-9])")


@dataclass(frozen=True, slots=True)
class Traits:
    """The fields that distinguish invoices; `proven` says whether something independent confirms number and code."""

    kind: str
    code: str | None = None
    number: str | None = None
    proven: bool = False
    issue_date: str | None = None
    cents: int | None = None
    seller_tax_id: str | None = None
    seller_name: str | None = None
    buyer_tax_id: str | None = None
    buyer_name: str | None = None
    is_red: bool = False
    reverses: str | None = None
    reverses_code: str | None = None

    @property
    def key(self) -> str | None:
        """The identity: the number of 20 digits, code and number, or kind and ticket number; if the number is
        unreadable, seller, date and total; None if that is not enough, either."""
        if not self.number or (len(self.number) == TAIL and not self.code):
            return self._substitute()
        if invoice_number.is_digital(self.number):
            return f"D:{self.number}"
        return f"C:{self.code}:{self.number}" if self.code else f"T:{self.kind}:{self.number}"

    @property
    def tail(self) -> str | None:
        """The end of the number."""
        return self.number[-TAIL:] if self.number else None

    @property
    def seller(self) -> str | None:
        """The seller's tax id, else its name without punctuation."""
        return self.seller_tax_id or (name_key(self.seller_name) if self.seller_name else None)

    def _substitute(self) -> str | None:
        if self.seller is None or self.issue_date is None or self.cents is None:
            return None
        return f"S:{self.seller}:{self.issue_date}:{self.cents}:{self.number or ''}"


# the code of the original follows from the invoice
STORED = tuple(name for name in Traits.__slots__ if name != "reverses_code")


def _is_red(invoice: Invoice) -> bool:
    """Whether the invoice reverses another one."""
    return bool(getattr(invoice, "is_red_letter", False)) or (invoice.total is not None and invoice.total < 0)


def traits_of(invoice: Invoice) -> Traits:
    """The traits of *invoice*."""
    seller, buyer = invoice.seller or Party(), invoice.buyer or Party()
    # the number, and what proves it: the code belongs to it where there is one
    path, number = number_of(invoice)
    identity = (path, "code") if invoice.code else (path,)
    is_red = _is_red(invoice)
    reverses = reversed_number(getattr(invoice, "remarks", None)) if is_red else None
    return Traits(
        kind=invoice.kind,
        code=invoice.code,
        number=number,
        proven=all((proof := invoice.evidence.get(name)) and proof.status == "verified" for name in identity),
        issue_date=invoice.issue_date.isoformat() if invoice.issue_date else None,
        cents=cents_of(invoice.total),
        seller_tax_id=seller.tax_id,
        seller_name=seller.name,
        buyer_tax_id=buyer.tax_id,
        buyer_name=buyer.name,
        is_red=is_red,
        reverses=reverses,
        reverses_code=reversed_code(getattr(invoice, "remarks", None)) if reverses else None,
    )


def columns_of(traits: Traits) -> Mapping[str, object]:
    """The columns of an entry that follow from its traits."""
    fields = {name: getattr(traits, name) for name in STORED}
    return fields | {"tail": traits.tail}


def cents_of(total: Decimal | None) -> int | None:
    """*total* in hundredths, None where there is none."""
    return int((total / CENT).quantize(Decimal(1), ROUND_HALF_EVEN)) if total is not None else None


def reversed_number(remarks: str | None) -> str | None:
    """The number of the invoice that a red one takes back, by its remarks.

    >>> reversed_number("被红冲蓝字数电票号码：25312000000012345678 红字发票信息确认单编号：1")
    '25312000000012345678'
    >>> reversed_number("对应正数发票代码:031001900104号码:12345678")
    '12345678'
    >>> reversed_number("原蓝票号码:12345678"), reversed_number("红字发票信息确认单编号：25312000000012345678")
    ('12345678', None)
    """
    found = _reference(remarks)
    return found["number"] if found else None


def reversed_code(remarks: str | None) -> str | None:
    """The code of that invoice.

    >>> reversed_code("对应正数发票代码:031001900104号码:12345678")
    '031001900104'
    """
    found = _reference(remarks)
    code = CODE.search(found[0]) if found else None
    return code[1] if code else None


def _reference(remarks: str | None) -> re.Match[str] | None:
    return next((found for pattern in RED_REFERENCES if (found := pattern.search(remarks or ""))), None)


def number_of(invoice: Invoice) -> tuple[str, str | None]:
    """The path and the value of what numbers the paper."""
    for path in IDENTITIES:
        if value := getattr(invoice, path, None):
            return path, str(value)
    return "number", None
