"""`Paper`: one invoice of a result on its way into the ledger."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

from invoiceocr.invoice import Invoice
from invoiceocr.json_text import escaped
from invoiceocr.kinds.packing import packed
from invoiceocr.ledger.traits import Traits, traits_of
from invoiceocr.result import ReadResult


@dataclass(frozen=True, slots=True)
class Paper:
    """An invoice, what identifies it, and its file."""

    invoice: Invoice
    traits: Traits
    name: str
    location: str
    sha256: str | None
    page: int | None
    # the invoice as it is stored, from who has it
    data: bytes | None = None

    @property
    def key(self) -> str:
        """The key under which it is stored; one of its own if nothing identifies it."""
        return self.traits.key or file_key(self.sha256 or self.location, self.page)

    @property
    def packed(self) -> bytes:
        """The invoice in its stored form."""
        return self.data or packed(self.invoice)

    @property
    def file(self) -> dict[str, object]:
        """The file as events record it."""
        return {"name": self.name, "location": self.location, "sha256": self.sha256, "page": self.page}


def file_key(digest: str, page: int | None) -> str:
    """The key of an invoice that only its bytes identify."""
    return f"F:{digest}:{page or 0}"


def papers(result: ReadResult, place: str | None = None, data: Sequence[bytes] = ()) -> Iterator[Paper]:
    """The invoices of *result*; none if it could not be read. *place* stands for where the file is, if that is no path;
    *data* are the invoices in stored form, if that already exists."""
    place = escaped(place) if place else location(result)
    for invoice, stored in zip(result.invoices, data or repeat(None), strict=False):
        name = invoice.source or result.source
        yield Paper(invoice, traits_of(invoice), escaped(name), place, result.sha256, invoice.page, stored)


def location(result: ReadResult) -> str:
    """The place of the file: its path, or what stands for it. The same bytes read again from the same place are the
    same claim; from another place they are another claim."""
    if os.path.exists(result.source):
        return escaped(os.path.realpath(result.source))
    return escaped(f"{result.source}#{result.sha256 or ''}")
