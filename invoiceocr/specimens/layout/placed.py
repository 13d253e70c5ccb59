"""Papers of any kind from a table of places: captions and rules of the form, and where each field is printed.

A layout is a TOML file of `papers/`: the sheet and its inks, `captions` as [x, y, text], `lines` as [x0, y0, x1, y1],
and in `[places]` for each field path [x, y] or [x, y, room], where room is the width in mm at which it wraps. What is
printed comes from the caller, so that a label says exactly what stands on the paper.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from invoiceocr.specimens.content.words import TomlTable
from invoiceocr.specimens.drawing import Color, Drawing, Primitive, Rule, Text
from invoiceocr.specimens.layout.forms import Spot, frozen
from invoiceocr.specimens.layout.seals import supervision_seal
from invoiceocr.specimens.layout.setting import wrapped

FOLDER = Path(__file__).parents[1] / "papers"
# of the size, from line to line of a wrapped value
LEADING = 1.25
BLACK, WHITE = (0, 0, 0), (255, 255, 255)
TITLE_GROWTH = 1.7  # of the captions' size


@dataclass(frozen=True, slots=True)
class Shift:
    """The offset of the print from the form: dx and dy in mm, as when a form was fed askew."""

    dx: float = 0.0
    dy: float = 0.0


@dataclass(frozen=True, slots=True)
class Layout:
    """A form as its file says; `seal` is the place of the oval seal over the title, `bureau` the name in it."""

    width: float
    height: float
    captions: tuple[tuple[float, float, str], ...]
    places: Mapping[str, tuple[float, ...]]
    title: tuple[float, float, str] | None = None
    lines: tuple[tuple[float, float, float, float], ...] = ()
    paper: Color = WHITE
    form_ink: Color = BLACK
    print_ink: Color = BLACK
    form_style: str = "song"
    print_style: str = "song"
    size: float = 3.2
    print_size: float = 3.4
    title_size: float = 0.0
    seal: tuple[float, float, float, float] | None = None
    bureau: str = ""


def load_layout(name: str) -> Layout:
    """The layout of that name (the stem of a file in papers/)."""
    data: TomlTable = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    places = {path: tuple(place) for path, place in data.pop("places").items()}
    return Layout(places=places, **{key: frozen(value) for key, value in data.items()})


def layouts() -> list[str]:
    """The names of all layouts."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def draw(layout: Layout, printed: Mapping[str, str], shift: Shift | None = None) -> Drawing:
    """The sheet with what is *printed*, by field path, offset from the form by *shift*; fields not given stay blank."""
    off = shift or Shift()
    items = [*_form(layout), *_values(layout, printed, off)]
    return Drawing(layout.width, layout.height, tuple(items), layout.paper)


def label(kind: str, fields: Mapping[str, object]) -> dict[str, object]:
    """The fields of a label file: *fields* by path (`buyer.name`, `items.0.amount`) as nested JSON values."""
    found: dict[str, object] = {"kind": kind}
    for path, value in fields.items():
        _set(found, path.split("."), value)
    return found


def without(printed: Mapping[str, str], paths: Iterable[str]) -> dict[str, str]:
    """*printed* without the fields *paths*: what a form leaves blank."""
    left_out = set(paths)
    return {path: text for path, text in printed.items() if path not in left_out}


def _form(layout: Layout) -> Iterator[Primitive]:
    if layout.title is not None:
        x, y, text = layout.title
        size = layout.title_size or TITLE_GROWTH * layout.size
        yield Text(text, x, y, size, layout.form_style, layout.form_ink, "form")
    if layout.seal is not None:
        x, y, rx, ry = layout.seal
        yield from supervision_seal(Spot(x=x, y=y, rx=rx, ry=ry), layout.bureau)
    for x0, y0, x1, y1 in layout.lines:
        yield Rule(x0, y0, x1, y1, color=layout.form_ink)
    for x, y, text in layout.captions:
        yield Text(text, x, y, layout.size, layout.form_style, layout.form_ink, "form")


def _values(layout: Layout, printed: Mapping[str, str], off: Shift) -> Iterator[Primitive]:
    for path, text in printed.items():
        x, y, *rest = layout.places[path]
        run = Text(text, x + off.dx, y + off.dy, layout.print_size, layout.print_style, layout.print_ink, path=path)
        yield from wrapped(run, rest[0], LEADING * run.size) if rest else [run]


def _set(node: dict[str, object], steps: Sequence[str], value: object) -> None:
    """*value* at the path *steps* of nested mappings; numbers are indices of lists."""
    step, rest = steps[0], steps[1:]
    if not rest:
        node[step] = value
        return
    if not rest[0].isdigit():
        inner = node.setdefault(step, {})
        assert isinstance(inner, dict)
        _set(inner, rest, value)
        return
    rows = node.setdefault(step, [])
    assert isinstance(rows, list)
    rows.extend({} for _ in range(int(rest[0]) + 1 - len(rows)))
    _set(rows[int(rest[0])], rest[1:], value)
