"""`Registry`: all known kinds, built-in ones and a user's own, and what follows from their fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from invoiceocr import resources
from invoiceocr.kinds.loading import load_kinds
from invoiceocr.kinds.spec import FieldSpec, KindSpec, without_rows

OTHER = "other"  # the kind of a document of no other kind


@dataclass(frozen=True, slots=True, eq=False)
class Registry:
    """The kinds by name, in their order. `fields` has the field for each path (without row numbers) as the first kind
    that has it defines it, for questions without a kind; `names` has the same by the last part of the path. `folders`
    are those of the user's kinds."""

    kinds: Mapping[str, KindSpec]
    families: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, FieldSpec]
    names: Mapping[str, FieldSpec]
    folders: tuple[Path, ...] = ()

    def __getitem__(self, kind: str) -> KindSpec:
        return self.kinds[kind]

    def __contains__(self, kind: object) -> bool:
        return kind in self.kinds

    def __iter__(self) -> Iterator[KindSpec]:
        return iter(self.kinds.values())

    def field(self, path: str, kind: str | None = None) -> FieldSpec | None:
        """The field at *path* of *kind*; without a kind, or if it has no such field, as the first kind that has it."""
        own = self.kinds[kind].field(path) if kind and kind in self.kinds else None
        return own or self.fields.get(without_rows(path)) or self.names.get(path.rpartition(".")[2])

    def members(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The kinds that *names*, of kinds and of families, refer to, each once, in the given order."""
        kinds = (kind for name in names for kind in self.families.get(name, (name,)))
        return tuple(dict.fromkeys(kinds))


@lru_cache(maxsize=8192)
def field_of(path: str, spec: KindSpec | None = None) -> FieldSpec | None:
    """The field at *path* as *spec* has it; without a spec, or if it has no such field, as the built-in kinds do."""
    return (spec.field(path) if spec else None) or builtin().field(path)


def is_sum(path: str, spec: KindSpec | None) -> bool:
    """Whether the field at *path* is a sum of the whole paper."""
    field = field_of(path, spec)
    return field is not None and field.is_sum


def load(folders: tuple[Path, ...] = ()) -> Registry:
    """The built-in kinds, and those of *folders* on top of them; SchemaError with the file, line and nearest valid
    name."""
    return _loaded(folders) if folders else builtin()


@cache
def builtin() -> Registry:
    """The kinds that ship with the package, loaded once for each process."""
    return _loaded(())


def _loaded(folders: tuple[Path, ...]) -> Registry:
    kinds = load_kinds((resources.folder("schemas") / "kinds", *folders))
    families: dict[str, tuple[str, ...]] = {}
    fields: dict[str, FieldSpec] = {}
    names: dict[str, FieldSpec] = {}
    for spec in kinds.values():
        for family in spec.families:
            families[family] = (*families.get(family, ()), spec.kind)
        for path, field in spec.paths.items():
            fields.setdefault(path, field)
            names.setdefault(field.name, field)
    return Registry(kinds, families, fields, names, folders)
