"""What the custom tags and custom data of an OFD state: tags point to objects on the pages, data holds texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from invoiceocr.evidence.candidate import Candidate, EmbeddedRecord
from invoiceocr.geometry import Box, overlap_share, union
from invoiceocr.sources import embedded
from invoiceocr.sources.ofd import package as ofd_package
from invoiceocr.sources.ofd.content import Placed
from invoiceocr.sources.ofd.package import OfdDocument
from invoiceocr.sources.ofd.sheet import Sheet
from invoiceocr.sources.safe_xml import Node
from invoiceocr.values import invoice_number

NUMBER = "number"
# the elements that point to it
NUMBER_TAGS = frozenset(
    {"InvoiceNo", "ElectronicInvoiceRailwayETicketNumber", "ElectronicInvoiceAirTransportReceiptNumber"}
)
# of the character's height: a character that much lower begins a new line
NEW_LINE = 0.5
# of the area that the same text shares with a second print of it, which makes it bold
SHADOW = 0.8


@dataclass(frozen=True, slots=True)
class Spot:
    """The text of an object, where it stands, and on which page."""

    text: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Owned:
    """A text object and the number of the page it stands on."""

    item: Placed
    page: int


# by page ID and object ID
Objects = Mapping[tuple[str, str], Owned]


def read_tags(document: OfdDocument, sheets: Iterable[Sheet]) -> Iterator[EmbeddedRecord]:
    """The facts of the custom tags, with the boxes of the objects they point to."""
    trees = [tree for tree in ofd_package.tags(document) if tree.first("ObjectRef")]
    objects = _objects(sheets) if trees else {}
    for tree in (tree for tree in trees if not _is_of_several(tree, objects)):
        for record in embedded.read_tree(_resolved(tree, objects), "ofd", embedded.TAGS):
            yield replace(record, candidates=tuple(filter(_may_be, record.candidates)))


def _is_of_several(tree: Node, objects: Objects) -> bool:
    """Whether the tags point to the numbers of several invoices, on one page or on several: then they don't tell whose
    the other values are. A number may consist of several objects, and each page of an invoice may repeat it."""
    spots = [spot for node in tree.walk() if node.name in NUMBER_TAGS for spot in _spots(node, objects)]
    if sum(invoice_number.is_valid(spot.text) for spot in spots) < 2:  # without a comparison of all with all
        return False
    by_page = [_from_top(spot for spot in spots if spot.page == page) for page in {spot.page for spot in spots}]
    stated = {_joined(spots) for spots in by_page}
    return len(stated) > 1 or not all(map(invoice_number.is_valid, stated))


def _may_be(stated: Candidate) -> bool:
    """Whether a tag points to what it says: a number that is none would make another invoice of this one."""
    return stated.path != NUMBER or str(stated.value).isdecimal()


def read_custom_data(document: OfdDocument) -> tuple[EmbeddedRecord, ...]:
    """The facts of the CustomData entries in OFD.xml."""
    entries = [Node(node.attributes.get("Name", ""), raw=node.raw) for node in document.info.all("CustomData")]
    return embedded.read_tree(Node("CustomDatas", children=entries), "ofd", embedded.CUSTOM_DATA)


def _objects(sheets: Iterable[Sheet]) -> Objects:
    """The text objects by page and ID; a page's own objects win over its templates', which reuse IDs."""
    return {
        (sheet.id, item.node.attributes.get("ID", "")): Owned(item, sheet.number)
        for sheet in sheets
        for item in (*sheet.templates, *sheet.foreground, *sheet.content)
        if item.node.name == "TextObject"
    }


def _resolved(tag: Node, objects: Objects) -> Node:
    """The tag tree with the texts of the objects in place of the references to them."""
    if all(node.name != "ObjectRef" for node in tag.children):
        return Node(tag.name, children=[_resolved(child, objects) for child in tag.children])
    spots = _spots(tag, objects)
    if not spots:
        return Node(tag.name)
    # an invoice of several pages repeats its number, parties and so on at the head of each
    page = spots[0].page
    spots = _from_top(spot for spot in spots if spot.page == page)
    return Node(tag.name, raw=_joined(spots), page=page, box=union(spot.box for spot in spots))


def _spots(tag: Node, objects: Objects) -> list[Spot]:
    """The texts of the objects to which *tag* refers, in the order of its references."""
    references = (node for node in tag.children if node.name == "ObjectRef")
    keys = ((node.attributes.get("PageRef", ""), node.text) for node in references)
    return [spot for key in keys if key in objects and (spot := _spot(objects[key]))]


def _spot(owned: Owned) -> Spot | None:
    letters = [letter for code in owned.item.text_codes for letter in code]
    if not letters:
        return None
    text = letters[0][0]
    for (_, last), (letter, box) in pairwise(letters):
        text += ("\n" if box.y0 - last.y0 > NEW_LINE * last.height else "") + letter
    return Spot(text.strip(), owned.page, union(box for _, box in letters))


def _from_top(spots: Iterable[Spot]) -> list[Spot]:
    """*spots* in the order in which they are read, whatever that of the references to them, each printed text once."""
    lines: list[list[Spot]] = []
    for spot in sorted(spots, key=lambda spot: spot.box.cy):
        if not lines or spot.box.cy - lines[-1][0].box.cy > NEW_LINE * lines[-1][0].box.height:
            lines.append([])
        if not any(spot.text == other.text and overlap_share(spot.box, other.box) > SHADOW for other in lines[-1]):
            lines[-1].append(spot)
    return [spot for line in lines for spot in sorted(line, key=lambda spot: spot.box.x0)]


def _joined(spots: list[Spot]) -> str:
    """The texts in order: on one line where they stand side by side, else a line each."""
    text = spots[0].text
    for last, spot in pairwise(spots):
        lower = spot.box.cy - last.box.cy > NEW_LINE * last.box.height
        text += ("\n" if lower else "") + spot.text
    return text
