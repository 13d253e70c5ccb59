"""Several papers on one picture: pasted on a sheet, side by side on a desk, some turned.

1. A straight blank separates the page in two if both sides seem to be papers: each has a number, and both show one more
   of the fields that a paper has only once; if a number is illegible, both show a day and a sum. A remaining part of
   one paper therefore never passes for a second one.
2. Each side may be separated again. A side whose text runs in another direction is cut out and turned first.
3. A part that is not separated further keeps its lines if they are upright and large enough to be sharp; its doubtful
   values are read again from the original picture.
4. Otherwise it is cut out of the original picture and read again by itself: upright, flat, and as large as its print
   allows.
5. Unless two of the parts are complete, the page holds one paper.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from invoiceocr.evidence.draft import NUMBER
from invoiceocr.evidence.reading import Reading
from invoiceocr.geometry import Box, Quad, box_quad, quad_box, union
from invoiceocr.imaging import region
from invoiceocr.kinds import OTHER, FieldSpec, Registry
from invoiceocr.kinds.spec import IDENTITIES
from invoiceocr.layout.gutters import FEWEST_LINES, Gutter, gutters, is_turned
from invoiceocr.layout.papers import DOWN, cut
from invoiceocr.page import Page, PageImage, TextLine
from invoiceocr.text.lines import mean_confidence, rows

DATES = "dates"  # the group of days
# this many papers with number and sum make a picture one of several papers
COMPLETE = 2
# how numbers are printed: behind a caption, or alone with the right number of digits, except for days
NUMBERED = re.compile(
    r"票.?号码|票号|№|N[oO0][.:]?\d|(?<![\w-])((?!20)\d{8}|\d{20})(?!\w)"
    r"|(?<![0-9A-Za-z])(\d{14})?[A-Z]\d{6}(?![0-9A-Za-z])"  # of train tickets, a place may follow
    r"|(?<!\d)\d{3}-?\d{10}(?!\d)"  # of air tickets
)
# what stands at the foot of papers
FOOT = re.compile(r"^(金额|价税)?[合总小]\s?计|[(（][大小]写[)）]|^(收款|开票|复核)[人员]")
PRICED = re.compile(r"\d\.\d\d|[年元圆]")  # a sum or a date
DATED, SUMMED = re.compile(r"20\d\d ?[-/.年] ?\d"), re.compile(r"\d\.\d\d|\d元")
# mean probability of a character: text that is upside down has less
LEGIBLE = 0.6
# pixels: print this high lost nothing when the picture was reduced before it was read
SHARP = 28.0
# probability of a line below which its value is read again
DOUBTFUL = 0.85
# text heights from the text to the edge of the paper
MARGIN = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """A part of a picture: what was read in it, and the picture from which it was read."""

    page: Page
    picture: PageImage
    reading: Reading | None = None
    # read from a picture that shows nothing else
    is_own: bool = False

    @property
    def quad(self) -> Quad:
        """Where the part lies in the original picture."""
        area = self.page.area or Box(0.0, 0.0, self.page.width, self.page.height)
        return self.located(area)

    def located(self, box: Box) -> Quad:
        """Where *box* of the page lies in the original picture."""
        assert self.page.image is not None
        return region.mapped(box_quad(box), self.page.image.transform)


@dataclass(frozen=True, slots=True, eq=False)
class PicturePapers:
    """The papers on a picture. `recognize` reads a picture, and `read_again` reads some lines of a page again from the
    picture of which it was made. `label` finds the key phrases, `extract` the fields of `kinds`, and `read` reads a
    labeled paper with a second look."""

    recognize: Callable[[Page], Page]
    read_again: Callable[[Page, PageImage, Sequence[TextLine]], Page]
    label: Callable[[Page], Page]
    extract: Callable[[Page], Reading]
    read: Callable[[Page], Reading]
    kinds: Registry

    def __call__(self, original: Page, recognized: Page) -> list[Reading]:
        """The reading of each paper on *original*, which was *recognized*, with its place there; none if it shows only
        one paper."""
        assert original.image is not None
        assert recognized.image is not None
        picture = replace(original.image, transform=region.IDENTITY)
        back = region.relative(recognized.image, original.image)
        whole = _View(replace(recognized, image=replace(recognized.image, transform=back)), picture)
        leaves = list(self._leaves(whole))
        if len(leaves) < COMPLETE:
            return []
        found = [self._placed(self._apart(leaf), original) for leaf in leaves]
        return _in_order(found) if sum(map(self._is_complete, found)) >= COMPLETE else []

    def _leaves(self, view: _View) -> Iterator[_View]:
        """The papers in *view*: those on both sides of a gutter that separates papers, or else the view itself. A
        gutter with sums on both sides goes first, because others may separate the heads of papers from their feet."""
        parted: list[_View] = []
        for gutter in gutters(view.page):
            sides = self._sides(view, gutter)
            parted = parted or sides
            if sides and self._share_sums(sides):
                parted = sides
                break
        if not parted:
            yield view
        for side in parted:
            yield from self._leaves(side)

    def _sides(self, view: _View, gutter: Gutter) -> list[_View]:
        """The two sides of *gutter*, if both seem to be papers."""
        halves = [replace(view, page=part, is_own=False) for part in cut(view.page, gutter.axis, [gutter.place])]
        if gutter.axis is DOWN and _begins_at_foot(halves[1].page.lines):
            return []
        odd = [half for half in halves if _is_odd(half.page.lines)]
        even = sorted((half for half in halves if half not in odd), key=lambda half: len(half.page.lines))
        if not even or not all(_may_be_paper(half.page.lines) for half in even):
            return []
        told: list[_View] = []
        for half in (*even, *map(self._cut_out, odd)):
            told.append(replace(half, reading=self.extract(self.label(half.page))))
            if not self._share_fields(told):
                return []
        return told

    def _cut_out(self, view: _View) -> _View:
        """*view* as a picture of its own, upright."""
        crop = region.cut_out(view.picture, quad_box(view.quad))
        page = self.recognize(Page(view.page.number, crop.width, crop.height, image=crop))
        assert page.image is not None
        assert view.page.image is not None
        inside = region.mapping_onto(view.page.image, page.image)
        area = view.page.area
        lines = tuple(line for line in page.lines if area is None or area.contains(*inside(line.box.cx, line.box.cy)))
        return _View(replace(page, lines=lines), view.picture, is_own=True)

    def _apart(self, leaf: _View) -> tuple[Reading, _View]:
        """The full reading of *leaf*, and the picture from which it was read."""
        own = leaf if leaf.is_own else self._surer(leaf) if _is_sharp(leaf) else self._cut_out(leaf)
        return self.read(self.label(own.page)), own

    def _surer(self, leaf: _View) -> _View:
        """*leaf* with its doubtful values read again."""
        values = [c.box for c in leaf.reading.candidates if c.box is not None] if leaf.reading else []
        doubtful = [
            line
            for line in leaf.page.lines
            if line.confidence < DOUBTFUL and any(line.box.contains(box.cx, box.cy) for box in values)
        ]
        return replace(leaf, page=self.read_again(leaf.page, leaf.picture, doubtful))

    def _said(self, reading: Reading | None) -> Mapping[str, FieldSpec]:
        """The fields with a value in *reading* by which papers can be told apart."""
        spec = self.kinds.kinds.get(reading.kind) if reading is not None and reading.kind != OTHER else None
        if spec is None or reading is None:
            return {}
        told = [c.path for c in reading.candidates if c.value is not None]
        fields = {NUMBER if path in IDENTITIES else path: spec.field(path) for path in told}
        return {path: field for path, field in fields.items() if field and (field.is_telling or path == NUMBER)}

    def _has_sum(self, reading: Reading | None) -> bool:
        return any(field.is_sum for field in self._said(reading).values())

    def _is_complete(self, reading: Reading) -> bool:
        return NUMBER in self._said(reading) and self._has_sum(reading)

    def _share_fields(self, views: Sequence[_View]) -> bool:
        """Whether all *views* show a number and, if there are several, one more field in common; or, if a number is
        illegible, a day and a sum."""
        said = [self._said(view.reading) for view in views]
        common = frozenset.intersection(*map(frozenset, said))
        if NUMBER in common:
            return len(views) == 1 or len(common) > 1
        fields = [said[0][path] for path in common]
        return any(field.is_sum for field in fields) and any(field.group == DATES for field in fields)

    def _share_sums(self, views: Sequence[_View]) -> bool:
        return all(self._has_sum(view.reading) for view in views)

    def _placed(self, found: tuple[Reading, _View], original: Page) -> Reading:
        """The reading with all places in pixels of the *original* picture."""
        reading, view = found
        assert original.image is not None
        assert view.page.image is not None
        candidates = tuple(
            replace(c, box=quad_box(view.located(c.box))) if c.box is not None else c for c in reading.candidates
        )
        page = replace(
            reading.page,
            width=original.image.width,
            height=original.image.height,
            image=original.image,
            area=None,
            outline=None,
        )
        return replace(
            reading,
            page=page,
            candidates=candidates,
            box=_outline(view, original.image),
            rotation=region.rotation(view.page.image.transform),
        )


def _in_order(readings: Sequence[Reading]) -> list[Reading]:
    """*readings* row by row from the top, each row from the left; a row contains what is level with its highest
    paper."""
    placed = sorted(((r.box, r) for r in readings if r.box is not None), key=lambda pair: pair[0].y0)
    rows: list[list[tuple[Box, Reading]]] = []
    for box, reading in placed:
        if rows and box.y0 < rows[-1][0][0].cy:
            rows[-1].append((box, reading))
        else:
            rows.append([(box, reading)])
    return [reading for row in rows for _, reading in sorted(row, key=lambda pair: pair[0].x0)]


def _may_be_paper(lines: Sequence[TextLine]) -> bool:
    """A check that costs almost nothing; of the gutters within a single paper, hardly any passes on a side."""
    shown = {sign for sign in (NUMBERED, PRICED, DATED, SUMMED) if any(sign.search(line.text) for line in lines)}
    return len(lines) >= FEWEST_LINES and ({NUMBERED, PRICED} <= shown or {DATED, SUMMED} <= shown)


def _begins_at_foot(lines: Sequence[TextLine]) -> bool:
    """Whether the highest row of *lines*, except for single characters of captions that run downwards, belongs to the
    foot of a paper whose head is elsewhere."""
    row = next((row for row in rows(lines) if sum(len(line.text) for line in row) > 1), [])
    return any(FOOT.search(text) for text in ("".join(line.text for line in row), *(line.text for line in row)))


def _is_odd(lines: Sequence[TextLine]) -> bool:
    """Whether *lines* seem to run in another direction than those of the page: downwards, or upside down."""
    sure = [mean_confidence(line) for line in lines]
    return is_turned(lines) or (len(sure) >= FEWEST_LINES and sum(sure) / len(sure) < LEGIBLE)


def _is_sharp(view: _View) -> bool:
    """Whether the lines of *view* are upright and their print is large enough."""
    heights = [min(line.box.width, line.box.height) for line in view.page.lines if len(line.text) > 1]
    return not _is_odd(view.page.lines) and median(heights or [0.0]) >= SHARP


def _outline(view: _View, image: PageImage) -> Box:
    """The box of the paper in *image*: that of its text with a margin, within its own part."""
    boxes = [line.box for line in view.page.lines if len(line.text) > 1 and mean_confidence(line) > LEGIBLE]
    if not boxes:
        return region.clipped(quad_box(view.quad), image)
    text = union(boxes)
    margin = MARGIN * sorted(min(box.width, box.height) for box in boxes)[len(boxes) // 2]
    return region.clipped(quad_box(view.located(text.grown(margin))), image)
