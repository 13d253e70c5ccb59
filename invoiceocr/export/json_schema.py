"""The JSON Schema of the output: of one line (a result), of any invoice, of one kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from invoiceocr import resources, yaml_file
from invoiceocr.errors import SchemaError, SettingsError
from invoiceocr.invoice import INVOICE_ADAPTER
from invoiceocr.kinds import Registry, builtin
from invoiceocr.kinds.models import models
from invoiceocr.result import ReadResult
from invoiceocr.rules.packs import schema as rule_packs
from invoiceocr.rules.packs.loading import text_without_tests

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def result_schema() -> dict[str, object]:
    """The schema of one line of jsonl, and of one element of json."""
    return {"$schema": DIALECT, **ReadResult.model_json_schema(mode="serialization")}


def invoice_schema() -> dict[str, object]:
    """The schema of an invoice of any kind."""
    return {"$schema": DIALECT, **INVOICE_ADAPTER.json_schema(mode="serialization")}


def kind_schema(kind: str, registry: Registry | None = None) -> dict[str, Any]:
    """The schema of the model for invoices of *kind*; SettingsError lists the kinds of *registry* (by default the
    built-in one)."""
    known = models(registry or builtin())
    if kind not in known:
        names = ", ".join(known)
        raise SettingsError(f"kind {kind!r} is unknown; known kinds: {names}", zh=f"没有票种 {kind}，已知：{names}")
    return {"$schema": DIALECT, **known[kind].model_json_schema(mode="serialization")}


def files() -> dict[str, str]:
    """The texts of the files in schemas/json/, by name."""
    schemas = {
        "result.schema.json": result_schema(),
        "invoice.schema.json": invoice_schema(),
        "rules.schema.json": rule_packs.json_schema(),
    }
    return {name: as_text(schema) for name, schema in schemas.items()} | {"parsed.json": _parsed()}


def _parsed() -> str:
    """The parsed form of all YAML that a reader loads: schemas, and rule packs without their tests."""
    files = sorted(resources.folder("schemas").rglob("*.yaml"))
    texts = [file.read_text(encoding="utf-8") for file in files]
    packs = [file.read_text(encoding="utf-8") for file in sorted(resources.folder("rules").glob("*.yaml"))]
    return yaml_file.stored_form([*texts, *map(text_without_tests, packs)], SchemaError)


def as_text(schema: dict[str, object]) -> str:
    """The schema as indented JSON with a line end."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write_files(folder: Path) -> None:
    """Writes schemas/json/ again; a test says when that is necessary."""
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")
