"""`Books`: the ledger beside the records. Every stored invoice is a claim in it and follows the changes of its
record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from invoiceocr.export.titles import in_language
from invoiceocr.invoice import AnyInvoice
from invoiceocr.kinds.packing import packed
from invoiceocr.ledger import Ledger
from invoiceocr.ledger.entry import Claim, Entry, Filter, HandedIn
from invoiceocr.proof import Finding
from invoiceocr.result import ReadResult
from invoiceocr.service.options import ServiceOptions
from invoiceocr.service.people import SERVICE
from invoiceocr.service.store.entries import Record, State, record_of

PLACE = "service:"
# that a request waits while another program writes to the ledger
WAIT = 5.0
# of the findings that come from here
PACKS = frozenset({"ledger", "register"})


class Books:
    """The ledger to which the service writes. What a crash loses is claimed again from the records."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    @classmethod
    def open(cls, options: ServiceOptions) -> Books:
        """The books that *options* name; LedgerError if they can't be opened."""
        where = options.ledger or Path(options.ledger_url)
        return cls(Ledger(where, language=options.settings.language, survives="crash", wait=WAIT))

    @property
    def by(self) -> str:
        """Who hands in what comes by HTTP."""
        return in_language(SERVICE, self.ledger.language)

    def close(self) -> None:
        """Close the ledger."""
        self.ledger.close()

    def claim(self, records: Iterable[Record]) -> tuple[Claim, ...]:
        """Records the invoices of one or more files, in their order and under the ids of their *records*, or none of
        them: each upload is a claim of its own, and repeating it changes nothing."""
        files = groupby(records, key=lambda record: record.summary.result_id)
        return self.ledger.claim_all([_handed_in(list(group)) for _, group in files], by=self.by)

    def judged(self, record: Record, invoice: AnyInvoice) -> AnyInvoice:
        """*invoice*, the record's invoice judged again, with the current findings of the ledger."""
        entry = record.summary.entry
        if entry is None:
            return invoice
        bare = without_findings(invoice)
        return self.ledger.judged(entry, bare, place=place_of(record.summary.result_id))  # type: ignore[return-value]

    def corrected(self, record: Record, invoice: AnyInvoice, by: str, reason: str) -> None:
        """Records that *invoice* is what the record's entry says now, if the entry was made from that record."""
        if (entry := self._own(record)) is not None:
            self.ledger.replace(entry.id, invoice, by=by, reason=reason)

    def decided(self, record: Record, state: State, by: str, reason: str) -> None:
        """Records a decision. A further file of an entry decides nothing about it: rejecting a duplicate does not
        reject the claim that it repeats."""
        entry = self._own(record)
        if entry is None:
            return
        if state == "open":
            self.ledger.reopen(entry.id, by=by, reason=reason)
        else:
            self.ledger.decide(entry.id, state, by=by, reason=reason)

    def assigned(self, record: Record, by: str, reason: str) -> None:
        """Records to whom the record was handed over. That decides nothing, so a further file of an entry may be."""
        if (entry := self._entry(record)) is not None:
            self.ledger.assign(entry.id, record.summary.assignee, by=by, reason=reason)

    def exported(self, records: Iterable[Record], where: str, by: str) -> None:
        """Records that *records* were exported, and to *where*."""
        entries = [record.summary.entry for record in records if record.summary.entry is not None]
        self.ledger.note_export(entries, where=where, by=by or self.by)

    def knows(self, record: Record) -> bool:
        """Whether the record's claim exists; LedgerError where the ledger does not answer."""
        return self._entry(record) is not None

    def has_claim(self, record: Record) -> bool:
        """Whether the ledger has a claim of the record's file, though the record may not know of it."""
        return self.ledger.has_file(place_of(record.summary.result_id))

    def _own(self, record: Record) -> Entry | None:
        """The entry that was made from *record*."""
        entry = self._entry(record)
        return entry if entry and entry.files[0].location == place_of(record.summary.result_id) else None

    def _entry(self, record: Record) -> Entry | None:
        """The entry of which *record* is a claim."""
        number, place = record.summary.entry, place_of(record.summary.result_id)
        if number is None:
            return None
        # that it is missing is an answer, which an error of the ledger is not
        entry = next(self.ledger.entries(Filter(after=number - 1, limit=1)), None)
        if entry is None or entry.id != number:
            return None
        return entry if place in {file.location for file in entry.files} else None


def _handed_in(records: Sequence[Record]) -> HandedIn:
    """The file of these *records* as the ledger takes it."""
    first = records[0].summary
    invoices, stored = zip(*((record.invoice, record.packed) for record in records), strict=True)
    # as they were read: nothing of them has to be checked
    result = ReadResult.model_construct(source=first.source, sha256=first.sha256, invoices=invoices)
    return HandedIn(result, place_of(first.result_id), stored)


def place_of(result_id: str) -> str:
    """What the ledger stores as the place of an uploaded file."""
    return f"{PLACE}{result_id}"


def result_id_of(place: str) -> str | None:
    """The id of the records to which a claim belongs; None if it came another way."""
    return place.removeprefix(PLACE) if place.startswith(PLACE) else None


def without_findings(invoice: AnyInvoice) -> AnyInvoice:
    """*invoice* without what the ledger found."""
    kept = tuple(finding for finding in invoice.findings if finding.pack not in PACKS)
    return invoice.model_copy(update={"findings": kept})


def unbooked(record: Record) -> Record:
    """*record* as if it had never been claimed."""
    if record.invoice is None:
        return record
    bare = without_findings(record.invoice)
    return record_of(record.summary, (bare, packed(bare)))


def findings_of(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those of *findings* that come from the ledger."""
    return tuple(finding for finding in findings if finding.pack in PACKS)
