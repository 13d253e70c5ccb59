"""Results as a Parquet file: one row per invoice, typed columns, the rows of tables as lists of structs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal
from types import ModuleType
from typing import TYPE_CHECKING, Any, BinaryIO

from pydantic import BaseModel

from invoiceocr.errors import MissingExtraError
from invoiceocr.export.sheets.columns import Column, invoice_columns, list_fields, row_columns, value_at
from invoiceocr.export.tabular import HEAD
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import Registry, builtin
from invoiceocr.kinds.types import TYPES
from invoiceocr.result import ReadResult

if TYPE_CHECKING:
    import pyarrow as pa

Record = dict[str, Any]  # a row, as Arrow takes it
# rows of a row group, which are in memory together
GROUP_ROWS = 2000
# of decimal columns; unit prices of more decimals are rounded to these
DIGITS, DECIMALS = 38, 12
CONTEXT = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)
TYPED = frozenset({"date", "datetime", "time", "int", "bool"})


def write_parquet(results: Iterable[ReadResult], stream: BinaryIO, registry: Registry | None = None) -> None:
    """Writes one row per invoice, with the same columns whatever the kinds, and one row per file that could not be
    read. `statuses` maps paths to their status. Raises MissingExtraError without pyarrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise MissingExtraError("parquet needs pyarrow: pip install 'invoiceocr[parquet]'") from error
    known = registry or builtin()
    schema = _schema(pa, known)
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        for group in _groups(_rows(results, known)):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))


def _schema(pa: ModuleType, registry: Registry) -> pa.Schema:
    types = _types(pa)
    fields = [(name, pa.int32() if name == "page" else pa.string()) for name in HEAD]
    fields += [(column.path, _type(types, column)) for column in invoice_columns(registry)]
    for name in list_fields(registry):
        cells = [(column.path, _type(types, column)) for column in row_columns(name, registry)]
        fields.append((name, pa.list_(pa.struct(cells))))
    fields += [("findings", pa.list_(pa.string())), ("statuses", pa.map_(pa.string(), pa.string()))]
    return pa.schema([*fields, ("error_code", pa.string()), ("error_message", pa.string())])


def _types(pa: ModuleType) -> dict[str, object]:
    """Arrow types by the Python types that value types name; all others are text."""
    return {
        "Decimal": pa.decimal128(DIGITS, DECIMALS),
        "date": pa.date32(),
        "datetime": pa.timestamp("s"),
        "time": pa.time32("s"),
        "int": pa.int64(),
        "bool": pa.bool_(),
        "str": pa.string(),
    }


def _type(types: dict[str, object], column: Column) -> object:
    return types.get(_annotation(column), types["str"])


def _rows(results: Iterable[ReadResult], registry: Registry) -> Iterator[Record]:
    for result in results:
        for invoice in result.invoices:
            yield _row(result, invoice, registry)
        if result.error:
            told = {"error_code": result.error.code, "error_message": result.error.message}
            yield {"source": result.source, "sha256": result.sha256, **told}


def _row(result: ReadResult, invoice: Invoice, registry: Registry) -> dict[str, object]:
    fields = _cells(invoice, invoice_columns(registry))
    tables = {name: _table(invoice, name, registry) for name in list_fields(registry)}
    return {
        "source": result.source,
        "sha256": result.sha256,
        "page": invoice.page,
        "verdict": invoice.verdict,
        **fields,
        **tables,
        "findings": [finding.rule for finding in invoice.findings],
        "statuses": [(path, proof.status) for path, proof in invoice.evidence.items()],
    }


def _table(invoice: Invoice, name: str, registry: Registry) -> list[Record] | None:
    rows = value_at(invoice, name)
    if rows is None:
        return None
    columns = row_columns(name, registry)
    return [_cells(row, columns) for row in rows]


def _cells(holder: BaseModel, columns: Iterable[Column]) -> Record:
    values = {column.path: (value_at(holder, column.path), _annotation(column)) for column in columns}
    return {path: _plain(value, annotation) for path, (value, annotation) in values.items()}


def _annotation(column: Column) -> str:
    return TYPES[column.value_type].annotation if column.value_type in TYPES else "str"


def _plain(value: object, annotation: str) -> object:
    """*value* as a column of its type takes it: a rate, which may be a mark, is text."""
    match value:
        case None | str():
            return value
        case tuple():
            return "\n".join(map(str, value))
        case Decimal() if annotation == "Decimal":
            return CONTEXT.quantize(value, Decimal(1).scaleb(-DECIMALS))
        case _:
            return value if annotation in TYPED else str(value)


def _groups(rows: Iterator[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    group: list[dict[str, object]] = []
    for row in rows:
        group.append(row)
        if len(group) == GROUP_ROWS:
            yield group
            group = []
    yield group
