"""Pictures of pages and of fields, and the lines of text of a page."""

from __future__ import annotations

import cv2
import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import Response

from invoiceocr.service import decisions
from invoiceocr.service.api.responses import documented, json_response
from invoiceocr.service.event_loop import in_thread
from invoiceocr.service.service import service_of
from invoiceocr.service.store.entries import UnknownRecordError

# of a field's height, shown around it in its crop
MARGIN_BESIDE, MARGIN_ABOVE = 1.5, 0.35
_CACHED = {"Cache-Control": "private, max-age=3600"}
router = APIRouter(prefix="/v1", tags=["invoices"])


@router.get(
    "/invoices/{invoice_id}/pages/{page}.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, **documented(404)},
)
async def page_png(request: Request, invoice_id: str, page: int) -> Response:
    """The picture of a page: upright and flat, as the boxes of fields refer to it."""
    service = service_of(request)
    record = await in_thread(service.records.one, invoice_id)
    jpeg = await service.picture(record, page)
    return Response(await in_thread(_png, jpeg), media_type="image/png", headers=_CACHED)


@router.get("/invoices/{invoice_id}/pages/{page}.jpg", include_in_schema=False)
async def page_jpeg(request: Request, invoice_id: str, page: int) -> Response:
    """The same picture in a tenth of the bytes, for the review page."""
    service = service_of(request)
    record = await in_thread(service.records.one, invoice_id)
    return Response(await service.picture(record, page), media_type="image/jpeg", headers=_CACHED)


@router.get(
    "/invoices/{invoice_id}/fields/{path}.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, **documented(404)},
)
async def field_png(request: Request, invoice_id: str, path: str) -> Response:
    """The crop of the page where a field was found."""
    service = service_of(request)
    record = await in_thread(service.records.one, invoice_id)
    proof = record.invoice.evidence.get(path) if record.invoice else None
    if proof is None or proof.box is None or proof.page is None or proof.page_size is None:
        raise UnknownRecordError(f"field {path}: it has no place on a page")
    jpeg = await service.picture(record, proof.page)
    width, height = proof.page_size
    x0, y0, x1, y1 = proof.box
    beside, above = MARGIN_BESIDE * (y1 - y0), MARGIN_ABOVE * (y1 - y0)
    box = ((x0 - beside) / width, (y0 - above) / height, (x1 + beside) / width, (y1 + above) / height)
    return Response(await in_thread(_png, jpeg, box), media_type="image/png", headers=_CACHED)


@router.get("/invoices/{invoice_id}/pages/{page}/lines", responses={200: {}, **documented(404, 429)})
async def page_lines(request: Request, invoice_id: str, page: int) -> Response:
    """The lines of text of a page in the coordinates of its picture."""
    service = service_of(request)
    record = await in_thread(service.records.one, invoice_id)
    return json_response({"lines": await decisions.lines_of(service, record, page)})


def _png(jpeg: bytes, box: tuple[float, float, float, float] | None = None) -> bytes:
    """A page's picture, or what stands in *box* (shares of its width and height), as a PNG file."""
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise UnknownRecordError("the picture is damaged")
    if box is not None:
        height, width = pixels.shape[:2]
        left, right = (round(min(max(edge, 0.0), 1.0) * width) for edge in (box[0], box[2]))
        top, bottom = (round(min(max(edge, 0.0), 1.0) * height) for edge in (box[1], box[3]))
        pixels = pixels[top : max(bottom, top + 1), left : max(right, left + 1)]
    if pixels.size == 0:
        raise UnknownRecordError("the field lies beside the page")
    return bytes(cv2.imencode(".png", pixels)[1])
