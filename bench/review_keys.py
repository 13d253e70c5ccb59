"""How many keys a reviewer presses: degraded specimens are read, and a script answers the review page's questions as
somebody who sees the paper would. A value that is offered takes one key, another one as many as it has characters and
two. `python -m bench.review_keys [--count N]`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from statistics import median
from typing import cast

from invoiceocr.adjudication.fusion import comparable
from invoiceocr.export.explanation.build import explain
from invoiceocr.export.explanation.plain import as_plain
from invoiceocr.invoice import AnyInvoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.service.review.rejudge import BadCorrectionError, Standing, rejudge
from invoiceocr.service.review.worksheet import Worksheet, worksheet
from invoiceocr.settings import Settings
from invoiceocr.specimens import make

KINDS = ("vat_special", "vat_ordinary", "digital_special", "e_vat_ordinary")
MOST_ANSWERS = 40  # to one invoice
SETTINGS = Settings(today=date(2025, 12, 31), threads=1)


def main() -> None:
    """Print one line per invoice and the medians."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=50)
    options.add_argument("--degradation", default="photo")
    given = options.parse_args()
    count, fields, invoices = given.count, list[int](), list[int]()
    for seed, pressed in _played(count, given.degradation):
        print(f"specimen {seed}: keys {pressed}, sum {sum(pressed)}", flush=True)
        fields += pressed
        invoices.append(sum(pressed))
    print(f"doubtful invoices {len(invoices)} of {count}")
    if fields:
        print(f"keys a doubtful field: median {median(fields)}; keys a doubtful invoice: median {median(invoices)}")


def _played(count: int, degradation: str) -> Iterator[tuple[int, list[int]]]:
    reader = Reader(SETTINGS)
    for seed in range(count):
        specimen = make(KINDS[seed % len(KINDS)], seed=9000 + seed, format="jpg", degradation=degradation)
        truth = specimen.truth["invoices"][0]["fields"]
        for trace in reader.trace_invoices(specimen.data, name="a.jpg"):
            if trace.invoice.verdict == "review":
                standing = Standing(cast(AnyInvoice, trace.invoice), trace.draft)
                yield seed, list(_answers(standing, json.dumps(as_plain(explain(trace))), truth, reader))
            break


def _answers(standing: Standing, told: str, truth: dict[str, object], reader: Reader) -> Iterator[int]:
    """The keys of each answer until nothing is asked any more; the last one accepts."""
    for _ in range(MOST_ANSWERS):
        sheet = worksheet(standing, told, reader)
        if not sheet.queue or standing.invoice.verdict != "review":
            break
        path = sheet.queue[0]
        right = _true_value(truth, path)
        keys, value = _answer(sheet, path, right)
        yield keys
        try:
            judged = rejudge(standing, {path: value}, reader)
        except BadCorrectionError:
            judged = rejudge(standing, {path: None}, reader)
        standing = replace(standing, invoice=judged)
    yield 1


def _answer(sheet: Worksheet, path: str, right: str | None) -> tuple[int, str | None]:
    row = next(row for row in sheet.rows if row.path == path)
    for choice in row.choices:
        if right is not None and comparable(path, choice.value, None) == comparable(path, right, None):
            return 1, choice.value
    return (1, None) if right is None else (len(right) + 2, right)


def _true_value(truth: dict[str, object], path: str) -> str | None:
    value: object = truth
    for name in path.split("."):
        if isinstance(value, list):
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return None if value is None else str(value)


if __name__ == "__main__":
    main()
