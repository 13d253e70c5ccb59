"""Files and options for tests of the service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from invoiceocr.service.options import Limits, ServiceOptions
from invoiceocr.settings import Settings

EXAMPLES = Path(__file__).parents[1] / "examples"
PDF = EXAMPLES / "digital_ordinary-000101.pdf"
XML = EXAMPLES / "digital_special-000108.xml"
PICTURE = EXAMPLES / "digital_special-000116.png"
DOUBTFUL = EXAMPLES / "vat_special-000110-photo.jpg"  # the seal hides the end of its first row's tax
SETTINGS = Settings(threads=1, today=date(2025, 12, 31))
BASE = "http://127.0.0.1"

Json = dict[str, Any]  # an object of an answer
Read = Callable[..., Json]  # the fixture `read`: posts a file and gives its result


def options(folder: Path, **changes: object) -> ServiceOptions:
    given = {"data": folder, "settings": SETTINGS, "workers": 1, "limits": Limits(sync_files=3)}
    return ServiceOptions(**(given | changes))  # type: ignore[arg-type]
