"""Which kind a page is: every kind's `match` weighed, and a probability.

    match:
      titles: [{pattern: '出租.{0,4}发票', weight: 4}]   # large print at the head; a line of the body never counts
      lines: [{pattern: '^限乘当日当次车$', weight: 4}]    # whole lines anywhere, such as only this kind has
      captions: {phrases: [plate, boarding], weight: 0.8, from: 3}     # different ones, from so many on
      code: {kinds: [vat_roll], weight: 3}     # what the structure of a code on the page proves
      qr: ['11']                    # types of the tax QR code, or {types: ['11'], weight: 10}
      shape: {aspect: [1.3, 1.9], weight: 0.5}       # width to height of the printed area
      bias: -1.0

A kind with a printed form may have its title hidden by a seal, and its words may stand in other documents:

      titles: [{pattern: 增值税专用发票, name: 增值税专用发票, weight: 8}]    # `name`: for titles that were misread
      above: [party_name, column_name]     # the head ends at these captions; a title elsewhere counts less
      form: {titled: 2, untitled: 6}       # captions of its blocks that a page with or without its title must show
      against: ['行程单']                   # titles of other documents
      becomes: {toll: {phrases: [column_plate_number], lines: ['^通行费$'], own_blocks: true}}    # told by a mark
      continued: ['销货清单$']              # titles of pages that only go on with the rows of the page before

The score of a kind is the sum of its weights; that of `other` is a constant. The probabilities are a softmax.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex

from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.kind_reader import KindReader
from invoiceocr.extraction.page_signs import PageSigns
from invoiceocr.page import Page

KEYS = (
    *("titles", "lines", "captions", "code", "qr", "shape", "bias"),
    *("above", "form", "against", "becomes", "continued"),
)
# what a kind must come up to, to be as likely as none
OTHER_SCORE = 3.0
DEFAULT_WEIGHT = 3.0
QR_WEIGHT = 4.0
CAPTION_WEIGHT = 0.8
# of the weight of a title that does not stand at the head
ELSEWHERE = 0.75
# weight of a line that resembles a title altogether
RESEMBLED = 6.0
MIN_LIKENESS = 0.5  # of a misread title to the true one
# captions that stand on the page letter by letter, before the others are looked for
FEW = 2
# a kind that can't come nearer to the best score is not weighed: its probability is below 0.001
HOPELESS = 7.0
OTHER = "other"
FORM_BLOCKS = ("captioned", "ruled_table")
Titles = Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """A pattern and what it says for the kind; of a title also the title in clear."""

    pattern: regex.Pattern[str]
    weight: float
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Becoming:
    """The marks that make another kind of a page: a key phrase or a line at the head; `read_by` is the kind by whose
    blocks it is read."""

    kind: str
    phrases: frozenset[str]
    lines: tuple[regex.Pattern[str], ...]
    read_by: str


@dataclass(frozen=True, slots=True, eq=False)
class FormMatch:
    """The captions of a kind's form, and how many a page must show with its title (those of parties count then) and
    without."""

    captions: frozenset[str]
    parties: frozenset[str]
    titled: int
    untitled: int


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

    @property
    def most(self) -> float:
        """The highest score that a page can have."""
        titles = max((title.weight for title in self.titles), default=0.0)
        captions = self.caption_weight * len({name for name, _ in self.captions})
        fixed = self.bias + self.code_weight + self.qr_weight + self.aspect_weight
        return fixed + max(titles, RESEMBLED) + captions + sum(line.weight for line in self.lines)


@dataclass(frozen=True, slots=True)
class KindScore:
    """A kind, the probability that the page is of it, and the kind by whose blocks it is read, if not its own."""

    kind: str
    probability: float
    read_by: str | None = None


def compile_match(reader: KindReader) -> KindMatch:
    """The `match` of the reader's kind; SchemaError where it can't work."""
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
    )


def _qr(node: Node) -> Node:
    if isinstance(node.data.get("qr"), list):
        return Node({"types": node.data["qr"]}, node.scope)
    return node.node("qr")


def _form(node: Node, reader: KindReader) -> FormMatch:
    node.check(("titled", "untitled"))
    counts = [int(node.number(key, 0)) for key in ("titled", "untitled")]
    return FormMatch(reader.labels(*FORM_BLOCKS), reader.labels("parties"), *counts)


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


def continues(signs: PageSigns, matches: Sequence[KindMatch]) -> KindMatch | None:
    """The first of *matches* whose rows the page goes on with, without being an invoice itself."""
    for match in matches:
        if match.continued:
            texts = signs.head(match.above) if _is_laid_out(signs, matches) else signs.lines
            if any(pattern.search(text) for text in texts for pattern in match.continued):
                return match
    return None


def classify(page: Page, matches: Sequence[KindMatch]) -> list[KindScore]:
    """The kinds of *matches* that anything speaks for, and `other`, the likeliest first."""
    return weigh(PageSigns(page), matches)


def weigh(signs: PageSigns, matches: Sequence[KindMatch]) -> list[KindScore]:
    """The kinds of *matches* that any of *signs* speaks for, and `other`, the likeliest first. A printed form that has
    its title at the head is no other document: then only forms are weighed."""
    scores = {OTHER: OTHER_SCORE}
    forms = [match for match in matches if match.form is not None]
    # 1. forms by the titles at the head, and recognized ones, whose title may be misread, by codes
    for match, title in _at_head(signs, forms):
        _set(scores, match, _sum(signs, match, title))
    if len(scores) > 1:
        for match in forms if signs.is_recognized else ():
            if match.kind not in scores and match.form and _is_shown(signs, match.form):
                _set(scores, match, _sum(signs, match, 0.0))
        return _ranked(scores, signs, matches)
    # 2. forms by a title elsewhere, a misread one or none, and all other kinds that can still win
    heads = _against_texts(signs, matches)
    for match in forms:
        _set(scores, match, _elsewhere(signs, match, heads))
    for match in matches:
        if match.form is None and match.most > max(scores.values()) - HOPELESS:
            _set(scores, match, _sum(signs, match, _best(match.titles, signs.large_head)))
    return _ranked(scores, signs, matches)


def _ranked(scores: Mapping[str, float], signs: PageSigns, matches: Sequence[KindMatch]) -> list[KindScore]:
    """The kinds by probability; a mark makes another kind of the first."""
    most = max(scores.values())
    total = sum(math.exp(score - most) for score in scores.values())
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    found = [KindScore(kind, math.exp(score - most) / total) for kind, score in ranked]
    return [_marked(signs, found[0], matches), *found[1:]]


def _set(scores: dict[str, float], match: KindMatch, score: float) -> None:
    if score > 0:
        scores[match.kind] = score


def _is_laid_out(signs: PageSigns, matches: Iterable[KindMatch]) -> bool:
    """Whether the page shows the captions of a form."""
    return any(_is_shown(signs, match.form) for match in matches if match.form is not None)


def _against_texts(signs: PageSigns, matches: Sequence[KindMatch]) -> Titles:
    """Where another document's title counts against a form: at the head of what is laid out as one, else anywhere."""
    above = next((match.above for match in matches if match.form is not None), frozenset[str]())
    return signs.head(above) if _is_laid_out(signs, matches) else signs.everywhere


def _at_head(signs: PageSigns, forms: Iterable[KindMatch]) -> Iterator[tuple[KindMatch, float]]:
    """The *forms* that have a title at the head and enough captions, with its weight: titles in one line before those
    that a row makes up."""
    possible = [match for match in forms if not _is_against(signs, match, signs.head(match.above))]
    for texts_above in (signs.head, signs.head_rows):
        titles = [(match, _best(match.titles, texts_above(match.above))) for match in possible]
        titled = [(match, weight) for match, weight in titles if weight]
        if titled:
            yield from (pair for pair in titled if pair[0].form and _is_supported(signs, pair[0].form))
            return


def _elsewhere(signs: PageSigns, match: KindMatch, heads: Titles) -> float:
    """The score of a form whose title does not stand at the head: by one elsewhere, or by a line that resembles it."""
    if match.form is None or _is_against(signs, match, heads):
        return 0.0
    title = ELSEWHERE * _best(match.titles, signs.everywhere)
    if title and _is_supported(signs, match.form):
        return _sum(signs, match, title)
    return _by_codes(signs, match) if _is_shown(signs, match.form) else 0.0


def _by_codes(signs: PageSigns, match: KindMatch) -> float:
    """The score of a form by its codes and a line that resembles its title, which a seal may hide."""
    if _is_against(signs, match, signs.head(match.above)):
        return 0.0
    return _sum(signs, match, RESEMBLED * _likeness(signs, match))


def _is_shown(signs: PageSigns, form: FormMatch) -> bool:
    """Whether the page shows so many captions of *form* that it needs no title."""
    return len(form.captions & signs.labels) >= form.untitled


def _is_against(signs: PageSigns, match: KindMatch, texts: Titles) -> bool:
    """Whether another document's title is one of *texts*."""
    return bool(match.against) and signs.finds(match.against, texts)


def _best(titles: Iterable[Weighted], texts: Titles) -> float:
    return max((title.weight for title in titles if any(title.pattern.search(text) for text in texts)), default=0.0)


def _likeness(signs: PageSigns, match: KindMatch) -> float:
    """How much the line that is most alike resembles a title of the kind; 0 if it does not enough."""
    named = [title.name for title in match.titles if title.name]
    found = max((_alike(text, name) for name in named for text in signs.everywhere), default=0.0)
    return found if found >= MIN_LIKENESS else 0.0


def _alike(text: str, title: str) -> float:
    """How much the end of *text* resembles *title*; 0 without a pair of its characters."""
    if not any(title[i : i + 2] in text for i in range(len(title) - 1)):
        return 0.0
    return difflib.SequenceMatcher(None, text[-len(title) :], title, autojunk=False).ratio()


def _sum(signs: PageSigns, match: KindMatch, title: float) -> float:
    """The sum of the weights of what speaks for the kind."""
    lines = (line.weight for line in match.lines if any(line.pattern.search(text) for text in signs.lines))
    score = match.bias + title + sum(lines)
    score += match.code_weight if match.codes and signs.codes & match.codes else 0.0
    score += match.qr_weight if match.qr and signs.qr & match.qr else 0.0
    score += _captions(signs, match)
    if match.aspect is not None and score > match.bias and match.aspect[0] <= signs.aspect <= match.aspect[1]:
        # the shape of many papers: it only supports other signs
        score += match.aspect_weight
    return score


def _is_supported(signs: PageSigns, form: FormMatch) -> bool:
    """Whether more than a title speaks for *form*: some of its captions, or a tax QR code."""
    return len((form.captions | form.parties) & signs.labels) >= form.titled or signs.has_qr


def _captions(signs: PageSigns, match: KindMatch) -> float:
    """What the different captions of the kind say that the page shows, from a number on."""
    if not match.captions:
        return 0.0
    # finding misread and spaced-out captions takes time: only where some stand there letter by letter
    plain = {name for name, form in match.captions if form in signs.text}
    if len(plain) < min(match.captions_from, FEW):
        return 0.0
    names = {name for name, _ in match.captions}
    seen = {label.id for label in match.reader.find_phrases(signs.page).labels} & names
    return match.caption_weight * len(seen) if len(seen) >= match.captions_from else 0.0


def _marked(signs: PageSigns, best: KindScore, matches: Iterable[KindMatch]) -> KindScore:
    """*best*, or the kind that a mark on the page makes of it."""
    match = next((match for match in matches if match.kind == best.kind), None)
    for rule in match.becomes if match else ():
        texts = signs.head(match.above) if match else ()
        lines = (pattern.search(text) for text in texts for pattern in rule.lines)
        if rule.phrases & signs.labels or any(lines):
            return KindScore(rule.kind, best.probability, rule.read_by)
    return best
