"""Results as plain dicts and as pandas DataFrames, with values in their Python types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from invoiceocr.errors import MissingExtraError
from invoiceocr.export.sheets.columns import invoice_columns, list_fields, row_columns, value_at
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import Registry
from invoiceocr.result import ReadResult

if TYPE_CHECKING:
    import pandas as pd

Record = dict[str, Any]
HEAD = ("source", "page", "verdict")


def to_records(
    read: Iterable[ReadResult | Invoice], *, rows: str | None = None, registry: Registry | None = None
) -> list[Record]:
    """A dict for each invoice, with its fields by path (`total`, `seller.tax_id`): `Decimal`, `date`, `str`, or None if
    nothing is printed. All dicts have the same fields: those that some kind among the invoices has. With *rows*
    (`items`, `segments`, `trips`, ...) there is one dict for each entry of that list, with the number of its invoice.
    Files that could not be read have no dict."""
    invoices = list(_invoices(read))
    if rows is not None:
        return [record for source, invoice in invoices for record in _rows(source, invoice, rows, registry)]
    paths = [column.path for column in invoice_columns(registry)]
    return _filled([_record(source, invoice, paths) for source, invoice in invoices], paths)


def _filled(records: list[Record], paths: list[str]) -> list[Record]:
    """*records* with those of *paths* for which one of them has a value."""
    filled = {path for record in records for path, value in record.items() if value is not None}
    kept = [*HEAD, *(path for path in paths if path in filled)]
    return [{path: record[path] for path in kept} for record in records]


def to_dataframe(
    read: Iterable[ReadResult | Invoice], *, rows: str | None = None, registry: Registry | None = None
) -> pd.DataFrame:
    """The records of `to_records` as a DataFrame: amounts stay exact (`Decimal`), dates are `datetime64`, identifiers
    text. Raises MissingExtraError without pandas."""
    try:
        import pandas as pd
    except ModuleNotFoundError as error:
        told = "to_dataframe needs pandas: pip install 'invoiceocr[pandas]'; or use to_records"
        raise MissingExtraError(told) from error
    frame = pd.DataFrame.from_records(to_records(read, rows=rows, registry=registry))
    for name in frame.columns:
        if any(isinstance(value, date) for value in frame[name]):
            frame[name] = pd.to_datetime(frame[name])
    return frame


def _invoices(read: Iterable[ReadResult | Invoice]) -> Iterator[tuple[str | None, Invoice]]:
    """Each invoice with the name of its file."""
    for one in read:
        if isinstance(one, Invoice):
            yield one.source, one
        else:
            yield from ((one.source, invoice) for invoice in one.invoices)


def _record(source: str | None, invoice: Invoice, paths: list[str]) -> Record:
    told = (source, invoice.page, invoice.verdict)
    return dict(zip(HEAD, told, strict=True)) | {path: value_at(invoice, path) for path in paths}


def _rows(source: str | None, invoice: Invoice, name: str, registry: Registry | None) -> Iterator[Record]:
    if name not in list_fields(registry):
        raise ValueError(f"no kind has rows called {name!r}; give one of {', '.join(list_fields(registry))}")
    origin = {"source": source, "page": invoice.page, "number": invoice.number}
    paths = [column.path for column in row_columns(name, registry)]
    for row in value_at(invoice, name) or ():
        yield origin | {f"{name}.{path}": value_at(row, path) for path in paths}
