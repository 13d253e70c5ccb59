"""Captions inside one text: as they are printed, or misread.

Which captions exist is defined in schemas/labels.yaml; this module only compares characters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from invoiceocr.page import KeyPhrase
from invoiceocr.text.folding import edits
from invoiceocr.text.lines import KNOWN_TEXTS, loose_index

MIN_SIDE_BY_SIDE = 3  # captions that one text consists of
IN_YUAN = "(元)"  # behind the captions of columns
MIN_FUZZY_LENGTH = 4  # shorter captions must be read exactly
# share of its length: how much of a caption before a colon may be lost or wrong
MANGLED = 0.4
GOES_ON = regex.compile(r"\p{Han}(?:\p{Han}|$)")
HAN = regex.compile(r"\p{Han}")
# what may stand between a caption and its value (folded form)
SEPARATORS = ":;.·"


@dataclass(frozen=True, slots=True)
class Span:
    """A caption in one line, as indices of the original text."""

    caption: KeyPhrase
    start: int
    stop: int
    exact: bool


class CaptionMatcher:
    """Finds the captions of a vocabulary, the longer ones first, in texts. It is built once and shared by threads."""

    def __init__(self, captions: Sequence[KeyPhrase]) -> None:
        self._captions = captions
        named = [caption for caption in captions if not caption.ends and len(caption.form) >= MIN_FUZZY_LENGTH]
        self._fuzzy = [(caption, caption.form.strip(":")) for caption in named]
        self._longest = max((len(caption.form) for caption in captions), default=0) + 1
        self._rank = {id(caption): rank for rank, caption in enumerate(captions)}
        self._by_start = by_start(captions, 2)
        # each part of a page is searched, too
        self.exact = lru_cache(maxsize=KNOWN_TEXTS)(self._exact)
        self.damaged = lru_cache(maxsize=KNOWN_TEXTS)(self._damaged)

    def _exact(self, text: str) -> tuple[Span, ...]:
        """The captions inside *text*, without overlaps; longer ones first."""
        folded, origin = loose_index(text)
        if header := self._side_by_side(folded):
            return tuple(Span(caption, origin[start], origin[stop - 1] + 1, True) for caption, start, stop in header)
        taken: list[tuple[int, int]] = []
        spans = []
        for caption in self._beginning_in(folded):
            start = _find(folded, caption)
            stop = start + len(caption.form)
            if start < 0 or any(a < stop and start < b for a, b in taken):
                continue
            stop = past_separators(folded, stop)
            taken.append((start, stop))
            spans.append(Span(caption, origin[start], origin[stop - 1] + 1, True))
        return tuple(spans)

    def _side_by_side(self, folded: str) -> list[tuple[KeyPhrase, int, int]]:
        """The captions of which *folded* consists, each with its start and end, if they are enough to be the header of
        a table that is one text; captions that otherwise stand alone on a line are found there, too."""
        found: list[tuple[KeyPhrase, int, int]] = []
        start = 0
        while start < len(folded):
            near = self._by_start.get(folded[start : start + 2], ())
            caption = next((caption for caption in near if folded.startswith(caption.form, start)), None)
            if caption is None:
                return []
            stop = past_separators(folded, start + len(caption.form))
            found.append((caption, start, stop))
            start = stop
        return found if len(found) >= MIN_SIDE_BY_SIDE else []

    def _beginning_in(self, folded: str) -> list[KeyPhrase]:
        """The captions whose first two characters *folded* contains, longer ones first."""
        starts = {folded[i : i + 2] for i in range(len(folded))} | set(folded)
        near = [caption for start in starts if start in self._by_start for caption in self._by_start[start]]
        return sorted(near, key=lambda caption: self._rank[id(caption)])

    def _damaged(self, text: str) -> tuple[Span, ...]:
        """The caption with which recognized *text* begins, misread or partly lost."""
        folded, origin = loose_index(text)
        return tuple(self._mangled(folded, origin) or self._misread(folded, origin))

    def _misread(self, folded: str, origin: list[int]) -> list[Span]:
        """The caption that the beginning of the line resembles, with one or two wrong characters, or of which the line
        has lost the last one."""
        for caption in self._captions:
            length = len(caption.form)
            if length < MIN_FUZZY_LENGTH or len(folded) < length - 1:
                continue
            if (caption.ends and len(folded) > length + 1) or (caption.figures and GOES_ON.match(folded, length)):
                continue
            head = folded[:length]
            if head == caption.form[:-1] or _resembles(head, caption.form):
                stop = past_separators(folded, len(head))
                return [Span(caption, origin[0], origin[stop - 1] + 1, False)]
        return []

    def _mangled(self, folded: str, origin: list[int]) -> list[Span]:
        """The one caption nearest to what stands before the first colon of the line, with characters lost or added."""
        head, colon, _ = folded.partition(":")
        if not colon or not self._fuzzy or not MIN_FUZZY_LENGTH <= len(head) <= self._longest:
            return []
        ranked = [(edits(head, name) / len(name), caption) for caption, name in self._fuzzy]
        nearest, best = min(ranked, key=lambda pair: pair[0])
        rivals = (share for share, caption in ranked if caption.id != best.id)
        if nearest > MANGLED or min(rivals, default=1.0) <= nearest:
            return []
        return [Span(best, origin[0], origin[past_separators(folded, len(head)) - 1] + 1, False)]


def by_start(captions: Iterable[KeyPhrase], length: int) -> dict[str, list[KeyPhrase]]:
    """*captions* by their first *length* characters, in their order."""
    found: dict[str, list[KeyPhrase]] = defaultdict(list)
    for caption in captions:
        found[caption.form[:length]].append(caption)
    return dict(found)


def _find(folded: str, caption: KeyPhrase) -> int:
    """Where *caption* stands in *folded*, or -1."""
    start = folded.find(caption.form)
    while start >= 0 and (start == 0 or caption.inline or not caption.starts):
        stop = start + len(caption.form)
        if _may_begin(folded, start, stop, caption) and _may_end(folded, start, stop, caption):
            return start
        start = folded.find(caption.form, start + 1)
    return -1


def _may_begin(folded: str, start: int, stop: int, caption: KeyPhrase) -> bool:
    """Whether a caption may begin at *start*. Inside a line, one that begins lines must stand between figures, or have
    a colon behind it and something other than a word before it."""
    if start == 0 or not caption.starts:
        return True
    is_between = folded[start - 1].isdigit() and folded[stop : stop + 1].isdigit() and len(caption.form) > 1
    return is_between or (folded[stop - 1 : stop + 1].endswith(":") and not HAN.match(folded[start - 1]))


def _may_end(folded: str, start: int, stop: int, caption: KeyPhrase) -> bool:
    """Whether a caption may end at *stop*: if Chinese characters follow, its words belong to a name or an item."""
    if caption.ends:
        return not folded[stop:].removesuffix(IN_YUAN).strip(SEPARATORS)
    anything = folded[stop - 1] in SEPARATORS or not (start > 0 or caption.figures)
    return anything or not GOES_ON.match(folded, stop)


def past_separators(folded: str, stop: int) -> int:
    """The index behind the separators that begin at *stop*."""
    while stop < len(folded) and folded[stop] in SEPARATORS:
        stop += 1
    return stop


def _resembles(text: str, form: str) -> bool:
    """Whether *text* is *form* with one wrong character in three. Captions differ at their ends (发票代码, 发票号码),
    so one of the last two must be right."""
    is_end_right = text[-2:-1] == form[-2:-1] or text[-1:] == form[-1:]
    return is_end_right and _differences(text, form) <= max(1, len(form) // 3)


def _differences(a: str, b: str) -> int:
    """How many characters differ at the same position; a different length counts, too."""
    return sum(x != y for x, y in zip(a, b, strict=False)) + abs(len(a) - len(b))
