"""What drawing the pages of a PDF comes to: the bytes of their drawings, of each form as often as it is drawn, and the
pixels of their pictures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from invoiceocr.errors import TooLargeError
from invoiceocr.sources.pdf.file import (
    MAX_LEVELS,
    NAME_COST,
    NAMED,
    REFERENCE,
    Names,
    PdfFile,
    drawables,
    entry,
    referred,
    resources_of,
)
from invoiceocr.sources.pdf.objects import PdfObject
from invoiceocr.sources.pdf.picture_size import check_size, picture_size
from invoiceocr.sources.pdf.trees import GROUP

# bytes of drawings of a page, forms as often as drawn; real invoices have 5,000 to 90,000
MAX_CONTENT = 3_000_000
# of all pages; PDFium reads some ten million a second
MAX_CONTENTS = 60_000_000
# bytes of drawings that one more form takes as long as
FORM_COST = 200
# times max_pixels: pictures that a page draws, each as often as it does
MAX_DRAWN_PIXELS = 3
MAX_ANNOTATIONS = 2_000  # of a page
# bytes and pixels of a tile or a mask, which may be drawn again for each shape of a page; 40 real files have none
LARGE_TILE, LARGE_TILE_PIXELS = 3_000, 4_000_000
_DRAWN = re.compile(rb"/([^\s/<>\[\]()%{}]{1,127})\s{1,8}Do\b")
_INLINE = re.compile(rb"\bBI\s(.{1,400}?)\sID\s", re.DOTALL)
_PAGE = re.compile(rb"/Type\s{0,8}/Page\b")

Cost = tuple[int, int]
"""The bytes of drawings and the pixels of pictures that drawing a stream comes to."""


def largest_page(file: PdfFile) -> int:
    """The bytes of drawings of the largest page; TooLargeError if a page, or all pages together, have too many.
    Replaced pages count, too: a program may show them."""
    costs = _Costs(file)
    total = largest = 0
    for item in file.every():
        if _PAGE.search(item.text):
            content, pixels = costs.of_page(item)
            total, largest = total + content, max(largest, content)
            if content > MAX_CONTENT or total > MAX_CONTENTS:
                raise TooLargeError(f"{file.name}: a page of too many drawings", code="too_complex")
            if pixels > MAX_DRAWN_PIXELS * file.settings.max_pixels:
                raise TooLargeError(f"{file.name}: a page of too many pictures", code="too_complex")
    return largest


def has_large_tiles(file: PdfFile) -> bool:
    """Whether a tile of a pattern or the group of a mask takes long to draw, or that isn't known because it has the
    names of the page that shows it. None of them is among the drawings of a page, which may use them very often."""
    costs = _Costs(file)
    for number in _tiles(file):
        if file.is_encrypted or any(_takes_names(file, item) for item in file.versions(number)):
            return True
        content, pixels = costs.of_stream(number, {}, 0)
        if content > LARGE_TILE or pixels > LARGE_TILE_PIXELS:
            return True
    return False


def _tiles(file: PdfFile) -> list[int]:
    """The numbers of the patterns, and of what may be the group of a mask."""
    groups = {int(number) for item in file.every() if b"/G" in item.text for number in GROUP.findall(item.text)}
    return [
        number for number in file.objects if any(_is_tile(item, number in groups) for item in file.versions(number))
    ]


def _is_tile(item: PdfObject, is_group: bool) -> bool:
    return bool(item.stream) and b"/Image" not in item.text and (is_group or b"/PatternType" in item.text)


def _takes_names(file: PdfFile, item: PdfObject) -> bool:
    """Whether a form draws what the page that shows it has under its names."""
    return bool(item.stream) and b"/Resources" not in item.text and bool(_DRAWN.search(file.content(item)))


@dataclass(slots=True)
class _Costs:
    """What drawing the streams of a *file* comes to; those that are `known` are not added up again."""

    file: PdfFile
    known: dict[int, Cost] = field(default_factory=dict)

    def of_page(self, page: PdfObject) -> Cost:
        """The cost of a page with its annotations."""
        names = drawables(self.file, resources_of(self.file, page))
        drawn = [*referred(self.file, entry(page.text, b"/Contents")), *_appearances(self.file, page)]
        costs = [self.of_stream(number, names, 0) for number in drawn]
        return sum(content for content, _ in costs), sum(pixels for _, pixels in costs)

    def of_stream(self, number: int, inherited: Names, level: int) -> Cost:
        """The cost of the stream *number* with all that it draws, on that *level* of forms in forms; of several
        objects with that number, the highest cost, since any of them may be shown."""
        if number not in self.known:
            # of a form that draws itself: PDFium stops there
            self.known[number] = (0, 0)
            costs = [self._of_item(item, inherited, level) for item in self.file.versions(number) if item.stream]
            self.known[number] = (
                max((cost for cost, _ in costs), default=0),
                max((area for _, area in costs), default=0),
            )
        return self.known[number]

    def _of_item(self, item: PdfObject, inherited: Names, level: int) -> Cost:
        """The cost of a picture or a form."""
        if b"/Image" in item.text:
            width, height = picture_size(self.file, item)
            return (0, width * height)
        if level > MAX_LEVELS:
            raise TooLargeError(f"{self.file.name}: forms nested deeper than {MAX_LEVELS}", code="too_complex")
        return self._of_form(item, inherited, level)

    def _of_form(self, item: PdfObject, inherited: Names, level: int) -> Cost:
        """A form costs its operators, and what it draws as often as it draws it."""
        content = self.file.content(item)
        for inline in _INLINE.findall(content):
            check_size(self.file, picture_size(self.file, PdfObject(inline)))
        names = {**inherited, **drawables(self.file, item.text)} if b"/Resources" in item.text else inherited
        total, pixels = len(content) + FORM_COST, 0
        drawings = _counted(content, names)
        # its names are copied, which takes a hundredth of that
        self.file.look(NAME_COST * (len(names) // 100 + len(drawings)))
        for drawn, count in drawings.items():
            more, seen = self.of_stream(drawn, names, level + 1)
            total, pixels = total + count * more, pixels + count * seen
        return total, pixels


def _appearances(file: PdfFile, page: PdfObject) -> Iterator[int]:
    """The streams that the annotations and form fields of a page are drawn with."""
    annotations = referred(file, entry(page.text, b"/Annots"))
    if len(annotations) > MAX_ANNOTATIONS:
        raise TooLargeError(f"{file.name}: a page of more than {MAX_ANNOTATIONS} annotations", code="too_complex")
    for number in annotations:
        item = file.objects.get(number)
        text = item.text if item else b""
        inside = entry(text, b"/AP") if b"/AP" in text else b""
        owner = file.objects.get(int(found[1])) if (found := REFERENCE.match(inside.strip())) else None
        for name, below in NAMED.findall(owner.text if owner else text[text.find(b"/AP") :]):
            if name not in (b"P", b"Parent", b"Popup"):
                yield int(below)


def _counted(content: bytes, names: Names) -> dict[int, int]:
    """How often each stream is drawn."""
    counts: dict[int, int] = {}
    for name, count in Counter(_DRAWN.findall(content)).items():
        for number in names.get(name, ()):
            counts[number] = counts.get(number, 0) + count
    return counts
