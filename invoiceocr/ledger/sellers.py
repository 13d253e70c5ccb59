"""What the ledger knows about sellers: which name, tax id and bank account were seen together on invoices whose name
and tax id something independent confirmed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from sqlalchemy import Connection, bindparam, insert, select, update

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.invoice import Invoice
from invoiceocr.ledger.nearness import CONFUSED, distance
from invoiceocr.ledger.prepared import Prepared, Row
from invoiceocr.ledger.tables import ENTRIES, SELLERS
from invoiceocr.text.folding import name_key
from invoiceocr.values import tax_id

PROVEN = ("seller.name", "seller.tax_id")
S = SELLERS.c
# the number at the end of bank and account
ACCOUNT = re.compile(r"[0-9]{8,}")
ASKED = 16  # tax ids in one question
KEY = ("tax_id", "name_key", "account_key")
PLACES = [f"tax_id_{place}" for place in range(ASKED)]
KNOWN = Prepared(select(S.tax_id, S.name_key, S.account_key).where(S.tax_id.in_(map(bindparam, PLACES))))
ACCOUNTS = Prepared(select(SELLERS).where(S.tax_id == bindparam("tax_id"), S.account_key != ""))
NAMED = Prepared(select(SELLERS).where(S.tax_id == bindparam("tax_id"), S.name_key == bindparam("name_key")))
NUMBERED = Prepared(select(ENTRIES.c.id).where(ENTRIES.c.number == bindparam("number")).limit(1))
UNKNOWN_ACCOUNT = {"account_key": "", "account": ""}
NEW = Prepared(insert(SELLERS))
SEEN_AGAIN = Prepared(
    update(SELLERS)
    .where(*(S[name] == bindparam(f"the_{name}") for name in KEY))
    .values(last_entry=bindparam("the_last_entry"))
)
# look-alike characters by which a printed account may differ and still be the known one
MISREADINGS = 2


def learned(invoice: Invoice, entry_id: int) -> Row | None:
    """The row to remember of *invoice*; None unless seller and tax id are verified and the id is valid."""
    proofs = (invoice.evidence.get(path) for path in PROVEN)
    return row_of(invoice, entry_id) if all(proof and proof.status == "verified" for proof in proofs) else None


def row_of(invoice: Invoice, entry_id: int) -> Row | None:
    """The seller of *invoice* as a row; None without a name or a valid tax id."""
    seller = invoice.seller
    if seller is None or not seller.name or not tax_id.is_valid(seller.tax_id or ""):
        return None
    return {
        "tax_id": seller.tax_id,
        "name_key": name_key(seller.name),
        "account_key": account_key(seller.bank_account),
        "name": seller.name,
        "account": seller.bank_account or "",
        "first_entry": entry_id,
        "last_entry": entry_id,
    }


def learn(connection: Connection, found: Iterable[Row | None]) -> None:
    """Remembers what was `learned`. An account that differs from the known ones of its seller is left out: it counts
    once somebody has accepted an invoice with it, see `approve`."""
    rows = [row for row in found if row is not None]
    known = _known(connection, sorted({str(row["tax_id"]) for row in rows}))
    accounts: dict[object, set[object]] = defaultdict(set)
    for tax, _, account in known:
        accounts[tax] |= {account} - {""}
    for row in rows:
        accounts[row["tax_id"]] = accounts[row["tax_id"]] or {row["account_key"]} - {""}
    trusted = [row if row["account_key"] in accounts[row["tax_id"]] else {**row, **UNKNOWN_ACCOUNT} for row in rows]
    _remember(connection, trusted, known)


def approve(connection: Connection, row: Row | None) -> None:
    """Remembers the seller of an invoice that a person accepted, including its account."""
    if row is not None:
        _remember(connection, [row], _known(connection, [str(row["tax_id"])]))


def _known(connection: Connection, tax_ids: Sequence[str]) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = set()
    for start in range(0, len(tax_ids), ASKED):
        asked = zip_longest(PLACES, tax_ids[start : start + ASKED])
        found |= {tuple(row.values()) for row in KNOWN.rows(connection, dict(asked))}
    return found


def _remember(connection: Connection, rows: Iterable[Row], known: set[tuple[object, ...]]) -> None:
    latest: dict[tuple[object, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in KEY)
        latest[key] = {**row, "first_entry": latest.get(key, row)["first_entry"]}
    if new := [row for key, row in latest.items() if key not in known]:
        NEW.run(connection, new)
    if old := [
        {f"the_{name}": row[name] for name in (*KEY, "last_entry")} for key, row in latest.items() if key in known
    ]:
        SEEN_AGAIN.run(connection, old)


def account_key(account: str | None) -> str:
    """The number of a bank account, by which accounts are compared; empty where there is none.

    >>> account_key("中国某某银行上海分行 6222 0200 1234 5678")
    '6222020012345678'
    """
    numbers = ACCOUNT.findall(re.sub(r"[\s-]", "", account or ""))
    return numbers[-1] if numbers else ""


def new_account(connection: Connection, invoice: Invoice, entry_id: int | None = None) -> tuple[str, ...]:
    """The known accounts of the invoice's seller if it names another one; empty if nothing is new. For the invoice of
    an entry, only what was known before counts."""
    seller = invoice.seller
    key = account_key(seller.bank_account) if seller else ""
    if seller is None or not seller.tax_id or not key:
        return ()
    rows = ACCOUNTS.rows(connection, {"tax_id": seller.tax_id})
    known = {row["account_key"]: row["account"] for row in rows if entry_id is None or row["first_entry"] < entry_id}
    if not known or any(distance("digits", key, other) <= MISREADINGS * CONFUSED for other in known):
        return ()
    return tuple(known.values())


def witnesses(connection: Connection, fused: Mapping[str, Fused]) -> Iterator[Candidate]:
    """What other invoices of the ledger say about the seller: that name, tax id and account, as read, belong
    together."""
    name, number = fused.get("seller.name"), fused.get("seller.tax_id")
    if name is None or number is None or not number.placed:
        return
    own = _own_entry(connection, fused.get("number"))
    asked = {"tax_id": number.chosen.value, "name_key": name_key(str(name.chosen.value))}
    known = [row for row in NAMED.rows(connection, asked) if {row["first_entry"], row["last_entry"]} != {own}]
    if not known:
        return
    yield from (_vouched(name), _vouched(number))
    account = fused.get("seller.bank_account")
    if account and account_key(str(account.chosen.value)) in {row["account_key"] for row in known} - {""}:
        yield _vouched(account)


def _vouched(field: Fused) -> Candidate:
    """The ledger's statement about the value of *field*."""
    return Candidate(field.chosen.path, field.chosen.value, field.chosen.text, "ledger")


def _own_entry(connection: Connection, number: Fused | None) -> int | None:
    """The entry of the invoice itself: an invoice is not its own witness."""
    if number is None:
        return None
    found = NUMBERED.first(connection, {"number": str(number.chosen.value)})
    return found["id"] if found else None
