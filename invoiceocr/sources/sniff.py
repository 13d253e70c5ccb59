"""The format of a document by its content; file names don't matter."""

from __future__ import annotations

import re
import struct
import zipfile
from io import BytesIO

from invoiceocr.errors import UnsupportedFormatError
from invoiceocr.sources.containers import zip_directory
from invoiceocr.sources.containers.ole import MAGIC
from invoiceocr.sources.containers.ole_mail import is_mail

# bytes within which every format can be recognized; PDF allows this much before its header
HEAD = 1024
ZIP_HEADS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
SIGNATURES = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"BM", "bmp"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
)
# formats that are known but not read: their names, and what to do
UNREADABLE = {
    "7z": ("a 7-Zip archive", "unpack it, or send a ZIP"),
    "rar": ("a RAR archive", "unpack it, or send a ZIP"),
    "gzip": ("a gzip file", "unpack it first"),
    "bzip2": ("a bzip2 file", "unpack it first"),
    "xz": ("an xz file", "unpack it first"),
    "tar": ("a tar archive", "unpack it, or send a ZIP"),
    "ole": ("an Office or Outlook file without a mail", "print it to PDF"),
    "office": ("an Office document", "print it to PDF"),
}
READABLE = "JPEG, PNG, BMP, TIFF, WebP, GIF, HEIC, AVIF, PDF, OFD, XML, ZIP, EML, MSG, MBOX"
HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})
AVIF_BRANDS = frozenset({b"avif", b"avis"})
TAR_MAGIC = (257, b"ustar")
MAIL_HEADERS = re.compile(
    rb"^(?:from|to|cc|subject|date|message-id|received|return-path|delivered-to|mime-version|content-type|dkim-signature)"
    rb"[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
MAIL_START = re.compile(rb"(?:[!-9;-~]{1,70}:|>?From )[^\r\n]*\r?\n")
# a mail has at least this many of these; a note that begins with "To:" has fewer
MIN_HEADERS = 3
MAIL_HEAD = 16384  # bytes in which they stand
# bytes searched for the entry file of an OFD whose directory is cut off
BROKEN_ZIP_HEAD = 65536
OFD_ENTRY = "ofd.xml"
OFFICE_ENTRY = "[content_types].xml"
_MARKUP = re.compile(r"\s*<(?:\?xml|[!:]|[^\W\d])")
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+)?html\b", re.IGNORECASE)


def detect(data: bytes) -> str | None:
    """The format of *data*: "jpeg", "png", "bmp", "tiff", "gif", "webp", "heif", "avif", "pdf", "ofd", "zip", "xml",
    "eml", "mbox", "msg", or one of `UNREADABLE`; None for anything else."""
    head = data[:HEAD]
    if known := next((name for signature, name in SIGNATURES if head.startswith(signature)), None):
        return known
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return _boxed(head)
    if head.startswith(MAGIC):
        return "msg" if is_mail(data) else "ole"
    # before PDF: a PDF stored in a zip shows its header there too
    if head.startswith(ZIP_HEADS):
        return _zipped(data)
    if b"%PDF-" in head:
        return "pdf"
    if head[TAR_MAGIC[0] :].startswith(TAR_MAGIC[1]):
        return "tar"
    return "xml" if _is_xml(head) else _mail(data[:MAIL_HEAD])


def refuse_unknown(kind: str | None, name: str) -> None:
    """Raises UnsupportedFormatError if files of format *kind* are not read."""
    if kind in UNREADABLE:
        what, advice = UNREADABLE[kind]
        raise UnsupportedFormatError(f"{name}: {what}; {advice}")
    if kind is None:
        raise UnsupportedFormatError(f"{name}: none of {READABLE}")


def _boxed(head: bytes) -> str | None:
    """ "heif" or "avif" by the brands of an ISO base media file; None for films."""
    brands = {head[at : at + 4] for at in (8, *range(16, min(int.from_bytes(head[:4], "big"), 128), 4))}
    if brands & AVIF_BRANDS:
        return "avif"
    return "heif" if brands & HEIF_BRANDS else None


def _mail(head: bytes) -> str | None:
    """ "eml" or "mbox" by the first headers."""
    first = MAIL_START.match(head)
    if first is None:
        return None
    headers = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    if len({name.lower() for name in MAIL_HEADERS.findall(headers)}) < MIN_HEADERS:
        return None
    return "mbox" if head.startswith(b"From ") else "eml"


def _zipped(data: bytes) -> str | None:
    """ "ofd" or "zip" by the members; "office" for office documents, which are zips of XML too."""
    if zip_directory.is_huge(data):
        return "zip"
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = {name.replace("\\", "/").strip("/").lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, LookupError, struct.error):
        # a cut off file is judged by the names at its start
        head = data[:BROKEN_ZIP_HEAD]
        return "ofd" if OFD_ENTRY.encode() in head.lower() or b"Doc_0/" in head else "zip"
    if OFD_ENTRY in names:
        return "ofd"
    return "office" if OFFICE_ENTRY in names else "zip"


def _is_xml(head: bytes) -> bool:
    text = head.decode(_unicode(head), "replace").lstrip("\ufeff")
    return bool(_MARKUP.match(text)) and not _HTML.match(text)


def _unicode(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"<\0")):
        return "utf-16-le"
    return "utf-16-be" if head.startswith((b"\xfe\xff", b"\0<")) else "utf-8"
