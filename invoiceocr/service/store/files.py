"""The uploaded files by their digest, and what was derived from them: pictures of pages and explanations."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import zlib
from dataclasses import dataclass
from pathlib import Path

from invoiceocr.json_text import as_json, joined, listed
from invoiceocr.kinds.packing import LEVEL
from invoiceocr.service.processes.tasks import Details, PagePicture

# of another name than when members of an archive shared their pages
DETAILS = "pages.json.z"


@dataclass(frozen=True, slots=True)
class Stored:
    """An uploaded file: its name as the caller gave it, and its digest."""

    name: str
    sha256: str


class FileStore:
    """Files below a folder, each under the SHA-256 of its bytes; a file is there completely or not at all."""

    def __init__(self, folder: Path) -> None:
        self._files, self._derived = folder / "files", folder / "derived"

    def path(self, sha256: str) -> Path:
        """The path of the file with that digest."""
        return self._files / sha256[:2] / sha256

    def add(self, data: bytes) -> str:
        """Stores *data*, whenever the process is killed, and returns its digest."""
        digest = hashlib.sha256(data).hexdigest()
        target = self.path(digest)
        if not target.exists():
            _write(target, data)
        return digest

    def write_through(self, sha256: str) -> None:
        """Makes the system write a file to the disk, so that it also survives a power cut."""
        with self.path(sha256).open("rb") as stream:
            os.fsync(stream.fileno())

    def keep_details(self, sha256: str, settings: str, details: Details) -> None:
        """Stores what can be made from the file again, so no harm is done if it is lost."""
        folder = self._folder(sha256, settings)
        for picture in details.pictures:
            _write(folder / _page(picture.member, picture.number), picture.jpeg)
        pages = [(picture.number, picture.width, picture.height, picture.member) for picture in details.pictures]
        told = listed("explanations", (text.encode() for text in details.explanations))
        plain = joined(told, as_json({"drafts": details.drafts, "pages": pages, "members": details.members}))
        _write(folder / DETAILS, zlib.compress(plain, LEVEL))

    def details(self, sha256: str, settings: str) -> Details | None:
        """What `keep_details` stored, without the bytes of the pictures; None if nothing is stored."""
        try:
            plain = json.loads(zlib.decompress((self._folder(sha256, settings) / DETAILS).read_bytes()))
        except (OSError, ValueError, zlib.error):
            return None
        told = tuple(json.dumps(explanation) for explanation in plain["explanations"])
        drawn = tuple(PagePicture(number, width, height, b"", of) for number, width, height, of in plain["pages"])
        return Details(told, drawn, tuple(plain["drafts"]), tuple(plain["members"]))

    def picture(self, sha256: str, settings: str, page: int, member: int = 0) -> bytes | None:
        """The picture of a page of a *member* as a JPEG file."""
        try:
            return (self._folder(sha256, settings) / _page(member, page)).read_bytes()
        except OSError:
            return None

    def _folder(self, sha256: str, settings: str) -> Path:
        return self._derived / sha256[:2] / f"{sha256}-{settings}"


def _page(member: int, number: int) -> str:
    """The name under which a page is kept."""
    return f"{member}-{number}.jpg"


def _write(target: Path, data: bytes) -> None:
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        _put(draft, data)
        os.replace(draft, target)
    except OSError:
        # what does not fit must not fill the disk
        draft.unlink(missing_ok=True)
        raise


def _put(draft: Path, data: bytes) -> None:
    try:
        draft.write_bytes(data)
    except FileNotFoundError:  # of its folder the first one
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
