"""invoiceocr: Chinese tax invoices (发票) as typed, checked, trustworthy objects.

    import invoiceocr
    for invoice in invoiceocr.read("claim.pdf"):
        print(invoice.kind, invoice.number, invoice.total)

Names are imported when first used: `import invoiceocr` loads neither OpenCV nor onnxruntime.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from invoiceocr.workers.garbage import paused

if TYPE_CHECKING:
    from invoiceocr.errors import InvoiceOCRError as InvoiceOCRError
    from invoiceocr.errors import SourceError as SourceError
    from invoiceocr.export.frame import to_dataframe as to_dataframe
    from invoiceocr.export.frame import to_records as to_records
    from invoiceocr.invoice import AirItinerary as AirItinerary
    from invoiceocr.invoice import AnyInvoice as AnyInvoice
    from invoiceocr.invoice import CoachTicket as CoachTicket
    from invoiceocr.invoice import CustomInvoice as CustomInvoice
    from invoiceocr.invoice import FiscalBill as FiscalBill
    from invoiceocr.invoice import Invoice as Invoice
    from invoiceocr.invoice import LineItem as LineItem
    from invoiceocr.invoice import MachinePrintedInvoice as MachinePrintedInvoice
    from invoiceocr.invoice import MedicalBill as MedicalBill
    from invoiceocr.invoice import MotorVehicleInvoice as MotorVehicleInvoice
    from invoiceocr.invoice import OtherDocument as OtherDocument
    from invoiceocr.invoice import Party as Party
    from invoiceocr.invoice import QuotaInvoice as QuotaInvoice
    from invoiceocr.invoice import RideItinerary as RideItinerary
    from invoiceocr.invoice import ShipTicket as ShipTicket
    from invoiceocr.invoice import TaxiReceipt as TaxiReceipt
    from invoiceocr.invoice import TollReceipt as TollReceipt
    from invoiceocr.invoice import TrainTicket as TrainTicket
    from invoiceocr.invoice import UsedVehicleInvoice as UsedVehicleInvoice
    from invoiceocr.invoice import VatInvoice as VatInvoice
    from invoiceocr.pipeline.one_off import read as read
    from invoiceocr.pipeline.one_off import read_folder as read_folder
    from invoiceocr.pipeline.reader import Reader as Reader
    from invoiceocr.pipeline.results import Results as Results
    from invoiceocr.proof import Evidence as Evidence
    from invoiceocr.proof import Finding as Finding
    from invoiceocr.proof import Witness as Witness
    from invoiceocr.result import ReadResult as ReadResult
    from invoiceocr.settings import Settings as Settings
    from invoiceocr.signature import Signature as Signature

__version__ = "0.1.0"

_HOMES = {
    "AirItinerary": "invoice",
    "AnyInvoice": "invoice",
    "CoachTicket": "invoice",
    "CustomInvoice": "invoice",
    "Evidence": "proof",
    "Finding": "proof",
    "FiscalBill": "invoice",
    "Invoice": "invoice",
    "InvoiceOCRError": "errors",
    "LineItem": "invoice",
    "MachinePrintedInvoice": "invoice",
    "MedicalBill": "invoice",
    "MotorVehicleInvoice": "invoice",
    "OtherDocument": "invoice",
    "Party": "invoice",
    "QuotaInvoice": "invoice",
    "ReadResult": "result",
    "Reader": "pipeline.reader",
    "Results": "pipeline.results",
    "RideItinerary": "invoice",
    "Settings": "settings",
    "ShipTicket": "invoice",
    "Signature": "signature",
    "SourceError": "errors",
    "TaxiReceipt": "invoice",
    "TollReceipt": "invoice",
    "TrainTicket": "invoice",
    "UsedVehicleInvoice": "invoice",
    "VatInvoice": "invoice",
    "Witness": "proof",
    "read": "pipeline.one_off",
    "read_folder": "pipeline.one_off",
    "to_dataframe": "export.frame",
    "to_records": "export.frame",
}

__all__ = [
    "AirItinerary",
    "AnyInvoice",
    "CoachTicket",
    "CustomInvoice",
    "Evidence",
    "Finding",
    "FiscalBill",
    "Invoice",
    "InvoiceOCRError",
    "LineItem",
    "MachinePrintedInvoice",
    "MedicalBill",
    "MotorVehicleInvoice",
    "OtherDocument",
    "Party",
    "QuotaInvoice",
    "ReadResult",
    "Reader",
    "Results",
    "RideItinerary",
    "Settings",
    "ShipTicket",
    "Signature",
    "SourceError",
    "TaxiReceipt",
    "TollReceipt",
    "TrainTicket",
    "UsedVehicleInvoice",
    "VatInvoice",
    "Witness",
    "read",
    "read_folder",
    "to_dataframe",
    "to_records",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with paused():
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
