"""Papers of many cities and issuers, drawn as text in variants/: captions, order and places differ, fields don't."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from text_papers import TextPaper, read_papers

from invoiceocr.pipeline.reader import Reader
from invoiceocr.scoring.accuracy import comparable
from invoiceocr.settings import Settings
from invoiceocr.specimens.files.pdf import write_pdf

PAPERS = [paper for path in sorted((Path(__file__).parent / "variants").glob("*.txt")) for paper in read_papers(path)]


@cache
def reader() -> Reader:
    return Reader(Settings())


def at(fields: Any, path: str) -> Any:
    """The value at *path*; `#` is the number of rows."""
    for name in path.split("."):
        if isinstance(fields, list):
            fields = len(fields) if name == "#" else (fields[int(name)] if int(name) < len(fields) else None)
        else:
            fields = (fields or {}).get(name)
    return fields


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_fields_are_read_from_every_form_of_a_paper(paper: TextPaper) -> None:
    data = write_pdf([paper.drawing])

    found = [invoice.model_dump(mode="json") for invoice in reader().read(data, name=f"{paper.name}.pdf")]

    assert [invoice["kind"] for invoice in found] == [paper.kind]
    read = {path: comparable(path, str(at(found[0], path))) for path in paper.fields}
    assert read == {path: comparable(path, text) for path, text in paper.fields.items()}
