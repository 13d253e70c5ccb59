"""Writes to the ledger: a paper becomes an entry or one more file of an entry, values are corrected, decisions are
recorded. Every function runs in the transaction of a writer and leaves an event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, insert, select, update

from invoiceocr.invoice import Invoice
from invoiceocr.kinds.packing import packed
from invoiceocr.ledger import audit, sellers
from invoiceocr.ledger.audit import Note, state_of
from invoiceocr.ledger.entry import Added, Match
from invoiceocr.ledger.papers import Paper
from invoiceocr.ledger.prepared import Prepared, Row
from invoiceocr.ledger.rows import (
    Proof,
    Values,
    now,
    statuses_of,
    stored_invoice,
    stored_proofs,
    stored_values,
    values_of,
)
from invoiceocr.ledger.search import row_of
from invoiceocr.ledger.tables import CONTENTS, ENTRIES, FILES
from invoiceocr.ledger.traits import columns_of, traits_of

E = ENTRIES.c
LAST_ID = Prepared(select(func.max(E.id).label("id")))
HOLDER = Prepared(select(E.id).where(E.key == bindparam("key")))
NEW_ENTRY = Prepared(insert(ENTRIES))
NEW_CONTENT = Prepared(insert(CONTENTS))
# the database numbers them
NEW_FILE = Prepared(insert(FILES).values({c.name: bindparam(c.name) for c in FILES.c if c.name != "id"}).inline())
NONE = "none"  # the decision that takes one back


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an entry: the new content, who wants it and why."""

    action: str
    by: str
    reason: str = ""
    file: Mapping[str, object] | None = None
    decision: str | None = None


def insert_new(connection: Connection, paper: Paper, by: str) -> Added:
    """Records *paper* as a new entry."""
    return Added(_insert(connection, paper, by), new=True)


def attach(connection: Connection, match: Match, paper: Paper, by: str) -> Added:
    """Records *paper* as another file of the entry that it matches, or not at all if this file is already known."""
    entry_id, nearness = match.entry.id, match.nearness
    if is_recorded(match, paper):
        return Added(entry_id, new=False, again=True, nearness=nearness)
    _attach(connection, match, paper, by)
    return Added(entry_id, new=False, nearness=nearness)


def is_recorded(match: Match, paper: Paper) -> bool:
    """Whether this very file is one of the entry's: the same bytes at the same place."""
    return any(
        (file.location, file.name, file.sha256, file.page) == (paper.location, paper.name, paper.sha256, paper.page)
        for file in match.entry.files
    )


def next_id(connection: Connection) -> int:
    """The id of the next entry."""
    found = LAST_ID.first(connection, {})
    return int((found and found["id"]) or 0) + 1


def entry_row(paper: Paper, entry_id: int, by: str, at: str) -> dict[str, object]:
    """The row of a new entry."""
    return {
        **columns_of(paper.traits),
        "id": entry_id,
        "key": paper.key,
        "verdict": paper.invoice.verdict,
        "decision": None,
        "revision": 1,
        "added_at": at,
        "added_by": by,
    }


def file_row(paper: Paper, entry_id: int, by: str, at: str) -> dict[str, object]:
    """The row of a file."""
    return {**paper.file, "entry_id": entry_id, "added_at": at, "added_by": by}


def claim_note(paper: Paper, entry_id: int, by: str) -> Note:
    """The event of a new entry."""
    values = values_of(paper.invoice)
    new = {"values": values, "file": paper.file, "state": state_of(values, None)}
    return Note("claimed", by, entry_id, new=new)


def change(connection: Connection, entry_id: int, invoice: Invoice | None, wanted: Change) -> None:
    """Replaces the invoice of the entry by *invoice* (None: it stays), with an event that states old and new values."""
    row = row_of(connection, entry_id)
    before = stored_values(row["data"])
    after = before if invoice is None else values_of(invoice)
    old, new = differences(before, after)
    decision = _decision(wanted, row)
    values = {"decision": decision, "revision": row["revision"] + 1, "verdict": after.get("verdict", row["verdict"])}
    was_status: dict[str, str | None] = {}
    new_status: dict[str, str | None] = {}
    if invoice is not None:
        was_status, new_status = differences(statuses_of(stored_invoice(row["data"])), statuses_of(invoice))
        key = _free_key(connection, invoice, row)
        values |= {**columns_of(traits_of(invoice)), "key": key}
        connection.execute(update(CONTENTS).where(CONTENTS.c.entry_id == entry_id).values(data=packed(invoice)))
        sellers.learn(connection, [sellers.learned(invoice, entry_id)])
    if wanted.decision == "accepted":
        sellers.approve(connection, sellers.row_of(invoice or stored_invoice(row["data"]), entry_id))
    connection.execute(update(ENTRIES).where(E.id == entry_id).values(**values))
    told: dict[str, object] = {"values": new, "status": new_status, "state": state_of(after, decision)}
    was: dict[str, object] = {"values": old, "status": was_status}
    if wanted.file:
        told["file"] = dict(wanted.file)
    if wanted.decision:
        was["decision"], told["decision"] = row["decision"], decision
    audit.append(connection, [Note(wanted.action, wanted.by, entry_id, was, told, wanted.reason)])


def _decision(wanted: Change, row: Row) -> str | None:
    if wanted.decision is None:
        return row["decision"]  # type: ignore[no-any-return]
    return None if wanted.decision == NONE else wanted.decision


def differences(before: Values, after: Values) -> tuple[dict[str, str | None], dict[str, str | None]]:
    """Old and new values of the paths whose values differ; None if there was or is nothing."""
    paths = [path for path in {**before, **after} if before.get(path) != after.get(path)]
    return {path: before.get(path) for path in paths}, {path: after.get(path) for path in paths}


def _insert(connection: Connection, paper: Paper, by: str) -> int:
    at, entry_id = now(), next_id(connection)
    row = entry_row(paper, entry_id, by, at)
    # misread to the number of another invoice
    if _is_taken(connection, paper.key):
        row["key"] = f"{paper.key}~{entry_id}"
    NEW_ENTRY.run(connection, [row])
    NEW_CONTENT.run(connection, [{"entry_id": entry_id, "data": paper.packed}])
    NEW_FILE.run(connection, [file_row(paper, entry_id, by, at)])
    sellers.learn(connection, [sellers.learned(paper.invoice, entry_id)])
    audit.append(connection, [claim_note(paper, entry_id, by)], at)
    return entry_id


def _attach(connection: Connection, match: Match, paper: Paper, by: str) -> None:
    entry_id = match.entry.id
    NEW_FILE.run(connection, [file_row(paper, entry_id, by, now())])
    proofs = stored_proofs(row_of(connection, entry_id)["data"])
    is_settled = match.entry.decision is not None or any(_is_corrected(proof) for proof in proofs)
    better = not is_settled and quality(paper.invoice.model_dump(mode="json")["evidence"].values()) > quality(proofs)
    reason = "" if match.nearness == "same" else f"{match.nearness}: {', '.join(match.differing) or '-'}"
    wanted = Change("file", by, reason, paper.file)
    change(connection, entry_id, paper.invoice if better else None, wanted)


def quality(proofs: Collection[Proof]) -> tuple[int, float]:
    """How well an invoice was read: the verified fields, then the sum of the confidences."""
    verified = sum(proof["status"] == "verified" for proof in proofs)
    return verified, round(sum(proof["confidence"] for proof in proofs), 3)


def _is_corrected(proof: Proof) -> bool:
    return any(witness["source"] == "reviewer" for witness in proof["witnesses"])


def _free_key(connection: Connection, invoice: Invoice, row: Row) -> str:
    """The key of *invoice* for the entry of *row*: the one that it has if another entry holds the new one."""
    key = traits_of(invoice).key
    if key is None or key == row["key"] or _is_taken(connection, key):
        return str(row["key"])
    return key


def _is_taken(connection: Connection, key: str) -> bool:
    return HOLDER.first(connection, {"key": key}) is not None
