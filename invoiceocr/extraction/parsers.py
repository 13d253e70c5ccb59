"""What the value types of the schemas mean: each a parser from printed text to the field's type."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from invoiceocr.text import folding
from invoiceocr.values import (
    check_code,
    chinese_amount,
    invoice_code,
    invoice_number,
    issue_date,
    machine_number,
    money,
    quantity,
    rate,
    tax_id,
)

LONG_CHECK_CODE = 20  # digits; five hexadecimal ones are of 区块链 invoices alone
Parser = Callable[[str], object | None]


def _words(printed: str) -> str | None:
    """The amount in words as printed, if it is one."""
    return chinese_amount.compact(printed) if chinese_amount.is_valid(printed) else None


def _long_check_code(printed: str) -> str | None:
    """The check code of twenty digits, if it is one."""
    value = check_code.parse(printed)
    return value if value and len(value) == LONG_CHECK_CODE else None


PARSERS: Mapping[str, Parser] = {
    "invoice_code": invoice_code.parse,
    "invoice_number": invoice_number.parse,
    "issue_date": issue_date.parse,
    "check_code": _long_check_code,
    "short_check_code": check_code.parse,
    "machine_number": machine_number.parse,
    "tax_id": tax_id.parse,
    "money": money.parse,
    "quantity": quantity.parse,
    "rate": rate.parse,
    "words": _words,
    "name": folding.parse,
    "address_phone": folding.parse,
    "bank_account": folding.parse,
    "person": folding.parse,
    "text": folding.parse,
    "unit": folding.parse,
}
NUMERIC = frozenset({"money", "quantity", "rate"})
