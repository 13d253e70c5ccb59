"""The one door to YAML: files become plain mappings and lists that still know their lines and columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from invoiceocr.errors import InvoiceOCRError


def load(path: Path, error: type[InvoiceOCRError]) -> Any:
    """The data of a YAML 1.2 file: dicts and lists that `position` can locate, and scalars; None if it is empty.

    No tag can make an object of any other class. Raises *error* with file, line and column where the file can't
    be read, is not UTF-8, is malformed or names a key twice. Not cached: callers keep what they load.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise error(f"{path}: {cause}; give a readable UTF-8 YAML file") from cause
    return parse(text, str(path), error)


def parse(text: str, name: str, error: type[InvoiceOCRError]) -> Any:
    """The data of the YAML *text*, as of `load`; *name* stands for the file in messages."""
    try:
        return YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as cause:
        raise error(f"{name}{_at(cause)}: {_reason(cause)}") from cause
    except (YAMLError, ValueError) as cause:
        raise error(f"{name}: {cause}") from cause


def position(data: Any, key: str | int | None = None) -> tuple[int, int]:
    """(line, column) from 1 of the entry *key* of a loaded dict or list, or of *data* itself without a key or
    without such an entry; (1, 1) for anything else."""
    if not isinstance(data, CommentedMap | CommentedSeq):
        return (1, 1)
    if key is not None and data.lc.data and key in data.lc.data:
        line, column = data.lc.data[key][:2]
        return (line + 1, column + 1)
    return ((data.lc.line or 0) + 1, (data.lc.col or 0) + 1)


def _at(cause: MarkedYAMLError) -> str:
    mark = cause.problem_mark or cause.context_mark
    return f":{mark.line + 1}:{mark.column + 1}" if mark else ""


def _reason(cause: MarkedYAMLError) -> str:
    return cause.problem or cause.context or "malformed YAML"
