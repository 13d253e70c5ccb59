"""Pictures of pages and of fields, and the lines of text of a page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from invoiceocr.service import decisions
from invoiceocr.service.api.responses import documented, json_response
from invoiceocr.service.service import as_png, in_thread, service_of
from invoiceocr.service.store.entries import UnknownRecordError

# of a field's height, shown around it in its crop
MARGIN_BESIDE, MARGIN_ABOVE = 1.0, 0.35
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
    return Response(await in_thread(as_png, jpeg), media_type="image/png", headers=_CACHED)


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
    return Response(await in_thread(as_png, jpeg, box), media_type="image/png", headers=_CACHED)


@router.get("/invoices/{invoice_id}/pages/{page}/lines", responses={200: {}, **documented(404, 429)})
async def page_lines(request: Request, invoice_id: str, page: int) -> Response:
    """The lines of text of a page in the coordinates of its picture."""
    service = service_of(request)
    record = await in_thread(service.records.one, invoice_id)
    return json_response({"lines": await decisions.lines_of(service, record, page)})
