"""Rule packs from YAML: read, checked in shape, and merged with the packs that they extend; everything remembers its
place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from invoiceocr import resources, yaml_file
from invoiceocr.errors import PackError
from invoiceocr.rules.language.scope import nearest
from invoiceocr.rules.packs.place import Place, Sourced
from invoiceocr.yaml_file import YamlNode

# the largest built-in pack has 23,000; parsing takes a second for a hundred thousand
MAX_FILE_BYTES = 300_000
MAX_RULES = 500  # of a pack; the largest built-in one has forty
MAX_EXTENDS = 8  # packs between a pack and the last it builds on
MAX_PACKS = 60  # that a pack builds on in all
# of a pack's lets; compiling refuses far fewer, but parsing comes first
MAX_LET_LINES = 300
_LETS = re.compile(rb"^let:[^\n]*\n(?:(?:[ \t][^\n]*)?\n){1,100000}", re.MULTILINE)
# how each rule names itself
_RULE = re.compile(rb"\bid[\"']?\s{0,8}:")
SUFFIXES = (".yaml", ".yml")
REQUIRED = ("title", "severity", "assert", "message")
TESTS = re.compile(r"( +)tests:\s*")
Loader = Callable[[Path], YamlNode]


@dataclass(frozen=True, slots=True)
class RawRule:
    """A rule before compiling: the pack whose rule it is, and its keys with their places."""

    id: str
    pack: str
    keys: Mapping[str, Sourced]

    def value(self, key: str, default: YamlNode = None) -> YamlNode:
        """The value of *key*, or *default*."""
        return self.keys[key].value if key in self.keys else default


@dataclass(frozen=True, slots=True)
class RawPack:
    """A pack with everything it extends merged in, before compiling. `is_own`: all of it ships with the package, whose
    tests have compiled it."""

    name: str
    version: int
    file: Path
    kinds: tuple[str, ...]
    extends: tuple[str, ...]
    params: Mapping[str, Sourced]
    lets: Mapping[str, Sourced]
    rules: Mapping[str, RawRule]
    is_own: bool = False


def pack_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The pack files of *paths*: files as they are, those of a folder by name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.iterdir() if file.suffix in SUFFIXES)
        elif path.exists():
            yield path
        else:
            raise PackError(f"{path}: no such file or folder of rule packs", zh=f"{path}：没有这个规则包文件或目录")


def whole(file: Path) -> YamlNode:
    """All data of *file*."""
    return yaml_file.load(file, PackError)


def without_tests(file: Path) -> object:
    """The data of *file* without the tests of its rules, which are most of a pack: parsing them would take longer than
    reading an invoice. Lines keep their numbers."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return whole(file)
    return yaml_file.parse(text_without_tests(text), str(file), PackError)


def text_without_tests(text: str) -> str:
    """The *text* of a pack with the lines of its tests emptied."""
    return "\n".join(_blanked(text.split("\n")))


def remembered(load: Loader) -> Loader:
    """*load*, reading a file only once until it changes: packs extend each other, and processes build many readers."""

    def loaded(file: Path) -> YamlNode:
        stat = file.stat() if file.exists() else None
        return _loaded(load, file, (stat.st_mtime_ns, stat.st_size) if stat else None)

    return loaded


@lru_cache(maxsize=64)
def _loaded(load: Loader, file: Path, stamp: tuple[int, int] | None) -> YamlNode:
    return load(file)


def _blanked(lines: list[str]) -> Iterator[str]:
    """*lines* with those of `tests:` blocks emptied: from that line on, what is indented deeper."""
    indent = -1
    for line in lines:
        depth = len(line) - len(line.lstrip(" "))
        if line.strip() and depth <= indent:
            indent = -1
        match = TESTS.fullmatch(line) if indent < 0 else None
        indent = len(match[1]) if match else indent
        yield "" if indent >= 0 else line


def read_pack(file: Path, load: Loader) -> RawPack:
    """The merged pack of *file*; raises PackError with file, line and column."""
    return _read_pack(file, load, {}, 0)


def _read_pack(file: Path, load: Loader, known: dict[Path, RawPack], depth: int) -> RawPack:
    """As `read_pack`; packs that were already read for the same pack are *known*, in however many ways they are
    reached."""
    if file in known:
        return known[file]
    if depth > MAX_EXTENDS:
        raise PackError(f"{file}: packs extend each other in a circle, or more than {MAX_EXTENDS} deep")
    data = _checked(file, load)
    names = _listed(data.get("extends", []))
    if len(names) > MAX_PACKS or len(known) > MAX_PACKS:
        raise Place(file, data, "extends").error(f"a pack builds on {MAX_PACKS} others at most")
    if twice := [name for rank, name in enumerate(names) if name in names[:rank]]:
        raise Place(file, data, "extends").error(f"{twice[0]} is extended twice")
    parents = [_read_pack(_find(name, file, data), load, known, depth + 1) for name in names]
    known[file] = _merged(file, data, parents)
    return known[file]


def _merged(file: Path, data: YamlNode, parents: list[RawPack]) -> RawPack:
    inherited = _inherited(parents)
    kinds = data.get("applies_to") or list(dict.fromkeys(kind for parent in parents for kind in parent.kinds))
    judged = Sourced(kinds, Place(file, data, "applies_to" if "applies_to" in data else "pack"))
    # the pack's own rules, which replace and switch off inherited ones
    own = _own_rules(file, data, inherited, judged)
    _disable(file, data, inherited)
    return RawPack(
        name=data["pack"],
        version=data.get("version", 1),
        file=file,
        kinds=tuple(kinds),
        extends=tuple(dict.fromkeys(name for parent in parents for name in (parent.name, *parent.extends))),
        params=_joined([parent.params for parent in parents], _sourced(file, data, "params")),
        lets=_joined([parent.lets for parent in parents], _sourced(file, data, "let")),
        rules=inherited | own,
        is_own=yaml_file.is_stored(data) and all(parent.is_own for parent in parents),
    )


def _inherited(parents: Iterable[RawPack]) -> dict[str, RawRule]:
    """The rules of the extended packs; later ones win."""
    inherited: dict[str, RawRule] = {}
    for parent in parents:
        inherited |= parent.rules
    return inherited


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _checked(file: Path, load: Loader) -> YamlNode:
    _check_size(file)
    data = load(file)
    if not yaml_file.is_stored(data):
        _check_shape(file, data)
    return data


def _check_shape(file: Path, data: YamlNode) -> None:
    # for packs of the user only
    from invoiceocr.rules.packs.schema import PackFile

    try:
        PackFile.model_validate(data)
    except ValidationError as error:
        raise _shape_error(file, data, error) from None


def _check_size(file: Path) -> None:
    """Refuses, before parsing, what would take seconds to parse and what is not a regular file."""
    if not file.exists():
        return
    if not file.is_file():
        raise PackError(f"{file}: not a regular file")
    if file.stat().st_size > MAX_FILE_BYTES:
        raise PackError(f"{file}: larger than {MAX_FILE_BYTES} bytes")
    data = file.read_bytes()
    if sum(1 for _ in _RULE.finditer(data)) > MAX_RULES:
        raise PackError(f"{file}: more than {MAX_RULES} rules; give several packs")
    if (lets := _LETS.search(data)) and lets[0].count(b"\n") > MAX_LET_LINES:
        raise PackError(f"{file}: a let of more than {MAX_LET_LINES} lines")


def _shape_error(file: Path, data: object, error: ValidationError) -> PackError:
    from invoiceocr.rules.packs.schema import known_keys

    first = error.errors()[0]
    place = Place(file, data, "")
    for key in first["loc"]:
        if (isinstance(data, dict) and key in data) or (isinstance(data, list) and isinstance(key, int)):
            place, data = Place(file, data, key), data[key]  # type: ignore[index]
    name = ".".join(map(str, first["loc"])) or "the pack"
    unknown = first["type"] == "extra_forbidden"
    hint = f"; {nearest(str(first['loc'][-1]), known_keys(first['loc'][:-1]))}" if unknown else ""
    return place.error(f"{name}: {first['msg']}{hint}")


def _find(name: str, file: Path, data: YamlNode) -> Path:
    """The file of the pack *name*: beside *file*, a path relative to it, or built in."""
    folders = (file.parent, resources.folder("rules"))
    for folder in folders:
        for candidate in (folder / f"{name}.yaml", folder / name):
            if candidate.is_file() and candidate.resolve() != file.resolve():
                return candidate
    known = {path.stem for folder in folders for path in folder.glob("*.yaml")}
    raise Place(file, data, "extends").error(f"no pack {name}; {nearest(name, known)}")


def _disable(file: Path, data: YamlNode, rules: dict[str, RawRule]) -> None:
    disabled = data.get("disable", [])
    for index, identifier in enumerate(disabled):
        if rules.pop(identifier, None) is None:
            raise Place(file, disabled, index).error(f"no rule {identifier} to disable; {nearest(identifier, rules)}")


def _joined(inherited: list[Mapping[str, Sourced]], own: dict[str, Sourced]) -> dict[str, Sourced]:
    """The names of all parents and the pack's own, which take precedence; two parents may not differ on one."""
    joined: dict[str, Sourced] = {}
    for mapping in inherited:
        for name, sourced in mapping.items():
            if name in joined and joined[name].value != sourced.value and name not in own:
                other = joined[name].place.file
                raise sourced.place.error(f"{name} differs from {other}; give it again in the pack that extends both")
            joined[name] = sourced
    return joined | own


def _sourced(file: Path, data: YamlNode, key: str) -> dict[str, Sourced]:
    mapping = data.get(key, {})
    return {name: Sourced(value, Place(file, mapping, name)) for name, value in mapping.items()}


def _own_rules(file: Path, data: YamlNode, inherited: Mapping[str, RawRule], kinds: Sourced) -> dict[str, RawRule]:
    """The rules of *data*: those with an inherited id change that rule, others judge *kinds* by default."""
    own: dict[str, RawRule] = {}
    for entry in data.get("rules", ()):
        identifier = entry["id"]
        keys = {key: Sourced(value, Place(file, entry, key)) for key, value in entry.items() if value is not None}
        if identifier in own:
            raise keys["id"].place.error(f"a second rule {identifier} in the same pack")
        base = inherited.get(identifier)
        start = base.keys if base else {"applies_to": kinds}
        own[identifier] = RawRule(identifier, data["pack"], {**start, **keys})
        missing = [key for key in REQUIRED if key not in own[identifier].keys]
        if missing:
            raise keys["id"].place.error(f"rule {identifier} lacks {', '.join(missing)}")
    return own
