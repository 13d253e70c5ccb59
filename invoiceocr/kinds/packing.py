"""Invoices as databases store them: compressed JSON that is made once and passed on."""

from __future__ import annotations

import json
import zlib

from invoiceocr.invoice import Invoice
from invoiceocr.json_text import model_json
from invoiceocr.kinds.models import invoice_from
from invoiceocr.kinds.registry import Registry

LEVEL = 1  # of zlib: an eighth more room than at the usual level, in half of the time


def packed(invoice: Invoice) -> bytes:
    """*invoice* in the form in which it is stored."""
    return zlib.compress(model_json(invoice), LEVEL)


def unpacked(data: bytes, registry: Registry | None = None) -> Invoice:
    """The invoice that was packed, in the model of its kind in *registry* (by default the built-in one), or else as a
    `CustomInvoice`. ValueError or zlib.error if this version can't read it."""
    return invoice_from(json.loads(zlib.decompress(data)), registry)
