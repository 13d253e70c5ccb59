"""XML files to documents: 数电票 XML, original_invoice.xml, XBRL instances; other XML keeps its texts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from invoiceocr.errors import TooLargeError
from invoiceocr.evidence.candidate import Facts
from invoiceocr.geometry import Box
from invoiceocr.page import Page, TextLine
from invoiceocr.settings import Settings
from invoiceocr.sources import facts, safe_xml
from invoiceocr.sources.document import Document
from invoiceocr.sources.safe_xml import Node

WIDTH, HEIGHT = 595.0, 842.0  # points: an XML has no page, so what it states stands on an empty A4 one
LEADING = 12.0  # points from line to line of the texts of unknown XML
MAX_TEXTS = 500


def open_xml(data: bytes, name: str, settings: Settings) -> Document:
    """The document of an XML file: one page and one set of facts for each invoice that it states.

    XML of another kind gives one page with its texts in document order. Raises CorruptFileError corrupt_xml,
    UnsafeFileError unsafe_xml, TooLargeError (too_large, too_many_pages).
    """
    tree = safe_xml.parse(data, name)
    stated = facts.read_tree(tree, "xml")
    if len(stated) > settings.max_pages:
        raise TooLargeError(
            f"{name}: {len(stated)} invoices, more than max_pages={settings.max_pages}", code="too_many_pages"
        )
    payloads = tuple(text for text in facts.codes(tree) if len(text) <= facts.MAX_PAYLOAD)
    lines = () if facts.is_invoice(tree) else tuple(_lines(tree))
    pages = (_page(number, lines, payloads) for number in range(1, max(1, len(stated)) + 1))
    placed = tuple(_on_page(found, number) for number, found in enumerate(stated, start=1))
    return Document(name, hashlib.sha256(data).hexdigest(), "xml", pages, placed)


def _page(number: int, lines: tuple[TextLine, ...], payloads: tuple[str, ...]) -> Page:
    return Page(number, WIDTH, HEIGHT, lines, qr_payloads=payloads if number == 1 else ())


def _on_page(found: Facts, number: int) -> Facts:
    return Facts(tuple(replace(candidate, page=number) for candidate in found.candidates), number)


def _lines(tree: Node) -> Iterator[TextLine]:
    texts = (text for node in tree.walk() if (text := node.text))
    for rank, text in enumerate(islice(texts, MAX_TEXTS)):
        top = LEADING * (rank + 1)
        yield TextLine(text, Box(LEADING, top, LEADING * (1 + len(text)), top + LEADING), "text_layer")
