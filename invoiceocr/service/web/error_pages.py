"""Errors as pages, for a person who looks at one; programs are told by `problems`."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from invoiceocr.errors import InvoiceOCRError
from invoiceocr.service.http import problems
from invoiceocr.service.http.routes import route_path
from invoiceocr.service.web.rendering import language_for, page

API = ("/v1/", "/ocr")
"""What programs ask for."""


async def on_library_error(request: Request, error: Exception) -> Response:
    """Turn an `InvoiceOCRError` into a page or a problem."""
    if not (isinstance(error, InvoiceOCRError) and _is_seen(request)):
        return await problems.on_library_error(request, error)
    status = problems.STATUS.get(error.code, problems.DEFAULT_STATUS)
    chinese = problems.in_chinese(error) if language_for(request) == "zh" else None
    told = chinese or str(error)
    return await page(request, "error.html", status=status, code=error.code, told=told, lost=status == 404)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Turn an error of the framework into a page or a problem."""
    if not (isinstance(error, HTTPException) and error.status_code == 404 and _is_seen(request)):
        return await problems.on_http_error(request, error)
    return await page(request, "error.html", status=404, code="not_found", told="", lost=True)


async def on_invalid_request(request: Request, error: Exception) -> Response:
    """Turn a parameter that does not fit into a page or a problem."""
    if not _is_seen(request):
        return await problems.on_invalid_request(request, error)
    told = problems.mistake(error)
    return await page(request, "error.html", status=422, code="bad_request", told=told, lost=False)


async def on_defect(request: Request, error: Exception) -> Response:
    """Turn an unforeseen exception into a page or a problem."""
    told = await problems.on_defect(request, error)
    if not _is_seen(request):
        return told
    try:
        return await page(request, "error.html", status=told.status_code, code="internal_error", told="", lost=False)
    except Exception:  # what failed may be what every page needs
        return told


def _is_seen(request: Request) -> bool:
    """Whether a browser shows the answer by itself."""
    return "text/html" in request.headers.get("accept", "") and not route_path(request.scope).startswith(API)
