"""`Place`: where something stands in a YAML file, so that every error can say it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from invoiceocr import yaml_file
from invoiceocr.errors import PackError
from invoiceocr.yaml_file import YamlNode


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """The file, and the loaded mapping or list with the key of the value meant."""

    file: Path
    data: YamlNode
    key: str | int

    @property
    def line(self) -> int:
        """The line of the value, from 1."""
        return self._start()[0]

    def error(self, message: str, offset: int = 0) -> PackError:
        """An error at the value, *offset* characters into it."""
        line, column = self._start()
        if isinstance(self.data, dict) and isinstance(self.data.get(self.key), str):
            column += offset + _quote(self.file, line, column)
        return PackError(f"{self.file}:{line}:{column}: {message}")

    def _start(self) -> tuple[int, int]:
        stored = getattr(getattr(self.data, "lc", None), "data", None) or {}
        place = stored.get(self.key, ())
        # line and column of the key, then of the value
        if len(place) == 4:
            return place[2] + 1, place[3] + 1
        return yaml_file.position(self.data, self.key)


def _quote(file: Path, line: int, column: int) -> int:
    """1 if a quote opens there: it is not part of the value."""
    try:
        text = file.read_text(encoding="utf-8-sig").splitlines()[line - 1]
    except (OSError, IndexError):
        return 0
    return int(text[column - 1 : column] in ("'", '"'))


@dataclass(frozen=True, slots=True)
class Sourced:
    """A value and its place."""

    value: YamlNode
    place: Place
