"""Many papers at once, in one transaction: rows are made here and written table by table, by COPY if available.

Papers are matched by their keys alone: near duplicates among imported papers show when they are checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Table, insert, select, text

from invoiceocr.ledger import audit, sellers
from invoiceocr.ledger.audit import Note, state_of
from invoiceocr.ledger.papers import Paper
from invoiceocr.ledger.rows import now, stored_values
from invoiceocr.ledger.store import claim_note, entry_row, file_row, next_id
from invoiceocr.ledger.tables import CONTENTS, ENTRIES, EVENTS, FILES

CHUNK = 5000  # papers whose rows are in memory together
# keys in one question; SQLite takes 999 parameters
KEYS_ASKED = 500

Row = Mapping[str, object]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Imported:
    """How many invoices became entries, were further files of an entry, or had already been recorded."""

    new: int = 0
    files: int = 0
    again: int = 0


@dataclass(slots=True)
class _Rows:
    """What is to be written of a chunk."""

    entries: list[Row] = field(default_factory=list)
    contents: list[Row] = field(default_factory=list)
    files: list[Row] = field(default_factory=list)
    learned: list[Row] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def load(connection: Connection, papers: Iterable[Paper], by: str) -> Imported:
    """Records *papers* in the transaction of a writer."""
    rest, done = iter(papers), Imported()
    while chunk := list(islice(rest, CHUNK)):
        part = _load(connection, chunk, by)
        done = Imported(done.new + part.new, done.files + part.files, done.again + part.again)
    if done.new:
        _analyze(connection)
    return done


def _analyze(connection: Connection) -> None:
    """Have PostgreSQL look at what came. Until it has, it takes the table for a small one and searches all of it for a
    number; it would look by itself only after a minute or so."""
    if connection.dialect.name == "postgresql":
        for table in (ENTRIES, CONTENTS, FILES, EVENTS):
            connection.execute(text(f'ANALYZE "{table.name}"'))


def _load(connection: Connection, chunk: Sequence[Paper], by: str) -> Imported:
    known = _known(connection, [paper.key for paper in chunk])
    states = _states(connection, known.values())
    recorded = _recorded(connection, known.values())
    rows, at, entry_id, again = _Rows(), now(), next_id(connection), 0
    for paper in chunk:
        held = known.get(paper.key)
        if held is not None and (held, *paper.file.values()) in recorded:
            again += 1
            continue
        if held is None:
            known[paper.key] = held = entry_id
            states[held] = _claim(rows, paper, held, (by, at))
            entry_id += 1
        else:
            rows.notes.append(Note("file", by, held, new={"values": {}, "file": paper.file, "state": states[held]}))
        recorded.add((held, *paper.file.values()))
        rows.files.append(file_row(paper, held, by, at))
    _write(connection, rows, at)
    return Imported(len(rows.entries), len(rows.files) - len(rows.entries), again)


def _claim(rows: _Rows, paper: Paper, entry_id: int, who: tuple[str, str]) -> str:
    """Add the rows of a new entry; its state."""
    by, at = who
    rows.entries.append(entry_row(paper, entry_id, by, at))
    rows.contents.append({"entry_id": entry_id, "data": paper.packed})
    note = claim_note(paper, entry_id, by)
    rows.notes.append(note)
    if (row := sellers.learned(paper.invoice, entry_id)) is not None:
        rows.learned.append(row)
    return str(note.new["state"])


def _write(connection: Connection, rows: _Rows, at: str) -> None:
    events = list(audit.chained(rows.notes, audit.head(connection), at))
    for table, found in ((ENTRIES, rows.entries), (CONTENTS, rows.contents), (FILES, rows.files), (EVENTS, events)):
        if found:
            write_rows(connection, table, found)
    sellers.learn(connection, rows.learned)


def write_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert *rows*, all with the same columns: by COPY in PostgreSQL."""
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), rows)
        return
    names = list(rows[0])
    quoted = ", ".join(f'"{name}"' for name in names)
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({quoted}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


def _known(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    """The entries of *keys* that exist."""
    found: dict[str, int] = {}
    for part in _parts(keys):
        rows = connection.execute(select(ENTRIES.c.key, ENTRIES.c.id).where(ENTRIES.c.key.in_(part)))
        found |= {row.key: row.id for row in rows}
    return found


def _states(connection: Connection, entries: Iterable[int]) -> dict[int, str]:
    """The digests of existing entries."""
    found: dict[int, str] = {}
    for part in _parts(list(entries)):
        query = select(ENTRIES.c.id, ENTRIES.c.decision, CONTENTS.c.data).join(
            CONTENTS, CONTENTS.c.entry_id == ENTRIES.c.id
        )
        for row in connection.execute(query.where(ENTRIES.c.id.in_(part))):
            found[row.id] = state_of(stored_values(row.data), row.decision)
    return found


def _recorded(connection: Connection, entries: Iterable[int]) -> set[tuple[object, ...]]:
    """The files of existing entries."""
    found: set[tuple[object, ...]] = set()
    names = ("entry_id", "name", "location", "sha256", "page")
    for part in _parts(list(entries)):
        rows = connection.execute(select(*(FILES.c[name] for name in names)).where(FILES.c.entry_id.in_(part)))
        found |= {tuple(row) for row in rows}
    return found


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), KEYS_ASKED):
        yield items[start : start + KEYS_ASKED]
