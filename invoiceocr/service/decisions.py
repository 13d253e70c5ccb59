"""Review: corrections, decisions, the audit trail, and what a reviewer is shown first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from invoiceocr.export.sheets.columns import value_at
from invoiceocr.service.event_loop import in_thread
from invoiceocr.service.processes.tasks import LineTask
from invoiceocr.service.review.rejudge import Corrections, Standing, rejudge
from invoiceocr.service.service import Service
from invoiceocr.service.store.entries import Change, Record, Revision, StaleError, State, now

Target = tuple[str, int | None]
"""The id of a record and the revision that is changed; None for whichever it has."""
ACTIONS: Mapping[State, str] = {"accepted": "accept", "rejected": "reject", "open": "reopen"}


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something, and why."""

    by: str
    reason: str | None = None


async def correct(service: Service, target: Target, corrections: Corrections, author: Author) -> Record:
    """The record after a correction, judged again; raises StaleError, BadCorrectionError, UnknownRecordError."""
    record = await in_thread(_current, service, target)
    standing = await service.standing(record)
    return await in_thread(_correct, service, (record, standing), corrections, author)


def _correct(service: Service, case: tuple[Record, Standing], corrections: Corrections, author: Author) -> Record:
    record, standing = case
    judged = service.books.judged(record, rejudge(standing, corrections, service.reader_of(record)))
    at, summary = now(), record.summary
    changes = [
        Change(
            summary.id,
            at,
            author.by,
            "correct",
            path,
            _text(value_at_or_none(record, path)),
            _text(judged.evidence[path].value),
            author.reason,
        )
        for path in corrections
    ]
    # both or neither: after an error of the ledger the change can be sent again
    with service.database.writing_through():
        done = service.records.revise(Revision(summary.id, summary.revision, author.by, "open", judged, changes))
        service.books.corrected(done, judged, author.by, author.reason or "")
    return done


async def undo(service: Service, target: Target, by: str) -> Record:
    """The record as it was before its last change; unchanged where nothing was changed. Raises StaleError,
    UnknownRecordError."""
    return await in_thread(_undo, service, target, by)


def _undo(service: Service, target: Target, by: str) -> Record:
    with service.database.writing_through():
        before, done = _current(service, target), service.records.undo(target[0], by)
        if done.invoice is not None and done.invoice != before.invoice:
            service.books.corrected(done, done.invoice, by, "undo")
        if done.summary.state != before.summary.state:
            service.books.decided(done, done.summary.state, by, "undo")
    return done


async def decide(service: Service, target: Target, state: State, author: Author) -> Record:
    """The record after a person accepted, rejected or reopened it; raises StaleError, UnknownRecordError."""
    return await in_thread(_decide, service, target, state, author)


def _decide(service: Service, target: Target, state: State, author: Author) -> Record:
    record = _current(service, target)
    summary = record.summary
    if summary.state == state:
        return record
    change = Change(summary.id, now(), author.by, ACTIONS[state], old=summary.state, new=state, reason=author.reason)
    revision = Revision(summary.id, summary.revision, author.by, state, record.invoice, [change])
    with service.database.writing_through():
        done = service.records.revise(revision)
        service.books.decided(done, state, author.by, author.reason or "")
    return done


async def assign(service: Service, record_id: str, to: str | None, author: Author) -> Record:
    """The record after it was handed over *to* a colleague, None for nobody; raises UnknownRecordError."""
    return await in_thread(_assign, service, record_id, to, author)


def _assign(service: Service, record_id: str, to: str | None, author: Author) -> Record:
    change = Change(record_id, now(), author.by, "assign", new=to, reason=author.reason)
    with service.database.writing_through():
        done = service.records.assign(record_id, change)
        service.books.assigned(done, author.by, author.reason or "")
    return done


def _current(service: Service, target: Target) -> Record:
    record = service.records.one(target[0])
    if target[1] is not None and target[1] != record.summary.revision:
        told = f"invoice {target[0]} is at revision {record.summary.revision}; fetch it again and repeat the change"
        raise StaleError(told)
    return record


def value_at_or_none(record: Record, path: str) -> object:
    """The value of a field now; None where the invoice has none, or no such row."""
    if record.invoice is None:
        return None
    try:
        value: object = value_at(record.invoice, path)
    except (IndexError, ValueError):
        return None
    return value


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def plain_change(change: Change) -> dict[str, object]:
    """An entry of the audit trail as JSON."""
    return {name: value for name, value in asdict(change).items() if name != "record"}


async def lines_of(service: Service, record: Record, page: int) -> list[dict[str, object]]:
    """The lines of text of a page as its picture shows them, of an archive those of the member that the record is
    from."""
    summary = record.summary
    settings = service.sent(await in_thread(service.order_of, summary.settings))
    path = service.files.path(summary.sha256)
    answer = await service.lines(LineTask(path, summary.source, settings, original=False, member=summary.member))
    return [{"text": line.text, "box": line.box} for line in answer.lines if line.page == page]
