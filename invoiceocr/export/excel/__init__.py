"""Results as Excel workbooks: one of our own, or a template that the user made."""

from invoiceocr.export.excel.workbook import write_excel

__all__ = ["write_excel"]
