"""Files under names made from their invoices: planned first, then copied or moved, never over another file, and undone
with a log."""

from __future__ import annotations

import filecmp
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from invoiceocr.errors import OutputError, SettingsError
from invoiceocr.export.files.naming import Pattern
from invoiceocr.export.sheets.ledger_columns import Listed
from invoiceocr.kinds import Registry
from invoiceocr.result import ReadResult

Reason = Literal["unread", "no_invoice", "several", "doubtful", "no_file", "there"]
COPY, MOVE = "copy", "move"


@dataclass(frozen=True, slots=True)
class Filed:
    """A file and its target; without a *target*, why it stays: a *reason* and the fields that are in doubt."""

    source: str
    target: Path | None = None
    reason: Reason | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """A line of the log: what was done with a file, and the size of the file at that time."""

    action: str
    source: str
    target: str
    size: int


def planned(results: Iterable[ReadResult], folder: Path, names: Pattern, registry: Registry) -> Iterator[Filed]:
    """The target of each file under *folder*. A name that is taken, by an existing file or by one planned before, gets
    a number; the same bytes under the same name are left out."""
    taken: dict[str, Path] = {}
    for serial, result in enumerate(results, start=1):
        filed = _named(result, serial, names, registry)
        if isinstance(filed, Filed):
            yield filed
            continue
        source = Path(result.source)
        target = _free(folder.joinpath(*filed), source, taken)
        if target is None:
            yield Filed(result.source, reason="there")
        else:
            taken[_key(target)] = source
            yield Filed(result.source, target)


def _named(result: ReadResult, serial: int, names: Pattern, registry: Registry) -> Filed | tuple[str, ...]:
    """The parts of the file's new path, or why it stays."""
    if result.error:
        return Filed(result.source, reason="unread")
    if not os.path.isfile(result.source):
        return Filed(result.source, reason="no_file")
    if len(result.invoices) != 1:
        return Filed(result.source, reason="several" if result.invoices else "no_invoice")
    listed = Listed(result, result.invoices[0], serial, registry)
    if doubts := names.doubts(listed):
        return Filed(result.source, reason="doubtful", fields=doubts)
    *folders, name = names.path(listed)
    return (*folders, name + Path(result.source).suffix.lower())


def _free(wanted: Path, source: Path, taken: dict[str, Path]) -> Path | None:
    """*wanted*, or the first numbered variant that is free; None if it already contains the same bytes."""
    number, target = 1, wanted
    while (other := taken.get(_key(target)) or (target if os.path.lexists(target) else None)) is not None:
        if other.is_file() and filecmp.cmp(other, source, shallow=False):
            return None
        number += 1
        target = wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
    return target


def _key(path: Path) -> str:
    """What two paths have in common that are one file on systems that ignore case."""
    return str(path).casefold()


def carried_out(filed: Iterable[Filed], log: Path, action: str) -> Iterator[Filed]:
    """*filed*, as each is copied or moved; a line of the *log* is written before, so that it is complete. Raises
    OutputError if a file can't be written."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("x", encoding="utf-8", errors="surrogateescape") as stream:
            for item in filed:
                if item.target is not None:
                    _carry_out(item.source, item.target, action, stream.write)
                    stream.flush()
                yield item
    except OSError as error:
        where, trouble = error.filename or log, error.strerror or error
        raise OutputError(f"{where}: {trouble}; what was done stands in {log}") from error


def _carry_out(source: str, target: Path, action: str, write: Callable[[str], object]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    done = Done(action, os.path.abspath(source), str(target.absolute()), os.path.getsize(source))
    write(json.dumps(asdict(done), ensure_ascii=False) + "\n")
    # fails where the name was taken meanwhile
    with target.open("xb") as stream:
        try:
            with open(source, "rb") as original:
                shutil.copyfileobj(original, stream)
        except BaseException:
            target.unlink()  # never a file that is there by half
            raise
    shutil.copystat(source, target)
    if action == MOVE:
        os.unlink(source)


def undone(log: Path) -> Iterator[tuple[Done, bool]]:
    """The lines of the *log*, last first, and whether each could be undone: copies are deleted and moved files go back,
    unless the file has changed since or its old place is taken. Raises SettingsError for a file that is not a log."""
    for done in reversed(_logged(log)):
        target, source = Path(done.target), Path(done.source)
        known = target.is_file() and target.stat().st_size == done.size
        if done.action == MOVE:
            known = known and not os.path.lexists(source)
            if known:
                source.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(target, source)
        elif known and (known := source.is_file() and filecmp.cmp(source, target, shallow=False)):
            target.unlink()
        yield done, known


def _logged(log: Path) -> list[Done]:
    try:
        with log.open(encoding="utf-8", errors="surrogateescape") as stream:
            return [Done(**json.loads(line)) for line in stream if line.strip()]
    except (OSError, ValueError, TypeError) as error:
        zh = f"{log}：不是 organize 写的日志，或读不了"
        raise SettingsError(f"{log}: {error}; give the log that organize wrote", zh=zh) from error
