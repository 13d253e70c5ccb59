"""`invoice_form`: a whole invoice of the VAT family by its layout in schemas/forms: head, parties, items, sums, foot.

    - invoice_form: {form: digital}

It reads with the modules made for that family, which name its fields; what a kind prints beside the form stands in
blocks before or after this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.candidates import candidate
from invoiceocr.extraction.cipher import read_cipher
from invoiceocr.extraction.frame import InvoiceFrame, fit
from invoiceocr.extraction.header_fields import read_foot, read_head
from invoiceocr.extraction.items import find_empty_cells, read_items
from invoiceocr.extraction.parties import read_parties
from invoiceocr.extraction.remarks import read_remarks
from invoiceocr.extraction.schema import Form, Schemas
from invoiceocr.extraction.sums import read_sums
from invoiceocr.geometry import Box
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import Page, TextLine
from invoiceocr.text.lines import match_key

CATEGORY = re.compile(r"\*[^*]+\*")  # an item's name begins with it


@dataclass(frozen=True, slots=True, eq=False)
class InvoiceForm:
    """The compiled block."""

    form: Form
    schemas: Schemas


def compile_block(node: Node) -> InvoiceForm:
    """The block of *node*."""
    node.check(("form",))
    schemas = node.scope.schemas
    return InvoiceForm(schemas.forms[node.known("form", node.get("form"), schemas.forms)], schemas)


def read(form: FormLayout, block: InvoiceForm) -> Iterator[Candidate]:
    """The candidates of all fields of the form."""
    page = replace(form.page, segments=form.segments) if form.said else form.page
    frame = fit(page, block.form, block.schemas)
    yield from read_head(frame)
    yield from read_parties(frame, block.schemas)
    yield from read_items(frame)
    yield from read_sums(frame)
    yield from read_foot(frame, block.schemas)
    yield from read_remarks(frame)
    yield from read_cipher(frame, block.schemas)
    yield from _red_letter(frame, block.schemas)


def find_empty(page: Page, form: Form, schemas: Schemas) -> tuple[Box, ...]:
    """The cells of recognized rows where a value should stand but nothing was read."""
    if not any(line.source == "ocr" for line in page.lines):
        return ()
    return tuple(find_empty_cells(fit(page, form, schemas)))


def _red_letter(frame: InvoiceFrame, schemas: Schemas) -> Iterator[Candidate]:
    """Whether the page says that it is a red (negative) invoice; the words in a name or an item say nothing."""

    def is_mark(line: TextLine) -> bool:
        text = match_key(line.text)
        named = CATEGORY.match(text) or schemas.shapes["name"].fit(text) == 1.0
        return not named and frame.form.red_letter.search(text) is not None

    marked = next((line for line in frame.page.lines if is_mark(line)), None)
    if marked is not None:
        yield candidate("is_red_letter", True, marked.text, [marked], frame.page)
