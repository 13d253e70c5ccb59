"""invoiceocr: Chinese tax invoices (发票) as typed, checked, trustworthy objects."""

__version__ = "0.1.0"
