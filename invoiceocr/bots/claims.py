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
from pathlib import Path
from typing import IO

from invoiceocr.errors import OutputError
from invoiceocr.export.output import whole_file
from invoiceocr.file_lock import lock

CLAIMS = ".claims"
NAMES = ".names"
TRIES, SIDECAR, PLAN = "tries", "sidecar.json", "plan.json"
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
            raise OutputError(f"{self._session}: this file system has no locks; give folders on another one")

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
        return claim

    def adopt(self) -> Iterator[Claim]:
        """The unread claims of processes that died; what they had read is brought to its end."""
        for place in {self.out / CLAIMS, self.inbox / CLAIMS}:
            for session in sorted(place.glob("*")) if place.is_dir() else ():
                yield from self._adopted(session)

    def finish(self, claim: Claim, state: str, sidecar: bytes) -> Path:
        """Put the file and its side-car into the folder of *state*; where the side-car is."""
        name = self._reserve(claim.name)
        with whole_file(claim.folder / SIDECAR) as stream:
            stream.write(sidecar)
            _durable(stream)
        with whole_file(claim.folder / PLAN) as stream:
            stream.write(json.dumps({"state": state, "name": name}, ensure_ascii=False).encode())
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
        target = self._session / folder.name
        os.rename(folder, target)
        yield Claim(target, files[0].name, tries)

    def _carry_out(self, folder: Path) -> Path:
        """Do what the plan of a claim says; each step only if it isn't done yet."""
        plan: dict[str, str] = json.loads((folder / PLAN).read_bytes())
        target = self.out / plan["state"] / plan["name"]
        sidecar = target.with_name(f"{target.name}.json")
        for path in (folder / "file").glob("*"):
            _move(path, target)
        if (folder / SIDECAR).exists():
            _move(folder / SIDECAR, sidecar)
        with suppress(FileNotFoundError):
            (self.out / NAMES / plan["name"]).unlink()
        _remove(folder)
        return sidecar

    def _reserve(self, name: str) -> str:
        """*name*, or with a number where another file has it: nothing that is there is ever replaced."""
        stem, suffix = os.path.splitext(name)
        number = 1
        while True:
            wanted = name if number == 1 else f"{stem} ({number}){suffix}"
            number += 1
            if any((self.out / state / f"{wanted}{end}").exists() for state in STATES for end in ("", ".json")):
                continue
            with suppress(FileExistsError):
                os.close(os.open(self.out / NAMES / wanted, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
                return wanted

    def _folders(self, session: Path) -> list[Path]:
        return sorted(path for path in session.iterdir() if path.is_dir())


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
