"""Captions on a page: found whole, spaced out, broken into segments, stacked vertically or slightly misread.

Which captions exist is defined in schemas/labels.yaml, `caption_text` compares characters; this module only contains
geometry.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from invoiceocr.geometry import Box, union
from invoiceocr.layout.caption_text import GOES_ON, HAN, CaptionMatcher, Span, by_start, past_separators
from invoiceocr.page import KeyMatch, KeyPhrase, Page, TextLine
from invoiceocr.text.lines import behind_gaps, cut, loose_index, match_key, same_column, strip

# in character heights: the widest gap between the characters of a spaced-out caption
MAX_SPREAD = 7.0
# in character heights: how far the boxes of neighboring characters of a caption may overlap
OVERLAP = 0.3
# in character heights: how far the middles of a caption's characters may lie apart
ONE_LINE = 0.5
# share of a full character's advance: this much more space than usual precedes another text, read or not
GAP = 0.3
# in heights: the distance between texts at one level that were read as one line
WIDE_BLANK = 1.0
ITEM = regex.compile(r"\*[^*\d\s]{2,14}\*[^*]")
MISREAD_END = 2  # a misread character and the colon behind it
# at the start of a segment: a separator without its caption is no text
BLANK = " \u3000:："
LATIN = regex.compile(r"[A-Za-z]")
COLONS = (":", "：")
# in heights: a value is this close to the colon of its caption; the next caption is further away
BEHIND_COLON = 2.0


@dataclass(frozen=True, slots=True)
class _Found:
    label: KeyMatch
    # (line, start, stop) to take out
    spans: tuple[tuple[int, int, int], ...]


class KeyPhraseFinder:
    """Finds the captions of a vocabulary. It is built once and shared by threads."""

    def __init__(self, captions: Sequence[KeyPhrase]) -> None:
        ordered = sorted(captions, key=lambda caption: -len(caption.form))
        forms = frozenset(caption.form for caption in captions)
        spread = [c for c in ordered if len(c.form) > 1 and not _is_two(c.form, forms)]
        self._matcher = CaptionMatcher(ordered)
        self._spread_by_start = by_start(spread, 1)
        self._vertical = [caption for caption in spread if caption.vertical]

    def __call__(self, page: Page) -> Page:
        """*page* with its labels, and with the segments that remain without them."""
        found = list(self._stacked(page.lines))
        found += self._spread_out(page.lines, _used(found))
        found += self._inside(page.lines, _used(found))
        segments = tuple(_remainders(page.lines, found))
        labels = tuple(sorted((item.label for item in found), key=lambda label: (label.box.cy, label.box.x0)))
        return replace(page, labels=labels, segments=segments)

    def _inside(self, lines: Sequence[TextLine], used: set[int]) -> Iterator[_Found]:
        for index, line in enumerate(lines):
            if index in used:
                continue
            spans = (span for span in self._spans(line) if not _begins_value(line, span, lines))
            for span in spans:
                box = cut(line, span.start, span.stop).box
                text = line.text[span.start : span.stop]
                yield _Found(KeyMatch(span.caption.id, box, text, span.exact), ((index, span.start, span.stop),))

    def _spans(self, line: TextLine) -> list[Span]:
        """The captions inside one line: in all of its text, and in the texts that wide blanks separate; misread ones
        only if there are no others. The name of an item, known by its category, holds none."""
        if line.source != "ocr" and ITEM.match(line.text):
            return []
        spans, starts = list(self._matcher.exact(line.text)), list(_behind_wide_blanks(line))
        for start, stop in _between(starts, len(line.text)):
            for found in self._matcher.exact(line.text[start:stop]):
                part = replace(found, start=found.start + start, stop=found.stop + start)
                spans += [part] if all(part.start >= s.stop or part.stop <= s.start for s in spans) else []
        if not spans and line.source == "ocr":
            spans = list(self._matcher.damaged(line.text))
        return sorted(spans, key=lambda span: span.start)

    def _spread_out(self, lines: Sequence[TextLine], used: set[int]) -> Iterator[_Found]:
        """Captions whose characters stand in several segments of one row."""
        order = sorted(range(len(lines)), key=lambda i: lines[i].box.x0)
        texts = {i: match_key(lines[i].text) for i in order}
        for first in order:
            if first in used or texts[first][:1] not in self._spread_by_start:
                continue
            item = self._chain(lines, texts, first, [i for i in order if i not in used])
            if item is not None:
                used |= {index for index, _, _ in item.spans}
                yield item

    def _chain(self, lines: Sequence[TextLine], texts: dict[int, str], first: int, free: list[int]) -> _Found | None:
        """The longest caption that begins with all of the segment *first* and continues in *free* ones behind it."""
        for caption in self._spread_by_start[texts[first][0]]:
            if not caption.form.startswith(texts[first]) or len(texts[first]) >= len(caption.form):
                continue
            chain = _follow(lines, texts, first, caption.form, free)
            if chain is not None:
                return _found_in_row(lines, texts, chain, caption)
        return None

    def _stacked(self, lines: Sequence[TextLine]) -> Iterator[_Found]:
        """Vertical captions: characters one below another."""
        single = {i: key for i, line in enumerate(lines) if len(key := match_key(line.text)) == 1}
        free = sorted(single, key=lambda i: lines[i].box.cy)
        for caption in self._vertical:
            for first in [i for i in free if single[i] == caption.form[0]]:
                chain = _stack(lines, first, caption.form, free) if first in free else []
                if chain:
                    free = [i for i in free if i not in chain]
                    box = union(lines[i].box for i in chain)
                    yield _Found(
                        KeyMatch(caption.id, box, caption.form), tuple((i, 0, len(lines[i].text)) for i in chain)
                    )


def _is_two(form: str, forms: frozenset[str]) -> bool:
    """Whether *form* consists of two of *forms* side by side: 销售方 down the edge, 名称 beside it."""
    return any(form[:i] in forms and form[i:] in forms for i in range(1, len(form)))


def _behind_wide_blanks(line: TextLine) -> Iterator[int]:
    """The characters of a recognized *line* behind a blank as wide as one between two texts. Latin words have blanks
    between them that mean nothing: the No. of Taxi No. is no caption."""
    boxes, text = line.character_boxes, line.text
    if line.source != "ocr" or len(boxes) != len(text):
        return
    gaps = behind_gaps(line, GAP)
    shown = [i for i, character in enumerate(text) if not character.isspace()]
    for before, after in itertools.pairwise(shown):
        is_blank = after - before > 1 and boxes[after].x0 - boxes[before].x1 > WIDE_BLANK * line.box.height
        if (is_blank or after in gaps) and not (LATIN.match(text[before]) and LATIN.match(text[after])):
            yield after


def _between(starts: Sequence[int], end: int) -> list[tuple[int, int]]:
    """The texts that blanks before *starts* separate in a line that ends at *end*, and everything behind each of
    them: a character beside a wide blank is taken for wider than it is, so there seems to be a blank on its other
    side, too."""
    return [*itertools.pairwise([0, *starts, end]), *((start, end) for start in starts)] if starts else []


def _used(found: Sequence[_Found]) -> set[int]:
    return {index for item in found for index, _, _ in item.spans}


def _begins_value(line: TextLine, span: Span, lines: Iterable[TextLine]) -> bool:
    """Whether the caption is really the beginning of a value, such as a name: it has no colon of its own, stands right
    behind the colon of another text, and words follow it. Captions in pixels lose their colons."""
    has_colon = line.text[: span.stop].endswith(COLONS)
    if line.source == "ocr" or span.start > 0 or has_colon or not GOES_ON.match(line.text, span.stop):
        return False
    return any(other.text.endswith(COLONS) and _is_right_behind(other.box, line.box) for other in lines)


def _is_right_behind(caption: Box, box: Box) -> bool:
    """Whether *box* stands as close behind *caption*, at its level, as its value does."""
    is_near = -OVERLAP * box.height < box.x0 - caption.x1 < BEHIND_COLON * box.height
    return is_near and abs(caption.cy - box.cy) < ONE_LINE * box.height


def _follow(
    lines: Sequence[TextLine], texts: dict[int, str], first: int, form: str, order: list[int]
) -> list[int] | None:
    """The segments to the right of *first* that complete *form*; the last one may continue behind it."""
    chain, seen = [first], texts[first]
    while len(seen) < len(form):
        last = lines[chain[-1]].box
        follower = next((i for i in order if i not in chain and _goes_on(last, lines[i].box)), None)
        rest = form[len(seen) :]
        if follower is None or not _completes(rest, lines[follower], texts[follower]):
            return None
        chain.append(follower)
        seen += texts[follower]
    return chain


def _completes(rest: str, line: TextLine, text: str) -> bool:
    """Whether a *line* with the folded *text* continues a caption of which *rest* is still to come, or begins with it.
    A last character that was misread is still that of the caption if the colon stands behind it and the recognizer
    considered it, too: 备 用: is another caption than 备注."""
    if rest.startswith(text) or text.startswith(rest):
        return True
    is_end = len(rest) == MISREAD_END and rest.endswith(":") and text[1:MISREAD_END] == ":"
    return is_end and HAN.match(text) is not None and rest[0] in _first_characters(line)


def _first_characters(line: TextLine) -> tuple[str, ...]:
    """What the recognizer considered the first character of *line* to be."""
    shown = next((i for i, character in enumerate(line.text) if not character.isspace()), None)
    if line.lattice is None or shown is None or shown >= len(line.character_steps):
        return ()
    return line.lattice.characters[line.character_steps[shown]]


def _goes_on(last: Box, box: Box) -> bool:
    """Whether *box* stands behind *last* at its level, as near as characters of one caption."""
    gap, height = box.x0 - last.x1, last.y1 - last.y0
    return -OVERLAP * height < gap < MAX_SPREAD * height and abs(box.cy - last.cy) < ONE_LINE * height


def _found_in_row(
    lines: Sequence[TextLine], texts: dict[int, str], chain: list[int], caption: KeyPhrase
) -> _Found | None:
    before = "".join(texts[i] for i in chain[:-1])
    folded, origin = loose_index(lines[chain[-1]].text)
    stop = past_separators(folded, len(caption.form) - len(before))
    if caption.ends and stop < len(folded):
        return None
    end = origin[stop - 1] + 1
    spans = (*((i, 0, len(lines[i].text)) for i in chain[:-1]), (chain[-1], 0, end))
    box = union([*(lines[i].box for i in chain[:-1]), cut(lines[chain[-1]], 0, end).box])
    exact = (before + texts[chain[-1]]).startswith(caption.form)
    return _Found(KeyMatch(caption.id, box, caption.form, exact), tuple(spans))


def _stack(lines: Sequence[TextLine], first: int, form: str, free: list[int]) -> list[int]:
    """The single characters from *first*, the first character of *form*, downwards that spell *form*; or an empty
    list."""
    chain = [first]
    for character in form[1:]:
        above = lines[chain[-1]].box
        below = next(
            (
                i
                for i in free
                if 0 < lines[i].box.cy - above.cy < MAX_SPREAD * above.height
                and same_column(lines[i].box, above)
                and match_key(lines[i].text) == character
            ),
            None,
        )
        if below is None:
            return []
        chain.append(below)
    return chain


def _remainders(lines: Sequence[TextLine], found: Sequence[_Found]) -> Iterator[TextLine]:
    """What remains of each line when its labels are cut out."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for item in found:
        for index, start, stop in item.spans:
            spans.setdefault(index, []).append((start, stop))
    for index, line in enumerate(lines):
        position = len(line.text) - len(line.text.lstrip(BLANK))
        for start, stop in [*sorted(spans.get(index, [])), (len(line.text), len(line.text))]:
            if start > position:
                rest = strip(cut(line, position, start))
                # the color of a line with captions is that of the captions: 数电票 print them in dark red
                if rest is not None:
                    yield replace(rest, red=0.0) if rest.red and index in spans else rest
            position = max(position, stop)
