"""`load_packs`: rule packs from YAML files, compiled, with everything they extend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from invoiceocr import kinds, resources
from invoiceocr.kinds import Registry
from invoiceocr.rules.packs.compiling import Judged, compile_lets, compile_params, compile_rule
from invoiceocr.rules.packs.loading import Loader, RawPack, pack_files, read_pack, remembered, whole
from invoiceocr.rules.packs.rule import Rule


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """A compiled pack: its own rules and those of the packs it extends, which `extends` names."""

    name: str
    version: int
    file: Path
    extends: tuple[str, ...]
    rules: tuple[Rule, ...]


def load_pack(file: Path, load: Loader = whole, registry: Registry | None = None) -> Pack:
    """The compiled pack of *file*; raises PackError with file, line, column and the nearest valid name."""
    return compile_pack(read_pack(file, load), registry or kinds.builtin())


def load_packs(
    paths: Iterable[Path] = (), *, builtin: bool = True, load: Loader = whole, registry: Registry | None = None
) -> tuple[Pack, ...]:
    """The built-in packs, then those of *paths* (files or folders), without packs that another one extends. They judge
    the kinds of *registry*, by default the built-in ones. With *load* `without_tests`, the embedded tests are left out,
    which takes a quarter of the time."""
    folders = (resources.folder("rules"),) if builtin else ()
    raw = [read_pack(file, remembered(load)) for file in pack_files((*folders, *paths))]
    extended = {name for pack in raw for name in pack.extends}
    known = registry or kinds.builtin()
    return tuple(compile_pack(pack, known) for pack in raw if pack.name not in extended)


def compile_pack(raw: RawPack, registry: Registry) -> Pack:
    """The compiled form of a merged pack."""
    params = compile_params(raw.params)
    lets = compile_lets(raw.lets, params, Judged(raw.kinds, registry))
    rules = tuple(compile_rule(rule, params, lets, registry) for rule in raw.rules.values())
    return Pack(raw.name, raw.version, raw.file, raw.extends, rules)
