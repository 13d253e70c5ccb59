"""`Entry`: a field whose value stands beside a caption, and what of the print there is its value.

A value without patterns is the longest run of print that reads as its type, up to a gap; if its type has a shape, it
must look like one. A number or a day may break over two lines.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.places import PLACES
from invoiceocr.extraction.blocks.region import Region
from invoiceocr.extraction.blocks.value import KEYS, Match, ValueSpec, best_run, compile_value
from invoiceocr.geometry import Box
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.folding import join_wrapped
from invoiceocr.text.lines import join, match_key, rows
from invoiceocr.values import invoice_number, issue_date

MAX_PARTS = 6  # segments that may make up one value
# in heights: the widest gap between the parts of a value that is recognized by its type alone
CLOSE = 1.6
# ratio of the heights of its segments: a number in large type and a code in small type are two values
MAX_RATIO = 1.5
# in heights: how far apart the middles of a value's segments may be, unless one is below the other
ONE_LINE = 0.45
# five characters look like many other things
SHORT = "short_check_code"
# printed side by side, they are together as long as another serial number
SERIAL, CODE = "invoice_number", "invoice_code"
# the rest of a value in the next line, by the types whose values may break over two lines
DIGITS, DATE = regex.compile(r"\d{1,18}"), "issue_date"
RESTS = {
    **dict.fromkeys((SERIAL, CODE, "check_code", SHORT), DIGITS),
    DATE: regex.compile(r"[\d年月日/.-]{1,7}"),
}
# days whose first figure alone can't be one: without its 日, or one figure behind a month with a zero
TWO_FIGURES = regex.compile(r"\d{4}(?:年\d{1,2}月\d\d日|年0\d月\d\d|([-/.])0\d\1\d\d)")


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A field: the captions beside which it stands, where, and whether its look alone is also sufficient."""

    value: ValueSpec
    labels: tuple[str, ...]
    where: tuple[str, ...]
    unlabeled: bool = False
    # a serial number, with a code beside it
    coded: bool = False
    # of a caption that parties share: the captions of this one's name and of the others' names
    own: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def compile_entry(node: Node, path: str, where: list[object]) -> Entry:
    """The field *path* as *node* describes it; *where* its value stands unless the node says so."""
    node.check((*KEYS, "label", "where", "unlabeled", "of", "not_of"))
    node.get("label")
    places = node.list("where") or where
    value = compile_value(node, path)
    return Entry(
        value=value,
        labels=node.phrases("label"),
        where=tuple(node.known("where", place, PLACES) for place in places),
        unlabeled=node.flag("unlabeled") and value.type.name != SHORT,
        own=node.phrases("of"),
        others=node.phrases("not_of"),
    )


def beside(form: FormLayout, entry: Entry, region: Region, segments: list[TextLine]) -> Match | None:
    """Those of *segments* inside *region* that stand beside the captions of *entry*: the first that gives a value, or
    else the first that fits."""
    return min(fits(form, entry, region, segments), key=lambda fit: not fit.is_read, default=None)


def fits(form: FormLayout, entry: Entry, region: Region, segments: list[TextLine]) -> Iterator[Match]:
    """Those of *segments* beside the captions of *entry* in *region* that fit it, the best placed first."""
    captions = _captions(form, entry, region)
    for place in entry.where:
        for caption in captions:
            run = PLACES[place](form, caption, segments)
            found = best_run(entry.value, run if entry.value.like else _typed(form, entry, run, segments), MAX_PARTS)
            if found is not None and _has_shape(entry.value, found[0]):
                yield found[0]


def _captions(form: FormLayout, entry: Entry, region: Region) -> list[Box]:
    """Where the captions of *entry* stand."""
    boxes = [label.box for label in region.labels(form, *entry.labels)]
    return [box for box in boxes if _is_own(form, entry, box)] if entry.own else boxes


def _is_own(form: FormLayout, entry: Entry, caption: Box) -> bool:
    """Whether *caption*, which parties share, belongs to the one of *entry*: of the captions of names before it, that
    of this party is the nearest."""
    place = form.project(caption)
    named = [(form.project(label.box), label.id) for label in form.labels(*entry.own, *entry.others)]
    before = [(math.dist((place.x0, place.cy), (box.x0, box.cy)), name) for box, name in named if _leads(box, place)]
    return bool(before) and min(before)[1] in entry.own


def _leads(box: Box, other: Box) -> bool:
    """Whether *box* stands above *other*, or left of it in one row; not right of it."""
    return box.cy < other.cy + ONE_LINE and box.x0 < other.x0 + 1.0


def _has_shape(value: ValueSpec, fit: Match) -> bool:
    """Whether the value of *fit* looks like one, if only the shape of its type can tell."""
    shape = None if value.like else value.shape
    return shape is None or any(shape.fit(text) > shape.otherwise for _, _, text in fit.parts)


def may_go_on(form: FormLayout, entry: Entry, fit: Match, segments: Sequence[TextLine]) -> bool:
    """Whether *fit* is a day above a figure that may be its second one: its print does not tell."""
    day = [part for _, parts, _ in fit.parts for part in parts or ()]
    if entry.value.type.name != DATE or not day:
        return False
    below = (one for one in segments if one not in day and one.text.isdecimal() and _is_next_line(form, day, one))
    return any(issue_date.is_valid(_day([*day, one])) for one in below)


def _typed(form: FormLayout, entry: Entry, run: list[TextLine], segments: Sequence[TextLine]) -> list[TextLine]:
    """The part of *run* that may be one value, recognized by its type alone."""
    found: list[TextLine] = []
    for segment in _wrapped(form, entry, run, segments):
        if found and not _goes_on(entry, found, segment):
            break
        found.append(segment)
    return found


def _wrapped(form: FormLayout, entry: Entry, row: list[TextLine], segments: Sequence[TextLine]) -> list[TextLine]:
    """*row* with the next line of a number or a day that breaks over two lines."""
    rest = RESTS.get(entry.value.type.name)
    if rest is None or not row:
        return row
    below = (one for one in segments if one not in row and _is_next_line(form, row, one))
    whole = [*row, *(one for one in below if rest.fullmatch(match_key(one.text)) is not None)]
    is_value = entry.value.type.parse(join(row).text) is not None
    return row if is_value and not _is_longer(entry, whole) else whole


def _is_next_line(form: FormLayout, row: Sequence[TextLine], segment: TextLine) -> bool:
    """Whether *segment* stands in the line below *row* and begins where that does."""
    last = row[-1].box
    return abs(segment.box.x0 - row[0].box.x0) < last.height and form.is_next_line(last, segment.box)


def _is_longer(entry: Entry, parts: Sequence[TextLine]) -> bool:
    """Whether *parts* are surely one value, although its beginning alone would also be one: the twenty digits of a
    number, or a day whose print shows that its second figure is missing."""
    if entry.value.type.name == DATE:
        day = _day(parts)
        return TWO_FIGURES.fullmatch(day) is not None and issue_date.is_valid(day)
    text = invoice_number.compact(join(parts).text)
    of_one = entry.value.type.name == SERIAL and not entry.coded
    return of_one and invoice_number.is_digital(text) and invoice_number.is_valid(text)


def _day(parts: Iterable[TextLine]) -> str:
    """What *parts* of a day in several lines say."""
    return issue_date.compact(join_wrapped(part.text for part in parts))


def _goes_on(entry: Entry, found: Sequence[TextLine], segment: TextLine) -> bool:
    """Whether *segment* may belong to the value that begins with *found*."""
    if not _is_close(found[-1].box, segment.box):
        return False
    parse = entry.value.type.parse
    # a serial number beside its code: together they are as long as another serial number
    if entry.coded and any(parse(part.text) is not None for part in (*found, segment)):
        return False
    # what stands below a value is another value
    lines = rows([*found, segment])
    return len(lines) == 1 or parse(join(lines[0]).text) is None or _is_longer(entry, [*found, segment])


def _is_close(left: Box, right: Box) -> bool:
    """Whether *right* continues where *left* ends, in print of the same size."""
    small, large = sorted((left.height, right.height))
    is_level = abs(left.cy - right.cy) < ONE_LINE * small or right.x0 < left.x1
    return right.x0 - left.x1 < CLOSE * small and large < MAX_RATIO * small and is_level
