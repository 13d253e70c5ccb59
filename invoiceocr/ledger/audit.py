"""The audit trail: events that are only ever appended, each with the hash of the previous one."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, insert, select

from invoiceocr.json_text import escaped
from invoiceocr.ledger.prepared import Prepared
from invoiceocr.ledger.rows import Values, now, stored_values
from invoiceocr.ledger.tables import CONTENTS, ENTRIES, EVENTS, FILES
from invoiceocr.ledger.traits import cents_of

GENESIS = "0" * 64  # what stands before the first event
MOST_TOLD = 100  # problems that a verification lists
SPAN = 1000  # rows fetched at a time
LAST = Prepared(select(EVENTS.c.seq, EVENTS.c.hash).order_by(EVENTS.c.seq.desc()).limit(1))
ADDED = Prepared(insert(EVENTS))


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be recorded: *by* whom, which action, about which entry, with old and new values."""

    action: str
    by: str
    entry_id: int | None = None
    old: Mapping[str, object] = field(default_factory=dict)
    new: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """The number of events, the hash of the last one (keep it elsewhere: it proves that none was cut off), and the
    problems, in English and in Chinese; no problems mean an unchanged past."""

    events: int
    head: str
    problems: tuple[str, ...] = ()
    problems_zh: tuple[str, ...] = ()


def append(connection: Connection, notes: Iterable[Note], at: str | None = None) -> None:
    """Records *notes* in the transaction of a writer."""
    rows = list(chained(notes, head(connection), at or now()))
    if rows:
        ADDED.run(connection, rows)


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last event."""
    found = LAST.first(connection, {})
    return (found["seq"], found["hash"]) if found else (0, GENESIS)


def chained(notes: Iterable[Note], last: tuple[int, str], at: str) -> Iterator[dict[str, object]]:
    """The rows of *notes*, continuing from the *last* event."""
    seq, previous = last
    for note in notes:
        seq += 1
        row: dict[str, object] = {
            "seq": seq,
            "at": at,
            "by": note.by,
            "action": note.action,
            "entry_id": note.entry_id,
            "reason": note.reason,
            "old": _json(note.old),
            "new": _json(note.new),
            "previous": previous,
        }
        previous = _hash(row)
        yield row | {"hash": previous}


def state_of(values: Values, decision: str | None) -> str:
    """A digest of an entry's values and decision, recorded with each event about it."""
    return hashlib.sha256(_json({**values, "decision": decision or ""}).encode()).hexdigest()[:32]


def verify(connection: Connection, expected_head: str | None = None) -> Verification:
    """Computes the chain again and compares what the last events say with what the tables contain."""
    replay, kept = _Replay(), expected_head in (None, GENESIS)
    for row in _streamed(connection):
        replay.take(row)
        kept = kept or row["hash"] == expected_head
    if not kept:
        replay.tell(
            f"no event has the hash {expected_head}: the end of the trail was cut off or replaced",
            f"没有散列值为 {expected_head} 的事件：历史末尾被删除或替换",
        )
    replay.compare(connection)
    told = replay.problems[:MOST_TOLD]
    return Verification(replay.seq, replay.previous, tuple(en for en, _ in told), tuple(zh for _, zh in told))


class _Replay:
    """Follows the chain and keeps, for each entry, what the last event says."""

    def __init__(self) -> None:
        self.seq, self.previous = 0, GENESIS
        # in English and in Chinese
        self.problems: list[tuple[str, str]] = []
        self._states: dict[int, str] = {}
        self._files: dict[int, int] = defaultdict(int)

    def tell(self, en: str, zh: str) -> None:
        self.problems.append((en, zh))

    def take(self, row: RowMapping) -> None:
        """Checks one event and remembers what it says."""
        if row["seq"] != self.seq + 1:
            self.tell(f"event {self.seq + 1} is missing", f"事件 {self.seq + 1} 缺失")
        if row["previous"] != self.previous:
            self.tell(f"event {row['seq']} does not follow the one before it", f"事件 {row['seq']} 与前一条不衔接")
        if _hash({name: row[name] for name in HASHED}) != row["hash"]:
            self.tell(f"event {row['seq']} was changed", f"事件 {row['seq']} 被改动")
        self.seq, self.previous = row["seq"], row["hash"]
        if row["entry_id"] is not None:
            self._about(row["entry_id"], json.loads(row["new"]))

    def _about(self, entry: int, new: Mapping[str, object]) -> None:
        if "state" in new:
            self._states[entry] = str(new["state"])
        if isinstance(new.get("file"), dict):
            self._files[entry] += _mark(new["file"])  # type: ignore[arg-type]

    def compare(self, connection: Connection) -> None:
        """Reports entries and files that differ from what the events say."""
        files: dict[int, int] = defaultdict(int)
        for row in connection.execute(select(FILES)).mappings():
            files[row["entry_id"]] += _mark({name: row[name] for name in FILE_FIELDS})
        query = select(ENTRIES, CONTENTS.c.data).join(CONTENTS, CONTENTS.c.entry_id == ENTRIES.c.id)
        found: set[int] = set()
        for row in connection.execution_options(yield_per=SPAN).execute(query).mappings():
            found.add(row["id"])
            self._check(row, files[row["id"]])
        for entry in sorted(self._states.keys() - found):
            self.tell(f"entry {entry} is missing", f"台账 {entry} 缺失")

    def _check(self, row: RowMapping, files: int) -> None:
        values, entry = stored_values(row["data"]), row["id"]
        if self._states.get(entry) != state_of(values, row["decision"]):
            self.tell(f"entry {entry} is not what the last event about it says", f"台账 {entry} 与最后一条事件不符")
        elif not _agree(row, values):
            told = f"entry {entry}: the indexed columns differ from the invoice"
            self.tell(told, f"台账 {entry} 的检索列与发票内容不符")
        if self._files.get(entry, 0) != files:
            told = f"entry {entry}: its files are not those that the events name"
            self.tell(told, f"台账 {entry} 的文件与事件所记不符")


COLUMNS = {
    "kind": "kind",
    "code": "code",
    "issue_date": "issue_date",
    "verdict": "verdict",
    "seller_tax_id": "seller.tax_id",
    "seller_name": "seller.name",
    "buyer_tax_id": "buyer.tax_id",
    "buyer_name": "buyer.name",
}
FILE_FIELDS = ("name", "location", "sha256", "page")
HASHED = ("seq", "at", "by", "action", "entry_id", "reason", "old", "new", "previous")


def _agree(row: RowMapping, values: Values) -> bool:
    """Whether the columns that searches use say the same as the stored invoice."""
    total = values.get("total")
    same_total = row["cents"] == (cents_of(Decimal(total)) if total is not None else None)
    same_number = row["number"] is None or row["number"] in values.values()
    return same_total and same_number and all(row[name] == values.get(path) for name, path in COLUMNS.items())


def _streamed(connection: Connection) -> Iterator[RowMapping]:
    query = select(EVENTS).order_by(EVENTS.c.seq)
    yield from connection.execution_options(yield_per=SPAN).execute(query).mappings()


def _mark(record: Mapping[str, object]) -> int:
    """A number for a file; the sums of these numbers distinguish sets, whatever their order."""
    text = _json({name: record.get(name) for name in FILE_FIELDS})
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _hash(row: Mapping[str, object]) -> str:
    return hashlib.sha256(_json([row[name] for name in HASHED]).encode()).hexdigest()


def _json(value: object) -> str:
    return escaped(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
