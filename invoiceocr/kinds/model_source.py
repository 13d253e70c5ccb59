"""The Python source of invoiceocr/invoice.py: a typed model for each built-in kind, written from schemas/kinds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel

from invoiceocr.errors import SchemaError
from invoiceocr.invoice_types import Invoice
from invoiceocr.kinds.registry import Registry, builtin
from invoiceocr.kinds.spec import FieldSpec, KindSpec

FILE = Path(__file__).resolve().parents[1] / "invoice.py"
WIDTH = 120  # characters of a line
HEAD = '''"""The domain: `Invoice` and its kinds, `Party`, `LineItem`; see the field contract (docs/fields.md).

Generated from schemas/kinds by `python -m invoiceocr.kinds.model_source`: change those files and run it again.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import ConfigDict, Field, SerializeAsAny, TypeAdapter, field_validator

from invoiceocr.invoice_types import NOT_PRINTED as NOT_PRINTED
from invoiceocr.invoice_types import Invoice as Invoice
from invoiceocr.invoice_types import Party as Party
from invoiceocr.invoice_types import PrintedRecord as PrintedRecord
from invoiceocr.invoice_types import Rate as Rate
'''
TAIL = '''
class CustomInvoice(Invoice):
    """An invoice of a user's kind. Its own fields are attributes; where the kind isn't loaded they are extras."""

    model_config = ConfigDict(extra="allow")

    @field_validator("kind")
    @classmethod
    def _is_no_builtin(cls, kind: str) -> str:
        if kind in BUILTIN_KINDS:
            raise ValueError(f"{kind} is a built-in kind with a model of its own")
        return kind


if TYPE_CHECKING:
    AnyKind = AnyInvoice
else:
    AnyKind = SerializeAsAny[AnyInvoice] | SerializeAsAny[CustomInvoice]
    """An invoice of a built-in kind or of a user's; type checkers see the built-in ones, so that `kind` tells which."""
INVOICE_ADAPTER: TypeAdapter[AnyInvoice] = TypeAdapter(AnyInvoice)
'''


def source(registry: Registry) -> str:
    """The text of invoice.py for the kinds of *registry*; SchemaError if kinds of one model disagree on a field."""
    models: dict[str, list[KindSpec]] = {}
    for spec in registry:
        models.setdefault(spec.model, []).append(spec)
    rows = _row_models(registry)
    parts = [HEAD, *(_row_class(name, fields) for name, fields in rows.items())]
    parts += [_invoice_class(name, specs) for name, specs in models.items()]
    parts += [_union(models), _kinds(registry), TAIL]
    return "\n".join(parts)


def _row_models(registry: Registry) -> dict[str, dict[str, FieldSpec]]:
    """The fields of each row model: those of all lists of such rows."""
    rows: dict[str, dict[str, FieldSpec]] = {}
    for spec in registry:
        for field in spec.fields.values():
            if field.is_rows:
                rows[field.row_model] = _joined(rows.get(field.row_model, {}), field.fields)
    return rows


def _joined(known: dict[str, FieldSpec], fields: Iterable[FieldSpec]) -> dict[str, FieldSpec]:
    """*known* and *fields* by name; SchemaError if one name has two Python types."""
    joined = dict(known)
    for field in fields:
        other = joined.setdefault(field.name, field)
        if _annotation(other) != _annotation(field):
            raise SchemaError(f"{field.path}: {_annotation(other)} and {_annotation(field)} in kinds of one model")
    return joined


def _row_class(name: str, fields: dict[str, FieldSpec]) -> str:
    owners = {field.path.partition(".")[0] for field in fields.values()}
    head = f'\nclass {name}(PrintedRecord):\n    """A row of `{owners.pop()}`."""\n'
    return "\n".join([head, *_attributes(fields.values()), ""])


def _invoice_class(name: str, specs: list[KindSpec]) -> str:
    fields: dict[str, FieldSpec] = {}
    for spec in specs:
        fields = _joined(fields, spec.fields.values())
    own = [field for field in fields.values() if field.name not in Invoice.model_fields]
    titles = "、".join(spec.title.zh for spec in specs)
    kinds = tuple(spec.kind for spec in specs)
    default = f' = "{kinds[0]}"' if len(kinds) == 1 else ""
    head = f'\nclass {name}(Invoice):\n    """{titles}."""\n\n    kind: {_literal(kinds)}{default}'
    return "\n".join([head, *_attributes(own), ""])


def _attributes(fields: Iterable[FieldSpec]) -> Iterator[str]:
    for field in fields:
        name, value = field.name, field.type.default
        # `copy` is a method of every model
        if hasattr(BaseModel, name):
            value = f'Field(default={value}, alias="{name}", serialization_alias="{name}")'
            name += "_"
        yield f"    {name}: {_annotation(field)} = {value}"


def _annotation(field: FieldSpec) -> str:
    if field.is_rows:
        return f"tuple[{field.row_model}, ...]"
    return field.type.annotation if field.type.default != "None" else f"{field.type.annotation} | None"


def _literal(kinds: tuple[str, ...]) -> str:
    quoted = [f'"{kind}"' for kind in kinds]
    line = f"Literal[{', '.join(quoted)}]"
    if len(line) < WIDTH - len("    kind: "):
        return line
    return "Literal[\n" + "".join(f"        {kind},\n" for kind in quoted) + "    ]"


def _union(models: Iterable[str]) -> str:
    members = "".join(f"    | {name}\n" for name in models).replace("    | ", "    ", 1)
    return f'\nAnyInvoice = Annotated[\n{members.rstrip()},\n    Field(discriminator="kind"),\n]'


def _kinds(registry: Registry) -> str:
    every = "".join(f'        "{spec.kind}",\n' for spec in registry)
    vat = "".join(f'    "{kind}",\n' for kind in registry.families["vat"])
    return f"BUILTIN_KINDS = frozenset(\n    {{\n{every}    }}\n)\nVAT_KINDS = (\n{vat})\n"


if __name__ == "__main__":
    FILE.write_text(source(builtin()), encoding="utf-8")
