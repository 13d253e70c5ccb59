"""Answers as JSON, and their shapes for the OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from fastapi.responses import Response
from pydantic import BaseModel

from invoiceocr.result import ReadResult
from invoiceocr.service.entries import Record
from invoiceocr.service.jobs import Job
from invoiceocr.service.problems import MEDIA_TYPE
from invoiceocr.service.service import plain_invoice

Plain = Mapping[str, object]


class Problem(BaseModel):
    """An error (RFC 9457) with a stable code."""

    type: str
    title: str
    status: int
    detail: str
    detail_zh: str | None = None
    code: str


class Results(BaseModel):
    """What files came to: a `ReadResult` of the output contract each, with `id`; its invoices have one too."""

    results: list[dict[str, object]]


class JobBody(BaseModel):
    """A job and how far it is."""

    id: str
    state: str
    done: int
    total: int
    results: list[dict[str, object]]


class Accepted(BaseModel):
    """A job that was made, and where to ask for it."""

    job: str
    status_url: str


class Listed(BaseModel):
    """A page of invoices without their evidence; `next_cursor` asks for the next one."""

    invoices: list[dict[str, object]]
    next_cursor: int | None


class Changes(BaseModel):
    """The audit trail of an invoice, oldest entry first."""

    history: list[dict[str, object]]


class OcrBody(BaseModel):
    """Lines of text with their places, or why there are none."""

    success: bool
    results: list[dict[str, object]] | None = None
    total_time: float | None = None
    error: str | None = None


def documented(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The problem responses of a route for the OpenAPI document."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    always = (400, 401, 403, 422)
    return {status: {"description": "problem", "content": content} for status in sorted({*always, *statuses})}


def json_response(plain: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """*plain* as JSON; a lone surrogate, which is no UTF-8, is escaped."""
    body = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    return Response(body, status, headers, media_type="application/json")


def plain_result(records: Sequence[Record], read: ReadResult | None = None) -> Plain:
    """The result of one file as JSON: its records, and what was measured when it was *read* just now."""
    first = records[0].summary
    error = {"code": first.error_code, "message": first.error_message} if first.error_code else None
    measured = (read or ReadResult(source=first.source)).model_dump(mode="json", include={"unread", "signatures"})
    return {
        "id": first.result_id,
        "source": first.source,
        "sha256": first.sha256,
        "invoices": [plain_invoice(record) for record in records if record.invoice is not None],
        **measured,
        "error": error,
        "elapsed_ms": read.elapsed_ms if read else 0.0,
    }


def plain_job(job: Job, results: Sequence[Plain]) -> Plain:
    """A job as JSON."""
    return {"id": job.id, "state": job.state, "done": job.done, "total": job.total, "results": list(results)}
