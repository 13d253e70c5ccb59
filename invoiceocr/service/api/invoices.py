"""The routes under /v1: files, jobs, invoices, review, export."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from invoiceocr.json_text import listed
from invoiceocr.service import decisions
from invoiceocr.service.api.idempotency import fingerprint_of, once
from invoiceocr.service.api.responses import (
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
from invoiceocr.service.api.uploads import FORM, Upload, uploaded
from invoiceocr.service.event_loop import in_thread
from invoiceocr.service.http.problems import RequestError
from invoiceocr.service.http.routes import at
from invoiceocr.service.job_runner import JobRunner, checked_webhook
from invoiceocr.service.options import Order
from invoiceocr.service.people import REVIEWER
from invoiceocr.service.service import Service, expected_values, same, service_of
from invoiceocr.service.store.entries import Filter, Moment, Reading, Record, State

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
    assignee: str | None = Field(default=None, description="the person to whom they were handed over")
    q: str | None = Field(default=None, description="words in number, code, companies, amount, date, name of the file")
    since: Moment | None = Field(default=None, description="moment of arrival, ISO 8601")
    issued_from: date | None = Field(default=None, description="first day of issue")
    issued_until: date | None = Field(default=None, description="last day of issue")
    cursor: int | None = Field(default=None, ge=0, le=2**62)
    limit: int = Field(default=100, ge=1, le=LIMIT)


class Correction(BaseModel):
    """What a reviewer says the fields are: values by path as printed or as in an answer, null for a field that is not
    on the paper."""

    model_config = ConfigDict(extra="forbid")

    fields: dict[str, str | bool | int | float | None] = Field(min_length=1, max_length=500)
    by: str = Field(default="", max_length=200)
    reason: str | None = Field(default=None, max_length=2000)

    @property
    def texts(self) -> dict[str, str | None]:
        """The values as texts."""
        return {path: _as_text(value) for path, value in self.fields.items()}


def _as_text(value: str | float | None) -> str | None:
    """A value of a JSON object as it would be printed."""
    return value if isinstance(value, str | None) else json.dumps(value)


class Decision(BaseModel):
    """Who accepts or rejects, and why."""

    model_config = ConfigDict(extra="forbid")

    by: str = Field(default="", max_length=200)
    reason: str | None = Field(default=None, max_length=2000)


class Assignment(Decision):
    """To whom an invoice is handed over: an empty name means nobody."""

    to: str = Field(max_length=200)


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
    # what is wrong with them must show now
    webhook = checked_webhook(upload.webhook, service.options.webhook_hosts)
    order = service.order_for(upload.options, _expected(upload))
    if _is_patient(request) or len(upload.files) > service.options.limits.sync_files:
        return await once(request, upload.fingerprint, partial(_queue, request, upload, webhook))
    return await once(request, upload.fingerprint, partial(_read, service, upload, order))


def _is_patient(request: Request) -> bool:
    """Whether the caller prefers a job."""
    preferences = ",".join(request.headers.getlist("prefer")).split(",")
    return any(one.partition(";")[0].strip().lower() == "respond-async" for one in preferences)


def _expected(upload: Upload) -> dict[str, str]:
    expected = expected_values(upload.expected)
    if expected and len(upload.files) > 1:
        raise RequestError("expected: goes with a single file")
    return expected


async def _queue(request: Request, upload: Upload, webhook: str | None) -> Response:
    service = service_of(request)
    for file in upload.files:
        await in_thread(service.files.write_through, file.sha256)
    chosen = {**upload.options, **({"expected": upload.expected} if upload.expected else {})}
    job = await in_thread(service.jobs.add, upload.files, chosen, webhook)
    runner: JobRunner = request.app.state.runner
    runner.wake()
    url = at(request, f"/v1/jobs/{job.id}")
    return json_response({"job": job.id, "status_url": url}, 202, {"Location": url, "Retry-After": "1"})


async def _read(service: Service, upload: Upload, order: Order) -> Response:
    if len(upload.files) == 1:
        return await service.read(upload.files[0], order, lambda reading: _kept(service, upload, order.key, [reading]))
    readings = await asyncio.gather(*(service.read(file, order, same) for file in upload.files))
    return await in_thread(_kept, service, upload, order.key, readings)


def _kept(service: Service, upload: Upload, key: str, readings: Sequence[Reading]) -> Response:
    """The answer with the results of the files, once all of them are stored. Raises LedgerError where the ledger does
    not answer: nothing is stored then."""
    if len(readings) == 1 and (error := readings[0].result.error) and error.code in LIMITED:
        raise RequestError(error.message, code=error.code)
    kept = service.keep(zip(upload.files, readings, strict=True), key)
    answered = zip(kept, readings, strict=True)
    return json_response(listed("results", (result_json(records, read.result) for records, read in answered)))


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
    return result_json(records, service.readings.measured(first.sha256, first.settings))


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
    target = (invoice_id, _revision(if_match))

    async def answer() -> Response:
        return shown(await decisions.correct(service_of(request), target, body.texts, _author(body)))

    return await once(request, await fingerprint_of(request), answer)


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


@router.post("/invoices/{invoice_id}/assign", responses={200: {}, **documented(404)})
async def assign(request: Request, invoice_id: str, body: Assignment) -> Response:
    """Hands an invoice over to a colleague, who shall decide; its revision stays."""

    async def answer() -> Response:
        to = body.to.strip() or None
        return shown(await decisions.assign(service_of(request), invoice_id, to, _author(body)))

    return await once(request, await fingerprint_of(request), answer)


@router.post("/invoices/{invoice_id}/undo", responses={200: {}, **documented(404, 409)})
async def undo(request: Request, invoice_id: str, body: Decision | None = None, if_match: Match = None) -> Response:
    """Undoes the last change; the audit trail keeps both."""
    target = _target(invoice_id, if_match)

    async def answer() -> Response:
        return shown(await decisions.undo(service_of(request), target, _author(body).by))

    return await once(request, await fingerprint_of(request), answer)


async def _decide(
    request: Request, invoice_id: str, state: State, body: Decision | None, if_match: str | None
) -> Response:
    target = _target(invoice_id, if_match)

    async def answer() -> Response:
        return shown(await decisions.decide(service_of(request), target, state, _author(body)))

    return await once(request, await fingerprint_of(request), answer)


def _author(body: Correction | Decision | None) -> decisions.Author:
    """Who changes an invoice, and why."""
    by, reason = (body.by, body.reason) if body else ("", None)
    return decisions.Author(by or REVIEWER.en, reason)


def _target(invoice_id: str, if_match: str | None) -> decisions.Target:
    """The invoice, and the revision that is changed if the caller names one."""
    return (invoice_id, _revision(if_match) if if_match is not None else None)


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
    return json_response({"history": [decisions.plain_change(change) for change in changes]})
