"""manifest.json: what a batch reads with what, and how far it is."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from invoiceocr.batch.line import State
from invoiceocr.errors import OutputError
from invoiceocr.export.files.output import whole_file
from invoiceocr.json_text import escaped
from invoiceocr.settings import Settings

NAME = "manifest.json"
Progress = Literal["running", "interrupted", "done"]


class Manifest(BaseModel):
    """The content of manifest.json. `files` counts the lines of the journal, the other counts add up to it."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    version: str
    settings: str
    """A digest of the settings that change what is read."""
    inputs: tuple[str, ...]
    started: datetime
    updated: datetime
    state: Progress = "running"
    files: int = 0
    accepted: int = 0
    review: int = 0
    unread: int = 0
    internal: int = 0
    skipped: int = 0

    @classmethod
    def begin(cls, version: str, settings: Settings, inputs: Sequence[str]) -> Manifest:
        """The manifest of a batch that starts now."""
        now = datetime.now(UTC)
        digest = settings_digest(settings)
        return cls(version=version, settings=digest, inputs=tuple(map(escaped, inputs)), started=now, updated=now)

    def at(self, states: Counter[State], state: Progress) -> Manifest:
        """The manifest with the counts of now."""
        counts = {member.name.lower(): states[member] for member in State}
        update = {"files": states.total(), "state": state, "updated": datetime.now(UTC), **counts}
        return self.model_copy(update=update)

    def same_reading(self, other: Manifest) -> bool:
        """Whether both read alike, so that their results may stand side by side."""
        return (self.version, self.settings) == (other.version, other.settings)

    def write(self, folder: Path) -> None:
        """Write it, whole or not at all."""
        with whole_file(folder / NAME) as stream:
            stream.write(json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=2).encode() + b"\n")


def load(folder: Path) -> Manifest | None:
    """The manifest of the batch in *folder*, None if there is none. Raises OutputError for one that can't be read."""
    path = folder / NAME
    if not path.exists():
        return None
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        zh = f"{path}：不是 batch 的进度文件，请用 --out 另给目录"
        raise OutputError(f"{path}: no manifest of a batch; give another folder with --out", zh=zh) from error


def settings_digest(settings: Settings) -> str:
    """A digest of the settings but those that change no value: the number of threads."""
    text = settings.model_dump_json(exclude={"threads"})
    return hashlib.sha256(text.encode()).hexdigest()
