"""Answers as JSON, and their shapes for the OpenAPI document."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence

from fastapi.responses import Response
from pydantic import BaseModel

from invoiceocr.json_text import as_json, joined, listed
from invoiceocr.result import ReadResult
from invoiceocr.service.http.problems import MEDIA_TYPE
from invoiceocr.service.store.entries import Record, Summary
from invoiceocr.service.store.jobs import Job

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
    """*plain* as JSON; bytes are JSON already."""
    body = plain if isinstance(plain, bytes) else as_json(plain)
    return Response(body, status, headers, media_type="application/json")


def invoice_json(record: Record) -> bytes:
    """A record as JSON: the invoice as in the output contract and as it is kept, and what the service knows of it."""
    invoice = zlib.decompress(record.packed) if record.packed else as_json({"source": record.summary.source})
    return joined(as_json(_known(record.summary)), invoice, as_json({"error": _error(record.summary)}))


def plain_outline(record: Record) -> Plain:
    """A record as JSON values, without its evidence."""
    invoice = json.loads(zlib.decompress(record.packed)) if record.packed else {}
    invoice.pop("evidence", None)
    return {"source": record.summary.source, **_known(record.summary), **invoice, "error": _error(record.summary)}


def result_json(records: Sequence[Record], read: ReadResult | None = None) -> bytes:
    """The result of one file as JSON: its records, and what was measured when it was *read* just now."""
    first = records[0].summary
    measured = (read or ReadResult(source=first.source)).model_dump(mode="json", include={"unread", "signatures"})
    told = {
        "id": first.result_id,
        "source": first.source,
        "sha256": first.sha256,
        **measured,
        "error": _error(first),
        "elapsed_ms": read.elapsed_ms if read else 0.0,
    }
    return joined(as_json(told), listed("invoices", (invoice_json(one) for one in records if one.packed)))


def job_json(job: Job, results: Iterable[bytes]) -> bytes:
    """A job as JSON."""
    told = {"id": job.id, "state": job.state, "done": job.done, "total": job.total}
    return joined(as_json(told), listed("results", results))


def _known(summary: Summary) -> Plain:
    return {
        "id": summary.id,
        "result_id": summary.result_id,
        "revision": summary.revision,
        "state": summary.state,
        "assignee": summary.assignee,
        "created_at": summary.created_at,
        "entry": summary.entry,
        "sha256": summary.sha256,
    }


def _error(summary: Summary) -> Plain | None:
    return {"code": summary.error_code, "message": summary.error_message} if summary.error_code else None
