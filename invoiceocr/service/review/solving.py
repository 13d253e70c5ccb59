"""What a field must be if the others are right: sums of the rules solved for it, and products within a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from invoiceocr.export.sheets.columns import value_at
from invoiceocr.invoice import AnyInvoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.rules.equation import Equation, linear_equation
from invoiceocr.values import chinese_amount
from invoiceocr.values.money import CENT

ROW = re.compile(r"^(\w+\.\d+)\.(\w+)$")
PRODUCTS = {"tax_amount": ("amount", "tax_rate"), "amount": ("quantity", "unit_price")}
"""Cells of a row that are the product of two others."""


def solutions(path: str, invoice: AnyInvoice, reader: Reader) -> Iterator[str]:
    """The values that the field at *path* should have by the others, as far as they are known."""
    if path == "total_in_words" and invoice.total is not None:
        # an amount that nobody writes in words
        with suppress(ValueError):
            yield chinese_amount.to_text(invoice.total)
    if path == "total" and invoice.total_in_words is not None:
        yield from (str(amount) for amount in [chinese_amount.parse(invoice.total_in_words)] if amount is not None)
    yield from map(str, _amounts(path, invoice, reader))


def _amounts(path: str, invoice: AnyInvoice, reader: Reader) -> Iterator[Decimal]:
    context = replace(reader.context(), title_kind=invoice.kind)
    for rule in reader.rules.rules.values():
        if invoice.kind in rule.kinds and rule.each is None:
            equation = linear_equation(rule, invoice, context)
            if equation is not None and path in equation.terms:
                yield from _solved(path, equation, invoice)
    yield from _products(path, invoice)


def _products(path: str, invoice: AnyInvoice) -> Iterator[Decimal]:
    """The amount of a row by its own factors."""
    if (row := ROW.match(path)) and row[2] in PRODUCTS:
        first, second = (_number(invoice, f"{row[1]}.{name}") for name in PRODUCTS[row[2]])
        if first is not None and second is not None:
            yield _rounded(first * second)


def _solved(path: str, equation: Equation, invoice: AnyInvoice) -> Iterator[Decimal]:
    rest = equation.constant
    for other, coefficient in equation.terms.items():
        if other == path:
            continue
        value = _number(invoice, other)
        if value is None:
            return
        rest += coefficient * value
    if equation.terms[path]:
        yield _rounded(-rest / equation.terms[path])


def _number(invoice: AnyInvoice, path: str) -> Decimal | None:
    value = value_at(invoice, path)
    return value if isinstance(value, Decimal) else None


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
