"""The Pydantic model of each kind of a registry: the generated ones, and those made when a user's kinds are loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, create_model

from invoiceocr.invoice import AnyInvoice, CustomInvoice, Invoice, Party, PrintedRecord, Rate
from invoiceocr.kinds.registry import Registry, builtin, load
from invoiceocr.kinds.spec import FieldSpec, KindSpec

ANNOTATIONS: Mapping[str, Any] = {
    "str": str,
    "int": int,
    "bool": bool,
    "Decimal": Decimal,
    "Rate": Rate,
    "date": date,
    "time": time,
    "datetime": datetime,
    "Party": Party,
    "tuple[float, float, float, float]": tuple[float, float, float, float],
}
"""The Python types that value types name."""
DEFAULTS: Mapping[str, object] = {"None": None, "False": False, '""': "", "()": ()}
"""The values of the defaults that value types name."""


@lru_cache(maxsize=16)
def models(registry: Registry) -> Mapping[str, type[Invoice]]:
    """The model of each kind of *registry* by name; the same registry always gives the same classes."""
    shipped = _shipped()
    return {spec.kind: _model(spec, shipped, registry) for spec in registry}


def model_for(kind: str, registry: Registry | None = None) -> type[Invoice] | None:
    """The model of *kind*; None for a kind that *registry* (by default the built-in one) doesn't have."""
    return models(registry or builtin()).get(kind)


def invoice_from(data: Mapping[str, object], registry: Registry | None = None) -> Invoice:
    """The invoice in *data* of a result file, in the model of its kind; pydantic.ValidationError if it is none. A kind
    that *registry* (by default the built-in one) lacks becomes a `CustomInvoice`."""
    return (model_for(str(data.get("kind")), registry) or CustomInvoice).model_validate(data)


def attribute_of(model: type[BaseModel], name: str) -> str:
    """The attribute that holds the field called *name* in the contract: `copy_` for `copy`."""
    return next((key for key, info in model.model_fields.items() if info.alias == name), name)


@lru_cache(maxsize=256)
def row_model(model: type[Invoice], name: str) -> type[PrintedRecord]:
    """The class of the rows in the list field *name* of *model*."""
    found: type[PrintedRecord] = get_args(model.model_fields[attribute_of(model, name)].annotation)[0]
    return found


class _Loaded(Invoice):
    """The base of models that are made when a user's kinds are loaded. Their invoices can be pickled: the other process
    loads the kinds of `folders` again."""

    folders: ClassVar[tuple[Path, ...]] = ()

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (self.folders, self.model_dump())


def _restored(folders: tuple[Path, ...], data: Mapping[str, object]) -> Invoice:
    return invoice_from(data, _registry(folders))


@lru_cache(maxsize=16)
def _registry(folders: tuple[Path, ...]) -> Registry:
    return load(folders)


@lru_cache(maxsize=1)
def _shipped() -> dict[str, type[Invoice]]:
    union: tuple[type[Invoice], ...] = get_args(get_args(AnyInvoice)[0])
    return {kind: model for model in union for kind in get_args(model.model_fields["kind"].annotation)}


def _model(spec: KindSpec, shipped: Mapping[str, type[Invoice]], registry: Registry) -> type[Invoice]:
    """The generated model if the kind is as it shipped, otherwise one with the kind's own fields."""
    parent = shipped.get(spec.kind)
    if parent is not None and all(attribute_of(parent, name) in parent.model_fields for name in spec.fields):
        return parent
    base: type[Invoice] = parent or CustomInvoice
    kind: Any = (Literal[spec.kind], spec.kind)
    definitions = {"kind": kind} | _definitions(base, spec.fields.values())
    model: type[Invoice] = create_model(spec.model, __base__=(_Loaded, base), __doc__=spec.title.zh, **definitions)
    model.folders = registry.folders  # type: ignore[attr-defined]
    model.model_config = ConfigDict(**{**model.model_config, "extra": "forbid"})
    model.model_rebuild(force=True)
    return model


def _definitions(base: type[BaseModel], fields: Iterable[FieldSpec]) -> dict[str, Any]:
    """The fields that *base* lacks, in the form that `create_model` accepts."""
    new = (field for field in fields if attribute_of(base, field.name) not in base.model_fields)
    return dict(_definition(field) for field in new)


def _definition(field: FieldSpec) -> tuple[str, object]:
    """The attribute, its type and its default; one that Pydantic's models already have (`copy`) gets an underscore."""
    annotation, default = _annotation(field), DEFAULTS[field.type.default]
    if hasattr(BaseModel, field.name):
        return f"{field.name}_", (annotation, Field(default, alias=field.name, serialization_alias=field.name))
    return field.name, (annotation, default)


def _annotation(field: FieldSpec) -> Any:
    if field.is_rows:
        row = create_model(field.row_model, __base__=PrintedRecord, **_definitions(PrintedRecord, field.fields))
        return tuple[row, ...]  # type: ignore[valid-type]
    plain = ANNOTATIONS[field.type.annotation]
    return plain if field.type.default != "None" else plain | None
