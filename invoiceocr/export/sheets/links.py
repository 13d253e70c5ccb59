"""Addresses of files that a spreadsheet opens at a click."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from invoiceocr.export.plain_text import xml_text


def link_to(source: str, folder: Path | None) -> str:
    """The address of the file *source*: relative to *folder* if there is one, so that both can be moved together,
    otherwise absolute. Empty if there is no such file."""
    if source != xml_text(source) or not os.path.isfile(source):
        return ""
    path = os.path.abspath(source)
    if folder is not None:
        try:
            return _escaped(os.path.relpath(path, folder))
        except ValueError:  # on another drive of Windows
            pass
    return f"file://{'' if path.startswith('/') else '/'}{_escaped(path)}"


def _escaped(path: str) -> str:
    """*path* as part of an address; letters of other scripts stay, as spreadsheets write them."""
    return "".join(c if ord(c) > 127 else quote(c, safe="/:") for c in path.replace(os.sep, "/"))
