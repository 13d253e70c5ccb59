"""Turns values by path into an `Invoice` of the right kind."""

from __future__ import annotations

from collections.abc import Mapping

from invoiceocr.invoice import Invoice, OtherDocument
from invoiceocr.kinds import OTHER, KindSpec, Registry, builtin
from invoiceocr.kinds.models import models
from invoiceocr.proof import FieldValue


def build(kind: str, values: Mapping[str, object], text: str, registry: Registry | None = None) -> Invoice:
    """The invoice of *kind* with *values*, in the model that the *registry* (the built-in one) has for it. A kind that
    the registry lacks becomes `other` with its text. Paths that the kind lacks are left out."""
    kinds = registry or builtin()
    if kind not in kinds:
        return OtherDocument(text=text)
    if kind == OTHER:
        return OtherDocument(**{**_fields(kinds[kind], values), "text": text})
    return models(kinds)[kind](kind=kind, **_fields(kinds[kind], values))


def _fields(spec: KindSpec, values: Mapping[str, object]) -> dict[str, FieldValue]:
    """The values of *spec*'s fields by name, with those of parties and rows nested."""
    fields: dict[str, FieldValue] = {}
    rows: dict[str, dict[int, dict[str, object]]] = {}
    for path, value in values.items():
        if spec.field(path) is None:
            continue
        match path.split("."):
            case [name]:
                fields[name] = value
            case [party, name]:
                fields.setdefault(party, {})[name] = value
            case [name, index, cell]:
                rows.setdefault(name, {}).setdefault(int(index), {})[cell] = value
    return fields | {name: _listed(found) for name, found in rows.items()}


def _listed(rows: Mapping[int, dict[str, object]]) -> tuple[dict[str, object], ...]:
    """The rows in order; a row of which nothing is known is empty."""
    return tuple(rows.get(index, {}) for index in range(max(rows) + 1))
