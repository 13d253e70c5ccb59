"""Labeled documents: what to read, and what is printed on it.

A folder of sets: `<set>/<file>` and `labels/<set>/*.json`; or one set: `<file>` and `labels/*.json`. A label is
`{"file", "invoices": [{"page", "fields": {...}}], "unsure": [paths not to be scored]}`. A field that is null is not
printed; one that is absent is not labeled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from invoiceocr.proof import FieldValue

PICTURE_ENDINGS = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
# engines that read pixels only are given these as pictures
DRAWN_ENDINGS = frozenset({".pdf"})

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Labeled:
    """A file and what its label says: the fields of each invoice, and the paths that are not to be scored."""

    path: Path
    invoices: tuple[Fields, ...]
    unsure: frozenset[str] = frozenset()

    @property
    def is_picture(self) -> bool:
        """Whether every engine can read the file itself."""
        return self.path.suffix.lower() in PICTURE_ENDINGS

    @property
    def has_pixels(self) -> bool:
        """Whether the file is a picture or can be drawn as pictures."""
        return self.is_picture or self.path.suffix.lower() in DRAWN_ENDINGS


@dataclass(frozen=True, slots=True)
class DocumentSet:
    """Documents of one sort."""

    name: str
    documents: tuple[Labeled, ...]

    def first(self, count: int | None) -> DocumentSet:
        """The set with no more than *count* documents; None: all."""
        return DocumentSet(self.name, self.documents[:count])


def find_sets(folder: Path) -> list[DocumentSet]:
    """The sets of *folder*; ValueError if it has no labels, or one whose file is missing."""
    labels = folder / "labels"
    found = [_set(folder.resolve().name, folder, labels)]
    found += [_set(part.name, folder / part.name, part) for part in sorted(labels.glob("*/"))]
    sets = [each for each in found if each.documents]
    if not sets:
        raise ValueError(f"{folder}: no labels/*.json and no labels/<set>/*.json; see invoiceocr/scoring/documents.py")
    return sets


def _set(name: str, folder: Path, labels: Path) -> DocumentSet:
    return DocumentSet(name, tuple(_labeled(folder, path) for path in sorted(labels.glob("*.json"))))


def _labeled(folder: Path, label: Path) -> Labeled:
    data = json.loads(label.read_text(encoding="utf-8"))
    path = folder / Path(data["file"]).name
    if not path.is_file():
        raise ValueError(f"{label}: there is no {path}")
    fields = tuple(invoice["fields"] for invoice in data["invoices"])
    return Labeled(path, fields, frozenset(data.get("unsure") or ()))


def leaves(fields: Fields, prefix: str = "") -> Iterator[tuple[str, FieldValue]]:
    """(path, value) of every field in nested *fields*; lists are left out."""
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{name}.")
        elif not isinstance(value, list):
            yield f"{prefix}{name}", value
