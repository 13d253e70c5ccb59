"""Kinds from folders of YAML files, one per kind, checked; files whose name begins with `_` are shared parts."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from invoiceocr.errors import SchemaError
from invoiceocr.kinds.fields import NAME, field_specs
from invoiceocr.kinds.spec import FieldSpec, KindSpec, Title
from invoiceocr.kinds.yaml_nodes import KindFile, lineage, load
from invoiceocr.proof import LANGUAGES

# raw sections that merge entry by entry
SECTIONS = ("match", "phrases", "layout")
KEYS = ("kind", "family", "extends", "order", "model", "title", *SECTIONS, "fields", "blocks")
BLOCK_EDITS = ("before", "after")
PARTY_FILE, SHARED_FILE = "_party", "_invoice"
LAST = 1000  # the order of kinds that give none
_CLASS = re.compile(r"[A-Z][A-Za-z0-9]{0,63}")


def load_kinds(folders: Iterable[Path]) -> dict[str, KindSpec]:
    """The kinds of all *folders* by name, in order; a later folder may extend and replace kinds of an earlier one.
    SchemaError with the file, line, column and nearest valid name if a file is wrong."""
    files: dict[str, KindFile] = {}
    for folder in folders:
        files |= _files(folder)
    shared = field_specs([files[SHARED_FILE]], files.get(PARTY_FILE)) if SHARED_FILE in files else {}
    own = (file for file in files.values() if not file.name.startswith("_"))
    specs = [_kind(file, files, shared) for file in own]
    return {spec.kind: spec for spec in sorted(specs, key=lambda spec: (spec.order, spec.kind))}


def _files(folder: Path) -> dict[str, KindFile]:
    """The files of *folder* by stem; a file path stands for a folder of one."""
    paths = [folder] if folder.is_file() else sorted(folder.glob("*.yaml"))
    if not paths:
        raise SchemaError(
            f"{folder}: no kinds here; give a folder with one YAML file a kind",
            zh=f"{folder}：这里没有票种定义，请给出含 YAML 文件（一个票种一个）的目录",
        )
    files = {path.stem: load(path) for path in paths}
    for file in files.values():
        _check(file)
    return files


def _check(file: KindFile) -> None:
    """Checks what can be checked of a file before those that it extends are known."""
    file.check_keys(file.data, KEYS)
    for section in (*SECTIONS, "fields"):
        if section in file.data:
            file.mapping(file.data[section], file.data, section)
    if file.name.startswith("_"):
        return
    kind = file.data.get("kind")
    if kind != file.name:
        raise file.error(file.data, "kind", f"kind is {kind!r}; it must be the file's name, {file.name!r}")
    if not NAME.fullmatch(file.name) or keyword.iskeyword(file.name):
        raise file.error(file.data, "kind", "a kind is named in lower case letters, digits and _")


def _kind(file: KindFile, files: Mapping[str, KindFile], shared: Mapping[str, FieldSpec]) -> KindSpec:
    """The kind of *file*, whose fields agree with the *shared* ones."""
    line = lineage(file, files)
    merged = {key: (origin, value) for origin in line for key, value in origin.data.items()}
    fields = field_specs(line, files.get(PARTY_FILE))
    if not fields:
        raise file.error(file.data, "fields", "fields is missing: a kind has at least one field")
    _check_shared(file, fields, shared)
    spec = KindSpec(
        kind=file.name,
        title=_title(*merged.get("title", (file, None))),
        families=_families(*merged.get("family", (file, ()))),
        model=_model(*merged.get("model", (file, _class_name(file.name)))),
        fields=fields,
        file=file.path,
        order=_order(*merged.get("order", (file, LAST))),
        blocks=_blocks(line),
        origins=tuple(line),
        paths={field.path: field for top in fields.values() for field in _all(top)},
    )
    sections = {section: _merged(line, section) for section in SECTIONS}
    return replace(spec, match=sections["match"], phrases=sections["phrases"], layout=sections["layout"])


def _check_shared(file: KindFile, fields: Mapping[str, FieldSpec], shared: Mapping[str, FieldSpec]) -> None:
    """SchemaError if a field that every invoice has would hold another type of Python value."""
    for name in fields.keys() & shared.keys():
        wanted, given = shared[name].type.annotation, fields[name].type.annotation
        if given != wanted:
            own = file.data.get("fields")
            raise file.error(own, name, f"{name} is a {wanted} in every kind; {fields[name].type.name} is a {given}")


def _all(field: FieldSpec) -> Iterator[FieldSpec]:
    yield field
    for inner in field.fields:
        yield from _all(inner)


def _title(file: KindFile, value: object) -> Title:
    if not isinstance(value, Mapping) or set(value) != set(LANGUAGES):
        raise file.error(file.data, "title", "write title: {zh: 中文名称, en: English name}")
    return Title(str(value["zh"]), str(value["en"]))


def _families(file: KindFile, value: object) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise file.error(file.data, "family", "family is a name or a list of names")
    return tuple(str(name) for name in names)


def _model(file: KindFile, value: object) -> str:
    if not isinstance(value, str) or not _CLASS.fullmatch(value):
        raise file.error(file.data, "model", "model is the name of a class, such as DeliveryNote")
    return value


def _class_name(kind: str) -> str:
    """The model name of a kind that gives none: DeliveryNote for delivery_note."""
    return "".join(part.capitalize() for part in kind.split("_"))


def _order(file: KindFile, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise file.error(file.data, "order", "order is a whole number")
    return value


def _blocks(line: list[KindFile]) -> tuple[object, ...]:
    """The blocks of the most specific file that has some; `{before: [...], after: [...]}` adds to the inherited
    ones."""
    blocks: tuple[object, ...] = ()
    for file in line:
        own = file.data.get("blocks")
        if isinstance(own, list):
            blocks = tuple(_checked(file, own))
        elif isinstance(own, Mapping):
            file.check_keys(own, BLOCK_EDITS)
            blocks = (*_list(file, own, "before"), *blocks, *_list(file, own, "after"))
        elif own is not None:
            raise file.error(file.data, "blocks", "blocks is a list, or {before: [...], after: [...]}")
    return blocks


def _list(file: KindFile, node: Mapping[str, object], key: str) -> list[object]:
    value = node.get(key, [])
    if not isinstance(value, list):
        raise file.error(node, key, f"{key} is a list of blocks")
    return _checked(file, value)


def _checked(file: KindFile, blocks: list[object]) -> list[object]:
    """*blocks*, each of them a mapping."""
    for index, block in enumerate(blocks):
        if not isinstance(block, Mapping):
            raise file.error(blocks, index, "a block maps its type to its entries: `- key_value: {fields: ...}`")
    return blocks


def _merged(line: list[KindFile], section: str) -> Mapping[str, object]:
    """The *section* of all files of a *line*, entry by entry; the node of the most specific file if only that one has
    it."""
    nodes = [file.mapping(file.data[section], file.data, section) for file in line if section in file.data]
    if len(nodes) == 1:
        return nodes[0]
    return {key: value for node in nodes for key, value in node.items()}
