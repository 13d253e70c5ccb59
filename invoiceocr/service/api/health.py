"""Whether the service is alive and ready, what it can do, and what it has done."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from invoiceocr import __version__
from invoiceocr.proof import LANGUAGES
from invoiceocr.service.api.exporting import MEDIA_TYPES
from invoiceocr.service.api.responses import json_response
from invoiceocr.service.event_loop import in_thread
from invoiceocr.service.metrics import Labels
from invoiceocr.service.options import PER_CALL
from invoiceocr.service.service import Service, service_of
from invoiceocr.sources import OPENERS

router = APIRouter(tags=["operation"])


@router.get("/healthz")
async def healthz() -> Response:
    """Answers if the process is alive."""
    return json_response({"status": "ok"})


@router.get("/readyz", responses={503: {"description": "models are being loaded, or can't be"}})
async def readyz(request: Request) -> Response:
    """Answers whether a worker has loaded its models; what is wrong with them is told in the log: anybody may ask."""
    pool = service_of(request).pool
    if warm := pool.warm:
        return json_response({"status": "ready", "workers": warm})
    if (trouble := pool.trouble) is None:
        return json_response({"status": "loading", "workers": 0}, 503)
    return json_response({"status": "failed", "workers": 0, "code": trouble.code}, 503)


@router.get("/v1/capabilities")
async def capabilities(request: Request) -> Response:
    """The version, the kinds and formats that are read, the options of a call, and the limits."""
    service = service_of(request)
    limits, settings = service.options.limits, service.options.settings
    return json_response(
        {
            "version": __version__,
            "kinds": list(service.kinds.kinds),
            "formats": sorted(OPENERS),
            "export_formats": list(MEDIA_TYPES),
            "languages": list(LANGUAGES),
            "options": list(PER_CALL),
            "limits": {
                "sync_files": limits.sync_files,
                "call_files": limits.call_files,
                "file_bytes": limits.file_bytes,
                "body_bytes": limits.body_bytes,
                "waiting": limits.waiting,
                "read_seconds": limits.read_seconds,
                "pages": settings.max_pages,
                "pixels": settings.max_pixels,
            },
        }
    )


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Counters, durations and the state of queue, workers, jobs and records, for Prometheus."""
    service = service_of(request)
    gauges = await in_thread(_gauges, service)
    return PlainTextResponse(service.metrics.text(gauges), media_type="text/plain; version=0.0.4; charset=utf-8")


def _gauges(service: Service) -> dict[str, dict[Labels, float]]:
    pool = service.pool
    return {
        "info": {(("version", __version__),): 1},
        "queue_waiting": {(): pool.waiting},
        "workers_ready": {(): pool.warm},
        "workers_busy": {(): pool.busy},
        "workers_replaced": {(): pool.replaced},
        "jobs": {(("state", state),): count for state, count in service.jobs.by_state().items()},
        "invoices": {(("outcome", outcome),): count for outcome, count in service.records.counts().items()},
    }
