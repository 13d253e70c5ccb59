"""YAML files of kinds as checked nodes: which file extends which, and errors with the file, line and nearest valid
name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from invoiceocr import yaml_file
from invoiceocr.errors import SchemaError

MAX_DEPTH = 8  # how many files may extend one another
MOST_NAMED = 20  # how many names a message lists


@dataclass(frozen=True, slots=True)
class KindFile:
    """A loaded YAML file: a mapping whose nodes know their line and column."""

    path: Path
    data: Mapping[str, object]

    @property
    def name(self) -> str:
        """The file's stem."""
        return self.path.stem

    def error(self, node: object, key: str | int | None, problem: str) -> SchemaError:
        """*problem* at the entry *key* of *node*, as an error with the file, line and column."""
        line, column = yaml_file.position(node, key)
        return SchemaError(f"{self.path}:{line}:{column}: {problem}")

    def known(self, node: object, key: str | int, name: object, names: Iterable[str]) -> str:
        """*name* if it is one of *names*; otherwise SchemaError with the nearest one."""
        valid = list(names)
        if str(name) in valid:
            return str(name)
        raise self.error(node, key, unknown(name, valid))

    def mapping(self, node: object, owner: object, key: str | int | None) -> Mapping[str, object]:
        """*node* as a mapping; SchemaError at the entry *key* of *owner* if it is none."""
        if not isinstance(node, Mapping):
            raise self.error(owner, key, f"{key or 'the file'} must map names to values")
        return node

    def check_keys(self, node: Mapping[str, object], names: Iterable[str]) -> None:
        """SchemaError for a key of *node* that is none of *names*."""
        valid = tuple(names)
        for key in node:
            self.known(node, key, key, valid)

    def holds(self, node: object) -> bool:
        """Whether *node* is one of the file."""
        return any(own is node for own in self.nodes())

    def nodes(self) -> Iterator[object]:
        """All mappings and lists of the file."""
        waiting: list[object] = [self.data]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Mapping):
                yield node
                waiting += node.values()
            elif isinstance(node, list):
                yield node
                waiting += node


def unknown(name: object, names: Sequence[str]) -> str:
    """The message for a *name* that is none of *names*: the nearest of them, or else the first ones."""
    if name is None:
        return "a name is missing here"
    if not names:
        return f"{str(name)!r} is not known: the file names none"
    near = difflib.get_close_matches(str(name), names, 1)
    told = ", ".join(names[:MOST_NAMED]) + (", ..." if len(names) > MOST_NAMED else "")
    return f"{str(name)!r} is not known; " + (f"did you mean {near[0]!r}?" if near else f"known: {told}")


def load(path: Path) -> KindFile:
    """The YAML file *path*; SchemaError with file and line if it is unreadable, malformed or not a mapping."""
    data = yaml_file.load(path, SchemaError)
    if not isinstance(data, Mapping):
        raise SchemaError(f"{path}:1:1: a kind is a mapping: kind, title, fields, ...")
    return KindFile(path, data)


def lineage(file: KindFile, files: Mapping[str, KindFile]) -> list[KindFile]:
    """*file* after those that it extends, the most general first; SchemaError for an unknown one or a cycle."""
    found = [file]
    while "extends" in found[0].data:
        youngest = found[0]
        name = youngest.known(youngest.data, "extends", youngest.data["extends"], files)
        parent = files[name]
        if parent in found or len(found) == MAX_DEPTH:
            raise youngest.error(youngest.data, "extends", f"{name!r} extends this file, or its line is too long")
        found.insert(0, parent)
    return found
