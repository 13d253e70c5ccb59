"""Document schemas: schemas/*.yaml as checked, frozen values.

Titles, captions, shapes and layouts live in YAML; a mistake there fails here, at load, with file and line.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import regex

from invoiceocr import yaml_file
from invoiceocr.errors import SchemaError
from invoiceocr.extraction.parsers import PARSERS
from invoiceocr.page import KeyPhrase
from invoiceocr.text.lines import match_key


@dataclass(frozen=True, slots=True)
class KindRule:
    """How a kind is recognized: its title's pattern, its title in clear, its layout, what code and QR say of it."""

    kind: str
    title: regex.Pattern[str]
    name: str | None = None
    form: str | None = None
    code: str | None = None
    qr: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkRule:
    """A mark (pattern on a whole line) or a column that turns one of the kinds `of` into `kind`."""

    kind: str
    of: tuple[str, ...]
    mark: regex.Pattern[str]
    column: str


@dataclass(frozen=True, slots=True)
class Shape:
    """How well a text looks like a value: the score of the first pattern found, else `otherwise`."""

    patterns: tuple[tuple[regex.Pattern[str], float], ...]
    otherwise: float

    def fit(self, text: str) -> float:
        """The score 0..1 of *text*."""
        return _score(self.patterns, self.otherwise, match_key(text))


@lru_cache(maxsize=4096)
def _score(patterns: tuple[tuple[regex.Pattern[str], float], ...], otherwise: float, folded: str) -> float:
    return next((score for pattern, score in patterns if pattern.search(folded)), otherwise)


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the form: between two anchors and two labels; None is the edge of the page. Where a side label
    is missing, the second one of a row of `split` labels marks the border, else the middle of the table's header."""

    top: str | None = None
    bottom: str | None = None
    left: str | None = None
    right: str | None = None
    split: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value of one type stands: beside the label `label` or `also`, or, `unlabeled`, by its shape alone.
    A column that is `always` there is looked for even where its header was not read; `rows` is the field whose rows
    its values are."""

    name: str
    type: str
    label: str
    also: str | None = None
    unlabeled: bool = False
    always: bool = False
    rows: str = "items"


@dataclass(frozen=True, slots=True)
class PartyBlock:
    """A buyer or seller block: its region and its rows in printed order."""

    region: str
    rows: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A layout: anchors, regions, and what stands in them."""

    name: str
    anchors: Mapping[str, tuple[str, ...]]
    regions: Mapping[str, Region]
    parties: Mapping[str, PartyBlock]
    head: tuple[Slot, ...]
    foot: tuple[Slot, ...]
    columns: tuple[Slot, ...]
    red_letter: regex.Pattern[str]
    seal: regex.Pattern[str]  # what only seals say
    remark_parties: Mapping[str, regex.Pattern[str]]  # party field → pattern in the remarks, its groups the value
    expected: tuple[str, ...]  # fields that every invoice of this form has
    details: tuple[str, ...]  # headers of a second table, of travelers or goods, that ends the items
    borders: Mapping[str, tuple[str, ...]]  # a side label → labels that stand on the same border


@dataclass(frozen=True, slots=True)
class Schemas:
    """All of schemas/: captions, kinds, marks, list pages, shapes and forms."""

    captions: tuple[KeyPhrase, ...]
    kinds: tuple[KindRule, ...]
    marks: tuple[MarkRule, ...]
    lists: tuple[regex.Pattern[str], ...]
    shapes: Mapping[str, Shape]
    forms: Mapping[str, Form]


def load(folder: Path) -> Schemas:
    """The schemas of *folder*; SchemaError with file, line and the nearest valid name where one is wrong."""
    captions = tuple(_captions(folder / "labels.yaml"))
    labels = {caption.id for caption in captions}
    kinds = _File(folder / "kinds.yaml")
    forms = _forms(folder / "forms", labels)
    return Schemas(
        captions=captions,
        kinds=tuple(_kind(kinds, entry, forms) for entry in kinds.get(kinds.data, "kinds")),
        marks=tuple(_mark(kinds, entry, labels) for entry in kinds.get(kinds.data, "marks")),
        lists=tuple(kinds.pattern(entry, "title") for entry in kinds.get(kinds.data, "lists")),
        shapes=dict(_shapes(folder / "shapes.yaml")),
        forms=forms,
    )


class _File:
    """A YAML file being read, with errors that say where."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = yaml_file.load(path, SchemaError)

    def fail(self, node: Any, key: str | int | None, problem: str) -> SchemaError:
        line, column = yaml_file.position(node, key)
        return SchemaError(f"{self.path}:{line}:{column}: {problem}")

    def get(self, node: Any, key: str) -> Any:
        if not isinstance(node, Mapping) or key not in node:
            raise self.fail(node, None, f"{key!r} is missing")
        return node[key]

    def pattern(self, node: Any, key: str) -> regex.Pattern[str]:
        try:
            return regex.compile(self.get(node, key))
        except regex.error as error:
            raise self.fail(node, key, f"{node[key]!r} is no regular expression: {error}") from error

    def known(self, node: Any, key: str, names: Iterable[str]) -> str:
        name = str(self.get(node, key))
        return self.known_name(node, key, name, names)

    def known_name(self, node: Any, key: str | int, name: str, names: Iterable[str]) -> str:
        names = list(names)
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            raise self.fail(node, key, f"{name!r} is not known" + (f"; did you mean {near[0]!r}?" if near else ""))
        return name


def _captions(path: Path) -> Iterable[KeyPhrase]:
    file = _File(path)
    for name, entry in file.get(file.data, "labels").items():
        for text in file.get(entry, "forms"):
            yield KeyPhrase(
                id=str(name),
                form=match_key(str(text).removeprefix("^").removesuffix("$")),
                starts=str(text).startswith("^"),
                ends=str(text).endswith("$"),
                vertical=bool(entry.get("vertical", False)),
                figures=bool(entry.get("figures", False)),
            )


def _kind(file: _File, entry: Any, forms: Mapping[str, Form]) -> KindRule:
    return KindRule(
        kind=str(file.get(entry, "kind")),
        title=file.pattern(entry, "title"),
        name=entry.get("name"),
        form=file.known(entry, "form", forms) if "form" in entry else None,
        code=entry.get("code"),
        qr=tuple(entry.get("qr", ())),
    )


def _mark(file: _File, entry: Any, labels: set[str]) -> MarkRule:
    return MarkRule(
        kind=str(file.get(entry, "kind")),
        of=tuple(file.get(entry, "of")),
        mark=file.pattern(entry, "mark"),
        column=file.known(entry, "column", labels),
    )


def _shapes(path: Path) -> Iterable[tuple[str, Shape]]:
    file = _File(path)
    for name, entry in file.get(file.data, "shapes").items():
        patterns = tuple((_compiled(file, pair), float(pair[1])) for pair in file.get(entry, "patterns"))
        yield str(name), Shape(patterns, float(file.get(entry, "otherwise")))


def _compiled(file: _File, pair: Any) -> regex.Pattern[str]:
    try:
        return regex.compile(pair[0])
    except regex.error as error:
        raise file.fail(pair, 0, f"{pair[0]!r} is no regular expression: {error}") from error


def _forms(folder: Path, labels: set[str]) -> dict[str, Form]:
    """The forms by name; those that others extend come first, so that a mistake is told of its own file."""
    files = {path.stem: _File(path) for path in sorted(folder.glob("*.yaml"))}
    ordered = sorted(files, key=lambda name: "extends" in (files[name].data or ()))
    return {name: _form(name, files, labels) for name in ordered}


def _form(name: str, files: Mapping[str, _File], labels: set[str]) -> Form:
    file = files[name]
    file.data = data = _extended(file, files)
    anchors = _label_lists(file, file.get(data, "anchors"), labels)
    rows = {name: _slot(file, name, entry, labels) for name, entry in file.get(data, "party_rows").items()}
    regions = {str(name): _region(file, entry, anchors, labels) for name, entry in file.get(data, "regions").items()}
    return Form(
        name=name,
        anchors=anchors,
        regions=regions,
        parties={
            str(name): PartyBlock(
                file.known(entry, "region", regions),
                tuple(rows[file.known_name(entry["rows"], i, row, rows)] for i, row in enumerate(entry["rows"])),
            )
            for name, entry in file.get(data, "parties").items()
        },
        head=_slots(file, "head", labels),
        foot=_slots(file, "foot", labels),
        columns=_slots(file, "columns", labels),
        red_letter=file.pattern(data, "red_letter"),
        seal=file.pattern(data, "seal"),
        remark_parties={
            str(path): file.pattern(data["remark_parties"], path) for path in data.get("remark_parties", {})
        },
        expected=tuple(str(path) for path in file.get(data, "expected")),
        details=_label_lists(file, {"details": data.get("details", [])}, labels)["details"],
        borders=_label_lists(file, data.get("borders", {}), labels),
    )


def _label_lists(file: _File, entries: Any, labels: set[str]) -> dict[str, tuple[str, ...]]:
    return {
        str(name): tuple(file.known_name(ids, i, str(label), labels) for i, label in enumerate(ids))
        for name, ids in entries.items()
    }


def _extended(file: _File, files: Mapping[str, _File]) -> Any:
    """The form's sections over those of the form that it extends, entry by entry."""
    if not isinstance(file.data, Mapping) or "extends" not in file.data:
        return file.data
    parent = files[file.known(file.data, "extends", files)].data
    merged = dict(parent)
    for section, entries in file.data.items():
        old = parent.get(section)
        merged[section] = {**old, **entries} if isinstance(old, dict) and isinstance(entries, dict) else entries
    return merged


def _region(file: _File, entry: Any, anchors: Mapping[str, Any], labels: set[str]) -> Region:
    ends = {side: file.known(entry, side, anchors) for side in ("top", "bottom") if side in entry}
    sides = {side: file.known(entry, side, labels) for side in ("left", "right") if side in entry}
    names = entry.get("split", [])
    split = tuple(file.known_name(names, i, str(name), labels) for i, name in enumerate(names))
    return Region(**ends, **sides, split=split)


def _slots(file: _File, section: str, labels: set[str]) -> tuple[Slot, ...]:
    return tuple(_slot(file, name, entry, labels) for name, entry in file.get(file.data, section).items())


def _slot(file: _File, name: str, entry: Any, labels: set[str]) -> Slot:
    return Slot(
        name=str(name),
        type=file.known(entry, "type", PARSERS),
        label=file.known(entry, "label", labels),
        also=file.known(entry, "also", labels) if "also" in entry else None,
        unlabeled=bool(entry.get("unlabeled", False)),
        always=bool(entry.get("always", False)),
        rows=str(entry.get("rows", "items")),
    )
