"""The token of the service, and the cookie that a browser has in its place."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from http.cookies import SimpleCookie

COOKIE = "invoiceocr_token"


def has_token(headers: Mapping[str, str], token: str) -> bool:
    """Whether a request brings the token, as a program does, or the cookie of a browser that was given it."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode("latin-1"), token.encode()):
        return True
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except Exception:  # a malformed cookie is none
        return False
    return cookie is not None and hmac.compare_digest(cookie.value.encode(), session_of(token).encode())


def session_of(token: str) -> str:
    """What a browser stores in place of the token."""
    return hmac.new(token.encode(), b"invoiceocr session", "sha256").hexdigest()
