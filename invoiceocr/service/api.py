"""The routes under /v1: files in, jobs, invoices, review, export."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterable
from functools import partial
from typing import Annotated, BinaryIO, Literal

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from invoiceocr.export.tabular import write_csv, write_json, write_jsonl
from invoiceocr.export.verified import verified_result
from invoiceocr.result import ReadError, ReadResult
from invoiceocr.service import review
from invoiceocr.service.idempotency import Answered
from invoiceocr.service.options import digest_of
from invoiceocr.service.problems import RequestError
from invoiceocr.service.records import Filter, Record, UnknownRecordError
from invoiceocr.service.responses import (
    Accepted,
    Changes,
    JobBody,
    Listed,
    Plain,
    Results,
    documented,
    json_response,
    plain_job,
    plain_result,
)
from invoiceocr.service.runner import JobRunner, checked_webhook
from invoiceocr.service.service import Service, as_png, expected_values, in_thread, plain_invoice
from invoiceocr.service.uploads import FORM, Upload, uploaded

LIMIT = 1000  # invoices of one page of a list
MAX_EXPORT = 100_000  # invoices of one file
MARGIN = 0.35  # of a field's height, shown around it in its crop
Outcome = Literal["accept", "review", "reject", "unread", "accepted", "rejected", "open"]
LIMITED = frozenset({"too_large", "too_many_pages"})
Verdicts = Annotated[Outcome | None, Query(description="verdict, or outcome of the review")]
router = APIRouter(prefix="/v1", tags=["invoices"])


class Correction(BaseModel):
    """What a reviewer says the fields are: values by path as printed, null for a field that is not there."""

    fields: dict[str, str | None] = Field(min_length=1, max_length=500)
    by: str = Field(default="", max_length=200)
    reason: str | None = Field(default=None, max_length=2000)


class Decision(BaseModel):
    """Who accepts or rejects, and why."""

    by: str = Field(default="", max_length=200)
    reason: str | None = Field(default=None, max_length=2000)


class ExportFilter(BaseModel):
    """Which invoices: as in GET /v1/invoices."""

    verdict: Outcome | None = None
    kind: str | None = None
    q: str | None = None
    since: str | None = None


class Export(BaseModel):
    """Which invoices to write, in which format; all without ids and filter."""

    ids: list[str] | None = Field(default=None, max_length=MAX_EXPORT)
    filter: ExportFilter | None = None
    format: Literal["xlsx", "csv", "json", "jsonl"] = "xlsx"
    verified_only: bool = False


def service_of(request: Request) -> Service:
    """The service that the application was built with."""
    service: Service = request.app.state.service
    return service


@router.post(
    "/invoices",
    openapi_extra={"requestBody": FORM},
    responses={200: {"model": Results}, 202: {"model": Accepted}, **documented(409, 413, 429)},
)
async def post_invoices(
    request: Request,
    prefer: Annotated[str, Header()] = "",
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """Read files. Few are answered at once; with `Prefer: respond-async`, or above the limit, they become a job."""
    service = service_of(request)
    upload = await uploaded(request, service)
    asynchronous = "respond-async" in prefer or len(upload.files) > service.options.limits.sync_files
    answer = partial(_queue if asynchronous else _read, request, upload)
    if idempotency_key is None:
        return await answer()
    return await _once(service, f"{idempotency_key}", upload.fingerprint, answer)


async def _once(service: Service, key: str, fingerprint: str, answer: Callable[..., object]) -> Response:
    known = await in_thread(service.answers.begin, key, fingerprint)
    if known is not None:
        return Response(known.body, known.status, {"Idempotent-Replayed": "true"}, media_type="application/json")
    try:
        response = await answer()  # type: ignore[misc]
    except BaseException:
        await asyncio.shield(in_thread(service.answers.drop, key))
        raise
    await in_thread(service.answers.finish, key, Answered(response.status_code, bytes(response.body)))
    return response  # type: ignore[no-any-return]


async def _queue(request: Request, upload: Upload) -> Response:
    service = service_of(request)
    service.settings_for(upload.options)  # what is wrong with them must show now
    webhook = checked_webhook(upload.webhook, service.options.webhook_hosts)
    job = await in_thread(service.jobs.add, upload.files, upload.options, webhook)
    runner: JobRunner = request.app.state.runner
    runner.wake()
    url = f"/v1/jobs/{job.id}"
    return json_response({"job": job.id, "status_url": url}, 202, {"Location": url, "Retry-After": "1"})


async def _read(request: Request, upload: Upload) -> Response:
    service = service_of(request)
    settings = await in_thread(service.settings_for, upload.options)
    expected = expected_values(upload.expected)
    if expected and len(upload.files) > 1:
        raise RequestError("expected: goes with a single file")
    results = await asyncio.gather(*(service.read(file, settings, expected) for file in upload.files))
    if len(results) == 1 and (error := results[0].error) and error.code in LIMITED:
        raise RequestError(error.message, code=error.code)
    plain: list[Plain] = []
    for file, result in zip(upload.files, results, strict=True):
        first = await in_thread(service.records.add, file, digest_of(settings), result)
        plain.append(plain_result(await in_thread(service.records.of_result, first), result))
    return json_response({"results": plain})


@router.get("/jobs/{job_id}", responses={200: {"model": JobBody}, **documented(404)})
async def get_job(request: Request, job_id: str) -> Response:
    """How far a job is, with what was read so far."""
    return await _job(service_of(request), job_id)


@router.delete("/jobs/{job_id}", responses={200: {"model": JobBody}, **documented(404)})
async def cancel_job(request: Request, job_id: str) -> Response:
    """Cancel a job: files that are not read yet are left out."""
    service = service_of(request)
    await in_thread(service.jobs.cancel, job_id)
    return await _job(service, job_id)


async def _job(service: Service, job_id: str) -> Response:
    job = await in_thread(service.jobs.one, job_id)
    results = [plain_result(await in_thread(service.records.of_result, result)) for result in job.results]
    return json_response(plain_job(job, results))


@router.get("/invoices", responses={200: {"model": Listed}, **documented()})
async def list_invoices(
    request: Request,
    verdict: Verdicts = None,
    kind: str | None = None,
    q: str | None = None,
    since: str | None = None,
    cursor: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT)] = 100,
) -> Response:
    """The invoices, newest first, without their evidence."""
    wanted = Filter(verdict, kind, q, since, cursor, limit)
    records = await in_thread(service_of(request).records.whole, wanted)
    following = records[-1].summary.sequence if len(records) == limit else None
    plain = [plain_invoice(record, evidence=False) for record in records]
    return json_response({"invoices": plain, "next_cursor": following})


@router.get("/invoices/{invoice_id}", responses={200: {}, **documented(404)})
async def get_invoice(request: Request, invoice_id: str) -> Response:
    """One invoice with its evidence; `ETag` is its revision."""
    return shown(await in_thread(service_of(request).records.one, invoice_id))


def shown(record: Record) -> Response:
    """A record as JSON, with its revision as `ETag`."""
    return json_response(plain_invoice(record), headers={"ETag": f'"{record.summary.revision}"'})


@router.get(
    "/invoices/{invoice_id}/pages/{page}.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, **documented(404)},
)
async def page_png(request: Request, invoice_id: str, page: int) -> Response:
    """The picture of a page: upright and flat, as the boxes of fields refer to it."""
    service = service_of(request)
    record = await in_thread(service.records.one, invoice_id)
    jpeg = await service.picture(record, page)
    return Response(await in_thread(as_png, jpeg), media_type="image/png", headers=_CACHED)


@router.get("/invoices/{invoice_id}/pages/{page}.jpg", include_in_schema=False)
async def page_jpeg(request: Request, invoice_id: str, page: int) -> Response:
    """The same picture in a tenth of the bytes, for the review page."""
    service = service_of(request)
    record = await in_thread(service.records.one, invoice_id)
    return Response(await service.picture(record, page), media_type="image/jpeg", headers=_CACHED)


@router.get(
    "/invoices/{invoice_id}/fields/{path}.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, **documented(404)},
)
async def field_png(request: Request, invoice_id: str, path: str) -> Response:
    """What stands where a field was found."""
    service = service_of(request)
    record = await in_thread(service.records.one, invoice_id)
    proof = record.invoice.evidence.get(path) if record.invoice else None
    if proof is None or proof.box is None or proof.page is None or proof.page_size is None:
        raise UnknownRecordError(f"field {path}: it has no place on a page")
    jpeg = await service.picture(record, proof.page)
    width, height = proof.page_size
    margin = MARGIN * (proof.box[3] - proof.box[1])
    x0, y0, x1, y1 = proof.box
    box = ((x0 - margin) / width, (y0 - margin) / height, (x1 + margin) / width, (y1 + margin) / height)
    return Response(await in_thread(as_png, jpeg, box), media_type="image/png", headers=_CACHED)


@router.get("/invoices/{invoice_id}/pages/{page}/lines", responses={200: {}, **documented(404, 429)})
async def page_lines(request: Request, invoice_id: str, page: int) -> Response:
    """The lines of text of a page in the coordinates of its picture."""
    service = service_of(request)
    record = await in_thread(service.records.one, invoice_id)
    return json_response({"lines": await review.lines_of(service, record, page)})


_CACHED = {"Cache-Control": "private, max-age=3600"}
Match = Annotated[str | None, Header(alias="If-Match", description="the revision that is changed")]


@router.patch("/invoices/{invoice_id}", responses={200: {}, **documented(404, 409, 428)})
async def patch_invoice(request: Request, invoice_id: str, body: Correction, if_match: Match = None) -> Response:
    """Correct fields; the invoice is judged again. `If-Match` must be the revision that was looked at."""
    author = review.Author(body.by or "reviewer", body.reason)
    revision = _revision(if_match)
    return shown(await review.correct(service_of(request), (invoice_id, revision), body.fields, author))


@router.post("/invoices/{invoice_id}/accept", responses={200: {}, **documented(404, 409)})
async def accept(request: Request, invoice_id: str, body: Decision | None = None, if_match: Match = None) -> Response:
    """Note that a person accepts the invoice as it is."""
    return await _decide(request, invoice_id, "accepted", body, if_match)


@router.post("/invoices/{invoice_id}/reject", responses={200: {}, **documented(404, 409)})
async def reject(request: Request, invoice_id: str, body: Decision | None = None, if_match: Match = None) -> Response:
    """Note that a person rejects the invoice."""
    return await _decide(request, invoice_id, "rejected", body, if_match)


@router.post("/invoices/{invoice_id}/reopen", responses={200: {}, **documented(404, 409)})
async def reopen(request: Request, invoice_id: str, body: Decision | None = None, if_match: Match = None) -> Response:
    """Take back an acceptance or rejection."""
    return await _decide(request, invoice_id, "open", body, if_match)


@router.post("/invoices/{invoice_id}/undo", responses={200: {}, **documented(404, 409)})
async def undo(request: Request, invoice_id: str, body: Decision | None = None) -> Response:
    """Take back the last change; the audit trail keeps both."""
    records = service_of(request).records
    return shown(await in_thread(records.undo, invoice_id, body.by if body and body.by else "reviewer"))


async def _decide(
    request: Request, invoice_id: str, state: review.State, body: Decision | None, if_match: str | None
) -> Response:
    author = review.Author(body.by if body and body.by else "reviewer", body.reason if body else None)
    revision = _revision(if_match) if if_match is not None else None
    return shown(await review.decide(service_of(request), (invoice_id, revision), state, author))


def _revision(if_match: str | None) -> int:
    if if_match is None:
        raise RequestError("give the revision that you looked at: If-Match", code="no_revision")
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isdecimal() or len(text) > 12:
        raise RequestError("If-Match: no revision of an invoice", code="stale_revision")
    return int(text)


@router.get("/invoices/{invoice_id}/history", responses={200: {"model": Changes}, **documented(404)})
async def history(request: Request, invoice_id: str) -> Response:
    """Who changed what when, from what to what, and why."""
    service = service_of(request)
    await in_thread(service.records.one, invoice_id)
    changes = await in_thread(service.records.history, invoice_id)
    return json_response({"history": [review.plain_change(change) for change in changes]})


MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
}


@router.post(
    "/export", response_class=Response, responses={200: {"content": {MEDIA_TYPES["xlsx"]: {}}}, **documented(404)}
)
async def export(request: Request, body: Export) -> Response:
    """Write invoices, corrections included, to a file."""
    service = service_of(request)
    if body.ids is not None:
        records = [await in_thread(service.records.one, record_id) for record_id in body.ids]
    else:
        chosen = body.filter or ExportFilter()
        wanted = Filter(chosen.verdict, chosen.kind, chosen.q, chosen.since, limit=MAX_EXPORT)
        records = (await in_thread(service.records.whole, wanted))[::-1]
    return await in_thread(exported, records, body)


def exported(records: Iterable[Record], body: Export) -> Response:
    """The file."""
    results = [_result(record) for record in records]
    if body.verified_only:
        results = [verified_result(result) for result in results]
    stream = io.BytesIO()
    _writer(body.format)(results, stream)
    headers = {"Content-Disposition": f'attachment; filename="invoices.{body.format}"'}
    return Response(stream.getvalue(), media_type=MEDIA_TYPES[body.format], headers=headers)


def _writer(name: str) -> Callable[[Iterable[ReadResult], BinaryIO], None]:
    if name == "xlsx":
        from invoiceocr.export.excel import write_excel  # openpyxl takes a third of a second to import

        return write_excel
    return {"csv": write_csv, "json": write_json, "jsonl": write_jsonl}[name]


def _result(record: Record) -> ReadResult:
    summary = record.summary
    if record.invoice is None:
        error = ReadError(code=summary.error_code or "unreadable", message=summary.error_message or "")
        return ReadResult(source=summary.source, sha256=summary.sha256, error=error)
    return ReadResult(source=summary.source, sha256=summary.sha256, invoices=(record.invoice,))
