"""Claimed files: taken by an atomic rename, and brought to their end after any crash exactly once.

A claim is a folder of its own, `.claims/SESSION/ID/`, that holds the file, how often it was tried (`tries`), and once
it is read the side-car and the plan where both belong. The plan is the point of no return: from it on every step can be
repeated.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import IO

from invoiceocr.errors import OutputError
from invoiceocr.export.files.output import LONGEST_BYTES, cut_name, whole_file
from invoiceocr.file_lock import lock
from invoiceocr.json_text import as_json

CLAIMS = ".claims"
NAMES = ".names"
TRIES, SIDECAR, PLAN = "tries", "sidecar.json", "plan.json"
SIDECAR_END = ".json"
LONGEST_SUFFIX = 16  # what is longer behind a point is part of the name
STATES = ("done", "review", "failed")


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that this process has taken: where it lies now, what it was called, and how often it was tried."""

    folder: Path
    name: str
    tries: int = 1

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.folder / "file" / self.name


@dataclass(slots=True)
class Claims:
    """The claims of one process on files of *inbox* that end up in *out*. `close` gives back what is not read."""

    inbox: Path
    out: Path
    _session: Path = field(init=False)
    _lock: IO[bytes] = field(init=False)

    def __post_init__(self) -> None:
        for folder in (self.out / NAMES, *(self.out / state for state in STATES)):
            folder.mkdir(parents=True, exist_ok=True)
        self._session = self._place() / f"{os.getpid()}-{secrets.token_hex(4)}"
        self._session.mkdir(parents=True)
        self._lock = (self._session / ".lock").open("ab")
        if not lock(self._lock):
            self._lock.close()
            raise OutputError(
                f"{self._session}: this file system has no locks; give folders on another one",
                zh=f"{self._session}：此文件系统不支持文件锁，请换用其他磁盘上的目录",
            )

    def take(self, path: Path) -> Claim | None:
        """The claim on a file; None where another process was faster."""
        folder = self._session / secrets.token_hex(8)
        claim = Claim(folder, path.name)
        claim.path.parent.mkdir(parents=True)
        (folder / TRIES).write_text("1", encoding="ascii")
        try:
            os.rename(path, claim.path)
        except OSError:  # taken, or still held open by who writes it
            _remove(folder)
            return None
        _lead_on(claim.path, path.parent)
        return claim

    def adopt(self) -> Iterator[Claim]:
        """The unread claims of processes that died; what they had read is brought to its end."""
        for place in {self.out / CLAIMS, self.inbox / CLAIMS}:
            for session in sorted(place.glob("*")) if place.is_dir() else ():
                yield from self._adopted(session)

    def finish(self, claim: Claim, state: str, sidecar: bytes) -> Path:
        """Put the file and its side-car into the folder of *state*; where the side-car is."""
        name = self._reserve(claim)
        with whole_file(claim.folder / SIDECAR) as stream:
            stream.write(sidecar)
            _durable(stream)
        with whole_file(claim.folder / PLAN) as stream:
            stream.write(as_json({"state": state, "name": name}))
            _durable(stream)
        return self._carry_out(claim.folder)

    def close(self) -> None:
        """Give back the files that are not read, and let go of the session."""
        for folder in self._folders(self._session):
            for path in (folder / "file").glob("*"):
                if not (folder / PLAN).exists() and not (self.inbox / path.name).exists():
                    os.rename(path, self.inbox / path.name)
                    _remove(folder)
        self._lock.close()
        _drop(self._session)

    def _place(self) -> Path:
        """Where claims lie: beside the results if a rename leads there, else beside the files."""
        self.out.mkdir(parents=True, exist_ok=True)
        same = self.inbox.stat().st_dev == self.out.stat().st_dev
        return (self.out if same else self.inbox) / CLAIMS

    def _adopted(self, session: Path) -> Iterator[Claim]:
        if session == self._session or not (session / ".lock").exists():
            return
        with (session / ".lock").open("ab") as stream:
            if not lock(stream):
                return  # its process lives
            for folder in self._folders(session):
                yield from self._continued(folder)
        _drop(session)

    def _continued(self, folder: Path) -> Iterator[Claim]:
        """A claim of a dead session, moved to this one; nothing where it only had to be brought to its end."""
        if (folder / PLAN).exists():
            self._carry_out(folder)
            return
        files = list((folder / "file").glob("*"))
        if not files:
            _remove(folder)
            return
        tries = int((folder / TRIES).read_text(encoding="ascii") or "1") + 1
        (folder / TRIES).write_text(str(tries), encoding="ascii")
        self._release(folder.name)
        target = self._session / folder.name
        os.rename(folder, target)
        claim = Claim(target, files[0].name, tries)
        _lead_on(claim.path, self.inbox)
        yield claim

    def _carry_out(self, folder: Path) -> Path:
        """Do what the plan of a claim says; each step only if it isn't done yet."""
        plan: dict[str, str] = json.loads((folder / PLAN).read_bytes())
        target = self.out / plan["state"] / plan["name"]
        sidecar = target.with_name(f"{target.name}{SIDECAR_END}")
        for path in (folder / "file").glob("*"):
            _move(path, target)
        if (folder / SIDECAR).exists():
            _move(folder / SIDECAR, sidecar)
        with suppress(FileNotFoundError):
            (self.out / NAMES / plan["name"]).unlink()
        _remove(folder)
        return sidecar

    def _reserve(self, claim: Claim) -> str:
        """The name of the file, or with a number where another file has it: nothing that is there is ever replaced. One
        that leaves no room for the ending of the side-car is cut."""
        stem, suffix = os.path.splitext(claim.name)
        if len(suffix) > LONGEST_SUFFIX:
            stem, suffix = claim.name, ""
        room = LONGEST_BYTES - len(SIDECAR_END)
        numbered = (f" ({number}){suffix}" for number in count(2))
        for end in chain([suffix], numbered):
            wanted = cut_name(stem, room - len(os.fsencode(end))) + end
            taken = any(
                (self.out / state / f"{wanted}{ending}").exists() for state in STATES for ending in ("", SIDECAR_END)
            )
            if not taken and _create(self.out / NAMES / wanted, claim.folder.name):
                break
        return wanted

    def _release(self, owner: str) -> None:
        """Give back the name that a claim reserved before it had a plan."""
        for path in (self.out / NAMES).iterdir():
            if path.read_text(encoding="utf-8") == owner:
                path.unlink()

    def _folders(self, session: Path) -> list[Path]:
        return sorted(path for path in session.iterdir() if path.is_dir())


def _lead_on(link: Path, former: Path) -> None:
    """A relative link that lay in the folder *former* leads to the same file from where it is now, if the file system
    lets us make one; else it is read as what leads nowhere."""
    with suppress(OSError):
        if link.is_symlink() and not os.path.isabs(target := os.readlink(link)):
            draft = link.parent.with_name("link")
            draft.unlink(missing_ok=True)
            draft.symlink_to(former.resolve() / target)
            os.replace(draft, link)


def _create(path: Path, content: str) -> bool:
    """Make a file that has its content from the start; False where there is one."""
    draft = path.with_name(f".{content}")
    draft.write_text(content, encoding="utf-8")
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        with suppress(FileExistsError), path.open("x", encoding="utf-8") as stream:
            stream.write(content)
            return True
        return False
    finally:
        draft.unlink()
    return True


def _move(path: Path, target: Path) -> None:
    """Move a file, also to another file system; *target* is there whole or not at all."""
    try:
        os.replace(path, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with path.open("rb") as source, whole_file(target) as stream:
            shutil.copyfileobj(source, stream)
            _durable(stream)
        path.unlink()


def _durable(stream: IO[bytes]) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _drop(session: Path) -> None:
    """Remove a session that holds nothing any more, and the folder of sessions with the last one."""
    if any(path.is_dir() for path in session.iterdir()):
        return
    _remove(session)
    with suppress(OSError):
        session.parent.rmdir()
