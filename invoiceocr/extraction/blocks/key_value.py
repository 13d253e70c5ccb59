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

    - key_value:                       # of a caption that says something else where one of these stands on the page
        unless: [sum, count]
        fields: {total: {label: price}}

    - key_value:                       # of a caption that parties share: it is that of the nearest name before it
        fields:
          buyer.tax_id: {label: tax_id, of: [buyer_name], not_of: [seller_name]}

Print that lies off its form is first looked for at the level of the print. What of it is a value: see `captioned`. A
value that its look assigns to one field of the block does not belong to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction import names
from invoiceocr.extraction.blocks.captioned import CODE, SERIAL, Entry, compile_entry, fits, may_go_on
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.blocks.unread import cells_behind, may_be_unread
from invoiceocr.extraction.blocks.value import Match, candidates, has_form
from invoiceocr.extraction.candidates import Target, candidate
from invoiceocr.geometry import Box
from invoiceocr.layout.form import FormLayout
from invoiceocr.layout.segments import is_stamped
from invoiceocr.page import TextLine
from invoiceocr.text.lines import join
from invoiceocr.values import chinese_amount, invoice_code

CAPTION = frozenset("发票代")  # characters of the caption of a code, of which some are left
# words, and the field whose figure they say
WORDS, FIGURE = "words", "total"
NAME, PARTY = "name", (".name", ".tax_id")
EVERYWHERE = ("slipped", "right", "below")
FIRST, EVERY = TAKES = ("first", "every")


@dataclass(frozen=True, slots=True, eq=False)
class KeyValue:
    """The compiled block: the fields, where they stand and where they don't, whether what stands at every place is
    a candidate, and the captions beside which theirs say something else."""

    entries: tuple[Entry, ...]
    region: Region
    outside: str | None
    every: bool
    unless: tuple[str, ...]


def compile_block(node: Node) -> KeyValue:
    """The block of *node*."""
    node.check(("fields", "where", "region", "outside", "take", "unless"))
    where = node.list("where") or list(EVERYWHERE)
    entries = [compile_entry(entry, name, where) for name, entry in node.fields()]
    coded = any(entry.value.type.name == CODE for entry in entries)
    return KeyValue(
        entries=tuple(replace(entry, coded=coded and entry.value.type.name == SERIAL) for entry in entries),
        region=compile_region(node),
        outside=node.region("outside") if "outside" in node.data else None,
        every=node.choice("take", TAKES, FIRST) == EVERY,
        unless=node.phrases("unless"),
    )


def read(form: FormLayout, block: KeyValue) -> Iterator[Candidate]:
    """The candidates of the fields: the best placed ones first, then those that are recognized by their look alone."""
    if form.labels(*block.unless):
        return
    form = form if block.outside is None else _outside(form, block.outside)
    segments = block.region.inside(form)
    found = {entry: list(_labeled(form, block, entry, segments)) for entry in block.entries}
    labeled = _whole_names(found, [c for c in form.said if c.path.endswith(PARTY)])
    shaped = _unlabeled(form, labeled, segments)
    told = {value for entry, said in shaped.items() for value in _values((*labeled[entry], *said))}
    for entry, said in labeled.items():
        # a code or number at the level of another field's caption does not belong to that field
        yield from (found for found in said if entry.unlabeled or found.value not in told)
    for said in shaped.values():
        yield from said


def _unlabeled(
    form: FormLayout, labeled: Mapping[Entry, list[Candidate]], segments: Sequence[TextLine]
) -> dict[Entry, list[Candidate]]:
    """What those of *segments* that no caption claims say by their look alone, by the fields for which that is
    enough."""
    free = _free(segments, labeled.values())
    entries = ((entry, said) for entry, said in labeled.items() if entry.unlabeled)
    return {entry: _by_look(form, entry, free, set(_values(said))) for entry, said in entries}


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
    ranked = list(fits(form, entry, block.region, segments))
    for fit in ranked if block.every else sorted(ranked, key=lambda fit: not fit.is_read)[:1]:
        torn = _is_torn(entry, fit)
        sure = names.DOUBT if torn or may_go_on(form, entry, fit, segments) else 1.0
        placed = not torn and not _is_alone(form, entry)
        for found in candidates(entry.value, fit, form):
            yield replace(found, placed=found.placed and placed, confidence=sure * found.confidence)


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
    if form.labels(*block.unless) or not may_be_unread(form):
        return []
    missing = [entry for entry in block.entries if _is_missing(form, entry) and has_form(entry.value)]
    captions = [label.box for entry in missing if "right" in entry.where for label in form.labels(*entry.labels)]
    return cells_behind(form, captions)


def _is_missing(form: FormLayout, entry: Entry) -> bool:
    """Whether the value of *entry* was not read, or is the beginning of the words for the figure that was."""
    said, figure = form.found.get(entry.value.path or ""), form.found.get(FIGURE)
    if said is None or entry.value.type.name != WORDS or not isinstance(figure, Decimal):
        return said is None
    return chinese_amount.is_cut(str(said), figure)
