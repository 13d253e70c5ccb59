"""The kind of a page: the `match` of every kind (match_spec.py), weighed, and a probability.

The score of a kind is the sum of its weights; that of `other` is a constant. The probabilities are a softmax.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex

from invoiceocr.extraction.match_spec import RESEMBLED, Becoming, FormMatch, KindMatch, Weighted
from invoiceocr.extraction.page_signs import PageSigns
from invoiceocr.kinds import OTHER
from invoiceocr.page import Page

OTHER_SCORE = 3.0  # the score with which a kind is as likely as no kind
ELSEWHERE = 0.75  # what is left of the weight of a title that is not at the head
MIN_LIKENESS = 0.5  # least likeness of a misread title to the true one
FEW = 2  # how many captions must be on the page letter by letter before the others are looked for
SHAPED_LINES = 2  # how many lines with a look that no other paper has make up for captions
HOPELESS = 7.0  # a kind that can't get nearer to the best score is not weighed: its probability is below 0.001
# text before and behind the name of a kind of invoice in a document that only mentions it
NAMING = regex.compile(r"(类型|类别|种类|名称|发票):|附|开具|提供|取得|需要")
COUNTED = regex.compile(r"[(]?[0-9一二两三四五六七八九十]{1,3}[)]?[张份]|[张份]数|开票|抬头|信息|资料")
Titles = Sequence[str]


@dataclass(frozen=True, slots=True)
class KindScore:
    """A kind, the probability that the page is of this kind, and the kind by whose blocks it is read, if not its
    own."""

    kind: str
    probability: float
    read_by: str | None = None


def continues(signs: PageSigns, matches: Sequence[KindMatch]) -> KindMatch | None:
    """The first of *matches* whose rows the page continues without being an invoice itself."""
    for match in (match for match in matches if match.continued):
        texts = signs.head(match.above) if _is_laid_out(signs, matches) else signs.lines
        if signs.finds(match.continued, texts):
            return match
    return None


def classify(page: Page, matches: Sequence[KindMatch]) -> list[KindScore]:
    """The kinds of *matches* that have any sign, and `other`, the likeliest first."""
    return weigh(PageSigns(page), matches)


def weigh(signs: PageSigns, matches: Sequence[KindMatch]) -> list[KindScore]:
    """The kinds of *matches* for which there is any of *signs*, and `other`, the likeliest first. If a printed form has
    its title at the head, the page is no other document: then only forms are weighed."""
    forms = [match for match in matches if match.form is not None]
    scores = _titled(signs, forms) or _untitled(signs, forms, matches)
    return _ranked({OTHER: OTHER_SCORE, **scores}, signs, matches)


def _titled(signs: PageSigns, forms: Sequence[KindMatch]) -> dict[str, float]:
    """The scores of *forms* by the titles at the head; for recognized pages, whose title may be misread, also by what
    else the page shows, its QR code before all. Empty if no form has its title there."""
    scores: dict[str, float] = {}
    for match, title in _at_head(signs, forms):
        _set(scores, match, _sum(signs, match, title))
    if not scores or not signs.is_recognized:
        return scores
    for match in (match for match in forms if match.kind not in scores):
        if match.form and (_is_shown(signs, match.form) or signs.qr & match.qr):
            _set(scores, match, _sum(signs, match, 0.0))
    return scores


def _untitled(signs: PageSigns, forms: Sequence[KindMatch], matches: Sequence[KindMatch]) -> dict[str, float]:
    """The scores of *forms* by a title elsewhere, a misread one or none, and of all other kinds that can still win."""
    scores: dict[str, float] = {}
    heads = _against_texts(signs, matches)
    for match in forms:
        _set(scores, match, _elsewhere(signs, match, heads))
    for match in (match for match in matches if match.form is None):
        hopeless = match.most <= max((OTHER_SCORE, *scores.values())) - HOPELESS
        if not hopeless and not _is_against(signs, match, signs.large_head):
            _set(scores, match, _sum(signs, match, _best(match.titles, signs.large_head)))
    return scores


def _ranked(scores: Mapping[str, float], signs: PageSigns, matches: Sequence[KindMatch]) -> list[KindScore]:
    """The kinds by probability; a mark may turn the first one into another kind."""
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
    """Where another document's title counts against a form: at the head of a page that is laid out as a form, otherwise
    anywhere."""
    above = next((match.above for match in matches if match.form is not None), frozenset[str]())
    return signs.head(above) if _is_laid_out(signs, matches) else signs.everywhere


def _at_head(signs: PageSigns, forms: Iterable[KindMatch]) -> Iterator[tuple[KindMatch, float]]:
    """The *forms* that have a title at the head and enough captions, with its weight: titles in one line before those
    that are made up by a row."""
    possible = [match for match in forms if not _is_against(signs, match, signs.head(match.above))]
    for texts_above in (signs.head, signs.head_rows):
        titles = [(match, _best(match.titles, texts_above(match.above))) for match in possible]
        titled = [(match, weight) for match, weight in titles if weight]
        if titled:
            yield from (pair for pair in titled if pair[0].form and _is_supported(signs, pair[0].form))
            return


def _elsewhere(signs: PageSigns, match: KindMatch, heads: Titles) -> float:
    """The score of a form whose title is not at the head, by one elsewhere or by a line that resembles it."""
    if match.form is None or _is_against(signs, match, heads):
        return 0.0
    title = ELSEWHERE * _best(match.titles, signs.large_everywhere, _is_alone)
    if title and _is_supported(signs, match.form):
        return _sum(signs, match, title)
    return _by_codes(signs, match) if _is_shown(signs, match.form) or _is_coded(signs, match) else 0.0


def _by_codes(signs: PageSigns, match: KindMatch) -> float:
    """The score of a form by its codes and a line that resembles its title, which a seal may hide."""
    if _is_against(signs, match, signs.head(match.above)):
        return 0.0
    return _sum(signs, match, RESEMBLED * _likeness(signs, match))


def _is_shown(signs: PageSigns, form: FormMatch) -> bool:
    """Whether the page shows so many captions of *form* that it needs no title."""
    shown = len(form.captions & signs.labels)
    if form.shape is None or not form.shaped <= shown < form.untitled:
        return shown >= form.untitled
    return sum(form.shape.fit(text) == 1.0 for text in signs.lines) >= SHAPED_LINES


def _is_coded(signs: PageSigns, match: KindMatch) -> bool:
    """Whether a code on the page has the structure of the kind's, and so many captions stand beside it that it needs no
    title."""
    if match.form is None or not match.form.coded or not signs.codes & match.codes:
        return False
    return len(match.form.captions & signs.labels) >= match.form.coded


def _is_against(signs: PageSigns, match: KindMatch, texts: Titles) -> bool:
    """Whether another document's title is one of *texts*."""
    return bool(match.against) and signs.finds(match.against, texts)


def _best(titles: Iterable[Weighted], texts: Titles, holds: Callable[[regex.Match[str]], bool] = bool) -> float:
    """The weight of the best of *titles* that is found in *texts* and for which *holds* is true."""
    found = ((title.weight, map(title.pattern.search, texts)) for title in titles)
    return max((weight for weight, matches in found if any(map(holds, filter(None, matches)))), default=0.0)


def _is_alone(title: regex.Match[str]) -> bool:
    """Whether what stands around *title* in its line may belong to one: 发票类型:增值税专用发票 does not, nor does
    增值税专用发票2张."""
    return not NAMING.search(title.string[: title.start()]) and not COUNTED.match(title.string[title.end() :])


def _likeness(signs: PageSigns, match: KindMatch) -> float:
    """How much the most similar line resembles a title of the kind; 0 if it is not enough."""
    named = [title.name for title in match.titles if title.name]
    # a text without any pair of a title's characters does not resemble it
    likely = ((text, name) for name in named for text in signs.sharing_pairs(name))
    found = max((_alike(text, name) for text, name in likely), default=0.0)
    return found if found >= MIN_LIKENESS else 0.0


def _alike(text: str, title: str) -> float:
    """How much the end of *text* resembles *title*."""
    return difflib.SequenceMatcher(None, text[-len(title) :], title, autojunk=False).ratio()


def _sum(signs: PageSigns, match: KindMatch, title: float) -> float:
    """The sum of the weights of all signs of the kind."""
    lines = (line.weight for line in match.lines if any(map(line.pattern.search, signs.lines)))
    codes = match.code_weight if signs.codes & match.codes else 0.0
    qr = match.qr_weight if signs.qr & match.qr else 0.0
    score = match.bias + title + sum(lines) + codes + qr + max(_captions(signs, match), _sequence(signs, match))
    if match.aspect is not None and score > match.bias and match.aspect[0] <= signs.aspect <= match.aspect[1]:
        score += match.aspect_weight  # many papers have this shape: it only supports other signs
    return score


def _is_supported(signs: PageSigns, form: FormMatch) -> bool:
    """Whether more than a title speaks for *form*: some of its captions, or a tax QR code."""
    return len((form.captions | form.parties) & signs.labels) >= form.titled or signs.has_qr


def _captions(signs: PageSigns, match: KindMatch) -> float:
    """The weight of the different captions of the kind that the page shows, if there are enough."""
    if not match.captions:
        return 0.0
    # finding misread and spaced-out captions takes time, so it is done only if some are there letter by letter
    plain = {name for name, form in match.captions if form in signs.text}
    if len(plain) < min(match.captions_from, FEW):
        return 0.0
    names = {name for name, _ in match.captions}
    seen = {label.id for label in match.reader.find_phrases(signs.page).labels} & names
    return match.caption_weight * len(seen) if len(seen) >= match.captions_from else 0.0


def _sequence(signs: PageSigns, match: KindMatch) -> float:
    """What the values of the kind say that stand under one another in its order: a worn ribbon leaves them legible
    where the small captions beside them are not."""
    longest = [0] * (len(match.sequence.values) + 1)  # of the values before each place
    for text in signs.downward if match.sequence.values else ():
        for place in reversed(range(len(match.sequence.values))):
            if match.sequence.values[place].search(text):
                longest[place + 1] = max(longest[place + 1], max(longest[: place + 1]) + 1)
    found = max(longest)
    return match.sequence.weight * found if found >= match.sequence.least else 0.0


def _marked(signs: PageSigns, best: KindScore, matches: Iterable[KindMatch]) -> KindScore:
    """*best*, or the kind into which a mark on the page turns it."""
    match = next((match for match in matches if match.kind == best.kind), None)
    if match is None:
        return best
    shown = (rule for rule in match.becomes if _shows(signs, rule, match))
    return next((KindScore(rule.kind, best.probability, rule.read_by) for rule in shown), best)


def _shows(signs: PageSigns, rule: Becoming, match: KindMatch) -> bool:
    """Whether the page shows a mark by which a paper of the kind of *match* is of another kind."""
    return bool(rule.phrases & signs.labels) or signs.finds(rule.lines, signs.head(match.above))
