"""YAML files become plain mappings and lists that still know their lines and columns."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from invoiceocr import resources
from invoiceocr.errors import InvoiceOCRError

# What a document holds at some place: mappings, lists, scalars. Whoever loads a file checks its shape and narrows it.
YamlNode = Any


MAX_BYTES = 1_000_000
# characters; the scanner's time grows with their square
MAX_LINE = 5_000


def load(path: Path, error: type[InvoiceOCRError]) -> YamlNode:
    """The data of a YAML 1.2 file: dicts and lists that `position` can locate, and scalars; None if it is empty.

    No tag can make an object of any other class. Raises *error* with file, line and column where the file can't
    be read, is not UTF-8, is malformed or names a key twice. Not cached: callers keep what they load.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise error(f"{path}: larger than {MAX_BYTES} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise error(f"{path}: {cause}; give a readable UTF-8 YAML file") from cause
    return parse(text, str(path), error)


def digest(text: str) -> str:
    """What tells a file's text from any other's."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def stored_form(texts: Iterable[str], error: type[InvoiceOCRError]) -> str:
    """The text of schemas/json/parsed.json for *texts*: `parse` finds them there, by their digest, in a tenth of the
    time that parsing takes. Files with values that JSON lacks are left out."""
    forms = ((digest(text), _plain(_parsed(text, "schemas", error))) for text in texts)
    rows = (f"{json.dumps(key)}:{_compact(form)}" for key, form in forms if form)
    return "{\n" + ",\n".join(sorted(rows)) + "\n}\n"


def _compact(form: YamlNode) -> str:
    return json.dumps(form, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=1)
def _stored() -> dict[str, YamlNode]:
    file = resources.folder("schemas") / "json" / "parsed.json"
    try:
        known: dict[str, YamlNode] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # it only saves time
        return {}
    return known


def _plain(node: YamlNode) -> YamlNode:
    """*node* as [line, column, entries], a mapping's entries as [line, column, key, value] and a list's as [line,
    column, value]; a date as {"date": ...}, other scalars as they are; None where a value has no form in JSON."""
    if isinstance(node, dict):
        return _with_entries(node, 0, [[*position(node, key), key, _plain(node[key])] for key in node], node.values())
    if isinstance(node, list):
        return _with_entries(node, 1, [[*position(node, i), _plain(value)] for i, value in enumerate(node)], node)
    if isinstance(node, date) and not isinstance(node, datetime):
        return {"date": date(node.year, node.month, node.day).isoformat()}
    return node if node is None or isinstance(node, str | int | float) else None


def _with_entries(node: YamlNode, is_list: int, entries: list[list[YamlNode]], values: Iterable[YamlNode]) -> YamlNode:
    """The form of *node* with its *entries*; None where one of the *values* has none."""
    if any(_is_lost(entry[-1], value) for entry, value in zip(entries, values, strict=True)):
        return None
    return [*position(node), is_list, entries]


def _is_lost(form: YamlNode, value: YamlNode) -> bool:
    return form is None and value is not None


def _placed(form: YamlNode) -> YamlNode:
    """The data of a stored *form*."""
    if isinstance(form, dict):
        return date.fromisoformat(form["date"])
    if not isinstance(form, list):
        return form
    if form[2]:
        items = PlacedList([_placed(entry[2]) for entry in form[3]])
        items.form = form
        return items
    mapping = PlacedMap([(entry[2], _placed(entry[3])) for entry in form[3]])
    mapping.form = form
    return mapping


class PlacedMap(dict[str | int, YamlNode]):
    """A mapping of a stored file, which knows where it and its entries stood: only errors ask for that."""

    form: list[YamlNode]

    @property
    def places(self) -> dict[str | int, tuple[int, int]]:
        """The line and column of each entry, by its key."""
        return {entry[2]: (entry[0], entry[1]) for entry in self.form[3]}


class PlacedList(list[YamlNode]):
    """A list of a stored file, which knows where it and its members stood."""

    form: list[YamlNode]

    @property
    def places(self) -> dict[str | int, tuple[int, int]]:
        """The line and column of each member, by its rank."""
        return {rank: (entry[0], entry[1]) for rank, entry in enumerate(self.form[3])}


def is_stored(data: YamlNode) -> bool:
    """Whether *data* is that of a file of ours, unchanged: tests have checked it."""
    return isinstance(data, PlacedMap | PlacedList)


def listed(value: YamlNode, data: YamlNode, key: str | int) -> PlacedList:
    """The entry *key* of *data*, a single *value*, as a list of one that knows where it stands."""
    items = PlacedList([value])
    line, column = position(data, key)
    items.form = [line, column, 1, [[line, column, value]]]
    return items


def parse(text: str, name: str, error: type[InvoiceOCRError]) -> YamlNode:
    """The data of the YAML *text*, as of `load`; *name* stands for the file in messages."""
    if longest := next((rank for rank, line in enumerate(text.split("\n"), 1) if len(line) > MAX_LINE), None):
        raise error(f"{name}:{longest}:1: a line of more than {MAX_LINE} characters")
    known = _stored().get(digest(text))
    return _parsed(text, name, error) if known is None else _placed(known)


def _parsed(text: str, name: str, error: type[InvoiceOCRError]) -> YamlNode:
    # for files of the user only: those of the package are stored
    from invoiceocr.yaml_parser import parsed

    return parsed(text, name, error)


def position(data: YamlNode, key: str | int | None = None) -> tuple[int, int]:
    """(line, column) from 1 of the entry *key* of a loaded dict or list, or of *data* itself without a key or
    without such an entry; (1, 1) for anything else."""
    if isinstance(data, PlacedMap | PlacedList):
        own = (data.form[0], data.form[1])
        return own if key is None else data.places.get(key, own)
    # of what was parsed just now
    place = getattr(data, "lc", None)
    if place is None:
        return (1, 1)
    if key is not None and place.data and key in place.data:
        line, column = place.data[key][:2]
        return (line + 1, column + 1)
    return ((place.line or 0) + 1, (place.col or 0) + 1)
