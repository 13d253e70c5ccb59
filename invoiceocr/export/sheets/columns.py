"""The columns of a table of invoices: the field paths of every kind, in one fixed order, with titles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from pydantic import BaseModel

from invoiceocr.export.titles import KIND, Title
from invoiceocr.kinds import FieldSpec, Registry, builtin, field_of
from invoiceocr.kinds.models import attribute_of
from invoiceocr.proof import FieldValue

# the type of fields that hold a place on the page; tables show values
PLACES = "box"


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a table: its *path* (fields.md), its titles and the name of its value type; if none is given, the
    one that kinds have for the path."""

    path: str
    title: Title
    type: str = ""

    @property
    def leaf(self) -> str:
        """The last name of the path: `tax_id` of `buyer.tax_id`."""
        return self.path.rpartition(".")[2]

    @property
    def value_type(self) -> str:
        """The name of the column's value type; empty if no kind has such a field."""
        field = None if self.type else field_of(self.path)
        return field.type.name if field else self.type


@lru_cache(maxsize=16)
def invoice_columns(registry: Registry | None = None) -> tuple[Column, ...]:
    """The scalar fields of all kinds of *registry* (by default the built-in one): those that every invoice has, then
    the kinds' own; each path once, with the title of the first kind that has it."""
    columns = {"kind": Column("kind", KIND)}
    for spec in registry or builtin():
        for top in spec.fields.values():
            for column in () if top.is_rows else _flat(top):
                columns.setdefault(column.path, column)
    return tuple(columns.values())


@lru_cache(maxsize=16)
def list_fields(registry: Registry | None = None) -> tuple[str, ...]:
    """The names of the fields that hold rows: items, segments."""
    return tuple(dict.fromkeys(name for spec in registry or builtin() for name in spec.rows))


@lru_cache(maxsize=64)
def row_columns(name: str | None = None, registry: Registry | None = None) -> tuple[Column, ...]:
    """The columns of the rows of the list field *name*, or of all list fields if None: paths relative to the row, each
    once."""
    columns: dict[str, Column] = {}
    for cell in (cell for top in _lists(name, registry) for cell in top.fields if cell.type.name != PLACES):
        columns.setdefault(cell.name, Column(cell.name, cell.title, cell.type.name))
    return tuple(columns.values())


def _lists(name: str | None, registry: Registry | None) -> Iterator[FieldSpec]:
    """The list fields of that *name*, of any name if None."""
    tops = (top for spec in registry or builtin() for top in spec.fields.values())
    return (top for top in tops if top.is_rows and name in (None, top.name))


def _flat(field: FieldSpec) -> Iterator[Column]:
    """The field's column, or those of its parts if it holds a party."""
    for part in field.leaves():
        if part.type.name != PLACES:
            title = part.title.within(field.title) if part is not field else part.title
            yield Column(part.path, title, part.type.name)


def value_at(holder: BaseModel, path: str) -> FieldValue:
    """The value at *path*; None if the kind lacks the field or the party is not printed."""
    value: FieldValue = holder
    for name in path.split("."):
        value = value[int(name)] if name.isdecimal() else _attribute(value, name)
    return value


def _attribute(holder: BaseModel | None, name: str) -> FieldValue:
    """The field called *name*, never a method of the model with that name (`copy`)."""
    if holder is None:
        return None
    attribute = _attribute_name(type(holder), name)
    return vars(holder).get(attribute, (holder.model_extra or {}).get(attribute))


@cache
def _attribute_name(model: type[BaseModel], name: str) -> str:
    return attribute_of(model, name)
