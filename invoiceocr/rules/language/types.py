"""What a name in a rule may hold: types derived from the kinds' fields and the context, so that no table can become
outdated."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from typing import Annotated, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from invoiceocr.invoice import NOT_PRINTED, Party
from invoiceocr.kinds import FieldSpec, KindSpec, Registry, builtin
from invoiceocr.kinds.models import attribute_of, models

PROOF_FIELDS = NOT_PRINTED
"""What the SDK says about an invoice; rules judge only what is printed on it."""


@dataclass(frozen=True, slots=True)
class Type:
    """A type of the rule language. `element` is that of a list, `fields` those of a record, `values` the only
    texts that a text can be (empty: any)."""

    name: str
    element: Type | None = None
    fields: Mapping[str, Field] = field(default_factory=dict, hash=False, compare=False)
    values: frozenset[str] = field(default=frozenset(), compare=False)

    def __str__(self) -> str:
        return f"list of {self.element}" if self.element else self.name


@dataclass(frozen=True, slots=True)
class Field:
    """A named part of a record: its type and the Python attribute that holds it."""

    type: Type
    attribute: str


NUMBER, TEXT, BOOL = Type("number"), Type("text"), Type("bool")
DATE, TIME, DATETIME = Type("date"), Type("time"), Type("datetime")
# the names of types whose values have an order
ORDERED = frozenset({"number", "date", "time", "datetime"})
# a number or a printed marker such as 免税: rate(x), marker(x) tell them apart
RATE = Type("rate")

SCALARS: dict[object, Type] = {
    Decimal: NUMBER,
    int: NUMBER,
    str: TEXT,
    bool: BOOL,
    date: DATE,
    datetime: DATETIME,
    time: TIME,
}


SCALAR_NAMES: dict[str, Type] = {
    "str": TEXT,
    "int": NUMBER,
    "Decimal": NUMBER,
    "Rate": RATE,
    "bool": BOOL,
    "date": DATE,
    "time": TIME,
    "datetime": DATETIME,
}
"""The rule types by the Python type that a value type names; fields of other types are no names in rules."""


def list_of(element: Type) -> Type:
    """The type of a list of *element*."""
    return Type("list", element=element)


def type_of(annotation: object) -> Type | None:
    """The rule type of a Python annotation; None if rules can't use it. `X | None` is X: any field may be missing."""
    if get_origin(annotation) is Annotated:
        return type_of(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return _type_of_union([part for part in get_args(annotation) if part is not types.NoneType])
    if get_origin(annotation) is Literal:
        return Type("text", values=frozenset(get_args(annotation)))
    if get_origin(annotation) in (tuple, list):
        element = type_of(get_args(annotation)[0])
        return list_of(element) if element else None
    if annotation in SCALARS:
        return SCALARS[annotation]
    return record_of(annotation) if _is_record(annotation) else None


def _type_of_union(parts: list[object]) -> Type | None:
    if len(parts) == 1:
        return type_of(parts[0])
    return RATE if set(map(type_of, parts)) == {NUMBER, TEXT} else None


def _is_record(annotation: object) -> bool:
    if not isinstance(annotation, type):
        return False
    return issubclass(annotation, BaseModel) or dataclasses.is_dataclass(annotation) or hasattr(annotation, "_fields")


@cache
def record_of(model: type) -> Type:
    """The record type of a Pydantic model, dataclass or named tuple; a field is called by its alias if it has one."""
    hints = get_type_hints(model, include_extras=True) | _property_hints(model)
    fields = {}
    for attribute, annotation in hints.items():
        kind = type_of(annotation)
        if kind is not None and attribute not in PROOF_FIELDS and not attribute.startswith("_"):
            fields[_printed_name(model, attribute)] = Field(kind, attribute)
    return Type(model.__name__, fields=fields)


def _property_hints(model: type) -> dict[str, object]:
    """What the properties of a dataclass give, such as `QrPayload.crc_ok`."""
    if not dataclasses.is_dataclass(model):
        return {}
    properties = {name: member.fget for name, member in vars(model).items() if isinstance(member, property)}
    return {name: get_type_hints(getter)["return"] for name, getter in properties.items() if getter}


def _printed_name(model: type, attribute: str) -> str:
    if issubclass(model, BaseModel) and attribute in model.model_fields:
        return model.model_fields[attribute].alias or attribute
    return attribute


def type_of_field(field: FieldSpec) -> Type | None:
    """The rule type of a kind's field; None if rules can't use it."""
    if field.is_party:
        return record_of(Party)
    if field.is_rows:
        cells = ((cell.name, type_of_field(cell)) for cell in field.fields)
        return list_of(Type(field.row_model, fields={name: Field(kind, name) for name, kind in cells if kind}))
    return SCALAR_NAMES.get(field.type.annotation)


@lru_cache(maxsize=256)
def fields_of(spec: KindSpec, registry: Registry) -> Mapping[str, Field]:
    """The fields of one kind of *registry* by name."""
    model = models(registry)[spec.kind]
    typed = ((name, type_of_field(field)) for name, field in spec.fields.items())
    return {name: Field(kind, attribute_of(model, name)) for name, kind in typed if kind}


@lru_cache(maxsize=256)
def invoice_fields(kinds: tuple[str, ...], registry: Registry | None = None) -> Mapping[str, Field]:
    """The fields that every one of *kinds* of *registry* (the built-in one) has; `kind` itself can be any of them."""
    known = registry or builtin()
    records = [fields_of(known[kind], known) for kind in kinds]
    shared = {name: field for name, field in records[0].items() if all(record.get(name) == field for record in records)}
    return shared | {"kind": Field(Type("text", values=frozenset(kinds)), "kind")}
