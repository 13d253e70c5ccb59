"""The only module that knows where schemas/, rules/ and models/ lie: beside the package in a checkout,
inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def chinese_font() -> Path:
    """The one Chinese font that comes with the package: pages without fonts of their own are drawn with it."""
    return folder("models") / "fonts" / "NotoSansSC-GB2312.otf"


def folder(name: str) -> Path:
    """The folder *name* ("schemas", "rules" or "models"); FileNotFoundError if the installation lacks it."""
    for place in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"{name}/ is missing from the installation at {_PACKAGE}; reinstall invoiceocr")
