"""`Document`: the pages and stated facts of one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from invoiceocr.evidence.candidate import EmbeddedRecord
from invoiceocr.page import Page, PageImage
from invoiceocr.signature import Signature

DRAWN_DPI = 150.0  # resolution of pages drawn for people


class Draw(Protocol):
    """Draws the page with a number, counted from 1, at a resolution if one is given."""

    def __call__(self, number: int, dpi: float = ..., /) -> PageImage:
        """The page as a picture."""


def unsigned() -> tuple[Signature, ...]:
    """No signatures: for formats that can't have any."""
    return ()


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its name, digest, format ("image", "pdf", "ofd", "xml"), its pages (drawn one by one as the
    iterator advances, so that a long scan never lies in memory whole) and the facts it states outright. `draw` gives
    the picture of a page by its number, where a page without `image` has one; `signatures` reads the digital
    signatures. `member` tells of a file in an archive or mail; `data` are the bytes of the file itself; `ambiguous`
    tells that programs show its pages differently."""

    source: str
    sha256: str
    format: str
    pages: Iterator[Page]
    facts: tuple[EmbeddedRecord, ...] = ()
    draw: Draw | None = None
    signatures: Callable[[], tuple[Signature, ...]] = unsigned
    member: bool = False
    data: bytes = b""
    ambiguous: bool = False
