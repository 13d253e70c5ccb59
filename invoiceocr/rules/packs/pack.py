"""`load_packs`: rule packs from YAML files, compiled, with everything they extend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from invoiceocr import kinds, resources
from invoiceocr.kinds import Registry
from invoiceocr.rules.packs.compiling import Judged, compile_lets, compile_params, compile_rule
from invoiceocr.rules.packs.loading import Loader, RawPack, pack_files, read_pack, remembered, whole
from invoiceocr.rules.packs.rule import Rule


@dataclass(frozen=True, eq=False)
class Pack:
    """A pack: its own rules and those of the packs it extends, which `extends` names. They are compiled when one of
    them is needed, because an invoice is judged by a part of the packs."""

    name: str
    version: int
    file: Path
    extends: tuple[str, ...]
    registry: Registry
    raw: RawPack = field(repr=False)

    @cached_property
    def compiled(self) -> Mapping[str, Rule]:
        """The compiled rules by id; raises PackError with file, line and column if one doesn't compile."""
        params = compile_params(self.raw.params)
        lets = compile_lets(self.raw.lets, params, Judged(self.raw.kinds, self.registry))
        return {name: compile_rule(rule, params, lets, self.registry) for name, rule in self.raw.rules.items()}

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The compiled rules."""
        return tuple(self.compiled.values())

    def judges(self, rule: str, kind: str) -> bool:
        """Whether the rule with the id *rule* judges invoices of *kind*; nothing is compiled for that."""
        return kind in self.registry.members(tuple(self.raw.rules[rule].value("applies_to", ())))


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
    """The compiled form of a merged pack; one of ours, whose rules are known to compile for our own kinds, is compiled
    later."""
    pack = Pack(raw.name, raw.version, raw.file, raw.extends, registry, raw)
    if not raw.is_own or registry is not kinds.builtin():
        _ = pack.compiled
    return pack
