"""`key_value`: values beside their captions: right of them in the same row, or below.

    - key_value:
        where: [slipped, right, below] # in this order; the default. `wrapped`: right, continued in the lines below
        region: {top: 0.1}             # where captions and values are looked for; the whole page without it
        fields:
          number: {label: number}
          issue_date: {label: [issue_date, print_date], like: ['\\d{4}-\\d{2}-\\d{2}'], where: [below]}
    - key_value:
        region: head                   # of the form
        take: every                    # what stands at every place is a candidate, not only at the best one
        fields:
          number: {label: [number, number_sign], unlabeled: true}    # also recognized by its look alone
    - key_value:
        outside: remarks               # captions and values in that region, and what seals say, are none
        fields: {drawer: {label: drawer}}

    - key_value:                       # of a caption that parties share: it is that of the nearest name before it
        fields:
          buyer.tax_id: {label: tax_id, of: [buyer_name], not_of: [seller_name]}

Print that lies off its form is first looked for at the level of the print. A value without patterns is the longest run
of print that reads as its type, up to a gap; if its type has a shape, it must look like one. A value that its look
assigns to one field of the block does not belong to another.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import regex

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction import names
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.places import PLACES, next_caption
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.blocks.value import (
    KEYS,
    Match,
    ValueSpec,
    best_run,
    candidates,
    compile_value,
    has_form,
)
from invoiceocr.extraction.candidates import Target, candidate
from invoiceocr.geometry import Box
from invoiceocr.layout.form import FormLayout, is_stamped
from invoiceocr.layout.registration import NO_OFFSET
from invoiceocr.page import TextLine
from invoiceocr.text.folding import join_wrapped
from invoiceocr.text.lines import join, match_key, rows
from invoiceocr.values import chinese_amount, invoice_code, invoice_number, issue_date

MAX_PARTS = 6  # segments that may make up one value
# in caption heights, above and below: values are off the lines of their captions, and seals are on them
AROUND = 0.3
MAX_CELLS = 6  # how many cells of a block get a second look
# in heights: the widest gap between the parts of a value that is recognized by its type alone
CLOSE = 1.6
# ratio of the heights of its segments: a number in large type and a code in small type are two values
MAX_RATIO = 1.5
# five characters look like many other things
SHORT = "short_check_code"
CODE = "invoice_code"
CAPTION = frozenset("发票代")  # characters of its caption, of which some are left
# the rest of a value in the next line, by the types whose values may break over two lines
DIGITS, DATE = regex.compile(r"\d{1,18}"), "issue_date"
RESTS = {
    **dict.fromkeys(("invoice_number", CODE, "check_code", SHORT), DIGITS),
    DATE: regex.compile(r"[\d年月日/.-]{1,7}"),
}
# days whose first figure alone can't be one: without its 日, or one figure behind a month with a zero
TWO_FIGURES = regex.compile(r"\d{4}(?:年\d{1,2}月\d\d日|年0\d月\d\d|([-/.])0\d\1\d\d)")
# in heights: how far apart the middles of a value's segments may be, unless one is below the other
ONE_LINE = 0.45
# words, and the field whose figure they say
WORDS, FIGURE = "words", "total"
NAME, PARTY = "name", (".name", ".tax_id")
# printed side by side, they are together as long as another serial number
SERIAL, BATCH = "invoice_number", "invoice_code"
EVERYWHERE = ("slipped", "right", "below")
FIRST, EVERY = TAKES = ("first", "every")


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


@dataclass(frozen=True, slots=True, eq=False)
class KeyValue:
    """The compiled block: the fields, where they stand and where they don't, and whether what stands at every place is
    a candidate."""

    entries: tuple[Entry, ...]
    region: Region
    outside: str | None
    every: bool


def compile_block(node: Node) -> KeyValue:
    """The block of *node*."""
    node.check(("fields", "where", "region", "outside", "take"))
    where = node.list("where") or list(EVERYWHERE)
    entries = [_entry(entry, name, where) for name, entry in node.fields()]
    coded = any(entry.value.type.name == BATCH for entry in entries)
    return KeyValue(
        entries=tuple(replace(entry, coded=coded and entry.value.type.name == SERIAL) for entry in entries),
        region=compile_region(node),
        outside=node.region("outside") if "outside" in node.data else None,
        every=node.choice("take", TAKES, FIRST) == EVERY,
    )


def _entry(node: Node, path: str, where: list[object]) -> Entry:
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


def read(form: FormLayout, block: KeyValue) -> Iterator[Candidate]:
    """The candidates of the fields: the best placed ones first, then those that are recognized by their look alone."""
    form = form if block.outside is None else _outside(form, block.outside)
    segments = block.region.inside(form)
    found = {entry: list(_labeled(form, block, entry, segments)) for entry in block.entries}
    labeled = _whole_names(found, [c for c in form.said if c.path.endswith(PARTY)])
    free = _free(segments, labeled.values())
    unlabeled = [entry for entry in block.entries if entry.unlabeled]
    shaped = {entry: _by_look(form, entry, free, set(_values(labeled[entry]))) for entry in unlabeled}
    told = {value for entry, said in shaped.items() for value in _values((*labeled[entry], *said))}
    for entry, said in labeled.items():
        # a code or number at the level of another field's caption does not belong to that field
        yield from (found for found in said if entry.unlabeled or found.value not in told)
    for said in shaped.values():
        yield from said


def _values(said: Iterable[Candidate]) -> Iterator[object]:
    return (found.value for found in said if found.value is not None)


def _free(segments: Iterable[TextLine], said: Iterable[Sequence[Candidate]]) -> list[TextLine]:
    """Those of *segments* from which no candidate of *said* was read."""
    boxes = [found.box for each in said for found in each if found.box is not None]
    return [s for s in segments if not any(box.contains(s.box.cx, s.box.cy) for box in boxes)]


def _outside(form: FormLayout, region: str) -> FormLayout:
    """*form* without the captions and the print of *region*, and without what seals say."""
    inner = {id(label) for label in form.labels_in(region, *(label.id for label in form.page.labels))}
    labels = tuple(label for label in form.page.labels if id(label) not in inner)
    holds = form.part(region)
    free = tuple(s for s in form.segments if not is_stamped(s) and not holds(s.box))
    return replace(form, page=replace(form.page, labels=labels), segments=free)


def _labeled(form: FormLayout, block: KeyValue, entry: Entry, segments: list[TextLine]) -> Iterator[Candidate]:
    """The candidates of *entry* among the *segments* beside its captions."""
    fits = list(_fits(form, entry, block.region, segments))
    for fit in fits if block.every else sorted(fits, key=lambda fit: not fit.is_read)[:1]:
        torn = _is_torn(entry, fit)
        sure = names.DOUBT if torn or _may_go_on(form, entry, fit, segments) else 1.0
        placed = not torn and not _is_alone(form, entry)
        for found in candidates(entry.value, fit, form):
            yield replace(found, placed=found.placed and placed, confidence=sure * found.confidence)


def _may_go_on(form: FormLayout, entry: Entry, fit: Match, segments: Sequence[TextLine]) -> bool:
    """Whether *fit* is a day above a figure that may be its second one: its print does not tell."""
    day = [part for _, parts, _ in fit.parts for part in parts or ()]
    if entry.value.type.name != DATE or not day:
        return False
    below = (one for one in segments if one not in day and one.text.isdecimal() and _is_next_line(form, day, one))
    return any(issue_date.is_valid(_day([*day, one])) for one in below)


def _day(parts: Iterable[TextLine]) -> str:
    """What *parts* of a day in several lines say."""
    return issue_date.compact(join_wrapped(part.text for part in parts))


def _is_torn(entry: Entry, fit: Match) -> bool:
    """Whether *fit* is a name with a gap in it."""
    texts = (join(parts) for _, parts, _ in fit.parts if parts)
    return entry.value.type.name == NAME and names.has_gap(texts)


def _is_alone(form: FormLayout, entry: Entry) -> bool:
    """Whether captions that parties share may be another's, since no name but this one's has a caption."""
    return bool(entry.own) and not form.labels(*entry.others)


def _whole_names(labeled: Mapping[Entry, list[Candidate]], known: Sequence[Candidate]) -> dict[Entry, list[Candidate]]:
    """*labeled*, with recognized names unproven unless they begin where the name or tax id of another party does, found
    here or *known* before: otherwise their first characters may be covered."""
    said = [*known, *(found for each in labeled.values() for found in each if found.path.endswith(PARTY))]

    def checked(entry: Entry, found: Candidate) -> Candidate:
        is_read = entry.value.type.name == NAME and found.source == "ocr"
        whole = not is_read or any(_begins_under(found, other) for other in said if other.path != found.path)
        return replace(found, placed=found.placed and whole)

    return {entry: [checked(entry, found) for found in each] for entry, each in labeled.items()}


def _begins_under(found: Candidate, other: Candidate) -> bool:
    """Whether both stand in different lines and begin one below the other."""
    one, two = found.box, other.box
    if one is None or two is None or abs(one.cy - two.cy) < one.height / 2:
        return False
    return names.are_aligned(one.x0, two.x0, one.width / max(len(found.text), 1))


def beside(form: FormLayout, entry: Entry, region: Region, segments: list[TextLine]) -> Match | None:
    """Those of *segments* inside *region* that stand beside the captions of *entry*: the first that gives a value, or
    else the first that fits."""
    return min(_fits(form, entry, region, segments), key=lambda fit: not fit.is_read, default=None)


def _fits(form: FormLayout, entry: Entry, region: Region, segments: list[TextLine]) -> Iterator[Match]:
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


def _by_look(form: FormLayout, entry: Entry, segments: list[TextLine], told: set[object]) -> list[Candidate]:
    """Pieces that can't be anything else, the largest print first. They may belong to another field if captions have
    given other values, which are *told*."""
    ranked = sorted(segments, key=lambda segment: -segment.box.height)
    read = ((_looked(entry, segment.text), segment) for segment in ranked)
    target = Target(str(entry.value.path), entry.value.type)
    found = (candidate(target, value, s.text, [s], form.page) for value, s in read if value is not None)
    return [replace(each, placed=not told or each.value in told) for each in found]


def _looked(entry: Entry, text: str) -> object:
    """The value that *text* is by its look. A code tells its family and region, so it may stand behind the colon of a
    caption that was misread."""
    if entry.value.type.name != CODE:
        return entry.value.type.parse(text)
    caption, _, code = text.replace("：", ":").rpartition(":")
    is_own = not caption or not CAPTION.isdisjoint(caption)
    return invoice_code.parse(code) if is_own and invoice_code.is_valid(code) else None


def find_unread_cells(form: FormLayout, block: KeyValue) -> list[Box]:
    """Where the values of captions stand that nobody has read, or not to their ends, right of them: under a seal, or
    with their ends lost. Only values of some form are looked for, any text would pass for the others."""
    if form.offset != NO_OFFSET or not any(line.source == "ocr" for line in form.page.lines):
        return []
    end = form.area.x1 * form.size
    missing = [entry for entry in block.entries if _is_missing(form, entry) and has_form(entry.value)]
    captions = [label.box for entry in missing if "right" in entry.where for label in form.labels(*entry.labels)]
    cells = [_cell(form, caption, end) for caption in captions]
    return [cell for cell in cells if cell.width > cell.height][:MAX_CELLS]


def _is_missing(form: FormLayout, entry: Entry) -> bool:
    """Whether the value of *entry* was not read, or is the beginning of the words for the figure that was."""
    said, figure = form.found.get(entry.value.path or ""), form.found.get(FIGURE)
    if said is None or entry.value.type.name != WORDS or not isinstance(figure, Decimal):
        return said is None
    return chinese_amount.is_cut(str(said), figure)


def _cell(form: FormLayout, caption: Box, end: float) -> Box:
    """What is right of *caption*, up to the next caption or the *end* of the print, as far off its level as the other
    values of its row stand off theirs."""
    margin, slip = AROUND * caption.height, _slip(form, caption) * form.size
    stop = min(next_caption(form, caption), end)
    return Box(caption.x1, caption.y0 - margin + slip, max(stop, caption.x1), caption.y1 + margin + slip)


def _slip(form: FormLayout, caption: Box) -> float:
    """By how many text heights the values in the row of *caption* stand below their captions; 0 without any."""
    values = [said.box for said in form.said if said.box is not None and said.value is not None]
    labels = [label.box for label in form.page.labels if form.same_row(label.box, caption)]
    slips = [
        form.project(value).cy - form.project(label).cy
        for label in labels
        for value in values
        if form.right_of(label, value) and value.x0 < next_caption(form, label)
    ]
    return statistics.median(slips) if slips else 0.0


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
