"""Multipart forms, with the names of files in whichever way their senders write them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import unquote_to_bytes

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from invoiceocr.text.charsets import decoded

ENCODED = re.compile(rb""";\s*filename\*\s*=\s*"?([\w-]+)'[^']*'([^;"\s]+)"?""", re.IGNORECASE)
PLAIN = re.compile(rb""";\s*filename\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^;\s]+)""", re.IGNORECASE)
# of encoded names; Python knows others that are no character sets, or decode to what can't be encoded again
CHARSETS = frozenset({b"utf-8", b"utf8", b"gb18030", b"gbk", b"gb2312", b"iso-8859-1", b"latin-1", b"latin1"})


@asynccontextmanager
async def form_of(request: Request, *, max_files: int, max_fields: int) -> AsyncIterator[FormData]:
    """The form that a request sends; raises HTTPException for one that is malformed or too large."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        async with request.form(max_files=max_files, max_fields=max_fields) as other:
            yield other
        return
    try:
        form = await _Parser(request.headers, request.stream(), max_files=max_files, max_fields=max_fields).parse()
    except MultiPartException as error:
        raise HTTPException(400, error.message) from error
    except UnicodeError as error:
        raise HTTPException(400, "the form names a charset that its text is not in") from error
    try:
        yield form
    finally:
        await form.close()


class _Parser(MultiPartParser):
    def on_headers_finished(self) -> None:
        part = self._current_part
        if part.content_disposition is not None:
            part.content_disposition = in_utf8(part.content_disposition)
        super().on_headers_finished()


def in_utf8(disposition: bytes) -> bytes:
    """A Content-Disposition with the name of its file in UTF-8. Clients of .NET and old ones of Python percent-encode
    it as `filename*` (RFC 5987), and curl on a Chinese Windows sends the bytes of its code page.

    >>> in_utf8(b"form-data; name=files; filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf").decode()
    'form-data; name=files; filename="发票.pdf"'
    >>> in_utf8('form-data; name=files; filename="发票.pdf"'.encode("gbk")).decode()
    'form-data; name=files; filename="发票.pdf"'
    """
    encoded = ENCODED.search(disposition)
    if encoded is None or encoded[1].lower() not in CHARSETS:
        return _plain(disposition)
    try:
        name = unquote_to_bytes(encoded[2]).decode(encoded[1].decode())
    except UnicodeError:
        return _plain(disposition)
    rest = PLAIN.sub(b"", ENCODED.sub(b"", disposition))
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return rest + f'; filename="{escaped}"'.encode()


def _plain(disposition: bytes) -> bytes:
    """*disposition* in UTF-8 without regard to an encoded name; unchanged where its bytes are no text."""
    text = decoded(disposition)
    return disposition if text is None else text.encode()
