"""The files attached to Outlook mails (.msg, [MS-OXMSG])."""

from __future__ import annotations

from collections.abc import Iterator

from invoiceocr.errors import CorruptFileError
from invoiceocr.sources.containers import ole
from invoiceocr.sources.containers.budget import Budget
from invoiceocr.sources.containers.ole import Entry

ATTACHMENT = "__attach_version1.0_"
# a mail attached to the mail: a storage of its own
EMBEDDED = "__substg1.0_3701000D"
CONTENT = "__substg1.0_37010102"
# long name, short name, title
NAMES = ("__substg1.0_3707", "__substg1.0_3704", "__substg1.0_3001")
UNICODE, BYTES = "001F", "001E"  # how a text is stored
PROPERTIES = "__properties_version1.0".encode("utf-16-le")


def is_mail(data: bytes) -> bool:
    """Whether the compound file *data* is a mail; Word and Excel have the same container."""
    return data.startswith(ole.MAGIC) and PROPERTIES in data


def files(data: bytes, name: str, budget: Budget) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the attachments of the mail *data*, including those of mails attached to it. Raises
    CorruptFileError corrupt_mail."""
    try:
        root = ole.read(data)
    except (ValueError, RecursionError, MemoryError) as error:
        raise CorruptFileError(f"{name}: not a readable mail ({error})", code="corrupt_mail") from error
    yield from _attachments(root, "")


def _attachments(storage: Entry, folder: str) -> Iterator[tuple[str, bytes]]:
    for number, attached in enumerate(storage.storages(ATTACHMENT), start=1):
        name = folder + (_name(attached) or f"part {number}")
        content = attached.stream(CONTENT)
        if content:
            yield name, content
        elif inner := attached.children.get(EMBEDDED):
            yield from _attachments(inner, f"{name}/")


def _name(attached: Entry) -> str:
    for name in NAMES:
        text = attached.stream(name + UNICODE).decode("utf-16-le", "replace")
        text = text or attached.stream(name + BYTES).decode("gb18030", "replace")
        if text := text.strip("\0 "):
            return text.replace("\\", "/").rpartition("/")[2]
    return ""
