"""Builds small mails with invented values: RFC 5322, mailboxes, Outlook's compound files."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from email.message import EmailMessage

Entry = tuple[str, int, bytes, list[int]]  # name, kind, data and children of an entry of the directory
SECTOR, MINI = 512, 64
END, FREE = 0xFFFFFFFE, 0xFFFFFFFF


def eml(*attachments: tuple[str, bytes], body: str = "请查收发票") -> bytes:
    """A mail with files attached."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "发票"
    message["Date"] = "Mon, 02 Jun 2025 10:11:12 +0800"
    message.set_content(body)
    for name, data in attachments:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    if attachments:
        message.set_boundary("=boundary=")
    return message.as_bytes()


def mbox(*mails: bytes) -> bytes:
    """A mailbox of the mails."""
    return b"".join(b"From a@example.com Mon Jun  2 10:11:12 2025\n" + mail + b"\n" for mail in mails)


def msg(*attachments: tuple[str, bytes]) -> bytes:
    """An Outlook mail with files attached, as a compound file of 512-byte sectors."""
    entries: list[tuple[str, int, bytes, list[int]]] = [("Root Entry", 5, b"", [])]

    def add(name: str, kind: int, data: bytes, parent: int) -> int:
        entries.append((name, kind, data, []))
        entries[parent][3].append(len(entries) - 1)
        return len(entries) - 1

    add("__properties_version1.0", 2, bytes(32), 0)
    for number, (name, data) in enumerate(attachments):
        storage = add(f"__attach_version1.0_#{number:08X}", 1, b"", 0)
        add("__substg1.0_3707001F", 2, name.encode("utf-16-le"), storage)
        add("__substg1.0_37010102", 2, data, storage)
    return _compound(entries)


def _compound(entries: Sequence[Entry]) -> bytes:
    fat: list[int] = []
    body = b""

    def store(data: bytes) -> int:
        nonlocal body
        first, count = len(fat), -(-len(data) // SECTOR)
        fat.extend([*range(first + 1, first + count), END])
        body += data.ljust(count * SECTOR, b"\0")
        return first

    directory = b""
    for name, kind, data, children in entries:
        start = store(data) if data else END
        directory += _entry(name, kind, (start, len(data)), children, entries)
    place = store(directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\0"))
    table = len(fat)
    fat.append(0xFFFFFFFD)
    numbers = (fat + [FREE] * (SECTOR // 4))[: SECTOR // 4]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIIII", 0, 1, place, 0, 0, END, 0, END, 0, table)
    return head.ljust(SECTOR, b"\xff") + body + struct.pack(f"<{SECTOR // 4}I", *numbers)


def _entry(name: str, kind: int, content: tuple[int, int], children: list[int], entries: Sequence[Entry]) -> bytes:
    """A directory entry; siblings are chained to the right."""
    index = next(rank for rank, entry in enumerate(entries) if entry[0] == name and entry[3] is children)
    parents = [entry[3] for entry in entries if index in entry[3]]
    beside = parents[0][parents[0].index(index) + 1 :] if parents else []
    spelled = name.encode("utf-16-le")
    links = struct.pack("<III", FREE, beside[0] if beside else FREE, children[0] if children else FREE)
    head = spelled.ljust(64, b"\0") + struct.pack("<HBB", len(spelled) + 2, kind, 1) + links
    return head + bytes(36) + struct.pack("<III", content[0], content[1], 0)
