"""The ledger in the browser: search, duplicate claims side by side, history, reconciliation."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from starlette.datastructures import UploadFile

from invoiceocr.errors import InvoiceOCRError, LedgerError
from invoiceocr.export.reasons import told
from invoiceocr.export.sheets.columns import value_at
from invoiceocr.export.titles import in_language, kind_title
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import KindSpec, Registry
from invoiceocr.kinds.field_titles import path_title
from invoiceocr.ledger.entry import Decision, Entry, Event, FileRecord, Filter
from invoiceocr.ledger.reconcile import Reconciliation
from invoiceocr.service.event_loop import in_thread
from invoiceocr.service.http.problems import in_chinese
from invoiceocr.service.http.routes import see
from invoiceocr.service.people import person
from invoiceocr.service.service import Service, service_of
from invoiceocr.service.store.books import result_id_of
from invoiceocr.service.store.entries import Record
from invoiceocr.service.store.reconciliations import Kept, Reconciliations
from invoiceocr.service.web.rendering import language_for, money, page

SHOWN = 100  # entries of a page
REPEATED = 50  # entries of a page that were claimed more than once
NEAR = 5  # other entries that an invoice may be, shown beside it
COMPARED = ("number", "code", "issue_date", "seller.name", "seller.tax_id", "buyer.name", "total")
OUTCOMES: Mapping[str, tuple[str | None, Decision | None]] = {
    "accept": ("accept", None),
    "review": ("review", None),
    "reject": ("reject", None),
    "accepted": (None, "accepted"),
    "rejected": (None, "rejected"),
}
"""The verdict and the decision that an outcome means."""
# a database has no larger ones
Number = Annotated[int, Field(ge=0, le=2**62)]
router = APIRouter(prefix="/ledger", include_in_schema=False)


@router.get("")
async def entries(
    request: Request, q: str = "", outcome: str = "", since: str = "", until: str = "", before: Number | None = None
) -> Response:
    """What was claimed, the latest first."""
    service = service_of(request)
    verdict, decision = OUTCOMES.get(outcome, (None, None))
    text, first, last = q.strip() or None, _day(since), _day(until)
    wanted = Filter(text=text, verdict=verdict, decision=decision, since=first, until=last, limit=SHOWN)
    found = await in_thread(service.books.ledger.newest, wanted, before)
    language = language_for(request)
    chosen = {"q": q, "outcome": outcome, "since": since, "until": until}
    return await page(
        request,
        "ledger.html",
        rows=[_row(entry, service.kinds, language) for entry in found],
        chosen=chosen,
        is_filtered=any(chosen.values()),
        outcomes=tuple(OUTCOMES),
        older=found[-1].id if len(found) == SHOWN else None,
        is_first=before is None,
    )


@router.get("/duplicates")
async def duplicates(request: Request, before: Number | None = None) -> Response:
    """What was claimed more than once, each claim beside the first, the latest first."""
    service = service_of(request)
    found = await in_thread(service.books.ledger.repeated, REPEATED, before)
    language = language_for(request)
    groups = [await in_thread(_claims, service, entry, language) for entry in found]
    older = found[-1].id if len(found) == REPEATED else None
    return await page(request, "ledger_duplicates.html", groups=groups, older=older, is_first=before is None)


@router.get("/entries/{entry_id}")
async def entry(request: Request, entry_id: Number) -> Response:
    """One entry: its claims, the entries that may be the same, and its history."""
    service, language = service_of(request), language_for(request)
    try:
        group = await in_thread(_claims, service, service.books.ledger.entry(entry_id), language)
    except LedgerError:
        return await page(request, "ledger_unknown.html", status=404, entry_id=entry_id)
    about = await in_thread(_about, service, entry_id, language)
    return await page(request, "ledger_entry.html", group=group, told=about)


@router.get("/reconciliation")
async def reconciliation(request: Request) -> Response:
    """The form for a register, and earlier reconciliations."""
    kept = await in_thread(_kept(request).listed)
    return await page(request, "reconcile.html", kept=kept, error="")


@router.post("/reconciliation")
async def reconcile(request: Request) -> Response:
    """Compares with the register of a form, and shows the result."""
    service = service_of(request)
    async with request.form(max_files=1, max_fields=5) as form:
        register = form.get("register")
        if not isinstance(register, UploadFile) or not register.filename:
            return await _refused(request, "")
        name = Path(register.filename.replace("\\", "/")).name
        data = await register.read(service.options.limits.file_bytes + 1)
    try:
        service.check_size(data)
        found = await in_thread(_reconciled, service, name, data)
    except InvoiceOCRError as error:
        zh = in_chinese(error) if language_for(request) == "zh" else None
        return await _refused(request, zh or str(error))
    number = await in_thread(_kept(request).add, name, found)
    await in_thread(service.readings.forget)
    return see(request, f"/ledger/reconciliation/{number}")


@router.get("/reconciliation/{number}")
async def reconciled(request: Request, number: str) -> Response:
    """The result of a reconciliation."""
    kept = await in_thread(_kept(request).one, number)
    if kept is None:
        return see(request, "/ledger/reconciliation")
    language = language_for(request)
    return await page(request, "reconciliation.html", kept=kept, number=number, lines=_lines(kept, language))


@router.get("/reconciliation/{number}/invoices.{form}")
async def reconciled_file(request: Request, number: str, form: Literal["xlsx", "csv"]) -> Response:
    """The same as a file."""
    found = await in_thread(_kept(request).file, number, form, language_for(request))
    if found is None:
        return see(request, "/ledger/reconciliation")
    headers = {"Content-Disposition": f'attachment; filename="reconciliation.{form}"'}
    return Response(found, media_type="application/octet-stream", headers=headers)


@router.get("/verify")
async def verify(request: Request) -> Response:
    """Whether the past is unchanged."""
    found = await in_thread(service_of(request).books.ledger.verify)
    return await page(request, "ledger_verify.html", found=found)


async def _refused(request: Request, error: str) -> Response:
    """The form again, with what is wrong with the register."""
    kept = await in_thread(_kept(request).listed)
    return await page(request, "reconcile.html", status=422, kept=kept, error=error or "-")


def _kept(request: Request) -> Reconciliations:
    return Reconciliations(service_of(request).options.data)


def _reconciled(service: Service, name: str, data: bytes) -> Reconciliation:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"register{Path(name).suffix.lower()}"
        path.write_bytes(data)
        return service.books.ledger.reconcile(path, by=service.books.by)


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None


def _row(entry: Entry, kinds: Registry, language: str) -> dict[str, object]:
    """An entry as a row of the table."""
    return {
        "entry": entry,
        "outcome": entry.decision or entry.verdict,
        "kind": in_language(kind_title(entry.kind, kinds), language),
        "total": money(entry.total),
        "added": local(entry.added_at),
    }


def _claims(service: Service, entry: Entry, language: str) -> dict[str, object]:
    """An entry with each of its claims: the file, and the invoice as that file was read."""
    own = service.books.ledger.invoice(entry.id)
    claims = [_claim(service, entry, file, own) | {"by": person(file.added_by, language)} for file in entry.files]
    fields = [_compared(path, [claim["invoice"] for claim in claims], language) for path in COMPARED]
    return _row(entry, service.kinds, language) | {"claims": claims, "fields": fields}


def _claim(service: Service, entry: Entry, file: FileRecord, own: Invoice) -> dict[str, object]:
    """A *file* of *entry*: how it came in through this service, its record, and the invoice as it says."""
    result_id = result_id_of(file.location)
    records = service.records.of_result(result_id) if result_id else []
    record = next((one for one in records if _is_of(one, entry, file)), None)
    invoice = record.invoice if record and record.invoice else own
    return {"file": file, "added": local(file.added_at), "record": record and record.summary, "invoice": invoice}


def _is_of(record: Record, entry: Entry, file: FileRecord) -> bool:
    """Whether *record* is the claim of *entry* by that *file*: an archive has many first pages, a page many papers."""
    if record.invoice is None or record.summary.entry != entry.id:
        return False
    return (record.invoice.page, record.invoice.source or record.summary.source) == (file.page, file.name)


def _compared(path: str, invoices: Iterable[object], language: str) -> dict[str, object]:
    """The values of a field, one for each invoice, and which of them differ from the first."""
    values = [_shown(path, invoice) for invoice in invoices if isinstance(invoice, Invoice)]
    title = in_language(path_title(path), language)
    return {"title": title, "values": values, "differs": [value != values[0] for value in values]}


def _shown(path: str, invoice: Invoice) -> str:
    value = value_at(invoice, path)
    return money(value) if path == "total" else "" if value is None else str(value)


def _about(service: Service, entry_id: int, language: str) -> dict[str, object]:
    """The findings, the entries that may be the same, and the history of an entry."""
    ledger = service.books.ledger
    invoice = ledger.invoice(entry_id)
    spec = service.kinds.kinds.get(invoice.kind)
    near = [match for match in ledger.check(invoice).matches if match.entry.id != entry_id][:NEAR]
    return {
        "findings": [
            (found.severity, told(found, language, spec)) for found in invoice.findings if found.severity != "info"
        ],
        "near": [
            _row(match.entry, service.kinds, language)
            | {
                "nearness": match.nearness,
                "fields": [_compared(path, (invoice, ledger.invoice(match.entry.id)), language) for path in COMPARED],
            }
            for match in near
        ],
        "events": [_event(event, language, spec) for event in reversed(ledger.history(entry_id))],
    }


def _event(event: Event, language: str, spec: KindSpec | None) -> dict[str, object]:
    """A line of the audit trail: who did what and when, with old and new values."""
    file = event.new.get("file")
    return {
        "event": event,
        "at": local(event.at),
        "by": person(event.by, language),
        "file": file.get("name") if isinstance(file, dict) else None,
        "changes": list(_changes(event, language, spec)) if event.action not in ("claimed", "file") else [],
    }


def _changes(event: Event, language: str, spec: KindSpec | None) -> Iterator[tuple[str, str, str]]:
    old, new = (part if isinstance(part, dict) else {} for part in (event.old.get("values"), event.new.get("values")))
    for path in {**old, **new}:
        if path != "verdict":
            yield in_language(path_title(path, spec), language), str(old.get(path) or "—"), str(new.get(path) or "—")


def _lines(kept: Kept, language: str) -> list[dict[str, object]]:
    """The lines of a reconciliation as rows of its table."""
    return [
        line
        | {
            "total": money(str(line["total"])) if line["total"] is not None else "",
            "differences": [
                asdict(item) | {"title": in_language(path_title(item.path), language)}
                for item in kept.differences(line)
            ],
        }
        for line in kept.lines
    ]


def local(at: datetime) -> str:
    """The moment as the clock here shows it."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")
