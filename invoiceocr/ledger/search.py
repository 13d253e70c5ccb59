"""Which entries an invoice may be: found by keys that survive one or two misread fields, never by comparing all."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, Select, bindparam, literal_column, select, union_all

from invoiceocr.errors import LedgerError
from invoiceocr.invoice import Invoice
from invoiceocr.ledger.entry import Entry, FileRecord, Match
from invoiceocr.ledger.nearness import compare, sellers
from invoiceocr.ledger.prepared import Prepared, Row
from invoiceocr.ledger.rows import entry_of_row, file_of_row, stored_invoice, traits_of_row
from invoiceocr.ledger.tables import CONTENTS, ENTRIES, FILES, LOCATION_START, START
from invoiceocr.ledger.traits import Traits, traits_of
from invoiceocr.values import invoice_number

MOST = 30  # how many entries, the latest ones, are compared for each key
ORDER = {"same": 0, "likely": 1, "suspect": 2}
REACH = 2  # how many numbers before and after are searched for a run
E = ENTRIES.c

# Each key is an index; together they find an invoice of which number, date, total or seller is misread.
_BLOCKS: dict[tuple[str, ...], Select[tuple[object, ...]]] = {
    names: select(ENTRIES).where(*(E[name] == bindparam(name) for name in names)).order_by(E.id.desc()).limit(MOST)
    for names in (
        ("key",),
        ("number",),
        ("tail", "cents"),
        ("issue_date", "cents"),
        ("seller_tax_id", "issue_date"),
        ("seller_tax_id", "cents"),
    )
}
BLOCKS = {names: Prepared(block) for names, block in _BLOCKS.items()}
NAMES = {name for names in BLOCKS for name in names}
ALIKE = Prepared(union_all(*(select(block.subquery()) for block in _BLOCKS.values())))
BETWEEN = Prepared(select(ENTRIES).where(E.number.between(bindparam("low"), bindparam("high"))).limit(MOST))
REVERSING = Prepared(
    select(ENTRIES, CONTENTS.c.data)
    .join(CONTENTS, CONTENTS.c.entry_id == E.id)
    .where(E.reverses == bindparam("number"))
    .limit(MOST)
)
NUMBERED = Prepared(select(ENTRIES).where(E.number == bindparam("number")).limit(MOST))
WITH_INVOICE = Prepared(
    select(ENTRIES, CONTENTS.c.data).join(CONTENTS, CONTENTS.c.entry_id == E.id).where(E.id == bindparam("entry"))
)
# literally as the index has it; SQLite would not use that if the whole place were asked for, too
ALIKE_PLACES = select(FILES.c.location).where(literal_column(LOCATION_START) == bindparam("start"))
FILES_OF = select(FILES).where(FILES.c.entry_id.in_(bindparam("entries", expanding=True))).order_by(FILES.c.id)


def matches(connection: Connection, traits: Traits, key: str | None = None) -> list[Match]:
    """The entries that are, or may be, the same legal invoice, nearest first. *key* is that of its bytes, for what
    nothing else identifies."""
    if traits.key is None and key is not None:
        return _by_bytes(connection, key)
    found = []
    for row in _candidates(connection, traits).values():
        result = compare(traits, traits_of_row(row))
        if result.nearness is not None:
            found.append((row, result))
    files = files_of(connection, [row["id"] for row, _ in found])
    told = [
        Match(entry_of_row(row, files.get(row["id"], ())), result.nearness, result.weight, result.differing)
        for row, result in found
        if result.nearness is not None
    ]
    return sorted(told, key=lambda match: (ORDER[match.nearness], -match.weight, match.entry.id))


def neighbors(connection: Connection, traits: Traits) -> list[Entry]:
    """The entries with numbers consecutive to this one: of one code, or of one seller if numbers need no code."""
    number = traits.number
    if not number or not number.isdecimal() or (len(number) < invoice_number.DIGITAL_LENGTH and not traits.code):
        return []
    low, high = (str(max(int(number) + step, 0)).zfill(len(number)) for step in (-REACH, REACH))
    rows = BETWEEN.rows(connection, {"low": low, "high": high})
    return [entry_of_row(row) for row in rows if row["number"] != number and _same_book(row, traits)]


def reversing(connection: Connection, traits: Traits) -> list[Entry]:
    """The red-letter entries that reverse this invoice."""
    if not traits.number or traits.is_red:
        return []
    rows = REVERSING.rows(connection, {"number": traits.number})
    return [_with_files(connection, row) for row in rows if _are_pair(traits, traits_of(stored_invoice(row["data"])))]


def reversed_by(connection: Connection, traits: Traits) -> list[Entry]:
    """The entries that this red-letter invoice reverses."""
    if not traits.reverses:
        return []
    rows = NUMBERED.rows(connection, {"number": traits.reverses})
    return [_with_files(connection, row) for row in rows if _are_pair(traits_of_row(row), traits)]


def row_of(connection: Connection, entry_id: int) -> Row:
    """The row of an entry with its invoice as `data`; LedgerError if there is none."""
    row = WITH_INVOICE.first(connection, {"entry": entry_id})
    if row is None:
        raise LedgerError(
            f"no entry {entry_id} in the ledger; `invoiceocr ledger list` shows the entries",
            zh=f"台账中没有编号 {entry_id}，invoiceocr ledger list 列出全部",
        )
    return row


def invoice_of(connection: Connection, entry_id: int) -> Invoice:
    """The invoice of an entry as it was recorded; LedgerError if there is none."""
    return stored_invoice(row_of(connection, entry_id)["data"])


def files_of(connection: Connection, entries: Sequence[int]) -> dict[int, tuple[FileRecord, ...]]:
    """The files of each of *entries*, in the order in which they came."""
    if not entries:
        return {}
    found: dict[int, list[FileRecord]] = defaultdict(list)
    for row in connection.execute(FILES_OF, {"entries": entries}).mappings():
        found[row["entry_id"]].append(file_of_row(row))
    return {entry: tuple(files) for entry, files in found.items()}


def has_file(connection: Connection, place: str) -> bool:
    """Whether a file was recorded from that *place*."""
    return place in connection.execute(ALIKE_PLACES, {"start": place[:START]}).scalars()


def _by_bytes(connection: Connection, key: str) -> list[Match]:
    rows = BLOCKS["key",].rows(connection, {"key": key})
    return [Match(_with_files(connection, row), "same", math.inf) for row in rows]


def _candidates(connection: Connection, traits: Traits) -> dict[int, Row]:
    """The rows that share a key with *traits*, by their ids; what is unknown, None or empty, is no key."""
    values = {name: getattr(traits, name) for name in NAMES}
    known = {name: None if value == "" else value for name, value in values.items()}
    return {row["id"]: row for row in ALIKE.rows(connection, known)}


def _same_book(row: Row, traits: Traits) -> bool:
    if len(row["number"]) != len(traits.number or ""):
        return False
    if traits.code:
        return bool(row["code"] == traits.code)
    return sellers(traits_of_row(row), traits) > 0


def _are_pair(original: Traits, red: Traits) -> bool:
    """Whether *original* may be the invoice whose number *red* reverses: the shorter numbers of other sellers or codes
    may be the same."""
    if invoice_number.is_digital(original.number or ""):
        return True
    is_coded = bool(red.reverses_code and original.code)
    return sellers(original, red) >= 0 and (not is_coded or original.code == red.reverses_code)


def _with_files(connection: Connection, row: Row) -> Entry:
    return entry_of_row(row, files_of(connection, [row["id"]]).get(row["id"], ()))
