"""The registry of kinds: one YAML file for each kind, and every table that depends on kinds or fields."""

from invoiceocr.kinds.registry import OTHER, Registry, builtin, field_of, is_sum, load
from invoiceocr.kinds.spec import FieldSpec, KindSpec, Title
from invoiceocr.kinds.types import TYPES, ValueType

__all__ = [
    "OTHER",
    "TYPES",
    "FieldSpec",
    "KindSpec",
    "Registry",
    "Title",
    "ValueType",
    "builtin",
    "field_of",
    "is_sum",
    "load",
]
