"""What a value looks like: the patterns and the type that a block gives a field, and how print is read by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import regex

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.printed import Printed, printed
from invoiceocr.extraction.candidates import INFERRED, Target, candidate, is_misread
from invoiceocr.extraction.schema import Shape
from invoiceocr.kinds.types import ValueType
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.folding import join_wrapped
from invoiceocr.text.lazy_pattern import group_names
from invoiceocr.text.lines import join, rows
from invoiceocr.values import issue_date

KEYS = ("field", "type", "like", "unread", "write", "year_from")
# stands for the dot of a path in the name of a group: `buyer__name`
DOT = "__"
# the group with the value of the entry's own field; without it, the first group or the whole match
WHOLE = "value"
# how much less sure each further pattern of a list is
STEP = 0.15
# what is left of the likeness of a text that has the shape of a value but is none
UNREAD = 0.5
# the likeness of a text that looks like a misread value
MISREAD = 0.7
FREE = 0.5  # the likeness of a text for a type that takes any
# share of a segment's width: rounding of where its characters end
TAIL = 0.02
ANY_TEXT = "字"
LONG = 12  # characters of a text that is longer than the shortest name
# parts of a pattern that are not brackets of a group
ESCAPED = regex.compile(r"\\.|\[(?:\\.|[^\]\\])*\]")
PLAIN_GROUP = regex.compile(r"\((?!\?)")


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A path, the type of what is printed there, and the name of its group in a pattern."""

    path: str
    type: ValueType
    group: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A pattern of how a value is printed; `write` is what a match is rewritten to before it is parsed."""

    pattern: regex.Pattern[str]
    write: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ValueSpec:
    """One or more values that are printed together. `like` are patterns of how they are printed, the most reliable
    first; named groups are fields of their own. `year_from` are fields whose years a date without a year takes;
    `unread` is how the value looks if it is misread, and what it must be if only one value explains that. Without
    `path`, the print is recognized and ignored."""

    path: str | None
    type: ValueType
    like: tuple[Look, ...] = ()
    year_from: tuple[str, ...] = ()
    pieces: Mapping[str, Piece] | None = None
    shape: Shape | None = None
    unread: tuple[Look, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """Print that fits a spec: how well it fits, and the pieces of print for each path. `misread` print gives no value;
    an `inferred` one is misread print that only one value explains."""

    likeness: float
    parts: tuple[tuple[Piece, tuple[TextLine, ...], str], ...]
    misread: bool = False
    inferred: bool = False

    @property
    def is_read(self) -> bool:
        """Whether any piece gives a value, or none is expected."""
        values = [piece.type.parse(text) for piece, _, text in self.parts]
        return not self.misread and (not values or any(value is not None for value in values))


def compile_value(node: Node, path: object, prefix: str = "", *, key: str = "like") -> ValueSpec:
    """The spec of *node* for the field at *path*, None for print that is only told apart; *prefix* is the field whose
    rows contain it, *key* the entry with the patterns."""
    field = node.field("field", f"{prefix}{path}") if path is not None else None
    like = tuple(_looks(node, key, node.text("write", "") or None))
    entries = node.list(key)
    pieces = {
        piece.group: piece for index, look in enumerate(like) for piece in _pieces(node, entries, index, look, prefix)
    }
    return ValueSpec(
        path=str(path) if path is not None else None,
        type=node.type(field),
        like=like,
        year_from=tuple(node.field("year_from", name).path for name in node.list("year_from")),
        pieces=pieces,
        shape=node.scope.schemas.shapes.get(node.type(field).name),
        unread=tuple(_looks(node, "unread")),
    )


def _looks(node: Node, key: str, write: str | None = None) -> Iterator[Look]:
    """The patterns at *key*, each alone, to be rewritten to *write*, or as `{find: pattern, write: template}`."""
    entries = node.list(key)
    for index, entry in enumerate(entries):
        if not isinstance(entry, Mapping):
            if write is None and "(?P<" not in str(entry) and _optional(str(entry)):
                raise node.error(index, "the first group is the value: write (?:...)? for what may be missing", entries)
            yield Look(node.compile(index, entry, entries), write)
            continue
        one = node.sub(entry, index, entries)
        one.check(("find", "write"))
        yield Look(one.compile("find", one.get("find")), one.text("write"))


def _optional(text: str) -> bool:
    """Whether the first group of a pattern, which is the value, may be missing from a match."""
    bare = ESCAPED.sub("_", text)
    start = PLAIN_GROUP.search(bare)
    depth = 0
    for index in range(start.start() if start else len(bare), len(bare)):
        depth += (bare[index] == "(") - (bare[index] == ")")
        if depth == 0:
            return bare[index + 1 : index + 2] in ("?", "*")
    return False


def _pieces(node: Node, entries: object, index: int, look: Look, prefix: str) -> Iterator[Piece]:
    """The fields of the named groups of a pattern."""
    for name in group_names(look.pattern):
        if name != WHOLE:
            path = name.replace(DOT, ".")
            yield Piece(path, node.field(index, f"{prefix}{path}", entries).type, name)


def match(spec: ValueSpec, run: Printed) -> Match | None:
    """How *run* fits *spec*: by the first of its patterns that is found in it, or as a whole if it has none."""
    if not spec.like:
        return _whole(spec, run)
    for index, look in enumerate(spec.like):
        found = look.pattern.search(run.text)
        if found is None:
            continue
        parts = tuple(_parts(spec, run, found, look.write))
        fit = Match(max(STEP, 1.0 - STEP * index), parts)
        return fit if fit.is_read or spec.path is None else replace(fit, likeness=fit.likeness * UNREAD)
    return _misread(spec, run)


def _misread(spec: ValueSpec, run: Printed) -> Match | None:
    """*run* as a value that can't be read, or only inferred, if it looks like one."""
    looks = ((look, look.pattern.search(run.text)) for look in spec.unread)
    fits = (_as_misread(spec, run, look, found) for look, found in looks if found)
    return next((fit for fit in fits if fit.parts[0][1]), None)


def _as_misread(spec: ValueSpec, run: Printed, look: Look, found: regex.Match[str]) -> Match:
    """The part of *run* that *look* has *found*."""
    parts = tuple(run.part(*found.span()))
    text = found.expand(look.write) if look.write else _text(parts)
    whole = ((Piece(spec.path or "", spec.type), parts, text),)
    return Match(MISREAD, whole, misread=look.write is None, inferred=look.write is not None)


def _whole(spec: ValueSpec, run: Printed) -> Match | None:
    parts = run.part(0, len(run.text))
    text = join_wrapped(join(row).text for row in rows(parts))
    whole = ((Piece(spec.path or "", spec.type), tuple(parts), text),)
    if parts and spec.type.parse(text) is not None:
        return Match(_likeness(spec, run.text), whole)
    return Match(MISREAD, whole, misread=True) if parts and is_misread(spec.type, parts) else None


def _likeness(spec: ValueSpec, text: str) -> float:
    """How much *text*, which gives a value, looks like one: by the shape of its type; half if the type has none and
    accepts any text."""
    if spec.shape is not None:
        return spec.shape.fit(text)
    return FREE if takes_any_text(spec) else 1.0


def takes_any_text(spec: ValueSpec) -> bool:
    """Whether the type of *spec* accepts any text as a value."""
    return spec.type.parse(ANY_TEXT) is not None


def has_form(spec: ValueSpec) -> bool:
    """Whether a value of *spec* can be told from any text: by its type or by how it is printed."""
    printed = bool(spec.like) and not any(look.pattern.search(ANY_TEXT * LONG) for look in spec.like)
    return printed or not takes_any_text(spec)


def _parts(
    spec: ValueSpec, run: Printed, found: regex.Match[str], write: str | None
) -> Iterator[tuple[Piece, tuple[TextLine, ...], str]]:
    """The pieces of a match: those of its named groups, and the entry's own one if it has any."""
    groups = found.re.groupindex
    pieces = ((name, piece) for name, piece in (spec.pieces or {}).items() if name in groups and found[name])
    for name, piece in pieces:
        parts = tuple(run.part(*found.span(name)))
        yield piece, parts, _text(parts)
    own = _own(found) if spec.path is not None else None
    parts = tuple(run.part(*found.span(own))) if own is not None else ()
    if parts:
        yield Piece(spec.path or "", spec.type), parts, found.expand(write) if write else _text(parts)


def _own(found: regex.Match[str]) -> str | int | None:
    """The group with the entry's own value: the one of that name, or else the first, or else the whole match; None if
    all groups are other fields."""
    if WHOLE in found.re.groupindex:
        return WHOLE
    return None if found.re.groupindex else min(found.re.groups, 1)


def _text(parts: Sequence[TextLine]) -> str:
    return join_wrapped(part.text for part in parts)


def candidates(spec: ValueSpec, fit: Match, form: FormLayout, prefix: str = "") -> Iterator[Candidate]:
    """The candidates of *fit*, at paths that begin with *prefix*."""
    for piece, parts, text in fit.parts:
        value = None if fit.misread else piece.type.parse(text)
        if value is None and spec.year_from:
            value = _dated(spec, text, piece.type, form)
        if piece.path:
            found = candidate(Target(f"{prefix}{piece.path}", piece.type), value, text, parts, form.page)
            yield replace(found, confidence=INFERRED * found.confidence, lattice=None) if fit.inferred else found


def _dated(spec: ValueSpec, text: str, kind: ValueType, form: FormLayout) -> object | None:
    """The day of *text*, which has no year, in the years given by other fields: the first one that lies between
    them."""
    # a period may span the turn of the year
    days = [day for path in spec.year_from if isinstance(day := form.found.get(path), date)]
    tried = [kind.parse(f"{year}-{text}") for year in dict.fromkeys(day.year for day in days)]
    known = [value for value in tried if isinstance(value, date)]
    fitting = (value for value in known if min(days) <= issue_date.day_of(value) <= max(days))
    return next(fitting, known[0] if known else None)


def best_run(spec: ValueSpec, row: Sequence[TextLine], longest: int) -> tuple[Match, int] | None:
    """The longest run from the start of *row*, at most *longest* segments, that fits *spec* and gives a value, with the
    number of its segments; one that only begins in its last segment is tried last. If none gives a value, the first
    that fits at all."""
    fits = [
        (fit, n) for n in range(min(len(row), longest), 0, -1) if (fit := match(spec, printed(row[:n]))) is not None
    ]
    read = [pair for pair in fits if pair[0].is_read]
    whole = (pair for pair in read if pair[1] == 1 or not _ends_within(pair[0], row[pair[1] - 1]))
    return next(whole, read[0] if read else fits[-1] if fits else None)


def _ends_within(fit: Match, segment: TextLine) -> bool:
    """Whether the print of *fit* reaches into *segment* and ends before the segment does."""
    stop = max((part.box.x1 for _, parts, _ in fit.parts for part in parts), default=segment.box.x0)
    return segment.box.x0 < stop < segment.box.x1 - TAIL * segment.box.width
