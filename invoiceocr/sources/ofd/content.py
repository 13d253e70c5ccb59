"""The objects on an OFD page: glyphs of text objects, rulings of path objects, pictures; all in points."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType

from invoiceocr.errors import TooLargeError
from invoiceocr.geometry import Box, Point
from invoiceocr.page import Ruling
from invoiceocr.sources.glyphs import Glyph
from invoiceocr.sources.ofd.geometry import Frame, deltas, frame, number, rectangle, within
from invoiceocr.sources.ofd.outline import commands, subpaths
from invoiceocr.sources.safe_xml import Node

COMPOSITE = "CompositeObject"
OBJECTS = frozenset({"TextObject", "PathObject", "ImageObject", COMPOSITE})
NO_UNITS: Mapping[str, Node] = MappingProxyType({})
MAX_COMPOSED = 5_000  # objects that one is composed of
MAX_NESTED = 10  # composed objects within one another
# of the size, above the baseline: Chinese fonts fill the em square from 0.86 to -0.14
ASCENT = 0.86
# advances of the size: an em for Chinese, half of it for Latin letters and digits
WIDE, NARROW = 1.0, 0.5
# Unicode East Asian width; ambiguous forms are wide in Chinese fonts
WIDE_CLASSES = frozenset("WFA")
# of them, letters that Chinese fonts surely have in half an em
NARROW_CLASSES = frozenset({"Na", "H"})
MIN_SIZE = 0.2  # millimeters; smaller text can't be seen
# of the size; labels are set that wide to fill their column, wider gaps part columns
WIDE_GAP = (0.8, 7.0)
# points; shorter segments are parts of letters and signs
MIN_RULING = 8.0
MAX_TILT = 0.01  # of the length
# points; a closed rectangle that flat is one printed line
THIN = 3.0

Letter = tuple[str, Box]


@dataclass(frozen=True, eq=False)
class Placed:
    """An object and its map to the page; `is_part` tells that it is a part of a composed one."""

    node: Node
    frame: Frame
    is_part: bool = False

    @cached_property
    def text_codes(self) -> tuple[tuple[Letter, ...], ...]:
        """The characters of each TextCode of a text object with their boxes: the page shows them, and tags name them
        again."""
        return tuple(_text_codes(self))


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on the page: its resource and where it stands."""

    resource: str
    box: Box


def placed(root: Node, origin: Point, units: Mapping[str, Node] = NO_UNITS) -> Iterator[Placed]:
    """The visible objects below *root*, moved by *origin* (millimeters), in the order of drawing. An object composed of
    others is replaced by these, which are found in *units*. Raises TooLargeError too_complex for more objects than any
    page has."""
    for node in _visible(root):
        x, y, *_ = rectangle(node.attributes.get("Boundary", "")) or (0.0, 0.0)
        own = frame(node.attributes.get("CTM", ""), (x + origin[0], y + origin[1]))
        if node.name != COMPOSITE:
            yield Placed(node, own)
            continue
        for count, part in enumerate(_parts_of(node, own, units)):
            if count >= MAX_COMPOSED:
                raise TooLargeError(f"an object composed of more than {MAX_COMPOSED} others", code="too_complex")
            yield part


def _visible(root: Node) -> Iterator[Node]:
    """The objects below *root* that are not switched off. Objects without a draw parameter have that of their layer."""
    stack: list[tuple[Node, str | None]] = [(root, None)]
    while stack:
        node, inherited = stack.pop()
        if node.name in OBJECTS:
            yield from _set_like(node, inherited)
        else:
            own = node.attributes.get("DrawParam") if node.name == "Layer" else inherited
            stack.extend((child, own) for child in reversed(node.children))


def _set_like(node: Node, inherited: str | None) -> Iterator[Node]:
    """An object with the draw parameter that it inherits; nothing where it is switched off."""
    if node.attributes.get("Visible") == "false":
        return
    plain = inherited is None or "DrawParam" in node.attributes
    yield node if plain else replace(node, attributes={**node.attributes, "DrawParam": inherited or ""})


def _parts_of(composite: Node, outer: Frame, units: Mapping[str, Node]) -> Iterator[Placed]:
    """What a composed object draws, in the order of drawing."""
    stack = [(composite, outer, 0)]
    while stack:
        node, own, depth = stack.pop()
        unit = units.get(node.attributes.get("ResourceID", "")) if node.name == COMPOSITE else None
        if node.name != COMPOSITE:
            yield Placed(node, own, is_part=True)
        elif unit is not None and depth < MAX_NESTED:
            inner = [(part, _inside(own, part), depth + 1) for part in _visible(unit)]
            stack.extend(reversed(inner))


def _inside(outer: Frame, node: Node) -> Frame:
    """The map of an object inside another one."""
    x, y, *_ = rectangle(node.attributes.get("Boundary", "")) or (0.0, 0.0)
    moved = Frame(outer.a, outer.b, outer.c, outer.d, *outer.point(x, y))
    return within(moved, node.attributes.get("CTM", ""), (0.0, 0.0))


def glyphs(objects: Iterable[Placed]) -> Iterator[tuple[int, Glyph]]:
    """The characters of all upright text objects, each with the index of its object; the characters of one TextCode are
    one piece."""
    piece = 0
    for index, item in enumerate(objects):
        if item.node.name != "TextObject" or not item.frame.upright or _size(item.node) < MIN_SIZE:
            continue
        for line in item.text_codes:
            yield from ((index, Glyph(letter, box, piece)) for letter, box in _spaced(line))
            piece += 1


def _text_codes(item: Placed) -> Iterator[tuple[Letter, ...]]:
    size = _size(item.node)
    stretch = number(item.node.attributes.get("HScale")) or 1.0
    x = y = 0.0
    for code in item.node.all("TextCode"):
        x = _or(number(code.attributes.get("X")), x)
        y = _or(number(code.attributes.get("Y")), y)
        starts = _starts(code, (x, y), size * stretch)
        yield tuple(
            (letter, item.frame.box(left, base - ASCENT * size, right, base + (1 - ASCENT) * size))
            for letter, (left, base, right) in zip(code.raw, starts, strict=True)
        )


def starts(item: Placed) -> Iterator[list[tuple[str, Point, float]]]:
    """The characters of each TextCode of a text object, where they start on the baseline in the object's space, and
    the width of each in units of the size, which ends where the next one begins."""
    size = _size(item.node) * (number(item.node.attributes.get("HScale")) or 1.0)
    x = y = 0.0
    for code in item.node.all("TextCode"):
        x = _or(number(code.attributes.get("X")), x)
        y = _or(number(code.attributes.get("Y")), y)
        places = [(left, base) for left, base, _ in _starts(code, (x, y), size)]
        rooms = [_room(letter, two, size) for letter, two in zip(code.raw, pairwise(places), strict=False)]
        rooms += [_full(letter) for letter in code.raw[-1:]]
        yield list(zip(code.raw, places, rooms, strict=True))


def _room(letter: str, places: tuple[Point, Point], size: float) -> float:
    """The width of *letter* in units of the size: that of its kind, but no more than up to the next one."""
    (left, base), (next_left, next_base) = places
    advance = (next_left - left) / size
    return advance if base == next_base and 0 < advance < _full(letter) else _full(letter)


def _full(letter: str) -> float:
    """The greatest width of *letter* in a Chinese font, in units of the size."""
    return NARROW if unicodedata.east_asian_width(letter) in NARROW_CLASSES else WIDE


def rulings(objects: Iterable[Placed]) -> Iterator[Ruling]:
    """The horizontal and vertical lines of all path objects, thin rectangles as one line each."""
    for item in objects:
        if item.node.name != "PathObject" or _is_blank(item.node):
            continue
        for path in _straight_runs(outline(item.node)):
            yield from _lines([item.frame.point(x, y) for x, y in path])


def outline(path: Node) -> str:
    """The outline that a path states; empty if it states none."""
    data = path.child("AbbreviatedData")
    return data.text if data else ""


def extents(item: Placed) -> Iterator[Box]:
    """The box of each subpath of a path object, curves by the points that they are drawn with."""
    return (box for box, _ in parts(item))


def parts(item: Placed) -> Iterator[tuple[Box, int]]:
    """As `extents`, each with the number of points that it is drawn with."""
    for points in subpaths(outline(item.node)):
        xs, ys = zip(*(item.frame.point(x, y) for x, y in points), strict=True)
        yield Box(min(xs), min(ys), max(xs), max(ys)), len(points)


def places(item: Placed) -> Iterator[Box]:
    """Where a picture, or each part of a path, is drawn."""
    if item.node.name == "ImageObject":
        yield item.frame.box(0, 0, 1, 1)
    elif item.node.name == "PathObject":
        yield from extents(item)


def pictures(objects: Iterable[Placed]) -> Iterator[Picture]:
    """The pictures of all image objects; an image fills the unit square of its own space."""
    for item in objects:
        if item.node.name == "ImageObject":
            yield Picture(item.node.attributes.get("ResourceID", ""), item.frame.box(0, 0, 1, 1))


def _spaced(letters: Iterable[Letter]) -> Iterator[Letter]:
    """The characters with a blank in each wide gap: one TextCode is one text, letter-spaced (名    称) or not."""
    last: Box | None = None
    for letter, box in letters:
        if last and box.y0 == last.y0 and WIDE_GAP[0] * box.height < box.x0 - last.x1 < WIDE_GAP[1] * box.height:
            yield " ", Box(last.x1, last.y0, box.x0, last.y1)
        yield letter, box
        last = box


def _starts(code: Node, start: Point, size: float) -> Iterator[tuple[float, float, float]]:
    """(left, baseline, right) of each character. Missing offsets repeat the last one, as all readers do;
    without any, characters follow one another by their widths."""
    text = code.raw
    widths = [size * (WIDE if unicodedata.east_asian_width(letter) in WIDE_CLASSES else NARROW) for letter in text]
    across = _spread(deltas(code.attributes.get("DeltaX", "")), len(text))
    down = _spread(deltas(code.attributes.get("DeltaY", "")), len(text)) or [0.0] * len(text)
    if not across:
        across = [0.0] * len(text) if any(down) else widths
    x, y = start
    for width, dx, dy in zip(widths, across, down, strict=True):
        fits = dy == 0 and 0 < dx < width
        yield x, y, x + (dx if fits else width)
        x, y = x + dx, y + dy


def _spread(offsets: list[float], count: int) -> list[float]:
    """*offsets* cut or filled with the last one to *count*; empty if there are none."""
    return (offsets + offsets[-1:] * (count - len(offsets)))[:count] if offsets else []


def _is_blank(node: Node) -> bool:
    return node.attributes.get("Stroke") == "false" and node.attributes.get("Fill") != "true"


def _straight_runs(data: str) -> Iterator[list[Point]]:
    """The corners of each run of straight lines in an outline; a curve ends one and begins the next."""
    path: list[Point] = []
    for command, values in commands(data):
        end = (values[-2], values[-1]) if len(values) >= 2 else None
        if command == "C" and path:
            path.append(path[0])
        elif command == "L" and end and path:
            path.append(end)
        elif end:
            yield path
            path = [end]
    yield path


def _lines(path: list[Point]) -> Iterator[Ruling]:
    if not path:
        return
    xs, ys = zip(*path, strict=True)
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if len(path) > 2 and min(width, height) <= THIN and max(width, height) >= MIN_RULING:
        yield _middle(min(xs), min(ys), max(xs), max(ys))
        return
    for (x0, y0), (x1, y1) in pairwise(path):
        thin, long = sorted((abs(x1 - x0), abs(y1 - y0)))
        if long >= MIN_RULING and thin <= MAX_TILT * long:
            yield Ruling(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _middle(x0: float, y0: float, x1: float, y1: float) -> Ruling:
    """The line along the middle of a flat rectangle."""
    if x1 - x0 >= y1 - y0:
        return Ruling(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
    return Ruling((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)


def _size(node: Node) -> float:
    return number(node.attributes.get("Size")) or 0.0


def _or(value: float | None, other: float) -> float:
    return other if value is None else value
