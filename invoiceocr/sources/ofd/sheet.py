"""Pages of an OFD: content, templates and annotations merged into one sheet of placed objects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, islice
from operator import itemgetter

from invoiceocr.errors import TooLargeError
from invoiceocr.geometry import POINTS_PER_MM, Box, Point, union
from invoiceocr.page import Ruling, TextLine
from invoiceocr.sources import text_layer
from invoiceocr.sources.glyphs import Glyph
from invoiceocr.sources.ofd import area as ofd_area
from invoiceocr.sources.ofd import content as ofd_content
from invoiceocr.sources.ofd import package as ofd_package
from invoiceocr.sources.ofd.area import Area
from invoiceocr.sources.ofd.content import Picture, Placed
from invoiceocr.sources.ofd.geometry import rectangle
from invoiceocr.sources.ofd.package import OfdDocument, PagePart
from invoiceocr.sources.page_cells import TextCells
from invoiceocr.sources.safe_xml import Node

MAX_TEMPLATES = 20  # of a page; invoices have one
# of a page; the fullest list has some ten thousand
MAX_CHARACTERS = 50_000
# characters that describe the outlines of a page; forms have a thousand
MAX_OUTLINES = 1_000_000
BODY = "Body"
# the types of layers, by when they are drawn
LAYERS = {"Background": 0, BODY: 1, "Foreground": 2}


@dataclass(frozen=True)
class Sheet:
    """A page with all that is drawn on it: size in points, placed objects of templates, content, templates drawn over
    it (`foreground`), annotations; `origin` moves what is placed on it (millimeters)."""

    number: int
    id: str
    width: float
    height: float
    templates: tuple[Placed, ...]
    content: tuple[Placed, ...]
    annotations: tuple[Placed, ...]
    origin: Point = (0.0, 0.0)
    foreground: tuple[Placed, ...] = ()
    may_differ: bool = False

    @cached_property
    def objects(self) -> tuple[Placed, ...]:
        """All objects in the order of drawing."""
        return (*self.templates, *self.content, *self.foreground, *self.annotations)

    @cached_property
    def glyphs(self) -> tuple[tuple[int, Glyph], ...]:
        """The upright characters whose middle lies on the page, each with the index of its object."""
        paper, found = Box(0, 0, self.width, self.height), ofd_content.glyphs(self.objects)
        return tuple((index, glyph) for index, glyph in found if paper.contains(glyph.box.cx, glyph.box.cy))

    @cached_property
    def texts(self) -> dict[int, Box]:
        """The box of what each text object prints, by the index of the object."""
        printed = ((index, glyph.box) for index, glyph in self.glyphs if not glyph.text.isspace())
        # the characters of an object follow one another
        return {index: union(box for _, box in pairs) for index, pairs in groupby(printed, key=itemgetter(0))}

    def characters_of(self, texts: Collection[int]) -> list[Glyph]:
        """The characters, blanks left out, of the objects with the indexes *texts*."""
        return [glyph for index, glyph in self.glyphs if index in texts and not glyph.text.isspace()]

    @property
    def is_ambiguous(self) -> bool:
        """Whether programs may show different things: an object composed of others contains or touches text, and not
        all programs draw such objects; layers stand in another order than that of their types; or the page's area
        leaves open which texts lie on it."""
        if self.may_differ:
            return True
        parts = [item for item in self.objects if item.is_part]
        if any(item.node.name == "TextObject" for item in parts):
            return True
        drawn = [box.as_tuple() for item in parts for box in ofd_content.places(item)]
        return bool(drawn) and any(TextCells(glyph for _, glyph in self.glyphs).near(drawn))

    def rulings(self) -> tuple[Ruling, ...]:
        """The printed horizontal and vertical lines."""
        return tuple(ofd_content.rulings(self.objects))

    def pictures(self) -> tuple[Picture, ...]:
        """The pictures in the order of drawing."""
        return tuple(ofd_content.pictures(self.objects))


def sheet(document: OfdDocument, number: int, page_id: str, path: str) -> Sheet:
    """The sheet of the page at *path*; CorruptFileError corrupt_ofd where its content is malformed."""
    part = ofd_package.page(document, page_id, path)
    templates = list(islice(ofd_package.templates(document, part), MAX_TEMPLATES))
    _check(document, [part, *templates])
    area = _area(document.root, [part, *templates])
    origin = area.origin
    found = Sheet(
        number,
        page_id,
        area.width * POINTS_PER_MM,
        area.height * POINTS_PER_MM,
        templates=_of_templates(document, templates, origin, foreground=False),
        content=tuple(ofd_content.placed(part.root, origin, document.units)),
        annotations=tuple(_annotations(document, page_id, origin)),
        origin=origin,
        foreground=_of_templates(document, templates, origin, foreground=True),
        may_differ=area.is_ambiguous or any(_has_misplaced_layers(each.root) for each in (part, *templates)),
    )
    _check_outlines(document, found.objects)
    return found


def _has_misplaced_layers(root: Node) -> bool:
    """Whether a layer of a page stands before one of a type that is drawn earlier: some programs draw layers in the
    order of the file, others in that of their types."""
    content = root.child("Content")
    layers = content.children if content else ()
    levels = [LAYERS.get(layer.attributes.get("Type", BODY), 1) for layer in layers]
    return levels != sorted(levels)


def _of_templates(
    document: OfdDocument, templates: list[PagePart], origin: Point, *, foreground: bool
) -> tuple[Placed, ...]:
    """The objects of those templates that are drawn over the page's own, or below them."""
    drawn = (template for template in templates if template.is_foreground == foreground)
    return tuple(item for template in drawn for item in ofd_content.placed(template.root, origin, document.units))


def _check(document: OfdDocument, parts: list[PagePart]) -> None:
    """TooLargeError too_complex for a page with more characters than any has."""
    texts = sum(len(code.raw) for part in parts for code in part.root.all("TextCode"))
    if texts > MAX_CHARACTERS:
        raise TooLargeError(f"{document.package.name}: a page of {texts} characters", code="too_complex")


def _check_outlines(document: OfdDocument, objects: Iterable[Placed]) -> None:
    """TooLargeError too_complex for a page with longer outlines than any has; what composes others counts each time."""
    paths = (placed.node.child("AbbreviatedData") for placed in objects if placed.node.name == "PathObject")
    length = sum(len(data.raw) for data in paths if data)
    if length > MAX_OUTLINES:
        raise TooLargeError(f"{document.package.name}: outlines of {length} characters", code="too_complex")


def _annotations(document: OfdDocument, page_id: str, origin: Point) -> Iterator[Placed]:
    for appearance in ofd_package.appearances(document, page_id):
        x, y, _, _ = rectangle(appearance.attributes.get("Boundary", "")) or (0.0, 0.0, 0.0, 0.0)
        yield from ofd_content.placed(appearance, (origin[0] + x, origin[1] + y), document.units)


def _area(document: Node, parts: list[PagePart]) -> Area:
    """The page's own area, else its template's, else the document's."""
    owners = [*(area for part in parts if (area := part.root.child("Area"))), *document.all("PageArea")]
    return ofd_area.area(owners, [part.root for part in parts])


def lines(glyphs: Iterable[Glyph]) -> tuple[TextLine, ...]:
    """The text of *glyphs*, top to bottom and left to right."""
    return text_layer.to_lines(glyphs, "ofd")


def as_ofd(found: Iterable[TextLine]) -> tuple[TextLine, ...]:
    """The lines *found*, as those of an OFD."""
    return tuple(replace(line, source="ofd") for line in found)
