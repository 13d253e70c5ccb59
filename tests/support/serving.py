"""Files and options for tests of the service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from invoiceocr.service.options import Limits, ServiceOptions
from invoiceocr.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"
PDF = EXAMPLES / "digital_ordinary-000101.pdf"
XML = EXAMPLES / "digital_special-000108.xml"
PICTURE = EXAMPLES / "digital_special-000116.png"
DOUBTFUL = EXAMPLES / "vat_special-000110-photo.jpg"  # the seal hides the end of its first row's tax
SETTINGS = Settings(threads=1, today=date(2025, 12, 31))
BASE = "http://127.0.0.1"

WEIGH_BILL = """
kind: weigh_bill
extends: _invoice
title: {zh: 磅单, en: weigh bill}
fields:
  load: {type: measure, key: true, title: {zh: 净重, en: net load}}
  share: {type: rate, title: {zh: 折扣率, en: rebate}}
  carrier: {type: name, title: {zh: 承运人, en: carrier}}
"""

Json = dict[str, Any]  # an object of an answer
Read = Callable[..., Json]  # the fixture `read`: posts a file and gives its result


def options(folder: Path, **changes: object) -> ServiceOptions:
    given = {"data": folder, "settings": SETTINGS, "workers": 1, "limits": Limits(sync_files=3)}
    return ServiceOptions(**(given | changes))  # type: ignore[arg-type]


def canned(folder: Path, **changes: object) -> ServiceOptions:
    """The options of a service in *folder* that reads nothing: its outcomes are canned."""
    outcomes = folder / "canned"
    outcomes.mkdir()
    return options(folder / "data", fake=outcomes, **changes)


def weigh_bill(folder: Path) -> tuple[Path, ...]:
    """The setting `kinds` for a kind of a user's in *folder*."""
    (folder / "weigh_bill.yaml").write_text(WEIGH_BILL, encoding="utf-8")
    return (folder,)
