"""What a reader found against what a specimen truly says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from invoiceocr.invoice import Invoice, LineItem, VatInvoice
from invoiceocr.text.lines import match_key

KEYS = (
    "kind", "code", "number", "issue_date", "check_code", "machine_number", "total_excluding_tax", "total_tax", "total",
    "total_in_words", "buyer.name", "buyer.tax_id", "seller.name", "seller.tax_id",
)  # fmt: skip
PEOPLE = ("payee", "reviewer", "drawer")
CONTACTS = ("buyer.address_phone", "buyer.bank_account", "seller.address_phone", "seller.bank_account")
COLUMNS = tuple(LineItem.model_fields)
Differences = list[tuple[str, object, object]]


def typed(truth: Mapping[str, Any]) -> VatInvoice:
    """The true fields of a label with their types."""
    return VatInvoice.model_validate(truth)


def differences(truth: Mapping[str, Any], found: Invoice, paths: tuple[str, ...]) -> Differences:
    """(path, true, found) of every field that differs; texts are compared without white space."""
    expected = typed(truth)
    pairs = [(path, _at(expected, path), _at(found, path)) for path in paths]
    return [(path, true, read) for path, true, read in pairs if _plain(true) != _plain(read)]


def item_differences(truth: Mapping[str, Any], found: Invoice) -> Differences:
    """(path, true, found) of every cell that differs, and of the number of rows."""
    expected, rows = typed(truth).items, _at(found, "items") or ()
    if len(expected) != len(rows):
        return [("items", len(expected), len(rows))]
    paths = tuple(f"items.{index}.{column}" for index in range(len(rows)) for column in COLUMNS)
    return differences(truth, found, paths)


def folded(found: Differences) -> Differences:
    """Those that differ in more than the width of their punctuation, which pixels don't tell."""
    return [(path, true, read) for path, true, read in found if match_key(str(true)) != match_key(str(read))]


def _at(value: object, path: str) -> Any:
    for name in path.split("."):
        value = value[int(name)] if isinstance(value, tuple) else getattr(value, name, None)
    return value


def _plain(value: object) -> object:
    return "".join(value.split()) if isinstance(value, str) else value
