"""XML files to documents: 数电票 XML, original_invoice.xml, XBRL instances; other XML keeps its texts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice

from invoiceocr.errors import TooLargeError
from invoiceocr.evidence.candidate import EmbeddedRecord
from invoiceocr.geometry import Box
from invoiceocr.page import Page, TextLine
from invoiceocr.settings import Settings
from invoiceocr.sources import embedded, graphic_code, safe_xml
from invoiceocr.sources.document import Document
from invoiceocr.sources.safe_xml import Node

# points: an XML has no page, so what it states stands on an empty A4 one
WIDTH, HEIGHT = 595.0, 842.0
# points from line to line of the texts of unknown XML
LEADING = 12.0
MAX_TEXTS = 500


def open_xml(data: bytes, name: str, settings: Settings) -> Document:
    """The document of an XML file: the facts of each invoice that it states, and one page, which is empty for them. XML
    of another kind has its texts on the page, in document order. Raises CorruptFileError corrupt_xml, UnsafeFileError
    unsafe_xml, and TooLargeError (too_large, too_many_pages)."""
    tree = safe_xml.parse(data, name)
    stated = embedded.read_tree(tree, "xml")
    if len(stated) > settings.max_pages:
        raise TooLargeError(
            f"{name}: {len(stated)} invoices, more than max_pages={settings.max_pages}", code="too_many_pages"
        )
    lines = () if embedded.is_invoice(tree) else tuple(_lines(tree))
    page = Page(1, WIDTH, HEIGHT, lines, qr_payloads=tuple(graphic_code.payloads(tree, settings)))
    placed = tuple(EmbeddedRecord(found.candidates, 1) for found in stated)
    return Document(name, hashlib.sha256(data).hexdigest(), "xml", iter((page,)), placed)


def _lines(tree: Node) -> Iterator[TextLine]:
    texts = (text for node in tree.walk() if (text := node.text))
    for rank, text in enumerate(islice(texts, MAX_TEXTS)):
        top = LEADING * (rank + 1)
        yield TextLine(text, Box(LEADING, top, LEADING * (1 + len(text)), top + LEADING), "xml")
