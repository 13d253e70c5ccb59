"""The one door to YAML: files become plain mappings and lists that still know their lines and columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent

from invoiceocr.errors import InvoiceOCRError

MAX_DEPTH = 20  # mappings and lists in one another; ours nest six deep
MAX_BYTES = 1_000_000
MAX_LINE = 5_000  # characters; the scanner's time grows with their square


class _Composer(Composer):
    """Refuses what nests too deep, before the parser recurses, aliases, which make one text stand for millions, and
    tags."""

    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.parser.check_event(AliasEvent):
            event = self.parser.get_event()
            raise MarkedYAMLError(None, None, "aliases are not read", event.start_mark)
        event = self.parser.peek_event()
        if getattr(event, "tag", None) is not None:
            raise MarkedYAMLError(None, None, f"the tag {event.tag} is not read", event.start_mark)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise MarkedYAMLError(None, None, f"nested deeper than {MAX_DEPTH}", self.parser.peek_event().start_mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def load(path: Path, error: type[InvoiceOCRError]) -> Any:
    """The data of a YAML 1.2 file: dicts and lists that `position` can locate, and scalars; None if it is empty.

    No tag can make an object of any other class. Raises *error* with file, line and column where the file can't
    be read, is not UTF-8, is malformed or names a key twice. Not cached: callers keep what they load.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise error(f"{path}: larger than {MAX_BYTES} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise error(f"{path}: {cause}; give a readable UTF-8 YAML file") from cause
    return parse(text, str(path), error)


def parse(text: str, name: str, error: type[InvoiceOCRError]) -> Any:
    """The data of the YAML *text*, as of `load`; *name* stands for the file in messages."""
    if longest := next((rank for rank, line in enumerate(text.split("\n"), 1) if len(line) > MAX_LINE), None):
        raise error(f"{name}:{longest}:1: a line of more than {MAX_LINE} characters")
    yaml = YAML(typ="rt", pure=True)
    yaml.Composer = _Composer
    try:
        return yaml.load(text)
    except MarkedYAMLError as cause:
        raise error(f"{name}{_at(cause)}: {_reason(cause)}") from cause
    except RecursionError:
        raise error(f"{name}: nested deeper than {MAX_DEPTH}") from None
    except (YAMLError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError) as cause:
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
