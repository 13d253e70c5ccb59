"""The electronic seals that a page shows: where its signatures place them, and their pictures (GB/T 33190, 18.2.3)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from invoiceocr.errors import SourceError
from invoiceocr.page import Pixels
from invoiceocr.sources.ofd import package as ofd_package
from invoiceocr.sources.ofd.package import OfdDocument
from invoiceocr.sources.safe_xml import Node
from invoiceocr.sources.signatures.ofd import parts

MAX_SEALS = 20  # of a page
# before the number of a seal, where pictures are named by their resource
PREFIX = "seal:"
PACKAGE = b"PK\x03\x04"
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal: its look (a picture file, or an OFD of its own), and the object that shows it on the page."""

    data: bytes
    node: Node

    @property
    def is_package(self) -> bool:
        """Whether it is an OFD."""
        return self.data.startswith(PACKAGE)


def seals(document: OfdDocument, page_id: str) -> Iterator[Seal]:
    """The seals on a page in the order of the signatures; those whose picture can't be read are left out."""
    stamps = islice(_stamps(document, page_id), MAX_SEALS)
    return (Seal(picture, _image(stamp, number)) for number, (picture, stamp) in enumerate(stamps))


def _stamps(document: OfdDocument, page_id: str) -> Iterator[tuple[bytes, Node]]:
    """The marks of the signatures on a page, each with the picture of its signature."""
    for path, _ in parts(document):
        root = ofd_package.try_read(document.package, path) if path else None
        if path is None or root is None:
            continue
        marks = [node for node in root.all("StampAnnot") if node.attributes.get("PageRef", page_id) == page_id]
        picture = _picture(document, path, root) if marks else None
        if picture:
            yield from ((picture, mark) for mark in marks)


def with_opacity(pixels: Pixels) -> NDArray[np.uint8]:
    """A seal that was drawn on white, as BGRA: the whiter a pixel, the more transparent it is."""
    opacity = 255 - pixels.min(axis=2, keepdims=True).astype(np.int32)
    colors = 255 - (255 - pixels.astype(np.int32)) * 255 // np.maximum(opacity, 1)
    return np.concatenate([colors.clip(0, 255), opacity], axis=2).astype(np.uint8)


def _picture(document: OfdDocument, path: str, root: Node) -> bytes | None:
    """The picture in the signature's value, found by its first bytes: the seal is stored there unencoded."""
    named = root.first("SignedValue")
    member = ofd_package.resolve(document.package, posixpath.dirname(path), named.text) if named else None
    try:
        data = document.package.read(member) if member else b""
    except SourceError:
        return None
    starts = [at for magic in (PACKAGE, *PICTURES) if (at := data.find(magic)) >= 0]
    return data[min(starts) :] if starts else None


def _image(stamp: Node, number: int) -> Node:
    boundary = stamp.attributes.get("Boundary", "")
    sides = " 0 0 ".join(boundary.split()[2:4])
    return Node("ImageObject", {"ResourceID": f"{PREFIX}{number}", "Boundary": boundary, "CTM": f"{sides} 0 0"})
