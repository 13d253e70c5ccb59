"""models/manifest.toml: which networks exist, where they come from and which bytes they must have."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from invoiceocr import resources
from invoiceocr.errors import ModelError

Kind = Literal["detector", "recognizer", "orienter"]
_REQUIRED = ("kind", "file", "sha256", "source", "license", "mean", "std")


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One network of the manifest. `mean` and `std` are per channel (BGR) of pixels scaled to 0..1. `input_height` is
    the line height in pixels that a recognizer or orienter needs, 0 for a detector. `fast_pass` is the share of the
    natural width at which a recognizer first reads long lines."""

    name: str
    kind: Kind
    file: str
    sha256: str
    source: str
    license: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    package: str = ""
    input_height: int = 0
    fast_pass: float = 1.0
    notes: str = ""

    def load(self) -> bytes:
        """The bytes of the network, with their digest checked; ModelError if the file is missing or changed."""
        try:
            data = self._path().read_bytes()
        except (OSError, ModuleNotFoundError) as error:
            raise ModelError(f"{self.name}: {self.file} can't be read ({error}); reinstall invoiceocr") from error
        if hashlib.sha256(data).hexdigest() != self.sha256:
            owner = self.package or "invoiceocr"
            raise ModelError(f"{self.file}: digest differs from manifest.toml; reinstall {owner}")
        return data

    def _path(self) -> Path:
        root = Path(str(files(self.package))) if self.package else resources.folder("models")
        return root / self.file


def entry(name: str, kind: Kind) -> ModelEntry:
    """The manifest's entry *name*; ModelError if there is none or if it is not a *kind*."""
    known = {key: model for key, model in _manifest().items() if model.kind == kind}
    if name not in known:
        raise ModelError(f"{kind} {name!r} is not in models/manifest.toml; known: {', '.join(sorted(known))}")
    return known[name]


def parse(text: str) -> dict[str, ModelEntry]:
    """The entries of a manifest by name; ModelError names an entry that lacks a key or has an unknown one."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"models/manifest.toml: {error}") from error
    return {name: _entry(name, table) for name, table in tables.items()}


@cache
def _manifest() -> dict[str, ModelEntry]:
    return parse((resources.folder("models") / "manifest.toml").read_text(encoding="utf-8"))


def _entry(name: str, table: dict[str, Any]) -> ModelEntry:
    missing = [key for key in _REQUIRED if key not in table]
    if missing:
        raise ModelError(f"models/manifest.toml: {name} lacks {', '.join(missing)}")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    try:
        return ModelEntry(name=name, **values)
    except TypeError as error:
        raise ModelError(f"models/manifest.toml: {name}: {error}") from error
