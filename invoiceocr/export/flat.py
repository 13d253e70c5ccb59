"""Results as flat records for bots and low-code tools: one object for each invoice, without nesting and without
evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from typing import BinaryIO

from invoiceocr.export.reasons import duplicates, reasons
from invoiceocr.export.sheets.columns import value_at
from invoiceocr.export.sheets.ledger_columns import USUAL, Listed, ledger_columns, rate_text
from invoiceocr.export.tabular import write_array
from invoiceocr.export.titles import kind_title
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import KindSpec, Registry, builtin
from invoiceocr.proof import FieldValue
from invoiceocr.result import ReadResult

Value = str | int | float | bool | None
FIRST = tuple(name for name in USUAL if name not in ("no", "review", "duplicate", "source"))


def flat_records(
    results: Iterable[ReadResult], registry: Registry | None = None, columns: tuple[str, ...] = ()
) -> Iterator[dict[str, Value]]:
    """A record for each invoice, and one for each file that could not be read. Names are paths with `_` in place of
    `.` (`seller_tax_id`); amounts and dates are text, as in JSON. With *columns*, a record has only these, as the
    ledger sheet shows them; otherwise it has the fields of the ledger, those of the kind, and the general ones of an
    invoice."""
    known, serial = registry or builtin(), 0
    chosen = ledger_columns(columns, known)
    for result in results:
        for invoice in result.invoices:
            serial += 1
            listed = Listed(result, invoice, serial, known)
            shown = {_name(made.column.path): plain(made.cell(listed).value) for made in chosen}
            yield shown or _whole(listed)
        if result.error:
            yield _unread(result)


def write_flat_jsonl(
    results: Iterable[ReadResult],
    stream: BinaryIO,
    registry: Registry | None = None,
    columns: tuple[str, ...] = (),
) -> None:
    """Write one line per record, UTF-8."""
    for record in flat_records(results, registry, columns):
        stream.write(_line(record) + b"\n")
        # a program at the other end of a pipe gets each invoice when it is read
        stream.flush()


def write_flat_json(
    results: Iterable[ReadResult],
    stream: BinaryIO,
    registry: Registry | None = None,
    columns: tuple[str, ...] = (),
) -> None:
    """Write one array with one line per record, UTF-8."""
    write_array(map(_line, flat_records(results, registry, columns)), stream)


def plain(value: FieldValue) -> Value:
    """*value* as JSON without nesting."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return str(value)
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _whole(listed: Listed) -> dict[str, Value]:
    invoice, spec = listed.invoice, listed.registry.kinds.get(listed.invoice.kind)
    record: dict[str, Value] = {
        "source": invoice.source or listed.result.source,
        "sha256": listed.result.sha256,
        "page": invoice.page,
        "kind": invoice.kind,
        "kind_title": kind_title(invoice.kind, listed.registry).zh,
        "verdict": invoice.verdict,
        "reasons": "; ".join(reasons(invoice, spec)),
        "duplicate": bool(duplicates(invoice)),
        "findings": " ".join(dict.fromkeys(finding.rule for finding in invoice.findings)),
    }
    shown = {made.column.path: made.cell(listed).value for made in ledger_columns(FIRST, listed.registry)}
    shown["tax_rate"] = rate_text(shown["tax_rate"]) if shown["tax_rate"] is not None else None
    fields = {path: value for path, value in {**shown, **_fields(invoice, spec)}.items() if path != "kind"}
    record |= {_name(path): plain(value) for path, value in fields.items()}
    return record | {"item_count": len(value_at(invoice, "items") or ()), "error_code": None, "error_message": None}


def _fields(invoice: Invoice, spec: KindSpec | None) -> dict[str, FieldValue]:
    """The fields of the kind except for rows and the rate, which the ledger contains."""
    tops = [field for field in spec.fields.values() if not field.is_rows] if spec else []
    return {leaf.path: value_at(invoice, leaf.path) for top in tops for leaf in top.leaves() if leaf.path != "tax_rate"}


def _unread(result: ReadResult) -> dict[str, Value]:
    assert result.error is not None
    told = {"error_code": result.error.code, "error_message": result.error.message}
    return {"source": result.source, "sha256": result.sha256, **told}


def _name(path: str) -> str:
    return path.replace(".", "_")


def _line(record: dict[str, Value]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")
