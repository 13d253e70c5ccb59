"""Characters of a PDF text layer to text lines: pure geometry, no PDF library.

Reading order in the file means nothing: lines are built from positions alone.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from itertools import accumulate, groupby, pairwise
from operator import attrgetter, itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Box, union
from invoiceocr.page import UNREAD, TextLine, TextSource
from invoiceocr.text.lines import same_row

# of the character size; wider spacing inside one text object separates columns
SAME_RUN_GAP = 0.9
# of the character size; so wide is a blank
BLANK = 0.2
# of the character size; text objects that stand closer are one piece of text
JOIN_GAP = 0.35
# of the character size; Latin words that stand closer are one text
WORD_GAP = 0.6
# of the character size; how far a piece may start before the end of the one it continues
BACKSTEP = 0.4
# of the character size; the same character that close is a shadow copy (bold by printing twice)
SHADOW = 0.12
# points; no shadow stands farther off, however large the print
MAX_SHADOW = 20.0
# of the character size; how far pieces of one line may stand higher or lower
LEVEL = 0.3
# points; only what stands in neighboring cells of the page is compared
CELL = 4.0
MAX_LEVELS = 200  # cells that one piece is compared with
# pieces that end in one cell; more lie over one another and are no text
MAX_OPEN = 50
# of the smaller width and the larger height that characters share which are printed over each other
OVER = 0.6
OVER_LEVEL = 8.0  # points; a character is compared with those on its level and the next ones
MAX_BESIDE = 10  # characters to each side of one and on a level that it is compared with
MAX_OVER = 30  # characters of a level that one is compared with; more are no print
CLAUSE_ENDS = frozenset(",;&)")  # characters behind which the next word of a text begins
CURRENCY, FIRST_CHINESE = "¥￥", "\u2e80"
# share of mapped characters under which the layer counts as broken
MIN_USABLE = 0.75
MIN_VISIBLE_SIZE = 3.0  # points; nobody reads smaller print
# of the height of a Chinese character and of any other: nobody reads narrower ones
MIN_CHINESE_WIDTH, MIN_WIDTH = 0.2, 0.08
MEANINGLESS = frozenset({"Co", "Cc", "Cn", "Cs", "Cf", "Mn", "Me"})
# no Chinese invoice has any, and PDFium would reverse their order
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
# characters that fill their place: blocks and squares
SOLID = frozenset((*map(chr, range(0x2580, 0x25A0)), *"■▮▬◼◾⬛▪"))
MAX_SOLID = 1000  # of them that are looked at; bar codes may be set in them
COVERED = 0.5  # of the area of a character, from which it is under them
# fewer mapped characters are no text layer (a stamp, a page number)
MIN_CHARACTERS = 12


Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]
"""The row of one and that of the other of each pair."""


class Glyph(NamedTuple):
    """One character of the text layer with its box (page units, y down), the index of its text object, and
    whether the font has no Unicode mapping for it."""

    text: str
    box: Box
    piece: int
    unmapped: bool = False


def sides_of(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """The sides (x0, y0, x1, y1) of *boxes*, a row each."""
    # column by column takes half as long
    columns = (
        [box.x0 for box in boxes], [box.y0 for box in boxes], [box.x1 for box in boxes], [box.y1 for box in boxes],
    )  # fmt: skip
    return np.array(columns, np.float64).T


def is_usable(glyphs: Sequence[Glyph]) -> bool:
    """Whether the layer holds enough readable text to trust it instead of the pixels."""
    visible = [glyph for glyph in glyphs if not glyph.text.isspace()]
    good = len([glyph for glyph in visible if not (glyph.unmapped or is_meaningless(glyph.text))])
    return good >= MIN_CHARACTERS and good >= MIN_USABLE * len(visible)


def is_illegible(glyph: Glyph) -> bool:
    """Whether the character is too small or too narrow to be read by people."""
    box = glyph.box
    width, height = box.x1 - box.x0, box.y1 - box.y0
    least = MIN_CHINESE_WIDTH if glyph.text >= FIRST_CHINESE else MIN_WIDTH
    return height < MIN_VISIBLE_SIZE or width < least * height


def is_broken(glyph: Glyph) -> bool:
    """Whether the character has no meaning: unmapped, private use, control, the replacement character, one that
    nothing is drawn for, a mark on another one, or one of a script written from right to left."""
    return glyph.unmapped or is_meaningless(glyph.text)


@lru_cache(maxsize=16384)
def is_meaningless(text: str) -> bool:
    """Whether a character tells nothing: see `is_broken`."""
    first = text[:1] or "\0"
    if unicodedata.category(first) in MEANINGLESS or text == UNREAD:
        return True
    return unicodedata.bidirectional(first) in RIGHT_TO_LEFT


def with_overprints(glyphs: Sequence[Glyph]) -> Sequence[Glyph]:
    """*glyphs*, figures and Chinese characters that are printed over others as UNREAD ones: nobody can tell which one
    is meant. A text that stands over others with all its characters is left out."""
    under, over = _overprints(glyphs)
    if not over:
        return glyphs
    unread = under | over
    return [glyph._replace(text=UNREAD) if i in unread else glyph for i, glyph in _without_cover(glyphs, over)]


def _overprints(glyphs: Sequence[Glyph]) -> tuple[set[int], set[int]]:
    """The indexes of figures and Chinese characters that others are printed over, and of those others."""
    places = [i for i, glyph in enumerate(glyphs) if glyph.text.isalnum() or glyph.text in CURRENCY]
    under, over = _overprinted([glyphs[i] for i in places])
    return {places[i] for i in under}, {places[i] for i in over}


def _without_cover(glyphs: Sequence[Glyph], over: Set[int]) -> Iterator[tuple[int, Glyph]]:
    """The *glyphs* by index, but those of texts all whose characters are among *over*, which stand over others."""
    kept = {glyph.piece for i, glyph in enumerate(glyphs) if i not in over and not glyph.text.isspace()}
    return ((i, glyph) for i, glyph in enumerate(glyphs) if i not in over or glyph.piece in kept)


def under_blocks(glyphs: Sequence[Glyph]) -> frozenset[int]:
    """The indexes of those *glyphs* that solid ones stand over. Whether these are drawn depends on the fonts of the
    viewer, so nobody is sure to see what they cover."""
    solid = [glyph.box.as_tuple() for glyph in glyphs if glyph.text in SOLID][:MAX_SOLID]
    if not solid:
        return frozenset()
    boxes = np.array([glyph.box.as_tuple() for glyph in glyphs])
    covered = np.zeros(len(glyphs))
    for x0, y0, x1, y1 in solid:
        across = np.minimum(boxes[:, 2], x1) - np.maximum(boxes[:, 0], x0)
        down = np.minimum(boxes[:, 3], y1) - np.maximum(boxes[:, 1], y0)
        covered += np.maximum(across, 0) * np.maximum(down, 0)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    under = np.flatnonzero(covered > COVERED * areas).tolist()
    return frozenset(i for i in under if glyphs[i].text not in SOLID)


def amid_seen(unseen: Set[int], glyphs: Sequence[Glyph]) -> set[int]:
    """The indexes of those *unseen* ones of *glyphs* that stand between seen ones: of the same text object, or by their
    places, since each character may be an object, and one written last may stand anywhere."""
    seen = _printed_but(unseen, glyphs) if unseen else []
    last = {glyphs[i].piece: i for i in seen}
    first = {glyphs[i].piece: i for i in reversed(seen)}
    rows: _Rows = defaultdict(list)
    for box in [glyphs[i].box for i in seen if glyphs[i].text not in SOLID]:
        rows[int(box.cy // CELL)].append((box.cx, box))
    for row in rows.values():
        row.sort(key=itemgetter(0))
    return {
        i
        for i in unseen
        if first.get(glyphs[i].piece, i) < i < last.get(glyphs[i].piece, i) or _is_amid(glyphs[i].box, rows)
    }


_Rows = dict[int, list[tuple[float, Box]]]
"""The boxes of characters from left to right with their centers, by the level on the page."""


def _is_amid(box: Box, rows: _Rows) -> bool:
    """Whether characters stand on both sides of the place of another one, and none in it."""
    near = _around(box, rows)
    if any(min(box.x1, other.x1) - max(box.x0, other.x0) > COVERED * box.width for other in near):
        return False
    before = any(other.cx < box.cx and box.x0 - other.x1 < box.height for other in near)
    return before and any(other.cx > box.cx and other.x0 - box.x1 < box.height for other in near)


def _around(box: Box, rows: _Rows) -> list[Box]:
    """The next characters of about the size of one, and on its level."""
    reach = min(LEVEL * box.height, OVER_LEVEL)
    found: list[Box] = []
    for level in _cells(box.cy, reach):
        row = rows.get(level, [])
        at = bisect_left(row, box.cx, key=itemgetter(0))
        found += [other for _, other in row[max(at - MAX_BESIDE, 0) : at + MAX_BESIDE]]
    return [other for other in found if abs(other.cy - box.cy) <= reach and _are_alike(other.height, box.height)]


def _are_alike(size: float, other: float) -> bool:
    """Whether characters of both sizes may belong to one line."""
    return max(size, other) < 1.6 * min(size, other)


def _printed_but(unseen: Set[int], glyphs: Sequence[Glyph]) -> list[int]:
    """The indexes of those of *glyphs* that are neither *unseen* nor blanks."""
    return [i for i, glyph in enumerate(glyphs) if i not in unseen and not glyph.text.isspace()]


def _overprinted(glyphs: Sequence[Glyph]) -> tuple[list[int], list[int]]:
    """The indexes of the earlier and the later one of each two of *glyphs* that differ, a figure or a Chinese one among
    them, and stand over each other."""
    i, j = _over_each_other(sides_of([glyph.box for glyph in glyphs]))
    # on most pages nothing is printed twice
    if not i.size:
        return [], []
    texts = np.array([glyph.text for glyph in glyphs], str)
    telling = np.array([glyph.text.isdigit() or glyph.text >= FIRST_CHINESE for glyph in glyphs], bool)
    unlike = (texts[i] != texts[j]) & (telling[i] | telling[j])
    i, j = i[unlike], j[unlike]
    return np.minimum(i, j).tolist(), np.maximum(i, j).tolist()


def _over_each_other(boxes: NDArray[np.float64]) -> Pairs:
    """The rows of each two of the *boxes* (x0, y0, x1, y1) that stand over each other."""
    left, right = _neighbors(boxes)
    a, b = boxes[left], boxes[right]
    shared = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    sizes, others = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
    across = shared[:, 0] > OVER * np.minimum(sizes[:, 0], others[:, 0]).clip(0.0)
    down = shared[:, 1] > OVER * np.maximum(sizes[:, 1], others[:, 1]).clip(0.0)
    over = across & down
    return left[over], right[over]


def _neighbors(boxes: NDArray[np.float64]) -> Pairs:
    """The rows of each two of the *boxes* the second of which starts where the first one reaches, on the same level or
    the next ones; of each with at most MAX_OVER others on a level."""
    levels = np.floor((boxes[:, 1] + boxes[:, 3]) / 2 / OVER_LEVEL)
    first = boxes[:, 0].min(initial=0.0)
    # a number for each place: where it is on its level, and as far behind the one before as the page is wide
    span = boxes[:, 2].max(initial=0.0) - first + 1.0
    order = np.argsort(levels * span + boxes[:, 0] - first)
    starts, stops = ((levels * span + side - first)[order] for side in (boxes[:, 0], boxes[:, 2]))
    rows = np.arange(len(order))
    pairs = []
    for step in (-1, 0, 1):
        after = np.searchsorted(starts, starts + step * span) if step else rows + 1
        counts = (np.searchsorted(starts, stops + step * span) - after).clip(0, MAX_OVER)
        skipped = np.repeat(after - np.cumsum(counts) + counts, counts)
        pairs.append((np.repeat(rows, counts), skipped + np.arange(len(skipped))))
    return order[np.concatenate([one for one, _ in pairs])], order[np.concatenate([other for _, other in pairs])]


def to_lines(glyphs: Iterable[Glyph], source: TextSource = "text_layer") -> tuple[TextLine, ...]:
    """The text lines of *glyphs*, which a *source* states, top to bottom, left to right; characters without meaning are
    UNREAD ones."""
    legible = [_legible(glyph) if glyph.unmapped or is_meaningless(glyph.text) else glyph for glyph in glyphs]
    runs = [run for _, piece in groupby(legible, key=attrgetter("piece")) for run in _runs(list(piece))]
    joined = _join(_without_shadows(runs))
    lines = [_line(run, source) for run in joined]
    return tuple(sorted(lines, key=lambda line: (line.box.cy, line.box.x0)))


def doubted(stated: Sequence[Glyph], read: Iterable[Glyph]) -> tuple[TextLine, ...]:
    """The lines of the characters that a file *stated*, in which some are UNREAD as they are *read* from the page: what
    takes a part of a character or crosses it may have made it another one."""
    unread = {glyph.box for glyph in read if glyph.text == UNREAD}
    if not unread:
        return ()
    meant = unread.intersection(glyph.box for glyph in stated if not is_broken(glyph))
    return _with_any(stated, meant)


def overprinted(glyphs: Sequence[Glyph], read: Sequence[Glyph]) -> tuple[TextLine, ...]:
    """The lines in which some of *glyphs* are printed over others: as they are without the texts on top, and as they
    are without those below. *read* are `with_overprints` of them."""
    if read is glyphs:
        return ()
    under, over = _overprints(glyphs)
    meant = {glyphs[i].box for i in under | over}
    pieces, others = ({glyphs[i].piece for i in each} for each in (over, under))
    versions = ([glyph for glyph in glyphs if glyph.piece not in gone] for gone in (pieces, others - pieces))
    return tuple(line for version in versions for line in _with_any(version, meant))


def _with_any(glyphs: Iterable[Glyph], meant: Set[Box]) -> tuple[TextLine, ...]:
    """The lines of *glyphs* that hold a character in one of the boxes *meant*."""
    return tuple(line for line in to_lines(glyphs) if not meant.isdisjoint(line.character_boxes)) if meant else ()


def _legible(broken: Glyph) -> Glyph:
    return broken if broken.text.isspace() else broken._replace(text=UNREAD)


def _runs(piece: list[Glyph]) -> list[list[Glyph]]:
    """One text object cut where its baseline changes or a gap is a column's; spaces at the ends dropped."""
    runs: list[list[Glyph]] = [[]]
    for glyph in _with_blanks(piece) if " " in [glyph.text for glyph in piece[1:-1]] else piece:
        if runs[-1] and not _continues(runs[-1][-1].box, glyph.box):
            runs.append([])
        runs[-1].append(glyph)
    stripped = [_strip(run) for run in runs]
    return [run for run in stripped if run]


def _with_blanks(piece: list[Glyph]) -> Iterator[Glyph]:
    """The characters of a text object that has blanks, with those blanks that PDFium leaves out: where shifts inside
    the object make it see a gap, it takes that for the blank that stands there."""
    yield piece[0]
    for last, glyph in pairwise(piece):
        is_gap = BLANK * last.box.height < glyph.box.x0 - last.box.x1 < SAME_RUN_GAP * last.box.height
        if is_gap and not (last.text.isspace() or glyph.text.isspace()):
            yield last._replace(text=" ", box=Box(last.box.x1, last.box.y0, glyph.box.x0, last.box.y1), unmapped=False)
        yield glyph


def _continues(last: Box, box: Box) -> bool:
    # most characters of a text have the same height
    is_level = last.y0 == box.y0 and last.y1 == box.y1
    size = box.y1 - box.y0 if is_level else max(last.height, box.height)
    return -BACKSTEP * size < box.x0 - last.x1 < SAME_RUN_GAP * size and (is_level or same_row(last, box))


def _strip(run: list[Glyph]) -> list[Glyph]:
    while run and run[0].text.isspace():
        run = run[1:]
    while run and run[-1].text.isspace():
        run = run[:-1]
    return run


def _without_shadows(runs: list[list[Glyph]]) -> list[list[Glyph]]:
    """*runs* without second copies of the same text at (nearly) the same place."""
    kept: list[list[Glyph]] = []
    # by text and cell of the page
    seen: dict[tuple[str, int, int], list[Box]] = defaultdict(list)
    for run in runs:
        text, box = "".join([glyph.text for glyph in run]), run[0].box
        near = min(SHADOW * box.height + 0.3, MAX_SHADOW)
        columns, levels = _cells(box.x0, near), _cells(box.cy, near)
        copies = (other for x in columns for y in levels for other in seen.get((text, x, y), ()))
        if any(abs(other.x0 - box.x0) < near and abs(other.cy - box.cy) < near for other in copies):
            continue
        seen[text, int(box.x0 // CELL), int(box.cy // CELL)].append(box)
        kept.append(run)
    return kept


def _cells(place: float, near: float) -> range:
    """The cells that hold what is at most *near* from *place* along one axis."""
    return range(int((place - near) // CELL), int((place + near) // CELL) + 1)


def _join(runs: list[list[Glyph]]) -> list[list[Glyph]]:
    """Runs on one level that touch, joined from left to right."""
    ordered = sorted(runs, key=lambda run: run[0].box.x0)
    joined: list[list[Glyph]] = []
    # by level: those that a run as far right can still continue
    open_runs: dict[int, list[int]] = defaultdict(list)
    for run in ordered:
        box = run[0].box
        levels = _cells(box.cy, LEVEL * box.height)[:MAX_LEVELS]
        for level in levels:
            kept = [rank for rank in open_runs.get(level, ()) if _reaches(joined[rank][-1].box, box.x0)]
            open_runs[level] = kept[-MAX_OPEN:]
        near = {rank for level in levels for rank in open_runs[level]}
        target = next((rank for rank in sorted(near, reverse=True) if _touches(joined[rank], run)), None)
        if target is None:
            target = len(joined)
            joined.append([])
        elif run[0].text.isascii():
            joined[target] += _word_gap(joined[target][-1], run)
        joined[target].extend(run)
        open_runs[int(run[-1].box.cy // CELL)].append(target)
    return joined


def _reaches(box: Box, x: float) -> bool:
    return x - box.x1 < WORD_GAP * box.height


def _word_gap(before: Glyph, run: Sequence[Glyph]) -> list[Glyph]:
    """The blank between the character *before* a *run* and that run, if it goes on with another Latin word."""
    left, right = before.box, run[0].box
    if right.x0 - left.x1 < JOIN_GAP * min(left.y1 - left.y0, right.y1 - right.y0):
        return []
    return [before._replace(text=" ", box=Box(left.x1, left.y0, right.x0, left.y1))]


def _touches(left: list[Glyph], right: list[Glyph]) -> bool:
    a, b = left[-1].box, right[0].box
    size = min(a.height, b.height)
    level = abs(a.cy - b.cy) < LEVEL * size and _are_alike(a.height, b.height)
    if not (level and -BACKSTEP * size < b.x0 - a.x1 < WORD_GAP * size):
        return False
    return b.x0 - a.x1 < JOIN_GAP * size or _are_latin(left[-1].text, right[0].text)


def _are_latin(a: str, b: str) -> bool:
    """Whether *a* and *b* are the last and the first character of Latin words, or of one and a number beside it."""
    return a.isascii() and b.isascii() and (a.isalpha() or a in CLAUSE_ENDS or b.isalpha() or b == "(")


def _line(run: list[Glyph], source: TextSource) -> TextLine:
    text = "".join([glyph.text for glyph in run])
    boxes = tuple([glyph.box for glyph in run for _ in glyph.text])
    seams = _seams(run) if run[0].piece != run[-1].piece else ()
    return TextLine(text=text, box=union(boxes), source=source, character_boxes=boxes, seams=seams)


def _seams(run: Sequence[Glyph]) -> tuple[int, ...]:
    """The characters of *run* with which another text object begins."""
    starts = accumulate([len(glyph.text) for glyph in run])
    return tuple([at for at, (a, b) in zip(starts, pairwise(run), strict=False) if a.piece != b.piece])
