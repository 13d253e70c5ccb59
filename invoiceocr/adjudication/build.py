"""Values by path to an `Invoice` of the right kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from invoiceocr.evidence.draft import ITEM
from invoiceocr.invoice import VAT_KINDS, Invoice, OtherDocument, VatInvoice

NAMES = {field.alias or name for name, field in VatInvoice.model_fields.items()}  # as in the contract
PARTY = re.compile(r"(buyer|seller)\.(\w+)")


def build(kind: str, values: Mapping[str, object], text: str) -> Invoice:
    """The invoice of *kind* with *values*; a kind without a model comes back as `other` with its text."""
    if kind not in VAT_KINDS:
        return OtherDocument(text=text)
    fields: dict[str, Any] = {"kind": kind}
    rows: dict[int, dict[str, object]] = {}
    for path, value in values.items():
        if party := PARTY.fullmatch(path):
            fields.setdefault(party[1], {})[party[2]] = value
        elif item := ITEM.fullmatch(path):
            rows.setdefault(int(item[1]), {})[item[2]] = value
        elif path in NAMES:
            fields[path] = value
    fields["items"] = tuple(rows.get(index, {}) for index in range(max(rows, default=-1) + 1))
    return VatInvoice(**fields)
