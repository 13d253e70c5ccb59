"""invoiceocr: Chinese tax invoices (发票) as typed, checked, trustworthy objects.

    import invoiceocr
    for invoice in invoiceocr.read("claim.pdf"):
        print(invoice.kind, invoice.number, invoice.total)

Names are imported when first used: `import invoiceocr` loads neither OpenCV nor onnxruntime.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from invoiceocr.errors import InvoiceOCRError as InvoiceOCRError
    from invoiceocr.errors import SourceError as SourceError
    from invoiceocr.invoice import Invoice as Invoice
    from invoiceocr.invoice import LineItem as LineItem
    from invoiceocr.invoice import OtherDocument as OtherDocument
    from invoiceocr.invoice import Party as Party
    from invoiceocr.invoice import VatInvoice as VatInvoice
    from invoiceocr.pipeline.reader import Reader as Reader
    from invoiceocr.pipeline.reader import read as read
    from invoiceocr.proof import Evidence as Evidence
    from invoiceocr.proof import Finding as Finding
    from invoiceocr.proof import Witness as Witness
    from invoiceocr.result import ReadResult as ReadResult
    from invoiceocr.settings import Settings as Settings
    from invoiceocr.signature import Signature as Signature

__version__ = "0.1.0"

_HOMES = {
    "Evidence": "proof",
    "Finding": "proof",
    "Invoice": "invoice",
    "InvoiceOCRError": "errors",
    "LineItem": "invoice",
    "OtherDocument": "invoice",
    "Party": "invoice",
    "ReadResult": "result",
    "Reader": "reader",
    "Settings": "settings",
    "Signature": "signature",
    "SourceError": "errors",
    "VatInvoice": "invoice",
    "Witness": "proof",
    "read": "reader",
}

__all__ = [
    "Evidence",
    "Finding",
    "Invoice",
    "InvoiceOCRError",
    "LineItem",
    "OtherDocument",
    "Party",
    "ReadResult",
    "Reader",
    "Settings",
    "Signature",
    "SourceError",
    "VatInvoice",
    "Witness",
    "read",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
