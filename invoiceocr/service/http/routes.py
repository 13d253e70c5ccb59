"""Where a request goes: its path within the service, and the addresses that answers refer to."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.routing import Match, Mount
from starlette.types import Scope

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

RECORDED = frozenset({"/export/file"})
"""Paths of which every GET is recorded in the audit trail: HEAD must not run them."""


def prefix(scope: Scope) -> str:
    """The path under which a proxy shows the service. A mount that was matched has put its own behind `root_path`."""
    kept: str = scope.get("app_root_path", scope.get("root_path", ""))
    return kept


def route_path(scope: Scope) -> str:
    """The path of a request without the prefix under which a proxy shows the service."""
    path: str = scope["path"]
    return path.removeprefix(prefix(scope))


def as_routed(method: str, path: str) -> str:
    """The method that the routes are to see: whatever answers GET also answers HEAD, unless that is recorded."""
    return "GET" if method == "HEAD" and path not in RECORDED else method


def at(request: Request, path: str) -> str:
    """The address of *path* as the caller has to ask for it."""
    return f"{prefix(request.scope)}{path}"


def address(request: Request) -> str:
    """The address of the request itself, without the host."""
    url = request.url
    return f"{url.path}?{url.query}" if url.query else url.path


def see(request: Request, path: str) -> RedirectResponse:
    """Sends a browser to the page at *path*."""
    return RedirectResponse(at(request, path), 303)


def allowed(request: Request) -> list[str]:
    """The methods that the path of *request* has, all its routes together."""
    return [name for name in METHODS if name == "OPTIONS" or _has(request, name)]


def _has(request: Request, method: str) -> bool:
    asked = {
        **request.scope,
        "method": as_routed(method, route_path(request.scope)),
        "root_path": prefix(request.scope),
    }
    # a mount matches every method; what is mounted here are files, which are only read
    routes = (route for route in request.app.routes if asked["method"] == "GET" or not isinstance(route, Mount))
    return any(route.matches(asked)[0] == Match.FULL for route in routes)
