"""What a name in a rule may hold: types read off the domain models, so that no table of fields can go stale."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from invoiceocr.invoice import AnyInvoice

PROOF_FIELDS = frozenset({"evidence", "findings", "verdict", "page", "source"})
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
RATE = Type("rate")  # a number or a printed marker such as 免税: rate(x), marker(x) tell them apart

SCALARS: dict[Any, Type] = {
    Decimal: NUMBER,
    int: NUMBER,
    str: TEXT,
    bool: BOOL,
    date: DATE,
    datetime: DATETIME,
    time: TIME,
}


def list_of(element: Type) -> Type:
    """The type of a list of *element*."""
    return Type("list", element=element)


def type_of(annotation: Any) -> Type | None:
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


def _type_of_union(parts: list[Any]) -> Type | None:
    if len(parts) == 1:
        return type_of(parts[0])
    return RATE if set(map(type_of, parts)) == {NUMBER, TEXT} else None


def _is_record(annotation: Any) -> bool:
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


def _property_hints(model: type) -> dict[str, Any]:
    """What the properties of a dataclass give, such as `QrPayload.crc_ok`."""
    if not dataclasses.is_dataclass(model):
        return {}
    properties = {name: member.fget for name, member in vars(model).items() if isinstance(member, property)}
    return {name: get_type_hints(getter)["return"] for name, getter in properties.items() if getter}


def _printed_name(model: type, attribute: str) -> str:
    if issubclass(model, BaseModel) and attribute in model.model_fields:
        return model.model_fields[attribute].alias or attribute
    return attribute


@cache
def models_by_kind() -> dict[str, type[BaseModel]]:
    """The model of each document kind, in the order of the domain module."""
    union = get_args(AnyInvoice)[0]
    models = get_args(union) or (union,)
    return {kind: model for model in models for kind in get_args(model.model_fields["kind"].annotation)}


def invoice_fields(kinds: tuple[str, ...]) -> dict[str, Field]:
    """The fields that every one of *kinds* has; `kind` itself can be any of *kinds*."""
    records = [record_of(model) for model in dict.fromkeys(models_by_kind()[kind] for kind in kinds)]
    shared = {
        name: field
        for name, field in records[0].fields.items()
        if all(record.fields.get(name) == field for record in records)
    }
    return shared | {"kind": Field(Type("text", values=frozenset(kinds)), "kind")}
