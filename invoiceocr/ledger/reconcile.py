"""The ledger compared with the tax authority's register: each invoice is in both, only here, only there, or
different."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from sqlalchemy import Connection, delete, insert, select

from invoiceocr.evidence.finding import Words, finding
from invoiceocr.invoice import Invoice, Party
from invoiceocr.kinds.field_titles import path_title
from invoiceocr.ledger.prepared import Row
from invoiceocr.ledger.register import RegisterRow
from invoiceocr.ledger.register_states import State as Meaning
from invoiceocr.ledger.register_states import is_risk, state_of
from invoiceocr.ledger.rows import entry_of_row, now
from invoiceocr.ledger.tables import ENTRIES, REGISTER
from invoiceocr.ledger.traits import cents_of
from invoiceocr.proof import Finding, Language, Severity
from invoiceocr.text.folding import name_key

State = Literal["both", "different", "only_ours", "only_theirs"]
STATES: tuple[State, ...] = ("both", "different", "only_ours", "only_theirs")
E = ENTRIES.c
PACK = "register"
DIFFERS = "register-differs"
MONEY = frozenset({"total", "total_excluding_tax", "total_tax"})
NAMES = frozenset({"seller.name", "buyer.name", "drawer"})
# Kinds that the tax authority's register does not list.
UNLISTED = frozenset(
    {"train", "taxi", "bus", "ship", "air_itinerary", "toll_receipt", "quota", "fiscal", "medical", "ride_itinerary"}
    | {"other"}
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the two differ."""

    path: str
    ours: str | None
    theirs: str | None

    @property
    def sides(self) -> tuple[str, str]:
        """What both say, ours first, with a dash for nothing."""
        return self.ours or "—", self.theirs or "—"


@dataclass(frozen=True, slots=True)
class Compared:
    """One invoice of the reconciliation: the entry and the row of the register that belong together, or the one that is
    alone; what agrees by path, what differs, and the findings that follow from the register's state."""

    state: State
    entry_id: int | None = None
    row: RegisterRow | None = None
    number: str | None = None
    seller: str | None = None
    issue_date: date | None = None
    total: Decimal | None = None
    agreeing: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def remarks(self) -> tuple[Finding, ...]:
        """The findings, without those that only report the differences."""
        return tuple(finding for finding in self.findings if finding.rule != DIFFERS)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The compared invoices: those of the register in its order, then those that are only in the ledger."""

    lines: tuple[Compared, ...]
    counts: Mapping[State, int] = field(default_factory=dict)


def counts(lines: Iterable[Compared]) -> dict[State, int]:
    """How many of *lines* are in each state."""
    found = Counter(line.state for line in lines)
    return {state: found[state] for state in STATES}


def _counts(path: str, ours: Mapping[str, object]) -> bool:
    """Whether the register's value of a field counts: we have one, too, or must have one."""
    return path in MUST or ours.get(path) is not None


def compared(invoice: Invoice, entry: Row, row: RegisterRow, language: Language) -> Compared:
    """*invoice* of *entry* compared with *row*, field by field."""
    # what both say, field by field
    ours, theirs = _ours(invoice), said(row, invoice.number)
    pairs = [(path, ours.get(path), value) for path, value in theirs.items() if _counts(path, ours)]
    agreeing = [path for path, mine, value in pairs if mine is not None and is_same(path, mine, value)]
    differences = [Difference(path, _told(a), _told(b)) for path, a, b in pairs if path not in agreeing]
    # what the register says about the invoice itself, and where the two differ
    findings = (*states(row, language), *_differing(differences, language))
    told = entry_of_row(entry)
    return Compared(
        "different" if differences else "both",
        told.id,
        row,
        told.number,
        told.seller_name,
        told.issue_date,
        told.total,
        tuple(agreeing),
        tuple(differences),
        findings,
    )


# what is missing here counts as different
MUST = frozenset({"number", "issue_date", "total"})


def only_theirs(row: RegisterRow, language: Language) -> Compared:
    """A row of the register that has no entry."""
    shown = row.shown, row.seller_name, row.issue_date, row.total
    return Compared("only_theirs", None, row, *shown, findings=tuple(states(row, language)))


def only_ours(connection: Connection, rows: Sequence[RegisterRow], met: set[int]) -> Iterator[Compared]:
    """The entries within the dates of the register that it does not list, among kinds that it would list."""
    days = sorted(row.issue_date for row in rows if row.issue_date)
    if not days:
        return
    between = E.issue_date.between(days[0].isoformat(), days[-1].isoformat())
    query = select(ENTRIES).where(between, E.kind.not_in(sorted(UNLISTED))).order_by(E.id)
    for found in connection.execute(query).mappings():
        if found["id"] not in met:
            entry = entry_of_row(found)
            shown = entry.number, entry.seller_name, entry.issue_date, entry.total
            yield Compared("only_ours", entry.id, None, *shown)


def states(row: RegisterRow, language: Language) -> Iterator[Finding]:
    """What the state and the risk in the register mean for a claim."""
    state, risk = row.state, row.risk
    match state_of(state):
        case Meaning.VOIDED:
            words = f"税务数字账户显示发票已作废（{state}）", f"the register says that the invoice was voided ({state})"
            yield _finding("register-voided", "error", words, language)
        case Meaning.REVERSED | Meaning.PARTLY_REVERSED as meaning:
            part = ("部分", "partly ") if meaning is Meaning.PARTLY_REVERSED else ("", "")
            words = (
                f"税务数字账户显示发票已{part[0]}红冲（{state}）",
                f"the register says it was {part[1]}reversed ({state})",
            )
            yield _finding("register-reversed", "error", words, language)
        case Meaning.ABNORMAL:
            words = f"税务数字账户的发票状态为 {state}", f"the register calls the state of the invoice {state}"
            yield _finding("register-abnormal", "error", words, language)
    if is_risk(risk):
        words = f"税务数字账户的发票风险等级为 {risk}", f"the register rates the invoice as a risk: {risk}"
        yield _finding("register-risk", "warning", words, language)


def remember(connection: Connection, rows: Iterable[RegisterRow]) -> None:
    """Stores *rows*, so that later readings have the register as a witness."""
    at = now()
    for row in rows:
        if row.lossy:
            continue
        connection.execute(delete(REGISTER).where(REGISTER.c.key == row.key))
        alias = f"C:{row.code or ''}:{row.number}" if row.digital and row.number else None
        connection.execute(insert(REGISTER), [{"key": row.key, "alias": alias, "data": dump(row), "updated_at": at}])


def dump(row: RegisterRow) -> str:
    """*row* as JSON."""
    return json.dumps({**asdict(row), "lossy": sorted(row.lossy)}, ensure_ascii=False, default=str)


def loaded(data: str) -> RegisterRow:
    """The row that was dumped."""
    values = json.loads(data)
    day = date.fromisoformat(values["issue_date"]) if values["issue_date"] else None
    sums = {name: Decimal(values[name]) if values[name] is not None else None for name in ("amount", "tax", "total")}
    return RegisterRow(**{**values, **sums, "issue_date": day, "lossy": frozenset(values["lossy"])})


def _ours(invoice: Invoice) -> dict[str, object]:
    seller, buyer = invoice.seller or Party(), invoice.buyer or Party()
    held = {
        "number": invoice.number,
        "code": invoice.code,
        "issue_date": invoice.issue_date,
        "total": invoice.total,
        "total_excluding_tax": getattr(invoice, "total_excluding_tax", None),
        "total_tax": getattr(invoice, "total_tax", None),
        "seller.name": seller.name,
        "seller.tax_id": seller.tax_id,
        "buyer.name": buyer.name,
        "buyer.tax_id": buyer.tax_id,
        "drawer": getattr(invoice, "drawer", None),
    }
    return {path: value for path, value in held.items() if value is not None}


def said(row: RegisterRow, ours: str | None) -> dict[str, object]:
    """What the register says, by path; of the two numbers of a 数电 paper the one that is *ours*."""
    shown = row.number if ours == row.number else row.digital or row.number
    name = "digital" if shown == row.digital else "number"
    stated = {
        "number": shown,
        "code": row.code if shown == row.number else None,
        "issue_date": row.issue_date,
        "total": row.total,
        "total_excluding_tax": row.amount,
        "total_tax": row.tax,
        "seller.name": row.seller_name,
        "seller.tax_id": row.seller_tax_id,
        "buyer.name": row.buyer_name,
        "buyer.tax_id": row.buyer_tax_id,
        "drawer": row.drawer,
    }
    # what is left of it proves nothing
    rounded = {"number"} if name in row.lossy else set()
    return {path: value for path, value in stated.items() if value is not None and path not in rounded}


def is_same(path: str, ours: object, theirs: object) -> bool:
    """Whether two values of the field at *path* say the same."""
    if path in MONEY:
        return cents_of(Decimal(str(ours))) == cents_of(Decimal(str(theirs)))
    if path in NAMES:
        return name_key(str(ours)) == name_key(str(theirs))
    return str(ours) == str(theirs)


def _told(value: object) -> str | None:
    return None if value is None else str(value)


def _differing(differences: Iterable[Difference], language: Language) -> Iterator[Finding]:
    for item in differences:
        severity: Severity = "warning" if item.path in NAMES - {"seller.name", "buyer.name"} else "error"
        ours, theirs = item.sides
        name = path_title(item.path)
        words = (
            f"{name.zh}与税务数字账户不一致：本方 {ours}，税务 {theirs}",
            f"{name.en} differs from the register: ours {ours}, theirs {theirs}",
        )
        yield finding(DIFFERS, severity, words, (item.path,), pack=PACK).in_language(language)


def reason(line: Compared, language: Language) -> str:
    """Which fields differ, in words, for the history of the entry; empty where none does."""
    titles = [path_title(item.path) for item in line.differences]
    if not titles:
        return ""
    if language == "zh":
        return f"不一致：{'、'.join(title.zh for title in titles)}"
    return f"differing: {', '.join(title.en for title in titles)}"


def _finding(rule: str, severity: Severity, words: Words, language: Language) -> Finding:
    return finding(rule, severity, words, pack=PACK).in_language(language)
