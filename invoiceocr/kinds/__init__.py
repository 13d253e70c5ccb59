"""The registry of kinds: one YAML file a kind, and every table that goes by kind or by field."""

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
