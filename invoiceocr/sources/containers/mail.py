"""The files attached to mails (RFC 5322, MIME) and in mailboxes; the standard library parses them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from itertools import islice

from invoiceocr.errors import CorruptFileError, TooLargeError, UnsafeFileError
from invoiceocr.sources import image_header
from invoiceocr.sources.containers.budget import Budget
from invoiceocr.text.charsets import GB18030, decoded

MAX_BYTES = 60_000_000  # servers take 50 MB at most
MAX_PARTS = 1000  # of one mail
# the parser asks all that are open at each line
MAX_BOUNDARIES = 40
# bytes of a header about content; the standard library takes its parameters in square time
MAX_HEADER = 8192
# pixels: smaller pictures in the text of a mail are logos and signs
DECORATION = 300
ATTACHED = "message/rfc822"
BODIES = frozenset({"text/plain", "text/html", "text/calendar", "text/rtf"})
_SEPARATOR = re.compile(rb"^From [^\r\n]*\r?\n(?=[!-9;-~]+:)", re.MULTILINE)
_BOUNDARY = re.compile(rb"[;\s]boundary\s{0,9}=", re.IGNORECASE)
_HEADER = re.compile(rb"^content-[^\n]*(?:\n[ \t][^\n]*)*", re.MULTILINE | re.IGNORECASE)
_FAULTS = (ValueError, LookupError, TypeError, AttributeError, RecursionError, MemoryError, MessageError)


def files(data: bytes, name: str, budget: Budget) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the files of the mail *data*: attachments, attached mails, and pictures in the text. Raises
    CorruptFileError corrupt_mail and TooLargeError."""
    _check(data, name)
    try:
        parts = list(islice(_parts(BytesParser(policy=policy.compat32).parsebytes(data)), MAX_PARTS + 1))
    except _FAULTS as error:
        raise CorruptFileError(f"{name}: not a readable mail ({error})", code="corrupt_mail") from error
    if len(parts) > MAX_PARTS:
        raise TooLargeError(f"{name}: a mail of more than {MAX_PARTS} parts")
    for number, part in enumerate(parts, start=1):
        content = _content(part)
        if content and not _is_text(part) and not _is_decoration(part, content):
            yield _name(part, number), content


def _check(data: bytes, name: str) -> None:
    """Refuses what would keep the parser of the standard library busy forever."""
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"{name}: {len(data)} bytes, more than the {MAX_BYTES} of a mail")
    if sum(1 for _ in islice(_BOUNDARY.finditer(data), MAX_BOUNDARIES + 1)) > MAX_BOUNDARIES:
        raise UnsafeFileError(f"{name}: a mail of more than {MAX_BOUNDARIES} nested parts", code="unsafe_archive")
    if any(match.end() - match.start() > MAX_HEADER for match in _HEADER.finditer(data)):
        raise UnsafeFileError(f"{name}: a mail with a header of more than {MAX_HEADER} bytes", code="unsafe_archive")


def messages(data: bytes, name: str, budget: Budget) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the mails in the mailbox *data*: `1.eml`, `2.eml`, ..."""
    starts = [match.start() for match in _SEPARATOR.finditer(data)]
    stops = [*starts[1:], len(data)][: len(starts)]
    for number, (start, stop) in enumerate(zip(starts, stops, strict=True), start=1):
        yield f"{number}.eml", data[data.index(b"\n", start) + 1 : stop]


def _parts(message: Message) -> Iterator[Message]:
    """The parts with content, in order; an attached mail is one part."""
    if message.get_content_type() == ATTACHED or not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _parts(part)


def _content(part: Message) -> bytes:
    """The decoded bytes of a part; empty where there are none."""
    try:
        if part.get_content_type() == ATTACHED:
            inner = part.get_payload()
            return inner[0].as_bytes() if isinstance(inner, list) and inner else b""  # type: ignore[union-attr]
        content = part.get_payload(decode=True)
    except _FAULTS:
        return b""
    return content if isinstance(content, bytes) else b""


def _is_text(part: Message) -> bool:
    """Whether it is the text of the mail itself."""
    return part.get_content_type() in BODIES and part.get_filename() is None


def _is_decoration(part: Message, content: bytes) -> bool:
    """Whether it is a small picture that is shown in the text of the mail."""
    if part.get("Content-ID") is None or part.get_content_disposition() == "attachment":
        return False
    header = image_header.probe(content)
    return header is not None and max(header.sizes[0]) < DECORATION


def _name(part: Message, number: int) -> str:
    """The file name of the part, decoded and without folders; its number if it has none."""
    try:
        told = part.get_filename() or ""
        name = str(make_header(decode_header(told)))
    except _FAULTS:
        name = ""
    raw = name.encode("utf-8", "surrogateescape")
    name = decoded(raw) or raw.decode(GB18030, "replace")
    return re.split(r"[/\\]", name)[-1].strip() or f"part {number}"
