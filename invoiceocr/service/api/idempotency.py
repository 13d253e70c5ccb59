"""A call with an `Idempotency-Key` is done once; whoever repeats it gets the first answer."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable

from fastapi import Request
from fastapi.responses import Response

from invoiceocr.service.event_loop import in_thread
from invoiceocr.service.service import service_of
from invoiceocr.service.store.answers import Answered

KEY = "idempotency-key"
# of an answer, beside its body
TOLD = ("location", "retry-after", "etag")


async def once(request: Request, fingerprint: str, answer: Callable[[], Awaitable[Response]]) -> Response:
    """What *answer* gives, or gave to the request with the same key before; *fingerprint* tells requests apart. Raises
    RequestError for a key that came with another request."""
    key = request.headers.get(KEY)
    if key is None:
        return await answer()
    answers = service_of(request).answers
    known = await in_thread(answers.begin, key, fingerprint)
    if known is not None:
        headers = {**known.headers, "Idempotent-Replayed": "true"}
        return Response(known.body, known.status, headers, media_type="application/json")
    try:
        response = await answer()
    except BaseException:
        await asyncio.shield(in_thread(answers.drop, key))
        raise
    told = {name: response.headers[name] for name in TOLD if name in response.headers}
    await in_thread(answers.finish, key, Answered(response.status_code, bytes(response.body), told))
    return response


async def fingerprint_of(request: Request) -> str:
    """What tells a request apart from others: its method, address and body."""
    if KEY not in request.headers:
        return ""
    said = b"\n".join([request.method.encode(), request.url.path.encode(), await request.body()])
    return hashlib.sha256(said).hexdigest()
