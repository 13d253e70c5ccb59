"""`DatelessZip`: archives that are the same bytes whenever they are made."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from _typeshed import SizedBuffer, StrPath

# the one date in all workbooks, so that equal results are equal bytes
EPOCH = datetime(2020, 1, 1)


class DatelessZip(ZipFile):
    """An archive whose members all bear the same date."""

    def writestr(self, zinfo_or_arcname: str | ZipInfo, data: SizedBuffer | str, *_: object, **__: object) -> None:
        """Store *data* under the name."""
        super().writestr(_member(zinfo_or_arcname), data)

    def write(self, filename: StrPath, arcname: StrPath | None = None, *_: object, **__: object) -> None:
        """Store the file under the name."""
        info = _member(os.fspath(arcname or filename))
        info.file_size = Path(filename).stat().st_size
        with open(filename, "rb") as source, self.open(info, "w") as member:
            shutil.copyfileobj(source, member)


def _member(known: str | ZipInfo) -> ZipInfo:
    name = known.filename if isinstance(known, ZipInfo) else known
    info = ZipInfo(name, (EPOCH.year, EPOCH.month, EPOCH.day, 0, 0, 0))
    info.compress_type = ZIP_DEFLATED
    return info
