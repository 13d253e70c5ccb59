"""The files and options of a multipart request."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from invoiceocr.service.http.multipart import form_of
from invoiceocr.service.http.problems import RequestError
from invoiceocr.service.service import Service
from invoiceocr.service.store.files import Stored

FILES = "files"
MAX_FIELDS = 50
MAX_NAME = 255  # characters of a file's name that are kept
FORM = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": [FILES],
                "properties": {
                    FILES: {"type": "array", "items": {"type": "string", "format": "binary"}},
                    "expected": {"type": "string", "description": "JSON object of values by path, for one file"},
                    "webhook": {"type": "string", "description": "URL on a listed host that is told of a done job"},
                    "preprocess": {"type": "string", "enum": ["auto", "classic", "none"]},
                    "check_signatures": {"type": "boolean"},
                    "check_pixels": {"type": "boolean"},
                    "accept_confidence": {"type": "number"},
                    "max_error_rate": {"type": "number"},
                    "language": {"type": "string", "enum": ["zh", "en"]},
                    "claim_date": {"type": "string", "format": "date"},
                    "today": {"type": "string", "format": "date"},
                },
            }
        }
    },
}


@dataclass(frozen=True, slots=True)
class Upload:
    """The stored files of a request and its other fields; `fingerprint` is the same for the same request."""

    files: tuple[Stored, ...]
    options: Mapping[str, str]
    expected: str | None = None
    webhook: str | None = None
    fingerprint: str = field(default="")


async def uploaded(request: Request, service: Service) -> Upload:
    """What a multipart request holds, its files kept; raises RequestError."""
    most = service.options.limits.call_files
    try:
        async with form_of(request, max_files=most + 1, max_fields=MAX_FIELDS) as form:
            files, fields = await _parts(form, service)
    except HTTPException as error:
        code = "too_many_files" if "Too many files" in str(error.detail) else "bad_request"
        raise RequestError(f"multipart form: {error.detail}", code=code) from error
    if not files:
        raise RequestError(f"no file; send a multipart form with a field {FILES!r}")
    if len(files) > most:
        raise RequestError(f"more than {most} files in one call", code="too_many_files")
    mark = "\n".join([*(f"{file.sha256} {file.name}" for file in files), *(f"{n}={v}" for n, v in fields.items())])
    expected, webhook = fields.pop("expected", None), fields.pop("webhook", None)
    options = {name: value for name, value in fields.items() if value}
    return Upload(tuple(files), options, expected, webhook, hashlib.sha256(mark.encode("utf-8", "replace")).hexdigest())


async def _parts(form: FormData, service: Service) -> tuple[list[Stored], dict[str, str]]:
    """The files of *form*, kept, and its other fields."""
    fields: dict[str, str] = {}
    files: list[Stored] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.append(await _stored(value, service))
        else:
            fields[name] = value
    return files, fields


async def _stored(file: UploadFile, service: Service) -> Stored:
    limit = service.options.limits.file_bytes
    data = await file.read(limit + 1)
    return await service.store(plain_name(file.filename or "file"), data)


def plain_name(name: str) -> str:
    """The last part of a file's name as the caller's system writes it, without control characters."""
    last = name.replace("\\", "/").rpartition("/")[2] or "file"
    return "".join(character for character in last if character.isprintable())[-MAX_NAME:] or "file"
