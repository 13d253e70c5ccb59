"""How each value of a `Content` is printed: dates with 年月日, ¥ before totals, check codes in groups of five."""

from __future__ import annotations

from decimal import Decimal

from invoiceocr.invoice import LineItem, Party
from invoiceocr.specimens.content.invoices import Content
from invoiceocr.values import issue_date, money, rate

NO_TAX = "***"


def printed_values(content: Content) -> dict[str, str]:
    """The text of every filled slot, by slot name."""
    invoice = content.invoice
    texts = {
        "code": invoice.code,
        "number": invoice.number,
        "printed_code": invoice.code,
        "printed_number": invoice.number,
        "issue_date": issue_date.to_text(invoice.issue_date) if invoice.issue_date else None,
        "check_code": _grouped(invoice.check_code),
        "machine_number": invoice.machine_number,
        "cipher_area": invoice.cipher_area,
        "total_excluding_tax": _total(invoice.total_excluding_tax),
        "total_tax": _total(invoice.total_tax) or NO_TAX,
        "total": _total(invoice.total),
        "total_in_words": invoice.total_in_words,
        "remarks": invoice.remarks,
        "payee": invoice.payee,
        "reviewer": invoice.reviewer,
        "drawer": invoice.drawer,
        **_party("buyer", invoice.buyer),
        **_party("seller", invoice.seller),
    }
    return {name: text for name, text in texts.items() if text}


def printed_item(item: LineItem, date_format: str = "%Y-%m-%d") -> dict[str, str]:
    """The text of every filled column of an item row, by field name."""
    texts = {
        "name": item.name,
        "specification": item.specification,
        "unit": item.unit,
        "quantity": _number(item.quantity),
        "unit_price": _number(item.unit_price),
        "amount": _number(item.amount),
        "tax_rate": None if item.tax_rate is None else rate.to_text(item.tax_rate),
        "tax_amount": _number(item.tax_amount) or NO_TAX,
        "plate_number": item.plate_number,
        "vehicle_type": item.vehicle_type,
        "start_date": item.start_date and item.start_date.strftime(date_format),
        "end_date": item.end_date and item.end_date.strftime(date_format),
    }
    return {name: text for name, text in texts.items() if text}


def printed_total(value: Decimal) -> str:
    """A total with its ¥."""
    return money.to_text(value, symbol="¥")


def _party(role: str, party: Party | None) -> dict[str, str | None]:
    return {f"{role}.{name}": getattr(party, name) for name in Party.model_fields} if party else {}


def _total(value: Decimal | None) -> str | None:
    return None if value is None else printed_total(value)


def _number(value: Decimal | None) -> str | None:
    return None if value is None else money.to_text(value)


def _grouped(code: str | None) -> str | None:
    return " ".join(code[start : start + 5] for start in range(0, len(code), 5)) if code else None
