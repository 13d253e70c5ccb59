"""The forms in forms/*.toml as typed data: where rules, labels, value slots and table columns stand, in mm."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeVar

from invoiceocr.specimens.content.words import FOLDER, TomlTable, TomlValue
from invoiceocr.specimens.drawing import Color, Layer

Align = Literal["left", "center", "right"]
T = TypeVar("T")
# what a `shift` moves in an inherited form
X_NAMES = frozenset({"x", "x0", "x1", "center", "head"})


@dataclass(frozen=True, slots=True)
class KeyMatch:
    """A printed caption: at x, centered on `center`, or spread over `span`; with `step`, its characters stand one
    below the other, that far apart. {names} in `text` are filled from the content's captions."""

    text: str
    y: float
    x: float = 0.0
    span: tuple[float, float] | None = None
    center: float | None = None
    size: float | None = None
    style: str | None = None
    color: Color | None = None
    step: float = 0.0
    angle: float = 0.0
    tracking: float = 0.0
    layer: Layer = "form"


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value is printed. `room` is the width in mm that it may take. Longer text is narrowed if it has one
    line, and wrapped, `leading` mm apart, if it has more `lines`. `path` is the field if it isn't the slot's name."""

    x: float
    y: float
    size: float = 3.1
    style: str | None = None
    color: Color | None = None
    align: Align = "left"
    room: float = 0.0
    lines: int = 1
    leading: float = 4.3
    path: str | None = None
    layer: Layer = "print"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the item table between x0 and x1; its caption is centered, or begins at `head`."""

    field: str
    text: str
    x0: float
    x1: float
    align: Align = "left"
    head: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The item table: baselines of its caption, first row and last row, the pitch of rows, the y of the rules above
    and below, whether rules part the columns."""

    header: float
    top: float
    bottom: float
    pitch: float
    rules: tuple[float, float]
    inner: bool
    columns: tuple[Column, ...]
    size: float = 3.1


@dataclass(frozen=True, slots=True)
class Spot:
    """The place of a title, seal, QR code or mark."""

    x: float = 0.0
    y: float = 0.0
    center: float = 0.0
    size: float = 0.0
    rx: float = 0.0
    ry: float = 0.0
    style: str = "kai"
    color: Color = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Form:
    """A form family, as its TOML file says."""

    name: str
    width: float
    height: float
    label_style: str
    label_size: float
    label_colors: tuple[Color, ...]
    value_styles: tuple[str, ...]
    value_colors: tuple[Color, ...]
    line_width: float
    rules: tuple[tuple[float, float, float, float], ...]
    labels: Mapping[str, KeyMatch]
    slots: Mapping[str, Slot]
    table: Table
    spots: Mapping[str, Spot]
    strip: float = 0.0


SPOTS = ("title", "seal", "qr", "mark", "issuer_seal")


@lru_cache(maxsize=16)
def load_form(name: str) -> Form:
    """The form of that name (the stem of a file in forms/)."""
    data = _data(name)
    table = data["table"]
    columns = tuple(_typed(Column, column) for column in table["columns"])
    parts = {
        "name": name,
        "table": _typed(Table, table | {"columns": columns}),
        "labels": {key: _typed(KeyMatch, value) for key, value in data["labels"].items()},
        "slots": {key: _typed(Slot, value) for key, value in data["slots"].items()},
        "spots": {spot: _typed(Spot, data.pop(spot)) for spot in SPOTS if spot in data},
    }
    return _typed(Form, data | parts)


def _data(name: str) -> TomlTable:
    data = tomllib.loads((FOLDER / "forms" / f"{name}.toml").read_text(encoding="utf-8"))
    parent = data.pop("extends", None)
    if parent is None:
        return data
    inherited = _shifted(_data(parent), data.pop("shift", 0.0))
    for label in data.pop("drop_labels", ()):
        inherited["labels"].pop(label)
    return _merged(inherited, data)


def _merged(old: TomlTable, new: TomlTable) -> TomlTable:
    """*old*, overridden by *new*; tables are merged key by key, but a label that is named again is replaced."""
    both = {key: _merged(old[key], new[key]) for key in old.keys() & new.keys() if key in ("labels", "slots", "table")}
    return old | new | both


def _shifted(data: TomlValue, dx: float, name: str = "") -> TomlValue:
    """The data with every x coordinate moved by *dx* mm."""
    if isinstance(data, dict):
        return {key: _shifted(value, dx, key) for key, value in data.items()}
    if name == "span":
        return [value + dx for value in data]
    if name == "rules" and data and isinstance(data[0], list):
        return [[x0 + dx, y0, x1 + dx, y1] for x0, y0, x1, y1 in data]
    if name == "columns":
        return [_shifted(column, dx) for column in data]
    return data + dx if name in X_NAMES else data


def _typed(kind: type[T], values: Mapping[str, TomlValue]) -> T:
    return kind(**{key: frozen(value) for key, value in values.items()})


def frozen(value: TomlValue) -> TomlValue:
    """*value* with tuples for its lists."""
    return tuple(frozen(item) for item in value) if isinstance(value, list) else value
