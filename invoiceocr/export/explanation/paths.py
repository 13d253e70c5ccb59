"""Field paths: which ones exist, in which order they are explained, and which one was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache

from invoiceocr.export.sheets.columns import invoice_columns, list_fields, row_columns
from invoiceocr.kinds import Registry
from invoiceocr.kinds.field_titles import ROW

# what the document is, and so nothing that was read
NO_FIELDS = frozenset({"kind"})


def in_order(paths: Iterable[str]) -> list[str]:
    """*paths*, each once, in the order of the field contract, with rows in their order; paths that the contract doesn't
    know come last."""
    return sorted(dict.fromkeys(paths), key=_rank)


def covers(asked: str, path: str) -> bool:
    """Whether *path* is what was requested or lies under it."""
    return path == asked or path.startswith(f"{asked}.")


def is_known(path: str, registry: Registry | None = None) -> bool:
    """Whether invoices of the kinds of *registry* (by default the built-in one) have a field with that path, or fields
    under it."""
    return any(covers(path, known) for known in _like(path, registry))


def nearest_path(path: str, registry: Registry | None = None) -> str:
    """The known path that is most like *path*."""
    return difflib.get_close_matches(path, _like(path, registry), n=1, cutoff=0.0)[0]


def _like(path: str, registry: Registry | None) -> list[str]:
    """The scalar paths and those of the row that *path* names, or of the first row if it names none."""
    row = next((part for part in path.split(".") if part.isdecimal()), "0")
    rows = [f"{name}.{row}.{column.path}" for name in list_fields(registry) for column in row_columns(name, registry)]
    return [column.path for column in invoice_columns(registry) if column.path not in NO_FIELDS] + rows


@cache
def _places() -> tuple[dict[str, int], dict[str, int]]:
    """The places of scalar fields and of columns of rows in the contract's order."""
    scalars = {column.path: index for index, column in enumerate(invoice_columns())}
    return scalars, {column.path: index for index, column in enumerate(row_columns())}


def _rank(path: str) -> tuple[int, int, int, str]:
    """Scalar fields, then rows, then unknown ones by name."""
    scalars, columns = _places()
    if row := ROW.fullmatch(path):
        return 1, int(row[2]), columns.get(row[3] or "", len(columns)), path
    return (0, scalars[path], 0, "") if path in scalars else (2, 0, 0, path)
