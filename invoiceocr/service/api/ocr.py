"""`POST /ocr`: the lines of text of a picture, in the form that clients of OCR services expect."""

from __future__ import annotations

import time
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from invoiceocr.errors import InvoiceOCRError
from invoiceocr.service.api.responses import OcrBody, json_response
from invoiceocr.service.api.uploads import plain_name
from invoiceocr.service.http.multipart import form_of
from invoiceocr.service.http.problems import DEFAULT_STATUS, STATUS, RequestError
from invoiceocr.service.processes.pool import BusyError
from invoiceocr.service.processes.tasks import Line, LineTask
from invoiceocr.service.service import service_of

# pixels of a line that classic pre-processing may be asked for
RESIZE_HEIGHTS = range(8, 257)
FORM = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["image"],
                "properties": {
                    "image": {"type": "string", "format": "binary"},
                    "return_confidence": {"type": "boolean", "default": True},
                    "resize_height": {"type": "integer", "default": 32, "minimum": 8, "maximum": 256},
                    "preprocess": {"type": "string", "enum": ["auto", "classic", "none"]},
                },
            }
        }
    },
}
TRUE, FALSE = frozenset({"true", "1", "yes", "on"}), frozenset({"false", "0", "no", "off"})
router = APIRouter(tags=["ocr"])


@router.post(
    "/ocr",
    openapi_extra={"requestBody": FORM},
    responses={
        200: {"model": OcrBody},
        **{status: {"model": OcrBody, "description": "why there are no lines"} for status in (401, 413, 422, 429)},
    },
)
async def ocr(request: Request) -> Response:
    """Reads the lines of text of a picture (or a PDF or OFD file) with their places in it."""
    began = time.perf_counter()
    service = service_of(request)
    try:
        async with form_of(request, max_files=2, max_fields=20) as form:
            with_confidence = _flag(form.get("return_confidence"))
            options = _options(form, service.options.settings.preprocess)
            image = form.get("image")
            if not isinstance(image, UploadFile):
                raise RequestError("no picture; send a multipart form with a file 'image'")
            data = await image.read(service.options.limits.file_bytes + 1)
        service.check_size(data)
        name = plain_name(image.filename or "image")
        answer = await service.lines(LineTask(data, name, service.sent(service.order_for(options))))
    except HTTPException as error:
        return _failure(str(error.detail), 422)
    except InvoiceOCRError as error:
        return _failure(str(error), _status(error), _headers(error))
    results = [_plain(line, with_confidence) for line in answer.lines]
    return json_response({"success": True, "results": results, "total_time": round(time.perf_counter() - began, 4)})


def _options(form: FormData, default: str) -> dict[str, str]:
    """The settings that the form requests; raises RequestError."""
    height = form.get("resize_height", "32")
    if not isinstance(height, str) or not height.isdecimal() or len(height) > 4 or int(height) not in RESIZE_HEIGHTS:
        low, high = RESIZE_HEIGHTS[0], RESIZE_HEIGHTS[-1]
        raise RequestError(f"resize_height: a whole number from {low} to {high}")
    preprocess = form.get("preprocess") or default
    # what else prepares pictures knows no height of lines
    if preprocess == "classic":
        return {"preprocess": "classic", "line_height": height}
    return {"preprocess": preprocess} if isinstance(preprocess, str) else {}


def _flag(value: UploadFile | str | None) -> bool:
    text = value.strip().lower() if isinstance(value, str) else "true"
    if text not in TRUE | FALSE:
        raise RequestError("return_confidence: true or false")
    return text in TRUE


def _plain(line: Line, with_confidence: bool) -> dict[str, object]:
    plain: dict[str, object] = {"text": line.text}
    if with_confidence:
        plain["confidence"] = line.confidence
    return plain | {"bbox": list(line.box)}


def _status(error: InvoiceOCRError) -> int:
    status = STATUS.get(error.code, DEFAULT_STATUS)
    return status if status < 500 else DEFAULT_STATUS


def _headers(error: InvoiceOCRError) -> Mapping[str, str] | None:
    return {"Retry-After": str(error.retry_after)} if isinstance(error, BusyError) else None


def _failure(told: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return json_response({"success": False, "error": told}, status, headers)
