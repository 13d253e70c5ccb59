"""`Layout`: a form of a paper as its file in layouts/ says, and the one variant of it that a seed chooses.

Lists of inks, papers and typefaces are choices, and so are the parts of a caption between `|`. Numbers are mm from the
top left corner. `places` are [x, y, room, size] by field path: room is the width at which text wraps (0: never), size
the em where it isn't that of all print. `tables` are rows of such places, with captions above their columns.
`preprinted` are fields that the printing house put there, code and number for example: they neither slip nor fade with
the print.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from random import Random

from invoiceocr.specimens.content.words import TomlTable, TomlValue
from invoiceocr.specimens.drawing import Color

FOLDER = Path(__file__).parent / "layouts"
# of captions and print: how much forms of one kind differ
SIZES = (0.94, 1.0, 1.06)
# mm by which places of captions and values differ from form to form
SLIP = 0.6
Place = tuple[float, float, float, float]
"""x, y, room, size; size 0 is that of all print."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A form; of several inks, papers and styles `varied` takes one each."""

    kind: str
    width: float
    height: float
    captions: tuple[tuple[TomlValue, ...], ...]
    places: Mapping[str, Place]
    title: tuple[float, float, str] | None = None
    lines: tuple[tuple[float, float, float, float], ...] = ()
    papers: tuple[Color, ...] = ((255, 255, 255),)
    forms: tuple[Color, ...] = ((30, 30, 30),)
    prints: tuple[Color, ...] = ((20, 20, 24),)
    form_styles: tuple[str, ...] = ("song",)
    print_styles: tuple[str, ...] = ("song",)
    size: float = 3.2
    print_size: float = 3.4
    title_size: float = 0.0
    seal: tuple[float, float, float, float] | None = None
    stamps: tuple[tuple[float, float, float, float], ...] = ()
    qr: tuple[float, float, float] | None = None
    scrawl: tuple[float, float] | None = None
    right: tuple[str, ...] = ()
    preprinted: tuple[str, ...] = ()
    colors: Mapping[str, Color] = field(default_factory=dict)
    impact: bool = False

    def ends(self, path: str) -> bool:
        """Whether the value at *path* ends at its x instead of beginning there."""
        return path in self.right or "*" in self.right


@lru_cache(maxsize=1)
def layouts() -> Mapping[str, tuple[Layout, ...]]:
    """The layouts of each kind, in the order of their files' names."""
    found: dict[str, list[Layout]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        layout = _loaded(tomllib.loads(path.read_text(encoding="utf-8")))
        found.setdefault(layout.kind, []).append(layout)
    return {kind: tuple(known) for kind, known in found.items()}


def varied(layout: Layout, rng: Random) -> Layout:
    """The variant of *layout* that *rng* chooses: one ink, paper and typeface each, sizes and captions."""
    growth, off = rng.choice(SIZES), (rng.uniform(-SLIP, SLIP), rng.uniform(-SLIP, SLIP))
    captions = tuple((x, y, rng.choice(text.split("|")), *size) for x, y, text, *size in layout.captions)
    title = layout.title and (*layout.title[:2], rng.choice(layout.title[2].split("|")))
    places = {path: (x + off[0], y + off[1], room, size) for path, (x, y, room, size) in layout.places.items()}
    return replace(
        layout,
        captions=captions,
        title=title,
        places=places,
        papers=(rng.choice(layout.papers),),
        forms=(rng.choice(layout.forms),),
        prints=(rng.choice(layout.prints),),
        form_styles=(rng.choice(layout.form_styles),),
        print_styles=(rng.choice(layout.print_styles),),
        print_size=layout.print_size * growth,
    )


def _loaded(data: TomlTable) -> Layout:
    places = {path: _place(place) for path, place in data.pop("places").items()}
    captions = list(data.pop("captions"))
    for name, table in data.pop("tables", {}).items():
        places |= dict(_cells(name, table))
        captions += [[x, table["head"], caption] for _, x, _, caption in table["columns"]]
    return Layout(places=places, captions=_frozen(captions), **{key: _frozen(value) for key, value in data.items()})


def _cells(name: str, table: Mapping[str, TomlValue]) -> Iterator[tuple[str, Place]]:
    for row in range(table["rows"]):
        for column, x, room, _ in table["columns"]:
            yield f"{name}.{row}.{column}", _place([x, table["y"] + row * table["pitch"], room])


def _place(numbers: list[float]) -> Place:
    x, y, room, size = (*numbers, *(0.0,) * (4 - len(numbers)))
    return x, y, room, size


def _frozen(value: TomlValue) -> TomlValue:
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
