"""Characters of a PDF text layer to text lines: pure geometry, no PDF library.

Reading order in the file means nothing: lines are built from positions alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from operator import attrgetter

from invoiceocr.geometry import Box, union
from invoiceocr.page import UNREAD, TextLine, TextSource
from invoiceocr.sources.glyphs import CELL, LEVEL, Glyph, Rows, are_alike, cells, center, is_meaningless, leveled
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
# of the character size; how exactly a blank fills the gap between two characters
FILLED = 0.1
MAX_BLANKS = 10  # that are looked at between two characters
MAX_LEVELS = 200  # cells that one piece is compared with
# pieces that end in one cell; more lie over one another and are no text
MAX_OPEN = 50
CLAUSE_ENDS = frozenset(",;&)")  # characters behind which the next word of a text begins


def to_lines(glyphs: Iterable[Glyph], source: TextSource = "text_layer") -> tuple[TextLine, ...]:
    """The text lines of *glyphs*, which a *source* states, top to bottom, left to right; characters without meaning are
    UNREAD ones."""
    legible = [_legible(glyph) if glyph.unmapped or is_meaningless(glyph.text) else glyph for glyph in glyphs]
    runs = [run for _, piece in groupby(legible, key=attrgetter("piece")) for run in _runs(list(piece))]
    joined = _join(_without_shadows(runs), leveled(glyph for glyph in legible if glyph.text.isspace()))
    lines = [_line(run, source) for run in joined]
    return tuple(sorted(lines, key=lambda line: (line.box.cy, line.box.x0)))


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
        columns, levels = cells(box.x0, near), cells(box.cy, near)
        copies = (other for x in columns for y in levels for other in seen.get((text, x, y), ()))
        if any(abs(other.x0 - box.x0) < near and abs(other.cy - box.cy) < near for other in copies):
            continue
        seen[text, int(box.x0 // CELL), int(box.cy // CELL)].append(box)
        kept.append(run)
    return kept


def _join(runs: list[list[Glyph]], blanks: Rows) -> list[list[Glyph]]:
    """Runs on one level that touch, joined from left to right; words between which *blanks* stand are parted."""
    ordered = sorted(runs, key=lambda run: run[0].box.x0)
    joined: list[list[Glyph]] = []
    # by level: those that a run as far right can still continue
    open_runs: dict[int, list[int]] = defaultdict(list)
    for run in ordered:
        box = run[0].box
        levels = cells(box.cy, LEVEL * box.height)[:MAX_LEVELS]
        for level in levels:
            kept = [rank for rank in open_runs.get(level, ()) if _reaches(joined[rank][-1].box, box.x0)]
            open_runs[level] = kept[-MAX_OPEN:]
        near = {rank for level in levels for rank in open_runs[level]}
        target = next((rank for rank in sorted(near, reverse=True) if _touches(joined[rank], run)), None)
        if target is None:
            target = len(joined)
            joined.append([])
        elif run[0].text.isascii():
            joined[target] += _word_gap(joined[target][-1], run, blanks)
        joined[target].extend(run)
        open_runs[int(run[-1].box.cy // CELL)].append(target)
    return joined


def _reaches(box: Box, x: float) -> bool:
    return x - box.x1 < WORD_GAP * box.height


def _word_gap(before: Glyph, run: Sequence[Glyph], blanks: Rows) -> list[Glyph]:
    """The blank between the character *before* a *run* and that run, if it goes on with another Latin word."""
    left, right = before.box, run[0].box
    size, gap = min(left.y1 - left.y0, right.y1 - right.y0), right.x0 - left.x1
    if gap < BLANK * size:
        return []
    if gap < JOIN_GAP * size and not (_are_latin(before.text, run[0].text) and _holds_blank(before, run[0], blanks)):
        return []
    return [before._replace(text=" ", box=Box(left.x1, left.y0, right.x0, left.y1))]


def _holds_blank(before: Glyph, behind: Glyph, blanks: Rows) -> bool:
    """Whether one of the *blanks* parts two characters of a line."""
    left = before.box
    for level in cells(left.cy, LEVEL * left.height)[:MAX_LEVELS]:
        row = blanks.get(level, [])
        at = bisect_left(row, left.x1, key=center)
        if any(_parts(blank, before, behind) for blank in row[at : at + MAX_BLANKS]):
            return True
    return False


def _parts(blank: Glyph, before: Glyph, behind: Glyph) -> bool:
    """Whether the middle of a *blank* lies between two characters, and it was written with them or fills their gap: a
    row of blanks behind a text has nothing to do with its characters."""
    left, right = before.box.x1, behind.box.x0
    if not left <= blank.box.cx < right:
        return False
    pieces = sorted((before.piece, behind.piece))
    near = FILLED * before.box.height
    is_filled = abs(blank.box.x0 - left) < near and abs(blank.box.x1 - right) < near
    return is_filled or pieces[0] <= blank.piece <= pieces[1]


def _touches(left: list[Glyph], right: list[Glyph]) -> bool:
    a, b = left[-1].box, right[0].box
    size = min(a.height, b.height)
    level = abs(a.cy - b.cy) < LEVEL * size and are_alike(a.height, b.height)
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
