"""`POST /v1/export`: invoices, with corrections, as a file."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import BinaryIO, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from invoiceocr.evidence.finding import finding
from invoiceocr.export.tabular import write_csv, write_json, write_jsonl
from invoiceocr.export.verified import verified_result
from invoiceocr.kinds import Registry
from invoiceocr.proof import Finding, Verdict
from invoiceocr.result import ReadError, ReadResult
from invoiceocr.service.api.invoices import Outcome
from invoiceocr.service.api.responses import documented
from invoiceocr.service.event_loop import in_thread
from invoiceocr.service.service import Service, service_of
from invoiceocr.service.store.entries import Filter, Moment, Record

MAX_EXPORT = 100_000  # invoices of one file
# read by people
SHEETS = frozenset({"xlsx", "csv"})
router = APIRouter(prefix="/v1", tags=["invoices"])


def _decision(zh: str, en: str) -> Finding:
    return finding("decided", "info", (zh, en), pack="review")


DECISIONS: Mapping[str, tuple[Verdict, Finding]] = {
    "accepted": ("accept", _decision("复核人员已通过", "accepted by a reviewer")),
    "rejected": ("reject", _decision("复核人员已拒绝", "rejected by a reviewer")),
}
"""What sheets tell of a record in that state: the verdict that holds, and who says so."""


class ExportFilter(BaseModel):
    """Which invoices: as in GET /v1/invoices."""

    model_config = ConfigDict(extra="forbid")

    verdict: Outcome | None = None
    kind: str | None = None
    assignee: str | None = None
    q: str | None = None
    since: Moment | None = None
    issued_from: date | None = None
    issued_until: date | None = None


class Form(BaseModel):
    """How invoices are written."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["xlsx", "csv", "json", "jsonl"] = "xlsx"
    verified_only: bool = False
    by: str = Field(default="", max_length=200, description="who takes them, for the audit trail")


class Export(Form):
    """Which invoices to write, and in which format; all of them without ids and filter."""

    ids: list[str] | None = Field(default=None, max_length=MAX_EXPORT)
    filter: ExportFilter | None = None


MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
}


@router.post(
    "/export",
    response_class=Response,
    responses={200: {"content": {kind.partition(";")[0]: {} for kind in MEDIA_TYPES.values()}}, **documented(404)},
)
async def export(request: Request, body: Export) -> Response:
    """Writes invoices, with corrections, to a file."""
    chosen = body.filter or ExportFilter()
    wanted = Filter(**chosen.model_dump(), limit=MAX_EXPORT)
    return await exported(service_of(request), body.ids, wanted, body)


async def exported(service: Service, ids: Sequence[str] | None, wanted: Filter, form: Form) -> Response:
    """The file of the records of *ids*, in order; without ids, of those that are *wanted*, oldest first. The ledger
    records who exported them."""
    if ids is not None:
        records = [await in_thread(service.records.one, record_id) for record_id in ids]
    else:
        records = (await in_thread(service.records.whole, wanted))[::-1]
    name = f"invoices.{form.format}"
    await in_thread(service.books.exported, records, name, form.by)
    written = await in_thread(_written, records, form, service.kinds)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(written, media_type=MEDIA_TYPES[form.format], headers=headers)


def _written(records: Iterable[Record], form: Form, kinds: Registry) -> bytes:
    results = [_result(_decided(record) if form.format in SHEETS else record) for record in records]
    if form.verified_only:
        results = [verified_result(result) for result in results]
    stream = io.BytesIO()
    _writer(form.format, kinds)(results, stream)
    return stream.getvalue()


def _decided(record: Record) -> Record:
    """*record* with a reviewer's decision in place of the verdict: a sheet shows its reader what holds."""
    decision = DECISIONS.get(record.summary.state)
    if record.invoice is None or decision is None:
        return record
    verdict, finding = decision
    findings = (finding, *record.invoice.findings)
    invoice = record.invoice.model_copy(update={"verdict": verdict, "findings": findings})
    return replace(record, make=lambda _: invoice)


def _writer(name: str, kinds: Registry) -> Callable[[Iterable[ReadResult], BinaryIO], None]:
    if name == "xlsx":
        # openpyxl takes a third of a second to import
        from invoiceocr.export.excel import write_excel

        return partial(write_excel, registry=kinds)
    if name == "csv":
        return partial(write_csv, registry=kinds)
    return {"json": write_json, "jsonl": write_jsonl}[name]


def _result(record: Record) -> ReadResult:
    summary = record.summary
    if record.invoice is None:
        error = ReadError(code=summary.error_code or "unreadable", message=summary.error_message or "")
        return ReadResult(source=summary.source, sha256=summary.sha256, error=error)
    return ReadResult(source=summary.source, sha256=summary.sha256, invoices=(record.invoice,))
