"""What is checked before every route: who may call, how large a request may be, what a browser may load; and the
log."""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Mapping
from urllib.parse import SplitResult, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from invoiceocr.service.http.problems import RequestError, problem_of
from invoiceocr.service.http.routes import address, as_routed, route_path, see
from invoiceocr.service.http.token import has_token
from invoiceocr.service.metrics import Metrics
from invoiceocr.service.options import LOOPBACK, ServiceOptions
from invoiceocr.service.web import error_pages

OPEN_PATHS = ("/healthz", "/readyz", "/login", "/static/")
"""What needs no token: whether the service is alive, the page that asks for the token, its style."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # with none at all a browser sends the forms of our own pages as nobody's
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
log = logging.getLogger("invoiceocr.service")


class Gate:
    """Middleware around the whole application."""

    def __init__(self, app: ASGIApp, options: ServiceOptions, metrics: Metrics) -> None:
        self._app, self._options, self._metrics = app, options, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, count and log one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        call = _Call(scope, receive, send, self._options.limits.body_bytes)
        inner = _inner(scope, self._options.root_path)
        try:
            self._check(inner, call.headers)
            await self._app(inner, call.receive, call.send)
        except Exception as error:
            if call.status is None:
                answer = await _answer(error, Request(inner), call.headers)
                await answer(inner, receive, call.send)
            if not isinstance(error, RequestError):
                raise
        finally:
            self._note(scope["method"], inner, call)

    def _check(self, scope: Scope, headers: Mapping[str, str]) -> None:
        """Raises RequestError for a caller without the token, a foreign site, or a body that is too large."""
        options = self._options
        if options.token is None and options.is_local:
            _check_site(headers)
        if scope["method"] not in SAFE_METHODS:
            _check_origin(headers)
        if options.token is not None and not _is_open(route_path(scope)):
            _check_token(headers, options.token)
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > options.limits.body_bytes:
            raise _too_large(options.limits.body_bytes)

    def _note(self, method: str, scope: Scope, call: _Call) -> None:
        """Counts and logs the request by its route, never by its content."""
        route = getattr(scope.get("route"), "path", "-")
        status, seconds = str(call.status or 0), time.perf_counter() - call.began
        self._metrics.count("requests_total", method=method, route=route, status=status)
        self._metrics.time("request_seconds", seconds, route=route)
        entry = {"request": call.id, "method": method, "route": route, "status": call.status}
        log.info("request", extra={"fields": entry | {"ms": round(seconds * 1000, 1)}})


class _Call:
    """One request: counts what it sends and adds the headers to its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        self._receive, self._send, self._most, self._seen = receive, send, most, 0
        self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        self.id, self.began = secrets.token_hex(8), time.perf_counter()
        self.status: int | None = None

    async def receive(self) -> Message:
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > self._most:
            raise _too_large(self._most)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = {name.lower() for name, _ in message.get("headers", ())}
            added = [(name, value) for name, value in HEADERS if name not in own]
            message["headers"] = [*message.get("headers", ()), *added, (b"x-request-id", self.id.encode())]
        await self._send(message)


def _inner(scope: Scope, root_path: str) -> Scope:
    """The request as the application is to see it: below *root_path*, whether the proxy in front strips that or not,
    with the method that the routes are to see; the server leaves the body of an answer to HEAD out."""
    path = scope["path"]
    if not f"{path}/".startswith(f"{root_path}/"):
        path = root_path + path
    inner = {**scope, "root_path": root_path, "path": path}
    return inner | {"method": as_routed(scope["method"], route_path(inner))}


async def _answer(error: Exception, request: Request, headers: Mapping[str, str]) -> Response:
    """What tells of an error that no route has handled; for a person without a token, the page that asks for it."""
    if not isinstance(error, RequestError):
        return await error_pages.on_defect(request, error)
    if error.code == "unauthorized" and "text/html" in headers.get("accept", ""):
        wanted = f"?{urlencode({'to': address(request)})}" if request.method == "GET" else ""
        return see(request, f"/login{wanted}")
    return problem_of(error, request)


def _too_large(most: int) -> RequestError:
    return RequestError(f"the request is larger than {most} bytes; send fewer files at once", code="body_too_large")


def _check_site(headers: Mapping[str, str]) -> None:
    """Only names of this machine are allowed: a foreign name that resolves to it is a page that wants to use the
    browser."""
    host = _parts(f"//{headers.get('host', '')}").hostname
    if host is not None and host not in LOOPBACK:
        raise RequestError("the service answers on 127.0.0.1 and localhost only", code="forbidden")


def _check_origin(headers: Mapping[str, str]) -> None:
    """A browser says on whose behalf it asks; no other site may change anything."""
    origin = headers.get("origin")
    if origin is not None and _parts(origin).netloc != headers.get("host"):
        raise RequestError("another site must not do this", code="forbidden")


def _parts(url: str) -> SplitResult:
    """The parts of a URL in a header; raises RequestError where it is none."""
    try:
        return urlsplit(url)
    except ValueError as error:
        raise RequestError("a header names no host") from error


def _check_token(headers: Mapping[str, str], token: str) -> None:
    if not has_token(headers, token):
        raise RequestError("give the token: Authorization: Bearer TOKEN", code="unauthorized")


def _is_open(path: str) -> bool:
    """Whether anybody may request *path*."""
    return any(path == known or (known.endswith("/") and path.startswith(known)) for known in OPEN_PATHS)


class JsonLog(logging.Formatter):
    """A log line as a JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
        entry = {"time": at, "level": record.levelname.lower(), "event": record.getMessage()}
        entry |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0]:
            entry["error"] = record.exc_info[0].__name__
            entry["where"] = _place(record)
        return json.dumps(entry, ensure_ascii=False)


def _place(record: logging.LogRecord) -> str:
    """Where an exception was raised; its message may contain values of an invoice and is left out."""
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
