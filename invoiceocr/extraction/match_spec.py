r"""The `match` of a kind's file, compiled: how its pages are recognized.

    match:
      titles: [{pattern: '出租.{0,4}发票', weight: 4}]   # large print at the head; lines of the body never count
      lines: [{pattern: '^限乘当日当次车$', weight: 4}]    # whole lines anywhere, such as only this kind has
      captions: {phrases: [plate, boarding], weight: 0.8, from: 3}     # different ones, at least so many
      code: {kinds: [vat_roll], weight: 3}     # kinds to which the structure of a code on the page points
      qr: ['11']                    # types of the tax QR code, or {types: ['11'], weight: 10}
      sequence: {values: ['^\d{2}:\d{2}$', 'km$'], weight: 0.9, from: 2}    # values from top to bottom, captions or not
      shape: {aspect: [1.3, 1.9], weight: 0.5}       # width to height of the printed area
      bias: -1.0

The title of a printed form may be hidden by a seal, and its words may stand in other documents:

      titles: [{pattern: 增值税专用发票, name: 增值税专用发票, weight: 8}]    # `name`: for titles that were misread
      above: [party_name, column_name]     # the head ends at these captions; a title elsewhere counts less
      form: {titled: 2, untitled: 6}       # captions of its blocks that a page with or without its title must show
      # or with two lines of a look that no other paper has: form: {..., shape: cipher, shaped: 3}
      # or with a code of its `code`: form: {..., coded: 4}
      against: ['行程单']                   # titles of other documents; of kinds without a form, too
      becomes: {toll: {phrases: [column_plate_number], lines: ['^通行费$'], own_blocks: true}}    # by a mark
      continued: ['销货清单$']              # titles of pages that only continue the rows of the page before
      by_hand: {titles: ['手工.{0,4}发票'], printed: [code, number]}    # forms whose other fields are written by hand
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import regex

from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.by_hand import ByHand, compile_by_hand
from invoiceocr.extraction.kind_reader import KindReader
from invoiceocr.extraction.schema import Shape

KEYS = (
    *("titles", "lines", "captions", "sequence", "code", "qr", "shape", "bias"),
    *("above", "form", "against", "becomes", "continued", "by_hand"),
)
DEFAULT_WEIGHT = 3.0
QR_WEIGHT = 4.0
CAPTION_WEIGHT = 0.8
RESEMBLED = 6.0  # weight of a line that fully resembles a title
FORM_COUNTS = ("titled", "untitled")
FORM_BLOCKS = ("key_value", "ruled_table")


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """A pattern and its weight for the kind; for a title also the full title."""

    pattern: regex.Pattern[str]
    weight: float
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ValueSequence:
    """Values that a paper prints from top to bottom, and what each that is found in this order says for the kind, from
    `least` of them on. They say the same as the captions beside them, so they count instead of those, not besides."""

    values: tuple[regex.Pattern[str], ...]
    weight: float
    least: int


@dataclass(frozen=True, slots=True, eq=False)
class Becoming:
    """The marks by which a page is of another kind: a key phrase or a line at the head; `read_by` is the kind by whose
    blocks it is read."""

    kind: str
    phrases: frozenset[str]
    lines: tuple[regex.Pattern[str], ...]
    read_by: str


@dataclass(frozen=True, slots=True, eq=False)
class FormMatch:
    """The captions of a kind's form, and how many of them a page must show with its title (including those of parties),
    without it, where some of its lines have the form's own `shape`, and where a code has the structure of the kind's
    (0: a code makes up for no caption)."""

    captions: frozenset[str]
    parties: frozenset[str]
    titled: int
    untitled: int
    shaped: int
    shape: Shape | None
    coded: int


@dataclass(frozen=True, slots=True, eq=False)
class KindMatch:
    """The compiled `match` of a kind; `most` is the highest score that a page can have."""

    kind: str
    reader: KindReader
    titles: tuple[Weighted, ...]
    lines: tuple[Weighted, ...]
    captions: tuple[tuple[str, str], ...]
    caption_weight: float
    captions_from: int
    sequence: ValueSequence
    codes: frozenset[str]
    code_weight: float
    qr: frozenset[str]
    qr_weight: float
    aspect: tuple[float, float] | None
    aspect_weight: float
    bias: float
    above: frozenset[str]
    form: FormMatch | None
    against: tuple[regex.Pattern[str], ...]
    becomes: tuple[Becoming, ...]
    continued: tuple[regex.Pattern[str], ...]
    by_hand: ByHand

    @property
    def most(self) -> float:
        """The highest score that a page can have."""
        titles = max((title.weight for title in self.titles), default=0.0)
        captions = max(
            self.caption_weight * len({name for name, _ in self.captions}),
            self.sequence.weight * len(self.sequence.values),
        )
        fixed = self.bias + self.code_weight + self.qr_weight + self.aspect_weight
        return fixed + max(titles, RESEMBLED) + captions + sum(line.weight for line in self.lines)


def compile_match(reader: KindReader) -> KindMatch:
    """The `match` of the reader's kind; SchemaError if it can't work."""
    spec = reader.spec
    node = Node(spec.match, reader.scope)
    node.check(KEYS)
    captions, shape, code, qr = node.node("captions"), node.node("shape"), node.node("code"), _qr(node)
    code.check(("kinds", "weight"))
    captions.check(("phrases", "weight", "from"))
    shape.check(("aspect", "weight"))
    qr.check(("types", "weight"))
    aspect = shape.list("aspect")
    return KindMatch(
        kind=spec.kind,
        reader=reader,
        titles=tuple(_weighted(node, "titles")),
        lines=tuple(_weighted(node, "lines")),
        captions=tuple(reader.phrase_forms(captions.phrases("phrases"))),
        caption_weight=captions.number("weight", CAPTION_WEIGHT),
        captions_from=int(captions.number("from", 1)),
        sequence=_sequence(node.node("sequence")),
        codes=frozenset(str(name) for name in code.list("kinds")),
        code_weight=code.number("weight", DEFAULT_WEIGHT) if code.data else 0.0,
        qr=frozenset(str(name) for name in qr.list("types")),
        qr_weight=qr.number("weight", QR_WEIGHT) if qr.data else 0.0,
        aspect=(float(str(aspect[0])), float(str(aspect[1]))) if len(aspect) == 2 else None,
        aspect_weight=shape.number("weight", 1.0) if shape.data else 0.0,
        bias=node.number("bias", 0.0),
        above=frozenset(node.phrases("above")),
        form=_form(node.node("form"), reader) if "form" in node.data else None,
        against=node.patterns("against"),
        becomes=tuple(_becoming(node.node("becomes"), kind, spec.kind) for kind in node.node("becomes").data),
        continued=node.patterns("continued"),
        by_hand=compile_by_hand(node.node("by_hand")),
    )


def _qr(node: Node) -> Node:
    if isinstance(node.data.get("qr"), list):
        return Node({"types": node.data["qr"]}, node.scope)
    return node.node("qr")


def _sequence(node: Node) -> ValueSequence:
    node.check(("values", "weight", "from"))
    return ValueSequence(node.patterns("values"), node.number("weight", CAPTION_WEIGHT), int(node.number("from", 1)))


def _form(node: Node, reader: KindReader) -> FormMatch:
    node.check((*FORM_COUNTS, "shaped", "shape", "coded"))
    for count in FORM_COUNTS:
        # it replaces that of the file it extends: with no count, any page would be such a form
        node.get(count)
    return FormMatch(
        captions=reader.labels(*FORM_BLOCKS),
        parties=reader.labels("parties"),
        titled=int(node.number("titled", 0)),
        untitled=int(node.number("untitled", 0)),
        shaped=int(node.number("shaped", 0)),
        shape=node.shape("shape") if "shape" in node.data else None,
        coded=int(node.number("coded", 0)),
    )


def _becoming(owner: Node, kind: str, own: str) -> Becoming:
    node = owner.node(kind)
    node.check(("phrases", "lines", "own_blocks"))
    read_by = own if node.flag("own_blocks") else kind
    return Becoming(kind, frozenset(node.phrases("phrases")), node.patterns("lines"), read_by)


def _weighted(node: Node, key: str) -> Iterable[Weighted]:
    entries = node.list(key)
    for index, entry in enumerate(entries):
        one = node.sub(entry, index, entries)
        one.check(("pattern", "weight", "name"))
        name = one.text("name", "")
        yield Weighted(one.compile("pattern", one.get("pattern")), one.number("weight", DEFAULT_WEIGHT), name)
