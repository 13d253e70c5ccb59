"""Which kind a page is: every kind's `match` weighed, and a probability.

    match:
      titles: [{pattern: '出租.{0,4}发票', weight: 4}]   # large print at the head; a line of the body never counts
      lines: [{pattern: '^限乘当日当次车$', weight: 4}]    # whole lines anywhere, such as only this kind has
      captions: {phrases: [plate, boarding], weight: 0.8, from: 3}     # different ones, from so many on
      code: {kinds: [vat_roll], weight: 3}     # what the structure of a code on the page proves
      qr: ['11']                    # types of the tax QR code
      shape: {aspect: [1.3, 1.9], weight: 0.5}       # width to height of the printed area
      bias: -1.0

The score of a kind is the sum of its weights; that of `other` is a constant. The probabilities are a softmax.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.kind_reader import KindReader
from invoiceocr.geometry import Box
from invoiceocr.layout.form import FormLayout, lay_out
from invoiceocr.page import Page
from invoiceocr.text.lines import match_key
from invoiceocr.values import invoice_code, qr_payload

KEYS = ("titles", "lines", "captions", "code", "qr", "shape", "bias")
OTHER_SCORE = 3.0  # what a kind must come up to, to be as likely as none
HEAD = 0.35  # of the printed area's height, where titles stand
LARGE = 0.9  # of the median text height: smaller print is no title
DEFAULT_WEIGHT = 3.0
QR_WEIGHT = 4.0
CAPTION_WEIGHT = 0.8
FEW = 2  # captions that stand on the page letter by letter, before the others are looked for
OTHER = "other"


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """A pattern and what it says for the kind."""

    pattern: regex.Pattern[str]
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class KindMatch:
    """The compiled `match` of a kind."""

    kind: str
    reader: KindReader
    titles: tuple[Weighted, ...]
    lines: tuple[Weighted, ...]
    captions: tuple[tuple[str, str], ...]
    caption_weight: float
    captions_from: int
    codes: frozenset[str]
    code_weight: float
    qr: frozenset[str]
    aspect: tuple[float, float] | None
    aspect_weight: float
    bias: float


@dataclass(frozen=True, slots=True)
class KindScore:
    """A kind and the probability that the page is of it."""

    kind: str
    probability: float


def compile_match(reader: KindReader) -> KindMatch:
    """The `match` of the reader's kind; SchemaError where it can't work."""
    spec = reader.spec
    node = Node(spec.match, reader.scope)
    node.check(KEYS)
    captions, shape, code = node.node("captions"), node.node("shape"), node.node("code")
    code.check(("kinds", "weight"))
    captions.check(("phrases", "weight", "from"))
    shape.check(("aspect", "weight"))
    aspect = shape.list("aspect")
    return KindMatch(
        kind=spec.kind,
        reader=reader,
        titles=tuple(_weighted(node, "titles")),
        lines=tuple(_weighted(node, "lines")),
        captions=tuple(reader.phrase_forms(captions.phrases("phrases"))),
        caption_weight=captions.number("weight", CAPTION_WEIGHT),
        captions_from=int(captions.number("from", 1)),
        codes=frozenset(str(name) for name in code.list("kinds")),
        code_weight=code.number("weight", DEFAULT_WEIGHT),
        qr=frozenset(str(name) for name in node.list("qr")),
        aspect=(float(str(aspect[0])), float(str(aspect[1]))) if len(aspect) == 2 else None,
        aspect_weight=shape.number("weight", 1.0),
        bias=node.number("bias", 0.0),
    )


def _weighted(node: Node, key: str) -> Iterable[Weighted]:
    entries = node.list(key)
    for index, entry in enumerate(entries):
        one = node.sub(entry, index, entries)
        one.check(("pattern", "weight"))
        yield Weighted(one.compile("pattern", one.get("pattern")), one.number("weight", DEFAULT_WEIGHT))


@dataclass(frozen=True, slots=True, eq=False)
class _Signs:
    """What a page shows of its kind: its lines, those that may be titles, what its codes and QR codes prove, the width
    to height of the printed area, and all its text."""

    page: Page
    lines: tuple[str, ...]
    head: tuple[str, ...]
    codes: frozenset[str | None]
    qr: frozenset[str]
    aspect: float
    text: str


def classify(page: Page, matches: Sequence[KindMatch]) -> list[KindScore]:
    """The kinds of *matches* that anything speaks for, and `other`, the likeliest first."""
    signs = _signs(page)
    scores = {match.kind: score for match in matches if (score := _score(signs, match)) > 0}
    scores[OTHER] = OTHER_SCORE
    most = max(scores.values())
    total = sum(math.exp(score - most) for score in scores.values())
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    return [KindScore(kind, math.exp(score - most) / total) for kind, score in ranked]


def _signs(page: Page) -> _Signs:
    form = lay_out(page)
    area = form.area
    lines = tuple(match_key(line.text) for line in page.lines)
    payloads = (payload for text in page.qr_payloads if (payload := qr_payload.parse(text)))
    return _Signs(
        page=page,
        lines=lines,
        head=tuple(_head(form, area)),
        codes=frozenset(invoice_code.kind(text) for text in lines if invoice_code.is_valid(text)),
        qr=frozenset(payload.type for payload in payloads if payload.type),
        aspect=area.width / max(area.height, 1e-6),
        text="\n".join(lines),
    )


def _head(form: FormLayout, area: Box) -> Iterator[str]:
    """The lines at the head of the page in print as large as its text, and its rows: seals break titles."""
    bottom = area.y0 + HEAD * area.height
    large = (line for line in form.page.lines if line.box.height > LARGE * form.size)
    lines = [line for line in large if form.project(line.box).cy < bottom]
    yield from (match_key(line.text) for line in lines)
    yield from ("".join(match_key(line.text) for line in row) for row in form.rows(lines) if len(row) > 1)


def _score(signs: _Signs, match: KindMatch) -> float:
    titles = (title.weight for title in match.titles if any(title.pattern.search(text) for text in signs.head))
    lines = (line.weight for line in match.lines if any(line.pattern.search(text) for text in signs.lines))
    score = match.bias + max(titles, default=0.0) + sum(lines)
    score += match.code_weight if signs.codes & match.codes else 0.0
    score += QR_WEIGHT if signs.qr & match.qr else 0.0
    score += _captions(signs, match)
    if match.aspect is not None and score > match.bias and match.aspect[0] <= signs.aspect <= match.aspect[1]:
        score += match.aspect_weight  # the shape of many papers: it only supports other signs
    return score


def _captions(signs: _Signs, match: KindMatch) -> float:
    """What the different captions of the kind say that the page shows, from a number on."""
    # finding misread and spaced-out captions takes time: only where some stand there letter by letter
    plain = {name for name, form in match.captions if form in signs.text}
    if len(plain) < min(match.captions_from, FEW):
        return 0.0
    names = {name for name, _ in match.captions}
    seen = {label.id for label in match.reader.find_phrases(signs.page).labels} & names
    return match.caption_weight * len(seen) if len(seen) >= match.captions_from else 0.0
