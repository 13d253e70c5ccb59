"""`Ledger`: the object that programs use. Opened by URL, thread-safe, every call is a transaction of its own."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection, Select, func, select

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.errors import LedgerError
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import Registry, builtin
from invoiceocr.ledger import audit, bulk, findings, reconcile, register_pairs, register_witness, sellers, store
from invoiceocr.ledger.audit import Note, Verification
from invoiceocr.ledger.bulk import Imported
from invoiceocr.ledger.correction import corrected
from invoiceocr.ledger.database import WAIT, Database, Survives, url_of
from invoiceocr.ledger.entry import Added, Claim, Decision, Entry, Event, Filter, HandedIn
from invoiceocr.ledger.filtering import matching
from invoiceocr.ledger.findings import Check, Own
from invoiceocr.ledger.papers import Paper, file_key, papers
from invoiceocr.ledger.prepared import Row
from invoiceocr.ledger.reconcile import Compared, Reconciliation
from invoiceocr.ledger.register import RegisterRow, read_register
from invoiceocr.ledger.rows import entry_of_row, event_of_row
from invoiceocr.ledger.search import files_of, has_file, invoice_of, row_of
from invoiceocr.ledger.store import Change
from invoiceocr.ledger.tables import ENTRIES, EVENTS, FILES
from invoiceocr.ledger.traits import Traits, traits_of
from invoiceocr.proof import Finding, Language
from invoiceocr.result import ReadResult

PAGE = 500  # entries fetched at a time
DECISIONS: tuple[Decision, ...] = ("accepted", "rejected")
E = ENTRIES.c


class Ledger:
    """A ledger in SQLite or PostgreSQL, created if there is none. *where* is a URL, a file, a folder, or None for
    `invoiceocr.db` in the current folder; messages of findings are in *language*. Use it as a context manager, or call
    `close`.

    What a method did survives a power cut once it has returned. With `survives="crash"`, for callers that can repeat
    their work, SQLite only makes it survive a crash of the program, which takes a fifth of the time. Who writes to it
    waits for other writers, but not longer than *wait* seconds; then there is a LedgerError.
    """

    def __init__(
        self,
        where: str | Path | None = None,
        *,
        language: Language = "zh",
        survives: Survives = "power cut",
        wait: float = WAIT,
    ) -> None:
        self.language = language
        self._again = partial(Ledger, where, language=language, survives=survives, wait=wait)
        self._database = Database(url_of(where), survives, wait)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[Callable[[], Ledger], tuple[()]]:
        """Another process opens the ledger again, in the same way."""
        return self._again, ()

    @property
    def url(self) -> str:
        """The URL with which it was opened, including the password: for opening it again."""
        return self._database.url.render_as_string(hide_password=False) if not self._database.is_sqlite else self.name

    @property
    def name(self) -> str:
        """The file or the URL, without a password."""
        return self._database.name

    def close(self) -> None:
        """Closes the connections."""
        self._database.close()

    def add(self, result: ReadResult, *, by: str | None = None) -> tuple[Added, ...]:
        """Records the invoices of *result*: each becomes an entry, or another file of the entry that is the same legal
        invoice. The same bytes from the same place are recorded only once."""
        with self._database.writing() as connection:
            return tuple(self._recorded(connection, paper, by or user())[0] for paper in papers(result))

    def load(self, results: Iterable[ReadResult], *, by: str | None = None) -> Imported:
        """Records many results in one transaction. They are matched by their numbers alone, so duplicates that a
        misreading hides show only when they are checked."""
        with self._database.writing() as connection:
            return bulk.load(connection, (paper for result in results for paper in papers(result)), by or user())

    def check(self, invoice: Invoice, *, sha256: str | None = None) -> Check:
        """What the ledger knows about *invoice*: the entries that are or may be the same, and the findings. The digest
        of its file identifies what nothing else does."""
        key = file_key(sha256, invoice.page) if sha256 else None
        with self._database.reading() as connection:
            return findings.check(connection, invoice, self.language, key=key)

    def mark(self, result: ReadResult, *, by: str | None = None, place: str | None = None) -> ReadResult:
        """*result* with the findings of the ledger, after recording it: a duplicate names the earlier file and when
        it came, and an accepted one goes to review. Reading the same file again finds the same. *place* is as for
        `claim`."""
        made = tuple(claim.invoice for claim in self.claim(result, by=by, place=place))
        return result.model_copy(update={"invoices": made})

    def claim(
        self, result: ReadResult, *, by: str | None = None, place: str | None = None, packed: Sequence[bytes] = ()
    ) -> tuple[Claim, ...]:
        """As `mark`, for each invoice of *result*: its entry, and the invoice with findings (the same object if there
        are none)."""
        return self.claim_all([HandedIn(result, place, packed)], by=by)

    def claim_all(self, handed_in: Iterable[HandedIn], *, by: str | None = None) -> tuple[Claim, ...]:
        """As `claim`, for all invoices of several results: either all of them are recorded, or none."""
        with self._database.writing() as connection:
            found = [
                self._recorded(connection, paper, by or user())
                for one in handed_in
                for paper in papers(one.result, one.place, one.packed)
            ]
        return tuple(Claim(added, invoice) for added, invoice in found)

    def has_file(self, place: str) -> bool:
        """Whether an invoice was recorded from that *place*."""
        with self._database.reading() as connection:
            return has_file(connection, place)

    def judged(self, entry_id: int, invoice: Invoice, *, place: str) -> Invoice:
        """*invoice*, which was judged again, with the current findings of the ledger, as the claim of an entry from
        *place*."""
        with self._database.reading() as connection:
            query = select(FILES.c.id).where(FILES.c.entry_id == entry_id, FILES.c.location == place)
            own = Own(entry_id, int(connection.execute(query).scalar() or 0))
            traits = traits_of(invoice)
            told = findings.check(connection, invoice, self.language, own=own).findings
            return findings.marked(invoice, (*told, *self._register_states(connection, traits)))

    def entries(self, wanted: Filter | None = None) -> Iterator[Entry]:
        """The entries that match *wanted*, by id."""
        wanted = wanted or Filter()
        after, left = wanted.after, wanted.limit
        while left is None or left > 0:
            page = self._page(wanted, after, PAGE if left is None else min(PAGE, left))
            yield from page
            if len(page) < PAGE:
                return
            after, left = page[-1].id, None if left is None else left - len(page)

    def newest(self, wanted: Filter, before: int | None = None) -> list[Entry]:
        """The entries that match *wanted*, the latest first, with an id below *before*."""
        query = matching(wanted).order_by(E.id.desc()).limit(wanted.limit)
        return self._entries(query if before is None else query.where(E.id < before))

    def repeated(self, limit: int, before: int | None = None) -> list[Entry]:
        """The entries with more than one file, the latest first, with an id below *before*."""
        several = select(FILES.c.entry_id).group_by(FILES.c.entry_id).having(func.count() > 1)
        query = select(ENTRIES).where(E.id.in_(several)).order_by(E.id.desc()).limit(limit)
        return self._entries(query if before is None else query.where(E.id < before))

    def entry(self, entry_id: int) -> Entry:
        """One entry; LedgerError if there is none."""
        with self._database.reading() as connection:
            return entry_of_row(row_of(connection, entry_id), files_of(connection, [entry_id]).get(entry_id, ()))

    def invoice(self, entry_id: int) -> Invoice:
        """The current invoice of an entry, with its evidence."""
        with self._database.reading() as connection:
            return invoice_of(connection, entry_id)

    def history(self, entry_id: int | None = None) -> tuple[Event, ...]:
        """The audit trail of an entry, or the whole one, in order."""
        query = select(EVENTS).order_by(EVENTS.c.seq)
        with self._database.reading() as connection:
            if entry_id is not None:
                row_of(connection, entry_id)
                query = query.where(EVENTS.c.entry_id == entry_id)
            return tuple(event_of_row(row) for row in connection.execute(query).mappings())

    def correct(
        self,
        entry_id: int,
        fields: Mapping[str, object],
        *,
        by: str | None = None,
        reason: str = "",
        kinds: Registry | None = None,
    ) -> Invoice:
        """Replaces what was read by a reviewer's values, by path, as printed (None: the paper has none). Fields of your
        own kinds need the registry that has them, `Reader.kinds`. Rules are not run again: a caller that runs them
        passes the outcome to `replace`."""
        with self._database.writing() as connection:
            read = invoice_of(connection, entry_id)
            invoice = corrected(read, fields, kinds or builtin())
            store.change(connection, entry_id, invoice, Change("corrected", by or user(), reason))
            return invoice

    def replace(self, entry_id: int, invoice: Invoice, *, by: str | None = None, reason: str = "") -> None:
        """Replaces the invoice of the entry by *invoice*, which was read again, or judged again after a correction."""
        with self._database.writing() as connection:
            store.change(connection, entry_id, invoice, Change("corrected", by or user(), reason))

    def decide(self, entry_id: int, decision: Decision, *, by: str | None = None, reason: str = "") -> None:
        """Records a person's decision: accepted or rejected."""
        if decision not in DECISIONS:
            raise LedgerError(f"decision {decision!r}: must be one of {', '.join(DECISIONS)}")
        with self._database.writing() as connection:
            store.change(connection, entry_id, None, Change("decided", by or user(), reason, decision=decision))

    def reopen(self, entry_id: int, *, by: str | None = None, reason: str = "") -> None:
        """Withdraws a decision."""
        with self._database.writing() as connection:
            store.change(connection, entry_id, None, Change("reopened", by or user(), reason, decision=store.NONE))

    def assign(self, entry_id: int, to: str | None, *, by: str | None = None, reason: str = "") -> None:
        """Records that the entry was handed over *to* a person, who shall decide; None for nobody."""
        with self._database.writing() as connection:
            row_of(connection, entry_id)
            told = Note("assigned", by or user(), entry_id, new={"assignee": to}, reason=reason)
            audit.append(connection, [told])

    def export(self, wanted: Filter | None = None, *, where: str, by: str | None = None) -> Iterator[ReadResult]:
        """The invoices of the entries as results, and an event that says who exported which entries *where*."""
        found = list(self.entries(wanted))
        self.note_export([entry.id for entry in found], where=where, by=by)
        yield from (_result(entry, self.invoice(entry.id)) for entry in found)

    def note_export(self, entries: Sequence[int], *, where: str, by: str | None = None) -> None:
        """Records that somebody exported these *entries*, to *where*."""
        with self._database.writing() as connection:
            audit.append(connection, [Note("exported", by or user(), new={"where": where, "entries": list(entries)})])

    def reconcile(self, register: Path, *, by: str | None = None) -> Reconciliation:
        """Compares with the tax authority's *register*, an exported workbook or CSV: what agrees becomes verified, what
        differs or was voided becomes findings, and later readings have the register as a witness. RegisterError if the
        file can't be read."""
        rows = read_register(register)
        with self._database.writing() as connection:
            entries = register_pairs.paired(connection, rows)
            lines = [self._compared(connection, *pair, by or user()) for pair in zip(rows, entries, strict=True)]
            met = {line.entry_id for line in lines if line.entry_id is not None}
            lines += reconcile.only_ours(connection, rows, met)
            reconcile.remember(connection, rows)
            counts = reconcile.counts(lines)
            told: dict[str, object] = {"register": register.name, "rows": len(rows), "counts": counts}
            audit.append(connection, [Note("reconciled", by or user(), new=told)])
        return Reconciliation(tuple(lines), counts)

    def witnesses(self, fused: Mapping[str, Fused]) -> Sequence[Candidate]:
        """What other invoices and the register say about the fields that are being read, if they say the same: for
        `Reader(witnesses=...)`."""
        with self._database.reading() as connection:
            return (*sellers.witnesses(connection, fused), *register_witness.witnesses(connection, fused))

    def verify(self, expected_head: str | None = None) -> Verification:
        """Whether the past is as it was recorded: the chain of events holds, and entries and files are what the last
        events say. With *expected_head*, a hash noted earlier, also that no event was cut off."""
        with self._database.reading() as connection:
            return audit.verify(connection, expected_head)

    def _recorded(self, connection: Connection, paper: Paper, by: str) -> tuple[Added, Invoice]:
        """The result of recording *paper*, and its invoice with the findings of the ledger. A new entry keeps the
        findings."""
        check = findings.check(connection, paper.invoice, self.language, key=paper.key)
        if not check.claimed:
            marked = self._marked(connection, paper, check)
            kept = paper if marked is paper.invoice else replace(paper, invoice=marked, data=None)
            return store.insert_new(connection, kept, by), marked
        done = store.attach(connection, check.claimed[0], paper, by)
        if done.again:  # what came later is then no earlier claim
            own = Own(done.entry_id, _file_id(connection, paper, done.entry_id))
            check = findings.check(connection, paper.invoice, self.language, key=paper.key, own=own)
        return done, self._marked(connection, paper, check)

    def _marked(self, connection: Connection, paper: Paper, check: Check) -> Invoice:
        told = (*check.findings, *self._register_states(connection, paper.traits))
        return findings.marked(paper.invoice, told)

    def _register_states(self, connection: Connection, traits: Traits) -> tuple[Finding, ...]:
        """What the register says about an invoice with these traits: voided, reversed, a risk."""
        row = register_witness.known(connection, traits.code, traits.number)
        return tuple(reconcile.states(row, self.language)) if row else ()

    def _page(self, wanted: Filter, after: int, limit: int) -> list[Entry]:
        return self._entries(matching(wanted).where(E.id > after).order_by(E.id).limit(limit))

    def _entries(self, query: Select[tuple[object, ...]]) -> list[Entry]:
        with self._database.reading() as connection:
            rows = list(connection.execute(query).mappings())
            files = files_of(connection, [row["id"] for row in rows])
        return [entry_of_row(row, files.get(row["id"], ())) for row in rows]

    def _compared(self, connection: Connection, row: RegisterRow, entry: Row | None, by: str) -> Compared:
        if entry is None:
            return reconcile.only_theirs(row, self.language)
        invoice = invoice_of(connection, entry["id"])
        line = reconcile.compared(invoice, entry, row, self.language)
        if (after := register_witness.witnessed(invoice, line)) != invoice:
            change = Change("reconciled", by, reconcile.reason(line, self.language))
            store.change(connection, entry["id"], after, change)
        return line


def user() -> str:
    """Who records if nobody is named: the user of the system."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "-"


def _result(entry: Entry, invoice: Invoice) -> ReadResult:
    """The result of the first file of *entry*."""
    if not entry.files:
        return ReadResult(source=invoice.source or "", invoices=(invoice,))  # type: ignore[arg-type]
    first = entry.files[0]
    return ReadResult(source=first.name, sha256=first.sha256, invoices=(invoice,))  # type: ignore[arg-type]


def _file_id(connection: Connection, paper: Paper, entry_id: int) -> int:
    """The record of *paper*'s file."""
    same = (FILES.c[name].is_not_distinct_from(value) for name, value in paper.file.items())
    found = connection.execute(select(FILES.c.id).where(FILES.c.entry_id == entry_id, *same)).scalar()
    return int(found or 0)
