"""The names of fields in Chinese and English."""

from __future__ import annotations

import re

from invoiceocr.kinds.registry import field_of
from invoiceocr.kinds.spec import KindSpec, Title

KIND = Title("票种", "kind")
ROW = re.compile(r"(\w+)\.(\d+)(?:\.(\w+))?")


def field_title(path: str, spec: KindSpec | None = None) -> Title:
    """The title of the field at *path* by itself (`tax_id` of `buyer.tax_id`); a name that no kind has is its own
    title."""
    name = path.rpartition(".")[2]
    if name == "kind":
        return KIND
    field = field_of(path, spec)
    return field.title if field else Title(name, name.replace("_", " "))


def path_title(path: str, spec: KindSpec | None = None) -> Title:
    """The full title of the field: 购买方税号, 明细第 1 行金额; buyer tax id, items row 1 amount."""
    if row := ROW.fullmatch(path):
        outer = field_title(row[1], spec)
        place = int(row[2]) + 1
        whole = Title(f"{outer.zh}第 {place} 行", f"{outer.en} row {place}")
        return field_title(path, spec).within(whole) if row[3] else whole
    head, _, part = path.partition(".")
    return field_title(path, spec).within(field_title(head, spec)) if part else field_title(path, spec)
