"""`parties`: buyer and seller, each in a region of the form, whose rows are matched to the fields of a party.

    - parties:
        regions: {buyer: buyer, seller: seller}       # a field of type `party`: the region of the form that it has
        rows:                                         # the parts of a party in printed order, and their captions
          name: {label: party_name}
          tax_id: {label: party_tax_id}

A row is assigned to a field by its position (the distance to the level of the caption) and by its look (its shape), and
the order is always kept. Fields are therefore found even if the print is shifted against its form, captions are
misread, or values wrap over several lines. A tax id with correct check digits is found even if it is split over two
lines, and without its row if it can only be one party's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction import names
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.candidates import Target, candidate, valued
from invoiceocr.extraction.party_ids import valid_ids
from invoiceocr.extraction.party_names import beginnings
from invoiceocr.extraction.party_placement import find_regions
from invoiceocr.extraction.party_rows import NAME, TAX_ID, Slot, assigned_rows, phrases_of
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import KeyMatch, TextLine
from invoiceocr.text.folding import join_wrapped
from invoiceocr.text.lines import cut
from invoiceocr.values import tax_id


@dataclass(frozen=True, slots=True, eq=False)
class Parties:
    """The compiled block: the region of each party, and the parts that each party has."""

    regions: Mapping[str, str]
    rows: tuple[Slot, ...]

    @property
    def phrases(self) -> tuple[str, ...]:
        """The captions of all parts."""
        return phrases_of(self.rows)

    @property
    def ids(self) -> tuple[Slot, ...]:
        """The parts that check digits prove."""
        return tuple(slot for slot in self.rows if slot.type.name == TAX_ID)


def compile_block(node: Node) -> Parties:
    """The block of *node*."""
    node.check(("regions", "rows"))
    node.get("regions")
    node.get("rows")
    regions, entries = node.node("regions"), node.node("rows")
    parties = [regions.known(party, party, node.scope.kind.parties) for party in regions.data]
    if not parties:
        raise node.error("regions", "regions names no party")
    slots = tuple(_slot(entries.node(name), entries, name, parties[0]) for name in entries.data)
    return Parties({party: regions.region(party) for party in parties}, slots)


def _slot(node: Node, entries: Node, name: str, party: str) -> Slot:
    node.check(("label", "type"))
    node.get("label")
    kind = node.type(entries.field(name, f"{party}.{name}"))
    shape = node.shape_of(kind)
    if shape is None:
        raise entries.error(name, f"values of type {kind.name} have no shape in schemas/shapes.yaml, which rows need")
    return Slot(name, kind, node.phrases("label"), shape)


def read(form: FormLayout, block: Parties) -> Iterator[Candidate]:
    """The candidates of the parties' fields."""
    found = tuple(_read_rows(form, block))
    yield from found
    for slot in block.ids:
        yield from _unclaimed_ids(form, block, slot, found)


def _unclaimed_ids(form: FormLayout, block: Parties, slot: Slot, found: Iterable[Candidate]) -> Iterator[Candidate]:
    """A tax id for each party without one: the only valid one that was recognized in its region and is not the other
    party's. If both have the same region, it is nobody's."""
    seen = {f"{party}.{slot.name}": valid_ids(form, region) for party, region in block.regions.items()}
    known = {item.path: item.value for item in found if item.path in seen and item.value is not None}
    unread = sorted(seen.keys() - known.keys(), key=lambda path: (len(seen[path]), path))
    for path in unread:
        left = {value: segment for value, segment in seen[path].items() if value not in known.values()}
        elsewhere = any(seen[other].keys() == left.keys() for other in unread if other != path)
        if len(left) != 1 or elsewhere:
            continue
        ((value, segment),) = left.items()
        known[path] = value
        said = candidate(Target(path, slot.type), value, segment.text, [segment], form.page)
        yield replace(said, placed=False)


def _read_rows(form: FormLayout, block: Parties) -> Iterator[Candidate]:
    """The candidates of the rows of all regions."""
    regions = find_regions(form, block.regions, block.phrases)
    assigned = {party: assigned_rows(form, region, block.rows) for party, region in block.regions.items()}
    begun = beginnings(form, block.regions, assigned)
    for party, region in block.regions.items():
        for slot, parts in assigned[party].items():
            found = _candidate(Target(f"{party}.{slot.name}", slot.type), parts, form)
            if found is None:
                continue
            own = all(regions.hold(party, part.box) for part in parts)
            if own and slot.type.name == TAX_ID:
                own = not _is_beside_other(form, form.labels_in(region, *block.phrases), slot, parts[0])
            found = replace(found, placed=found.placed and own)
            if slot.type.name == NAME:
                found = begun.checked(found, party, parts[0], form.labels_in(region, *slot.labels))
            yield found


def _is_beside_other(form: FormLayout, captions: Sequence[KeyMatch], slot: Slot, value: TextLine) -> bool:
    """Whether a tax id of exact characters stands on the level of another one of its party's *captions* and not of its
    own: the id of a person in place of a name."""
    if value.source == "ocr":
        return False
    beside = [label for label in captions if form.same_row(label.box, value.box)]
    return bool(beside) and not any(label.id in slot.labels for label in beside)


def _candidate(target: Target, parts: list[TextLine], form: FormLayout) -> Candidate | None:
    """What *parts* say of the field of *target*."""
    text = join_wrapped(part.text for part in parts)
    if target.type.name == NAME:
        return _named(target, text, parts, form)
    parse = target.type.parse
    if parts[0].source != "ocr":
        return valued(target, parse(text), text, parts, form.page)
    if target.type.name == TAX_ID:
        return valued(target, tax_id.respelled(text) or parse(text), text, parts, form.page)
    return valued(target, parse(names.uncaptioned(text)), text, parts, form.page)


def _named(target: Target, text: str, parts: list[TextLine], form: FormLayout) -> Candidate | None:
    """The name in the *text* of *parts*."""
    own = names.own(text, exact=parts[0].source != "ocr")
    found = valued(target, target.type.parse(own), text, parts, form.page)
    if found is None:
        return None
    # without knowing that a name is complete, nothing proves it
    torn = names.has_gap(_without_others(parts, text, own))
    sure = names.DOUBT if torn or names.is_mixed(own) else 1.0
    return replace(found, confidence=found.confidence * sure, placed=found.placed and not torn)


def _without_others(parts: Sequence[TextLine], text: str, own: str) -> list[TextLine]:
    """*parts*, whose *text* contains a name of its *own*, without the caption before it and the words behind it."""
    before = max(text.find(own), 0)
    behind = len(text) - before - len(own)
    first = cut(parts[0], before, len(parts[0].text))
    if len(parts) == 1:
        return [cut(first, 0, len(first.text) - behind)]
    return [first, *parts[1:-1], cut(parts[-1], 0, len(parts[-1].text) - behind)]
