"""QR codes that an issuer's XML states, as text or as a picture in base64."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from invoiceocr.errors import SourceError
from invoiceocr.page import PageImage
from invoiceocr.settings import Settings
from invoiceocr.sources import embedded, image, qr
from invoiceocr.sources.safe_xml import Node

# characters; a longer text is a picture in base64
MAX_PAYLOAD = 1000


def payloads(tree: Node, settings: Settings) -> Iterator[str]:
    """The payloads of the codes that *tree* states; none if QR codes are not to be read."""
    for text in embedded.codes(tree) if settings.read_qr else ():
        if len(text) <= MAX_PAYLOAD:
            yield text
        elif found := picture(_from_base64(text), "GraphCode", settings):
            yield from qr.decode(found.pixels)


def picture(data: bytes, name: str, settings: Settings) -> PageImage | None:
    """The first page of a picture; None for formats that can't be decoded (JBIG2) and damaged ones."""
    try:
        return next(image.open_image(data, name, settings).pages).image
    except SourceError:
        return None


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        return b""
