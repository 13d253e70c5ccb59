"""`Unread`: a member of an archive or mail that gave no document, and the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from invoiceocr.errors import InvoiceOCRError, UnsupportedFormatError


@dataclass(frozen=True, slots=True)
class Unread:
    """The name of the member (`archive.zip/folder/file`) and the error that kept it from being read."""

    source: str
    error: InvoiceOCRError


Report = Callable[[Unread], None]


def damaged(unread: Iterable[Unread]) -> InvoiceOCRError | None:
    """The first error about a damaged member; an unknown format is not the archive's fault."""
    return next((member.error for member in unread if not isinstance(member.error, UnsupportedFormatError)), None)
