"""The format of a document by its content; file names are not asked."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

HEAD = 1024  # bytes in which every format shows itself; PDF allows that much before its header
ZIP_HEADS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
SIGNATURES = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"BM", "bmp"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"GIF8", "gif"),
)
BROKEN_ZIP_HEAD = 65536  # bytes searched for the entry file of an OFD whose directory is cut off
OFD_ENTRY = "ofd.xml"
OFFICE_ENTRY = "[content_types].xml"
_MARKUP = re.compile(r"\s*<(?:\?xml|[!A-Za-z_:])")
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+)?html\b", re.IGNORECASE)


def detect(data: bytes) -> str | None:
    """ "jpeg", "png", "bmp", "tiff", "gif", "webp", "pdf", "ofd", "zip" or "xml"; None for anything else, office
    documents (zips too) among it."""
    head = data[:HEAD]
    for signature, name in SIGNATURES:
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(ZIP_HEADS):  # before PDF: a PDF stored in a zip shows its header there too
        return _zipped(data)
    if b"%PDF-" in head:
        return "pdf"
    return "xml" if _is_xml(head) else None


def _zipped(data: bytes) -> str | None:
    """ "ofd" or "zip" by the members; None for office documents, which are zips of XML too."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = {name.replace("\\", "/").strip("/").lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        head = data[:BROKEN_ZIP_HEAD]  # a cut off file is judged by the names at its start
        return "ofd" if OFD_ENTRY.encode() in head.lower() or b"Doc_0/" in head else "zip"
    if OFD_ENTRY in names:
        return "ofd"
    return None if OFFICE_ENTRY in names else "zip"


def _is_xml(head: bytes) -> bool:
    text = head.decode(_unicode(head), "replace").lstrip("\ufeff")
    return bool(_MARKUP.match(text)) and not _HTML.match(text)


def _unicode(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"<\0")):
        return "utf-16-le"
    return "utf-16-be" if head.startswith((b"\xfe\xff", b"\0<")) else "utf-8"
