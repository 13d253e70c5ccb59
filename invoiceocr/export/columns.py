"""Which columns a table of invoices has: the field paths of every kind, in one fixed order, with titles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from invoiceocr.export.titles import FIELDS, Title, title
from invoiceocr.invoice import AnyInvoice, Invoice

# What is told of an invoice beside its fields; tables show these in columns of their own.
NOT_FIELDS = frozenset({"evidence", "findings", "verdict", "page", "source"})


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a table: its *path* (fields.md) and its titles."""

    path: str
    title: Title

    @property
    def leaf(self) -> str:
        """The last name of the path: `tax_id` of `buyer.tax_id`."""
        return self.path.rpartition(".")[2]


@cache
def invoice_models() -> tuple[type[Invoice], ...]:
    """The model classes of the discriminated union, in its order."""
    return tuple(get_args(get_args(AnyInvoice)[0]))


@cache
def invoice_columns() -> tuple[Column, ...]:
    """The scalar fields of all kinds: those every invoice has, then the kinds' own, each once."""
    models: tuple[type[Invoice], ...] = (Invoice, *invoice_models())
    return tuple(dict.fromkeys(column for model in models for column in _scalars(model)))


@cache
def list_fields() -> tuple[str, ...]:
    """The names of the fields that hold rows: items, segments."""
    return tuple(dict.fromkeys(name for model in invoice_models() for name in _row_models(model)))


@cache
def row_columns() -> tuple[Column, ...]:
    """The columns of the rows of all list fields, paths relative to the row, each once."""
    rows = (row for model in invoice_models() for row in _row_models(model).values())
    return tuple(dict.fromkeys(column for row in rows for column in _scalars(row)))


def value_at(holder: BaseModel, path: str) -> Any:
    """The value at *path*, None where the kind lacks the field or the party is not printed."""
    value: Any = holder
    for name in path.split("."):
        value = value[int(name)] if name.isdecimal() else _attribute(value, name)
    return value


def _attribute(holder: BaseModel | None, name: str) -> Any:
    if holder is None:
        return None
    return getattr(holder, _attribute_names(type(holder)).get(name, ""), None)


@cache
def _attribute_names(model: type[BaseModel]) -> dict[str, str]:
    return {field.serialization_alias or attribute: attribute for attribute, field in model.model_fields.items()}


def _scalars(model: type[BaseModel]) -> Iterator[Column]:
    for name, attribute in _attribute_names(model).items():
        field = model.model_fields[attribute]
        if name in NOT_FIELDS or _is_list(field):
            continue
        yield from _flat(Column(name, title(FIELDS, name)), field)


def _flat(column: Column, field: FieldInfo) -> Iterator[Column]:
    """The column itself, or those of its parts if it holds a model such as Party."""
    part = _model_in(field)
    if part is None:
        yield column
        return
    for inner in _scalars(part):
        yield Column(f"{column.path}.{inner.path}", inner.title.within(column.title))


def _row_models(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    rows = {name: _model_in(field) for name, field in model.model_fields.items() if _is_list(field)}
    return {name: row for name, row in rows.items() if row and name not in NOT_FIELDS}


def _is_list(field: FieldInfo) -> bool:
    return tuple in _classes(field.annotation) and _model_in(field) is not None


def _model_in(field: FieldInfo) -> type[BaseModel] | None:
    return next((kind for kind in _classes(field.annotation) if issubclass(kind, BaseModel)), None)


def _classes(annotation: Any) -> Iterator[type]:
    """All classes an annotation mentions, however nested: tuple[LineItem, ...] | None → tuple, LineItem, NoneType."""
    if isinstance(annotation, type) and not get_args(annotation):
        yield annotation
        return
    origin = getattr(annotation, "__origin__", None)
    if isinstance(origin, type):
        yield origin
    for part in get_args(annotation):
        yield from _classes(part)
