"""The routes under /v1: files, jobs, invoices, review, export."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from invoiceocr.json_text import listed
from invoiceocr.service import review
from invoiceocr.service.entries import Filter, Moment, Reading, Record, State
from invoiceocr.service.idempotency import Answered
from invoiceocr.service.problems import RequestError
from invoiceocr.service.responses import (
    Accepted,
    Changes,
    JobBody,
    Listed,
    Results,
    documented,
    invoice_json,
    job_json,
    json_response,
    plain_outline,
    result_json,
)
from invoiceocr.service.runner import JobRunner, checked_webhook
from invoiceocr.service.service import Service, expected_values, in_thread, service_of
from invoiceocr.service.uploads import FORM, Upload, uploaded
from invoiceocr.service.words import REVIEWER

LIMIT = 1000  # invoices of one page of a list
Outcome = Literal["accept", "review", "reject", "unread", "accepted", "rejected", "open"]
LIMITED = frozenset({"too_large", "too_many_pages"})
# documented here and taken from the request: as parameters of the route they take almost as long as the whole routing
HEADERS = [
    {"name": name.lower(), "in": "header", "required": False, "schema": {"type": "string", "title": name}}
    for name in ("Prefer", "Idempotency-Key")
]
router = APIRouter(prefix="/v1", tags=["invoices"])


class ListQuery(BaseModel):
    """Which invoices, and how many at a time."""

    verdict: Outcome | None = Field(default=None, description="what holds now: a verdict, a decision, unread or open")
    kind: str | None = None
    q: str | None = Field(default=None, description="words in number, code, companies, amount, date, name of the file")
    since: Moment | None = Field(default=None, description="moment of arrival, ISO 8601")
    cursor: int | None = Field(default=None, ge=0, le=2**62)
    limit: int = Field(default=100, ge=1, le=LIMIT)


class Correction(BaseModel):
    """What a reviewer says the fields are: values by path as printed, null for a field that is not on the paper."""

    fields: dict[str, str | None] = Field(min_length=1, max_length=500)
    by: str = Field(default="", max_length=200)
    reason: str | None = Field(default=None, max_length=2000)


class Decision(BaseModel):
    """Who accepts or rejects, and why."""

    by: str = Field(default="", max_length=200)
    reason: str | None = Field(default=None, max_length=2000)


@router.post(
    "/invoices",
    openapi_extra={"requestBody": FORM, "parameters": HEADERS},
    responses={200: {"model": Results}, 202: {"model": Accepted}, **documented(409, 413, 429)},
)
async def post_invoices(request: Request) -> Response:
    """Reads files. A few files are answered at once; with `Prefer: respond-async`, or above the limit, they become a
    job."""
    service = service_of(request)
    upload = await uploaded(request, service)
    prefer, idempotency_key = request.headers.get("prefer", ""), request.headers.get("idempotency-key")
    asynchronous = "respond-async" in prefer or len(upload.files) > service.options.limits.sync_files
    answer = partial(_queue if asynchronous else _read, request, upload)
    if idempotency_key is None:
        return await answer()
    return await _once(service, idempotency_key, upload.fingerprint, answer)


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
    # what is wrong with them must show now
    service.order_for(upload.options)
    webhook = checked_webhook(upload.webhook, service.options.webhook_hosts)
    for file in upload.files:
        await in_thread(service.files.write_through, file.sha256)
    job = await in_thread(service.jobs.add, upload.files, upload.options, webhook)
    runner: JobRunner = request.app.state.runner
    runner.wake()
    url = f"/v1/jobs/{job.id}"
    return json_response({"job": job.id, "status_url": url}, 202, {"Location": url, "Retry-After": "1"})


async def _read(request: Request, upload: Upload) -> Response:
    service = service_of(request)
    expected = expected_values(upload.expected)
    if expected and len(upload.files) > 1:
        raise RequestError("expected: goes with a single file")
    order = service.order_for(upload.options, expected)
    readings = await asyncio.gather(*(service.read(file, order) for file in upload.files))
    if len(readings) == 1 and (error := readings[0].result.error) and error.code in LIMITED:
        raise RequestError(error.message, code=error.code)
    return await in_thread(_kept, service, upload, order.key, readings)


def _kept(service: Service, upload: Upload, key: str, readings: Sequence[Reading]) -> Response:
    """The answer with the results of the files, once all of it is stored."""
    pairs = zip(upload.files, readings, strict=True)
    return json_response(listed("results", (result_json(service.keep(f, key, r), r.result) for f, r in pairs)))


@router.get("/jobs/{job_id}", responses={200: {"model": JobBody}, **documented(404)})
async def get_job(request: Request, job_id: str) -> Response:
    """The state of a job, with the results so far."""
    return await _job(service_of(request), job_id)


@router.delete("/jobs/{job_id}", responses={200: {"model": JobBody}, **documented(404)})
async def cancel_job(request: Request, job_id: str) -> Response:
    """Cancels a job: files that have not been read yet are left out."""
    service = service_of(request)
    await in_thread(service.jobs.cancel, job_id)
    return await _job(service, job_id)


async def _job(service: Service, job_id: str) -> Response:
    job = await in_thread(service.jobs.one, job_id)
    results = [await in_thread(_of_job, service, result) for result in job.results]
    return json_response(job_json(job, results))


def _of_job(service: Service, result_id: str) -> bytes:
    """The result of one file of a job."""
    records = service.records.of_result(result_id)
    first = records[0].summary
    return result_json(records, service.records.measured(first.sha256, first.settings))


@router.get("/invoices", responses={200: {"model": Listed}, **documented()})
async def list_invoices(request: Request, wanted: Annotated[ListQuery, Query()]) -> Response:
    """The invoices, newest first, without their evidence."""
    records = await in_thread(service_of(request).records.whole, Filter(**wanted.model_dump()))
    following = records[-1].summary.sequence if len(records) == wanted.limit else None
    plain = await in_thread(lambda: list(map(plain_outline, records)))
    return json_response({"invoices": plain, "next_cursor": following})


@router.get("/invoices/{invoice_id}", responses={200: {}, **documented(404)})
async def get_invoice(request: Request, invoice_id: str) -> Response:
    """One invoice with its evidence; `ETag` is its revision."""
    return shown(await in_thread(service_of(request).records.one, invoice_id))


def shown(record: Record) -> Response:
    """A record as JSON, with its revision as `ETag`."""
    return json_response(invoice_json(record), headers={"ETag": f'"{record.summary.revision}"'})


Match = Annotated[str | None, Header(alias="If-Match", description="the revision that is changed")]


@router.patch("/invoices/{invoice_id}", responses={200: {}, **documented(404, 409, 428)})
async def patch_invoice(request: Request, invoice_id: str, body: Correction, if_match: Match = None) -> Response:
    """Corrects fields; the invoice is judged again. `If-Match` must be the revision that the reviewer saw."""
    revision = _revision(if_match)
    return shown(await review.correct(service_of(request), (invoice_id, revision), body.fields, _author(body)))


@router.post("/invoices/{invoice_id}/accept", responses={200: {}, **documented(404, 409)})
async def accept(request: Request, invoice_id: str, body: Decision | None = None, if_match: Match = None) -> Response:
    """Records that a person accepts the invoice as it is."""
    return await _decide(request, invoice_id, "accepted", body, if_match)


@router.post("/invoices/{invoice_id}/reject", responses={200: {}, **documented(404, 409)})
async def reject(request: Request, invoice_id: str, body: Decision | None = None, if_match: Match = None) -> Response:
    """Records that a person rejects the invoice."""
    return await _decide(request, invoice_id, "rejected", body, if_match)


@router.post("/invoices/{invoice_id}/reopen", responses={200: {}, **documented(404, 409)})
async def reopen(request: Request, invoice_id: str, body: Decision | None = None, if_match: Match = None) -> Response:
    """Withdraws an acceptance or rejection."""
    return await _decide(request, invoice_id, "open", body, if_match)


@router.post("/invoices/{invoice_id}/undo", responses={200: {}, **documented(404, 409)})
async def undo(request: Request, invoice_id: str, body: Decision | None = None) -> Response:
    """Undoes the last change; the audit trail keeps both."""
    return shown(await review.undo(service_of(request), invoice_id, _author(body).by))


async def _decide(
    request: Request, invoice_id: str, state: State, body: Decision | None, if_match: str | None
) -> Response:
    revision = _revision(if_match) if if_match is not None else None
    return shown(await review.decide(service_of(request), (invoice_id, revision), state, _author(body)))


def _author(body: Correction | Decision | None) -> review.Author:
    """Who changes an invoice, and why."""
    by, reason = (body.by, body.reason) if body else ("", None)
    return review.Author(by or REVIEWER.en, reason)


def _revision(if_match: str | None) -> int:
    if if_match is None:
        raise RequestError("give the revision that you looked at: If-Match", code="no_revision")
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isdecimal() or len(text) > 12:
        raise RequestError("If-Match: no revision of an invoice", code="stale_revision")
    return int(text)


@router.get("/invoices/{invoice_id}/history", responses={200: {"model": Changes}, **documented(404)})
async def history(request: Request, invoice_id: str) -> Response:
    """Who changed what and when, with old and new values and the reason."""
    service = service_of(request)
    await in_thread(service.records.one, invoice_id)
    changes = await in_thread(service.records.history, invoice_id)
    return json_response({"history": [review.plain_change(change) for change in changes]})
