"""The application: its routes, the gate before them, and what starts and stops with the server."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from invoiceocr import __version__
from invoiceocr.errors import InvoiceOCRError, SettingsError
from invoiceocr.service.api import exporting, health, invoices, ocr, pictures
from invoiceocr.service.api.responses import Problem
from invoiceocr.service.gate import Gate, JsonLog
from invoiceocr.service.job_runner import JobRunner
from invoiceocr.service.options import ServiceOptions
from invoiceocr.service.service import Service
from invoiceocr.service.web import error_pages, ledger_pages, pages

# that requests under way get when the server is asked to stop
STOP_SECONDS = 30
# that an idle connection stays open: longer than the 60 s of usual proxies, which would send into one that is closing
IDLE_SECONDS = 75
# what a machine without IPv6 says of an IPv6 address, though its hosts file lists one
ABSENT = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL})
STATIC = Path(__file__).parent / "web" / "static"


def build_app(options: ServiceOptions) -> FastAPI:
    """The application; raises SettingsError if another process uses the data folder."""
    service = Service(options)
    app = FastAPI(
        title="invoiceocr",
        version=__version__,
        description="Chinese invoices (发票) to typed, checked data. Offline: nothing leaves this machine.",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        openapi_tags=[{"name": "ocr"}, {"name": "invoices"}, {"name": "operation"}],
    )
    app.state.service, app.state.runner = service, JobRunner(service)
    for part in (ocr, invoices, pictures, exporting, health, ledger_pages, pages):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(InvoiceOCRError, error_pages.on_library_error)
    app.add_exception_handler(RequestValidationError, error_pages.on_invalid_request)
    app.add_exception_handler(HTTPException, error_pages.on_http_error)
    app.add_middleware(Gate, options=options, metrics=service.metrics)
    _describe_problems(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    service.claims.recover()
    service.pool.start()
    app.state.runner.start()
    yield
    try:
        await app.state.runner.stop()
    finally:
        service.close()


def _describe_problems(app: FastAPI) -> None:
    """Put the schema of problems into the OpenAPI document, where responses refer to it."""
    document = app.openapi()
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()


def bound(host: str, port: int) -> list[socket.socket]:
    """The sockets of that address on which the service is to listen, one for each of its families that this machine
    has. Raises SettingsError for a port that is taken or not allowed, and a host that is not this machine."""
    made: list[socket.socket] = []
    try:
        _bind_all(made, host, port)
    except (OSError, UnicodeError) as error:
        for one in made:
            one.close()
        told = f"{host}:{port}: {getattr(error, 'strerror', None) or error}"
        raise SettingsError(
            f"{told}; give another --host or --port",
            zh=f"无法监听 {told}，请用 --port 另给端口，或检查 --host",
        ) from error
    return made


def _bind_all(made: list[socket.socket], host: str, port: int) -> None:
    """Adds the sockets to *made*; leaves out addresses that this machine can't have, unless it has none of them."""
    absent = OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # a hosts file may list an address twice
    for family, address in dict.fromkeys((row[0], row[4]) for row in rows):
        try:
            made.append(_listening(family, address))
        except OSError as error:
            if error.errno not in ABSENT:
                raise
            absent = error
    if not made:
        raise absent


def _listening(family: socket.AddressFamily, address: tuple[object, ...]) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        _prepare(opened)
        opened.bind(address)
    except OSError:
        opened.close()
        raise
    return opened


def _prepare(opened: socket.socket) -> None:
    if os.name == "posix":
        # a service that has just ended keeps no other from starting
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if opened.family == socket.AF_INET6:
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)


def run(app: FastAPI, sockets: list[socket.socket]) -> None:
    """Serves until a signal says to stop; then running requests are finished, and jobs continue at the next start."""
    _log_as_json()
    # uvicorn raises them again after it has stopped
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        timeout_keep_alive=IDLE_SECONDS,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets)


def _end(number: int, frame: FrameType | None) -> None:
    """Ends the process with 0: being asked to stop is not a failure."""
    raise SystemExit(0)


def _log_as_json() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLog())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
