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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.kind_reader import KindReader
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
    captions: frozenset[str]
    caption_weight: float
    captions_from: int
    codes: frozenset[str]
    code_weight: float
    qr: tuple[str, ...]
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
        captions=frozenset(captions.phrases("phrases")),
        caption_weight=captions.number("weight", CAPTION_WEIGHT),
        captions_from=int(captions.number("from", 1)),
        codes=frozenset(str(name) for name in code.list("kinds")),
        code_weight=code.number("weight", DEFAULT_WEIGHT),
        qr=tuple(str(name) for name in node.list("qr")),
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


def classify(page: Page, matches: Sequence[KindMatch]) -> list[KindScore]:
    """The kinds of *matches* and `other`, the likeliest first."""
    form = lay_out(page)
    scores = {match.kind: _score(page, form, match) for match in matches}
    scores["other"] = OTHER_SCORE
    most = max(scores.values())
    total = sum(math.exp(score - most) for score in scores.values())
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    return [KindScore(kind, math.exp(score - most) / total) for kind, score in ranked]


def _score(page: Page, form: FormLayout, match: KindMatch) -> float:
    texts = [match_key(line.text) for line in page.lines]
    score = match.bias
    score += _best(match.titles, _head(page, form))
    score += sum(w.weight for w in match.lines if any(w.pattern.search(text) for text in texts))
    score += _captions(page, match)
    proved = {invoice_code.kind(text) for text in texts if invoice_code.is_valid(text)} if match.codes else set()
    score += match.code_weight if proved & match.codes else 0.0
    payloads = [payload for text in page.qr_payloads if (payload := qr_payload.parse(text))]
    score += QR_WEIGHT if any(payload.type in match.qr for payload in payloads) else 0.0
    if match.aspect is not None:
        area = form.area
        score += match.aspect_weight * (match.aspect[0] <= area.width / max(area.height, 1e-6) <= match.aspect[1])
    return score


def _best(weighted: Iterable[Weighted], texts: Sequence[str]) -> float:
    return max((each.weight for each in weighted if any(each.pattern.search(text) for text in texts)), default=0.0)


def _head(page: Page, form: FormLayout) -> list[str]:
    """The lines at the head of the page in print as large as its text, and its rows: seals break titles."""
    area = form.area
    bottom = area.y0 + HEAD * area.height
    lines = [line for line in page.lines if form.project(line.box).cy < bottom and line.box.height > LARGE * form.size]
    joined = ["".join(match_key(line.text) for line in row) for row in form.rows(lines) if len(row) > 1]
    return [*(match_key(line.text) for line in lines), *joined]


def _captions(page: Page, match: KindMatch) -> float:
    """What the different captions of the kind say that the page shows, from a number on."""
    if not match.captions:
        return 0.0
    seen = {label.id for label in match.reader.find_phrases(page).labels} & match.captions
    return match.caption_weight * len(seen) if len(seen) >= match.captions_from else 0.0
