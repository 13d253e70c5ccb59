"""Invoices and contexts from the plain values of an embedded test."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from pydantic import BaseModel

from invoiceocr.kinds import Registry, builtin
from invoiceocr.kinds.models import models
from invoiceocr.rules.context import BatchEntry, Company, RuleContext
from invoiceocr.rules.language.evaluation import Value
from invoiceocr.rules.language.scope import nearest
from invoiceocr.rules.language.types import Type, record_of
from invoiceocr.values.qr_payload import QrPayload

TODAY = date(2025, 6, 30)
"""The day of a test that names none."""
RECORDS: dict[str, type] = {"qr": QrPayload, "company": Company, "batch": BatchEntry}


def invoice_of(given: Mapping[str, Value], kind: str, registry: Registry | None = None) -> BaseModel:
    """An invoice of *kind* (or of the kind given) with the given fields, such as total, buyer.tax_id, items.
    Kinds are those of *registry*, the built-in one by default.

    Raises ValueError for an unknown kind, an unknown field or a value of the wrong type.
    """
    nested: dict[str, Value] = {"kind": kind}
    for path, value in given.items():
        head, _, tail = path.partition(".")
        if tail:
            nested.setdefault(head, {})[tail] = _plain(value)
        else:
            nested[head] = _plain(value)
    known = models(registry or builtin())
    if nested["kind"] not in known:
        raise ValueError(f"unknown kind {nested['kind']}; {nearest(nested['kind'], known)}")
    return known[nested["kind"]].model_validate(nested)


def _plain(value: object) -> object:
    """YAML's own classes as plain ones; unquoted numbers keep the digits they were written with."""
    if isinstance(value, dict):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def context_of(given: Mapping[str, Value]) -> RuleContext:
    """A context with the given values; raises ValueError for an unknown name or a value of the wrong type."""
    return RuleContext(**{"today": TODAY, **_fields(RuleContext, given)})


def _fields(cls: type, given: Mapping[str, Value]) -> dict[str, Value]:
    fields = record_of(cls).fields
    for name in given:
        if name not in fields:
            raise ValueError(f"unknown name {name}; {nearest(name, fields)}")
    return {name: _converted(name, fields[name].type, value) for name, value in given.items()}


def _converted(name: str, kind: Type, value: Value) -> Value:
    if value is None:
        return None
    if kind.element and kind.element.name == "text":
        return tuple(map(str, value))
    if kind.element:
        return tuple(_record(RECORDS[name], member) for member in value)
    return _record(RECORDS[name], value) if name in RECORDS else _scalar(name, kind, value)


def _record(cls: type, given: Mapping[str, Value]) -> Value:
    """An instance of *cls*; parts that are not given are None."""
    names = [field.name for field in dataclasses.fields(cls)] if dataclasses.is_dataclass(cls) else cls._fields  # type: ignore[attr-defined]
    unknown = dict.fromkeys(names) | ({"claimed": False} if cls is BatchEntry else {})
    return cls(**unknown | _fields(cls, given))


def _scalar(name: str, kind: Type, value: object) -> object:
    try:
        if kind.name == "number":
            return Decimal(str(value))
        if kind.name == "date":
            return date.fromisoformat(str(value))
    except (InvalidOperation, ValueError):
        raise ValueError(f"{name}: {value} is no {kind}") from None
    if kind.name == "bool" and not isinstance(value, bool):
        raise ValueError(f"{name}: {value} is neither true nor false")
    return value if kind.name == "bool" else str(value)
