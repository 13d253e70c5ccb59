"""Field specs from the `fields` sections of a kind's file and of the files that it extends, attribute by attribute."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from invoiceocr.kinds import vocabulary
from invoiceocr.kinds.spec import FieldSpec, Title
from invoiceocr.kinds.types import PARTY, ROWS, TYPES
from invoiceocr.kinds.yaml_nodes import KindFile
from invoiceocr.proof import LANGUAGES, WitnessSource

ATTRIBUTES = (
    "type",
    "title",
    "key",
    "expected",
    "group",
    "decimals",
    "witnesses",
    "extra",
    "model",
    "vocabulary",
    "fields",
)
GROUPS = ("identifiers", "dates", "money", "names", "people", "item_figures", "item_texts", "text")
WITNESSES = get_args(WitnessSource)
RESERVED = ("kind", "evidence", "findings", "verdict", "page", "source", "box", "rotation")
"""Attributes of every invoice that are no printed fields."""
MAX_DECIMALS = 12
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
# a node, and the file in which it stands
_Origin = tuple[KindFile, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of fields: the path before their names, whether they are cells of rows, and the parts of any party."""

    prefix: str
    in_rows: bool
    party: _Origin | None


def field_specs(line: Sequence[KindFile], party: KindFile | None) -> dict[str, FieldSpec]:
    """The fields of the *line* of files, the most general file first, by name; the file *party* gives those of a
    party."""
    return _fields([_section(file) for file in line if "fields" in file.data], _Place("", False, _parts(party)))


def _parts(party: KindFile | None) -> _Origin | None:
    return _section(party) if party else None


def _section(file: KindFile) -> _Origin:
    return file, file.mapping(file.data["fields"], file.data, "fields")


def _fields(nodes: Sequence[_Origin], place: _Place) -> dict[str, FieldSpec]:
    names = dict.fromkeys(name for _, node in nodes for name in node)
    return {name: _field(nodes, name, place) for name in names}


def _field(nodes: Sequence[_Origin], name: str, place: _Place) -> FieldSpec:
    """One field from all nodes that define it; the attributes of a later node take precedence."""
    path = f"{place.prefix}{name}"
    entries = [_entry(file, node, name, path) for file, node in nodes if name in node]
    given = {key: (file, entry) for file, entry in entries for key in entry}
    type_name = _type(given, entries[-1], path)
    inner = [(file, file.mapping(node["fields"], node, "fields")) for file, node in entries if "fields" in node]
    return FieldSpec(
        path=path,
        type=TYPES[type_name],
        title=_title(given, path),
        key=_flag(given, "key"),
        expected=_flag(given, "expected"),
        group=_group(given, type_name, place.in_rows),
        decimals=_decimals(given),
        witnesses=_witnesses(given),
        extra=_flag(given, "extra"),
        row_model=_row_model(given, type_name),
        vocabulary=_vocabulary(given),
        fields=_inner(TYPES[type_name].name, inner, replace(place, prefix=f"{path}."), entries[-1]),
    )


def _entry(file: KindFile, node: Mapping[str, object], name: str, path: str) -> _Origin:
    """The attributes that *file* gives a field, with their names checked."""
    if not NAME.fullmatch(str(name)) or ("." not in path and name in RESERVED):
        raise file.error(
            node, name, f"{name!r} can't be a field: lower case letters, digits and _, none of {', '.join(RESERVED)}"
        )
    entry = file.mapping(node[name], node, name)
    file.check_keys(entry, ATTRIBUTES)
    return file, entry


def _type(given: Mapping[str, _Origin], owner: _Origin, path: str) -> str:
    if "type" not in given:
        raise owner[0].error(owner[1], None, f"{path} has no type; known types: {', '.join(TYPES)}")
    file, entry = given["type"]
    return file.known(entry, "type", entry["type"], TYPES)


def _title(given: Mapping[str, _Origin], path: str) -> Title:
    words = path.rpartition(".")[2].replace("_", " ")
    if "title" not in given:
        return Title(words, words)
    file, entry = given["title"]
    title = file.mapping(entry["title"], entry, "title")
    file.check_keys(title, LANGUAGES)
    return Title(str(title.get("zh", words)), str(title.get("en", words)))


def _flag(given: Mapping[str, _Origin], key: str) -> bool:
    if key not in given:
        return False
    file, entry = given[key]
    value = entry[key]
    if not isinstance(value, bool):
        raise file.error(entry, key, f"{key} is true or false")
    return value


def _group(given: Mapping[str, _Origin], type_name: str, in_rows: bool) -> str:
    if "group" in given:
        file, entry = given["group"]
        return file.known(entry, "group", entry["group"], GROUPS)
    if in_rows:
        return "item_figures" if TYPES[type_name].figure else "item_texts"
    return TYPES[type_name].group


def _decimals(given: Mapping[str, _Origin]) -> int | None:
    if "decimals" not in given:
        return None
    file, entry = given["decimals"]
    value = entry["decimals"]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_DECIMALS:
        raise file.error(entry, "decimals", f"decimals is a whole number up to {MAX_DECIMALS}")
    return value


def _witnesses(given: Mapping[str, _Origin]) -> tuple[str, ...]:
    if "witnesses" not in given:
        return ()
    file, entry = given["witnesses"]
    names = entry["witnesses"]
    if not isinstance(names, list):
        raise file.error(entry, "witnesses", "witnesses is a list of sources")
    return tuple(file.known(names, index, name, WITNESSES) for index, name in enumerate(names))


def _row_model(given: Mapping[str, _Origin], type_name: str) -> str:
    if "model" not in given:
        return "Row" if type_name == ROWS else ""
    file, entry = given["model"]
    if type_name != ROWS:
        raise file.error(entry, "model", "only a field of type rows has a model")
    return str(entry["model"])


def _vocabulary(given: Mapping[str, _Origin]) -> str:
    if "vocabulary" not in given:
        return ""
    file, entry = given["vocabulary"]
    return file.known(entry, "vocabulary", entry["vocabulary"], vocabulary.names())


def _inner(type_name: str, nodes: Sequence[_Origin], place: _Place, owner: _Origin) -> tuple[FieldSpec, ...]:
    """The fields of a party, with the changes of *nodes*, or those of rows; a field of another type has none."""
    file, entry = owner
    if place.in_rows and type_name in (PARTY, ROWS):
        raise file.error(entry, "type", f"a cell of a row can't be of type {type_name}")
    if type_name == PARTY and place.party:
        for own, node in nodes:
            own.check_keys(node, place.party[1])
        return tuple(_fields([place.party, *nodes], place).values())
    if type_name == ROWS:
        found = tuple(_fields(nodes, replace(place, in_rows=True)).values())
        if not found:
            raise file.error(entry, "type", "rows have fields: {name: {type: text}, ...}")
        return found
    if nodes:
        raise file.error(entry, "fields", f"only fields of type {PARTY} and {ROWS} have fields")
    return ()
