"""The parts of an OFD package (GB/T 33190): documents, pages with their templates, resources, attachments, tags.

Where a part names another one that isn't there, a member whose path is nearly the same is taken: issuers write
backslashes, wrong cases, and paths relative to the wrong folder.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from invoiceocr.errors import CorruptFileError
from invoiceocr.sources import safe_xml
from invoiceocr.sources.containers.safe_zip import Package, clean
from invoiceocr.sources.safe_xml import Node

ENTRY = "OFD.xml"
_DOCUMENT = re.compile(r"(?:.*/)?doc_\d+/document\.xml", re.IGNORECASE)
_CONTENT = re.compile(r"(?:pages/page_(?P<number>\d+)/)?content(?:_\d+)?\.xml", re.IGNORECASE)
_ATTACHED = re.compile(r"(?:.*/)?attachs?/[^/]+\.xml", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PagePart:
    """A page: its ID in the document, the path of its content, its root element, and, for a template, whether it is
    drawn over the page's own content."""

    id: str
    path: str
    root: Node
    is_foreground: bool = False


@dataclass(frozen=True)
class OfdDocument:
    """One document of the package: the folder it lies in, its root element, and what OFD.xml says about it."""

    package: Package
    folder: str
    root: Node
    info: Node

    @cached_property
    def resource_lists(self) -> tuple[tuple[str, Node], ...]:
        """(folder, root element) of the lists of resources: fonts, pictures and draw parameters stand in them."""
        names = ("PublicRes", "DocumentRes")
        return tuple(found for name in names for found in _linked(self, self.folder, self.root, name))

    @cached_property
    def units(self) -> dict[str, Node]:
        """What composed objects draw, by resource ID."""
        listed = (node for _, listing in self.resource_lists for node in listing.all("CompositeGraphicUnit"))
        return {node.attributes.get("ID", ""): node for node in listed}


def documents(package: Package) -> Iterator[OfdDocument]:
    """The documents that OFD.xml names, else those that lie where documents usually do."""
    entry = _entry(package)
    bodies = list(entry.all("DocBody")) if entry else []
    found = [document for body in bodies if (document := _named(package, body))]
    yield from found or _lying_about(package)


def is_ambiguous(document: OfdDocument) -> bool:
    """Whether programs may show different pages: several members of the package have one path, or OFD.xml lists
    versions of the document, which take the place of its files."""
    return document.package.is_repetitive or document.info.child("Versions") is not None


def pages(document: OfdDocument) -> Iterator[tuple[str, str]]:
    """(ID, path) of each page in order; pages that the document doesn't list count only if it lists none."""
    listed = document.root.first("Pages")
    found = [
        (node.attributes.get("ID", ""), path)
        for node in (listed.all("Page") if listed else ())
        if (path := resolve(document.package, document.folder, node.attributes.get("BaseLoc", "")))
    ]
    yield from found or _unlisted_pages(document)


def page(document: OfdDocument, page_id: str, path: str) -> PagePart:
    """The parsed page at *path*; CorruptFileError corrupt_ofd where it is malformed."""
    return PagePart(page_id, path, read(document.package, path))


def templates(document: OfdDocument, part: PagePart) -> Iterator[PagePart]:
    """The templates that a page uses, in the order of drawing; unreadable ones are left out."""
    paths = {
        node.attributes.get("ID"): node.attributes.get("BaseLoc", "") for node in document.root.all("TemplatePage")
    }
    for use in part.root.children:
        name = use.attributes.get("TemplateID") if use.name == "Template" else None
        path = resolve(document.package, document.folder, paths.get(name, "")) if name else None
        if name and path and (root := try_read(document.package, path)):
            yield PagePart(name, path, root, is_foreground=use.attributes.get("ZOrder") == "Foreground")


def appearances(document: OfdDocument, page_id: str) -> Iterator[Node]:
    """The appearances of the visible annotations on a page."""
    for folder, listing in _linked(document, document.folder, document.root, "Annotations"):
        for entry in listing.all("Page"):
            if entry.attributes.get("PageID") != page_id:
                continue
            for _, annotation in _linked(document, folder, entry, "FileLoc"):
                shown = (node for node in annotation.all("Annot") if node.attributes.get("Visible") != "false")
                yield from (appearance for node in shown for appearance in node.all("Appearance"))


def attachments(document: OfdDocument) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of the XML attachments: those listed, else those that lie in the folder for them."""
    listed = [
        path
        for folder, listing in _linked(document, document.folder, document.root, "Attachments")
        for node in listing.all("FileLoc")
        if (path := resolve(document.package, folder, node.text)) and path.lower().endswith(".xml")
    ]
    lying = [path for path in document.package.names() if _ATTACHED.fullmatch(path)]
    own = [
        path
        for path in lying
        if path.startswith(f"{document.folder}/") and not path.lower().endswith("attachments.xml")
    ]
    for path in dict.fromkeys(listed or own):
        yield path, document.package.read(path)


def tags(document: OfdDocument) -> Iterator[Node]:
    """The root elements of the custom tags."""
    for folder, listing in _linked(document, document.folder, document.root, "CustomTags"):
        for entry in listing.all("CustomTag"):
            yield from (tree for _, tree in _linked(document, folder, entry, "FileLoc"))


def media(document: OfdDocument) -> dict[str, str]:
    """The paths of the pictures by resource ID."""
    found: dict[str, str] = {}
    for folder, resources in document.resource_lists:
        base = resources.attributes.get("BaseLoc", "")
        for node in resources.all("MultiMedia"):
            path = _media_path(document.package, folder, base, node)
            if path:
                found[node.attributes.get("ID", "")] = path
    return found


def font_file(document: OfdDocument, folder: str, listing: Node, font: Node) -> bytes | None:
    """The bytes of an embedded font of *listing*; None where it has none or they can't be read."""
    file = font.child("FontFile")
    base = listing.attributes.get("BaseLoc", "")
    inside = base if base.startswith("/") else f"{folder}/{base}"
    path = (
        resolve(document.package, inside, file.text) or resolve(document.package, folder, file.text) if file else None
    )
    try:
        return document.package.read(path) if path else None
    except CorruptFileError:
        return None


def resolve(package: Package, folder: str, location: str) -> str | None:
    """The member that a part in *folder* calls *location*; None where no member fits."""
    location = location.strip().replace("\\", "/")
    if not location:
        return None
    places = [location] if location.startswith("/") else [f"{folder}/{location}", location]
    return next((path for place in places if (path := package.find(place))), None) or _by_end(package, location)


def read(package: Package, path: str) -> Node:
    """The root element of the member at *path*; CorruptFileError corrupt_ofd where it is malformed."""
    try:
        return safe_xml.parse(package.read(path), f"{package.name}/{path}")
    except CorruptFileError as error:
        raise CorruptFileError(str(error), code=package.code) from error


def try_read(package: Package, path: str) -> Node | None:
    """The root element of the member at *path*, None where it is malformed."""
    try:
        return read(package, path)
    except CorruptFileError:
        return None


def _entry(package: Package) -> Node | None:
    path = package.find(ENTRY)
    return try_read(package, path) if path else None


def _named(package: Package, body: Node) -> OfdDocument | None:
    location = body.child("DocRoot")
    path = resolve(package, "", location.text) if location else None
    return OfdDocument(package, posixpath.dirname(path), read(package, path), body) if path else None


def _lying_about(package: Package) -> Iterator[OfdDocument]:
    for path in sorted(path for path in package.names() if _DOCUMENT.fullmatch(path)):
        yield OfdDocument(package, posixpath.dirname(path), read(package, path), Node("DocBody"))


def _unlisted_pages(document: OfdDocument) -> Iterator[tuple[str, str]]:
    """Pages by the number in their path."""
    start = len(document.folder) + 1 if document.folder else 0
    inside = (path for path in document.package.names() if clean(path).startswith(document.folder))
    matches = ((path, _CONTENT.fullmatch(path[start:])) for path in inside)
    numbered = sorted((int(match["number"] or 0), path) for path, match in matches if match)
    yield from (("", path) for _, path in numbered)


def _linked(document: OfdDocument, folder: str, owner: Node, name: str) -> Iterator[tuple[str, Node]]:
    """(folder, root element) of the parts that the elements *name* of *owner* point to, if they can be read."""
    for node in owner.all(name):
        path = resolve(document.package, folder, node.text)
        tree = try_read(document.package, path) if path else None
        if path and tree:
            yield posixpath.dirname(path), tree


def _media_path(package: Package, folder: str, base: str, node: Node) -> str | None:
    file = node.child("MediaFile")
    if file is None:
        return None
    inside = base if base.startswith("/") else f"{folder}/{base}"
    return resolve(package, inside, file.text) or resolve(package, f"{folder}/Res", file.text)


def _by_end(package: Package, location: str) -> str | None:
    """The member whose path ends like *location*, if there is just one."""
    end = "/" + clean(location).lower()
    fits = [path for path in package.names() if f"/{path}".lower().endswith(end)]
    return fits[0] if len(fits) == 1 else None
