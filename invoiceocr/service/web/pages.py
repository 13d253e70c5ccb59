"""The web pages: rendered here, with small modules of our own in the browser; every text from a file is escaped."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from invoiceocr.export.advice import reason
from invoiceocr.export.reasons import told
from invoiceocr.export.titles import ERRORS, in_language, kind_title, title
from invoiceocr.kinds import Registry
from invoiceocr.proof import LANGUAGES
from invoiceocr.service import decisions
from invoiceocr.service.api.exporting import MAX_EXPORT, Form, exported
from invoiceocr.service.api.responses import json_response
from invoiceocr.service.event_loop import in_thread
from invoiceocr.service.http.problems import RequestError
from invoiceocr.service.http.routes import at, see
from invoiceocr.service.http.token import COOKIE, session_of
from invoiceocr.service.people import person
from invoiceocr.service.review.rows import Row
from invoiceocr.service.review.worksheet import Worksheet, worksheet
from invoiceocr.service.service import Service, service_of
from invoiceocr.service.store.entries import Filter, Moment, Record, Summary, UnknownRecordError
from invoiceocr.service.web.rendering import LANGUAGE_COOKIE, language_for, money, page
from invoiceocr.service.web.words import OUTCOMES

SHOWN = 1000  # rows of the results table at a time
YEAR = 365 * 24 * 3600  # seconds
# a database has no larger ones
Number = Annotated[int, Query(ge=0, le=2**62)]
# what a browser says of a request of our own pages, and of one that a person typed
OWN = ("same-origin", "none")
router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request) -> Response:
    """The page on which files are dropped."""
    limits = service_of(request).options.limits
    return await page(request, "home.html", file_bytes=limits.file_bytes)


@router.get("/results")
async def results(
    request: Request, cursor: Number | None = None, verdict: str = "", q: str = "", kind: str = "", assignee: str = ""
) -> Response:
    """All invoices in a table."""
    service = service_of(request)
    records = service.records
    is_partial = sum((await in_thread(records.counts)).values()) > SHOWN
    wanted = Filter(cursor=cursor, limit=SHOWN)
    if is_partial:
        # of fewer all are on the page, which filters them itself
        wanted = replace(wanted, verdict=verdict or None, q=q or None, kind=kind or None, assignee=assignee or None)
    found = await in_thread(records.listed, wanted)
    repeated = await in_thread(records.repeated)
    language = language_for(request)
    refusals = await in_thread(records.refusals, [one.id for one in found if one.state == "rejected"])
    words = partial(_why, refusals=refusals, kinds=service.kinds, language=language)
    rows = [_table_row(one, repeated, service.kinds, language) | {"why": words(one)} for one in found]
    return await page(
        request,
        "results.html",
        rows=rows,
        outcomes=OUTCOMES,
        kinds=await in_thread(records.kinds),
        assignees=await in_thread(records.assignees),
        is_partial=is_partial,
        older=found[-1].sequence if len(found) == SHOWN else None,
        chosen={"verdict": verdict, "q": q, "kind": kind, "assignee": assignee},
    )


def _table_row(
    summary: Summary, repeated: Mapping[tuple[str | None, str], int], kinds: Registry, language: str
) -> dict[str, object]:
    number = summary.number
    copies = repeated.get((summary.code, number), 0) if number else 0
    kind = in_language(kind_title(summary.kind, kinds), language) if summary.kind else ""
    error = in_language(title(ERRORS, summary.error_code), language) if summary.error_code else ""
    return {"summary": summary, "copies": copies, "kind": kind, "error": error, "total": money(summary.total)}


def _why(summary: Summary, refusals: Mapping[str, str], kinds: Registry, language: str) -> list[str]:
    """Why an invoice is not accepted, in words: what the person said who rejected it, else what was found."""
    if summary.state == "rejected":
        return [refusals[summary.id]] if summary.id in refusals else []
    spec = kinds.kinds.get(summary.kind or "")
    return [told(one, language, spec) for one in summary.reasons] if summary.state == "open" else []


@router.get("/review")
async def next_review(request: Request, after: Number | None = None, who: str = "") -> Response:
    """The next invoice that needs a look: the one that came before *after*, or the newest; for *who* names himself
    none that was handed over to somebody else."""
    records, wanted = service_of(request).records, Filter(verdict="review", who=who or None, limit=1)
    found = await in_thread(records.listed, replace(wanted, cursor=after))
    found = found or await in_thread(records.listed, wanted)
    if not found:
        return await page(request, "done.html")
    return see(request, f"/review/{found[0].id}")


@router.get("/review/{invoice_id}")
async def review_page(request: Request, invoice_id: str) -> Response:
    """One invoice beside its page."""
    service = service_of(request)
    record = await in_thread(service.records.one, invoice_id)
    language = language_for(request)
    if record.invoice is None:
        code, message = record.summary.error_code or "", record.summary.error_message or ""
        why = reason(code, message) if language == "zh" else message or title(ERRORS, code).en
        return await page(request, "unread.html", summary=record.summary, why=why)
    return await page(request, "review.html", data=await _sheet(service, record, language), record=record)


@router.get("/review/{invoice_id}/data")
async def review_data(request: Request, invoice_id: str) -> Response:
    """What the review page shows, computed again."""
    service = service_of(request)
    record = await in_thread(service.records.one, invoice_id)
    if record.invoice is None:
        raise UnknownRecordError(f"{invoice_id} could not be read: it has no fields")
    return json_response(await _sheet(service, record, language_for(request)))


async def _sheet(service: Service, record: Record, language: str) -> dict[str, object]:
    details = await service.details(record)
    summary, invoice = record.summary, record.invoice
    pictures = details.pages_of(summary.position)
    assert invoice is not None
    explanations = details.explanations
    explained = explanations[summary.position] if summary.position < len(explanations) else None
    standing = await service.standing(record)
    sheet: Worksheet = await in_thread(worksheet, standing, explained, service.reader_of(record))
    changes = await in_thread(service.records.history, summary.id)
    refusals = await in_thread(service.records.refusals, [summary.id])
    spec = service.kinds.kinds.get(invoice.kind)
    return {
        "id": summary.id,
        "revision": summary.revision,
        "state": summary.state,
        "assignee": summary.assignee,
        "people": await in_thread(service.records.assignees),
        "why": _why(summary, refusals, service.kinds, language),
        "sequence": summary.sequence,
        "verdict": invoice.verdict,
        "kind": invoice.kind,
        "source": summary.name,
        "entry": summary.entry,
        "page": invoice.page,
        "pages": [{"number": p.number, "width": p.width, "height": p.height} for p in pictures],
        "fields": [_field(row, language) for row in sheet.rows],
        "queue": list(sheet.queue),
        "rest": [{"path": path, "title": in_language(name, language)} for path, name in sheet.rest],
        "findings": [
            {
                "rule": f.rule,
                "pack": f.pack,
                "severity": f.severity,
                "fields": f.fields,
                "message": told(f, language, spec),
            }
            for f in invoice.findings
        ],
        "history": [decisions.plain_change(change) | {"by": person(change.by, language)} for change in changes],
    }


def _field(row: Row, language: str) -> dict[str, object]:
    proof = row.proof
    return {
        "path": row.path,
        "title": in_language(row.title, language),
        "column": in_language(row.column, language),
        "value": row.printed(row.value),
        "text": row.text,
        "status": proof.status,
        "confidence": proof.confidence,
        "confirmed": any(witness.source == "reviewer" for witness in proof.witnesses),
        "page": proof.page,
        "box": proof.box,
        "page_size": proof.page_size,
        "doubted": row.doubted,
        "reasons": [in_language(reason, language) for reason in row.reasons],
        "choices": [
            {"value": row.printed(c.value), "source": in_language(c.source, language), "settles": c.settles}
            for c in row.choices
        ],
        "marks": [{"place": mark.place, "text": mark.text, "probability": mark.probability} for mark in row.marks],
        "witnesses": [{"source": w.source, "value": str(w.value), "agrees": w.agrees} for w in proof.witnesses],
    }


@router.get("/export")
async def export_page(request: Request) -> Response:
    """The page on which the export is chosen."""
    found = await in_thread(service_of(request).records.kinds)
    return await page(request, "export.html", kinds=found, outcomes=OUTCOMES)


class ExportQuery(Form):
    """The form of the export page: empty means all."""

    verdict: str = ""
    kind: str = ""
    assignee: str = ""
    q: str = ""
    since: Moment | Literal[""] = ""
    issued_from: date | Literal[""] = ""
    issued_until: date | Literal[""] = ""
    ids: str = ""

    @property
    def filter(self) -> Filter:
        """The invoices that it names."""
        chosen = self.model_dump(exclude={"ids", *Form.model_fields})
        return Filter(**{name: value or None for name, value in chosen.items()}, limit=MAX_EXPORT)


@router.get("/export/file")
async def export_file(request: Request, form: Annotated[ExportQuery, Query()]) -> Response:
    """The file, for a form of ours: it is recorded in the audit trail, so no other site may ask for it."""
    # another port of this host, or another host of this domain, is same-site
    if request.headers.get("sec-fetch-site", OWN[0]) not in OWN:
        raise RequestError("another site must not export", code="forbidden")
    ids = form.ids.split(",") if form.ids else None
    return await exported(service_of(request), ids, form.filter, form)


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The description of the API, without anything from other hosts."""
    document = request.app.openapi()
    calls = [
        {"path": path, "method": method.upper(), **call}
        for path, methods in document["paths"].items()
        for method, call in methods.items()
    ]
    return await page(request, "docs.html", calls=calls, base=str(request.base_url).rstrip("/"))


@router.get("/login")
async def login_page(request: Request, wrong: bool = False, to: str = "") -> Response:
    """The page that asks for the token, and then leads *to* the page that was asked for."""
    return await page(request, "login.html", wrong=wrong, to=to)


@router.post("/login")
async def login(request: Request) -> Response:
    """Stores the token in a cookie that scripts and other sites can't read."""
    async with request.form(max_files=0, max_fields=5) as form:
        given, to = str(form.get("token") or ""), str(form.get("to") or "")
    token = service_of(request).options.token
    if token is None:
        return see(request, "/")
    if not hmac.compare_digest(given.encode(), token.encode()):
        return see(request, f"/login?{urlencode({'wrong': 1, 'to': to})}")
    response = _back(request, to)
    secure = request.url.scheme == "https"
    # lax: who follows a link to these pages stays logged in. What changes anything is guarded by its origin; the
    # export, a GET that is recorded in the audit trail, by the site that a browser names
    cookie = {"httponly": True, "samesite": "lax", "secure": secure, "path": at(request, "/")}
    response.set_cookie(COOKIE, session_of(token), max_age=YEAR, **cookie)  # type: ignore[arg-type]
    return response


def _back(request: Request, address: str) -> RedirectResponse:
    """To the page of ours that a form names, otherwise to the first one."""
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    return RedirectResponse(address, 303) if is_ours else see(request, "/")


@router.post("/language")
async def choose_language(request: Request) -> Response:
    """Switches between Chinese and English, and goes back."""
    other = LANGUAGES[1 - LANGUAGES.index(language_for(request))]
    async with request.form(max_files=0, max_fields=5) as form:
        response = _back(request, str(form.get("back") or ""))
    response.set_cookie(LANGUAGE_COOKIE, other, max_age=YEAR, samesite="lax", path=at(request, "/"))
    return response
