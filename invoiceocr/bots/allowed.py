"""Which files another program may have read: those in the folders that are allowed to it, with all links followed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from invoiceocr.errors import SettingsError, SourceError

NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Folders as they really lie; made by `of`."""

    folders: tuple[Path, ...]

    @classmethod
    def of(cls, folders: Sequence[Path]) -> Allowed:
        """The allowance of *folders*; SettingsError for one that doesn't exist."""
        if missing := [folder for folder in folders if not folder.is_dir()]:
            raise SettingsError(
                f"{missing[0]}: no folder; give one that exists with --allow",
                zh=f"{missing[0]}：没有这个目录，请用 --allow 给出已有的目录",
            )
        return cls(tuple(folder.resolve() for folder in folders))

    def path(self, name: str) -> Path:
        """The file that *name* refers to, relative to an allowed folder, or to the current one if it isn't absolute.
        Raises SourceError with the code `not_allowed` if it is, with links followed, outside all folders; it says
        nothing about what is there."""
        paths = [Path(os.path.realpath(folder / name)) for folder in (*self.folders, Path.cwd())]
        allowed = [path for path in paths if any(path.is_relative_to(folder) for folder in self.folders)]
        if not allowed:
            places = ", ".join(map(str, self.folders))
            raise SourceError(f"{name}: only files in {places} may be read", code=NOT_ALLOWED)
        return next((path for path in allowed if path.exists()), allowed[0])
