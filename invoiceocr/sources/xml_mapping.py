"""`XmlMapping`: which element of an issuer's XML states which field; read from schemas/facts/*.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from invoiceocr import resources, yaml_file
from invoiceocr.errors import SchemaError
from invoiceocr.yaml_file import YamlNode

MAP_KEYS = ("records", "marks", "taxonomies", "skip", "fields", "rows", "kinds", "red", "codes", "spellings")
ROW_KEYS = ("path", "element", "columns", "fields", "beside")
BESIDE_KEYS = ("element", "fields", "hides")
RULE_KEYS = ("element", "texts", "contains", "kind")
CODE_RULE = "code"

# the first choice whose elements have text wins; its texts are joined
Choices = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TextRule:
    """What the text of *element* means: the whole of it (texts) or a part (contains, the first one found); without
    either, what its presence means; element `code`: the code decides."""

    element: str
    texts: Mapping[str, str | bool]
    kind: str | None = None
    contains: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Beside:
    """Elements of the same rank as the items: what they add and which item fields are printed in place of."""

    element: str
    fields: Mapping[str, Choices]
    hides: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rows:
    """The elements that contain one row each or, with `columns`, the flat elements that are the cells."""

    path: str
    elements: frozenset[str]
    columns: bool
    fields: Mapping[str, Choices]
    beside: Beside | None


@dataclass(frozen=True, slots=True)
class XmlMapping:
    """One family of issuers' XML: the records, the marks or XBRL taxonomies that distinguish it from others, and the
    place of each field."""

    name: str
    records: frozenset[str]
    marks: frozenset[str]
    skip: frozenset[str]
    fields: Mapping[str, Choices]
    rows: Rows | None
    kinds: tuple[TextRule, ...]
    red: TextRule | None
    codes: tuple[str, ...]
    spellings: Mapping[str, Mapping[str, str]]
    taxonomies: frozenset[str] = frozenset()


@lru_cache(maxsize=32)
def xml_mapping(name: str) -> XmlMapping:
    """The map schemas/facts/<name>.yaml; SchemaError with file and line if it is malformed."""
    return load(resources.folder("schemas") / "facts" / f"{name}.yaml")


def load(file: Path) -> XmlMapping:
    """The map of the YAML *file*; SchemaError for missing or unknown keys."""
    data = yaml_file.load(file, SchemaError)
    # the keys: known ones, and all that every map needs
    _known(file, data, MAP_KEYS)
    for key in ("records", "fields"):
        if not data.get(key):
            raise SchemaError(f"{file}: {key} is missing")
    if not (data.get("marks") or data.get("taxonomies")):
        raise SchemaError(f"{file}: marks is missing, or taxonomies")
    return XmlMapping(
        name=file.stem,
        records=frozenset(data["records"]),
        marks=frozenset(data.get("marks", ())),
        taxonomies=frozenset(data.get("taxonomies", ())),
        skip=frozenset(data.get("skip", ())),
        fields=_fields(file, data["fields"]),
        rows=_rows(file, data["rows"]) if "rows" in data else None,
        kinds=tuple(_rule(file, rule) for rule in data.get("kinds", ())),
        red=_rule(file, data["red"]) if "red" in data else None,
        codes=tuple(data.get("codes", ())),
        spellings={path: dict(texts) for path, texts in data.get("spellings", {}).items()},
    )


def _rows(file: Path, data: YamlNode) -> Rows:
    _known(file, data, ROW_KEYS)
    beside = data.get("beside")
    return Rows(
        path=data.get("path", "items"),
        elements=frozenset(data["element"]),
        columns=bool(data.get("columns", False)),
        fields=_fields(file, data["fields"]),
        beside=_beside(file, beside) if beside else None,
    )


def _beside(file: Path, data: YamlNode) -> Beside:
    _known(file, data, BESIDE_KEYS)
    return Beside(data["element"], _fields(file, data["fields"]), frozenset(data.get("hides", ())))


def _rule(file: Path, data: YamlNode) -> TextRule:
    if data == CODE_RULE:
        return TextRule(CODE_RULE, {})
    _known(file, data, RULE_KEYS)
    return TextRule(data["element"], dict(data.get("texts", {})), data.get("kind"), dict(data.get("contains", {})))


def _fields(file: Path, data: YamlNode) -> dict[str, Choices]:
    if not isinstance(data, dict):
        line, column = yaml_file.position(data)
        raise SchemaError(f"{file}:{line}:{column}: fields must map paths to elements")
    return {str(path): _choices(value) for path, value in data.items()}


def _choices(value: YamlNode) -> Choices:
    choices = [value] if isinstance(value, str) else value
    return tuple(tuple(part.strip() for part in choice.split(" + ")) for choice in choices)


def _known(file: Path, data: YamlNode, keys: tuple[str, ...]) -> None:
    if not isinstance(data, dict):
        raise SchemaError(f"{file}: expected the keys {', '.join(keys)}")
    for key in data:
        if key not in keys:
            line, column = yaml_file.position(data, key)
            raise SchemaError(f"{file}:{line}:{column}: unknown key {key!r}; known: {', '.join(keys)}")
