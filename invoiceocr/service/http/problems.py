"""Errors as `application/problem+json` (RFC 9457), with the library's stable codes."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Mapping

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from invoiceocr.errors import InvoiceOCRError
from invoiceocr.export.advice import reason
from invoiceocr.export.titles import ERRORS, title
from invoiceocr.service.http.routes import allowed, route_path
from invoiceocr.service.processes.pool import BusyError

MEDIA_TYPE = "application/problem+json"
STATUS: Mapping[str, int] = {
    "not_found": 404,
    "bad_request": 422,
    "bad_settings": 422,
    "bad_correction": 422,
    "stale_revision": 409,
    "key_in_use": 409,
    "key_reused": 422,
    "no_revision": 428,
    "unauthorized": 401,
    "forbidden": 403,
    "body_too_large": 413,
    "file_too_large": 413,
    "too_many_files": 413,
    "too_large": 422,
    "too_many_pages": 422,
    "busy": 429,
    "timed_out": 422,
    "crashed": 422,
    "output_not_writable": 422,
    "missing_extra": 501,
    "internal_error": 500,
    "bad_ledger": 503,
    "disk_full": 507,
}
CHINESE: Mapping[str, str] = {
    "not_found": "没有找到",
    "bad_request": "请求有误",
    "method_not_allowed": "不支持这种请求方法",
    "stale_revision": "已被他人修改，请重新获取",
    "key_in_use": "使用此 Idempotency-Key 的请求仍在处理",
    "key_reused": "此 Idempotency-Key 已用于另一个请求",
    "no_revision": "请用 If-Match 给出所修改的版本",
    "unauthorized": "需要访问令牌",
    "forbidden": "不允许",
    "body_too_large": "请求过大",
    "file_too_large": "文件过大",
    "too_many_files": "文件过多",
    "busy": "服务繁忙，请稍后再试",
    "disk_full": "服务所在的磁盘已满，腾出空间后请重试",
}
"""What the service itself refuses; the particulars follow in English."""
DEFAULT_STATUS = 422  # of what is wrong with a document
HEADERS: Mapping[str, Mapping[str, str]] = {
    "unauthorized": {"WWW-Authenticate": "Bearer"},
    "bad_ledger": {"Retry-After": "10"},
    "disk_full": {"Retry-After": "60"},
}
"""What goes with an error."""
# of pydantic, where the body of a request was taken for a text
NO_JSON = "model_attributes_type"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class RequestError(InvoiceOCRError):
    """A request that can't be answered; `code` says why."""

    code = "bad_request"


def problem(
    code: str,
    detail: str,
    *,
    zh: str | None = None,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    also: Mapping[str, object] | None = None,
) -> Response:
    """The response that tells of an error, in Chinese, too, where *zh* is given; *also* are further members."""
    number = status or STATUS.get(code, DEFAULT_STATUS)
    body = {"type": "about:blank", "title": title(ERRORS, code).en, "status": number, "detail": detail, "code": code}
    zh = zh or (f"{CHINESE[code]}：{detail}" if code in CHINESE else None)
    told = {"detail_zh": zh} if zh else {}
    return JSONResponse(body | told | dict(also or {}), number, headers, media_type=MEDIA_TYPE)


def for_ocr(request: Request, detail: str) -> Mapping[str, object]:
    """What clients of OCR services look for in a failure, for a request to `/ocr`; nothing for others."""
    return {"success": False, "error": detail} if route_path(request.scope) == "/ocr" else {}


def problem_of(error: InvoiceOCRError, request: Request) -> Response:
    """The response that tells of an error of the library."""
    headers = dict(HEADERS.get(error.code, {}))
    if isinstance(error, BusyError):
        headers["Retry-After"] = str(error.retry_after)
    told = str(error)
    return problem(error.code, told, zh=in_chinese(error), headers=headers, also=for_ocr(request, told))


def in_chinese(error: InvoiceOCRError) -> str | None:
    """What *error* says in Chinese; None where nobody has put it so."""
    return error.zh or (reason(error.code, str(error)) if error.code in ERRORS else None)


async def on_library_error(request: Request, error: Exception) -> Response:
    """Turn an `InvoiceOCRError` into a response."""
    return problem_of(error if isinstance(error, InvoiceOCRError) else InvoiceOCRError(type(error).__name__), request)


async def on_invalid_request(request: Request, error: Exception) -> Response:
    """Turn a parameter that does not fit into a response that names it."""
    return problem("bad_request", mistake(error))


def mistake(error: Exception) -> str:
    """Which parameters do not fit, and why."""
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    if any(one["type"] == NO_JSON and one["loc"] == ("body",) for one in found):
        return "the body is no JSON object; send one with Content-Type: application/json"
    told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in found)
    return told or "the request is not valid"


async def on_http_error(request: Request, error: Exception) -> Response:
    """Turn an error of the framework (no such route, wrong method, malformed form) into a response."""
    if not isinstance(error, HTTPException):
        return problem("internal_error", "unexpected error", status=500)
    if error.status_code == 405:
        return _not_allowed(request, str(error.detail))
    code = {404: "not_found", 413: "body_too_large"}.get(error.status_code, "bad_request")
    return problem(code, str(error.detail), status=error.status_code, headers=error.headers)


def _not_allowed(request: Request, detail: str) -> Response:
    """The methods that a path has: for a caller who asks, or who used another one."""
    headers = {"Allow": ", ".join(allowed(request))}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=headers)
    return problem("method_not_allowed", detail, status=405, headers=headers, also=for_ocr(request, detail))


async def on_defect(request: Request, error: Exception) -> Response:
    """Turn an unforeseen exception into a response that tells nothing of the inside."""
    if is_full(error):
        told = "the disk of the service is full; nothing was lost, repeat the request when there is room"
        return problem(
            "disk_full", told, zh=CHINESE["disk_full"], headers=HEADERS["disk_full"], also=for_ocr(request, told)
        )
    told = "unexpected error; see the log of the service"
    return problem("internal_error", told, status=500, also=for_ocr(request, told))


def is_full(error: BaseException) -> bool:
    """Whether there was no room on the disk."""
    if isinstance(error, OSError):
        return error.errno in FULL
    # errors that Python raises itself have no code of SQLite
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
