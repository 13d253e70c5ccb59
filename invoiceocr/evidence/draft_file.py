"""Drafts as JSON: `dumps` and `loads`, so that an invoice can be judged again without its file."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

import numpy as np
from pydantic import ValidationError

from invoiceocr.decoding.compact import compact
from invoiceocr.decoding.grammars import spelling
from invoiceocr.errors import DraftError
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft, FileFacts
from invoiceocr.geometry import QUARTERS, Box, Quad
from invoiceocr.json_text import as_json
from invoiceocr.kinds import KindSpec, field_of
from invoiceocr.page import Lattice
from invoiceocr.proof import Finding, WitnessSource

FORMAT = 2  # the format of the file; a reader refuses others
# lattices of parties' names are compared with one's own companies
NAME = ".name"
FLAGS = ("placed", "confirmed", "unseen", "second", "whole", "vouches")
# attributes equal to those of this one are left out
USUAL = Candidate("", None, "", "ocr")
# separators between the characters of a lattice, which contains neither
STEP, CHARACTER = "\n", "\t"
SOURCES = frozenset(get_args(WitnessSource))

# How values that JSON has no type for are written: tag, to text, from text.
TYPES: dict[type, tuple[str, Callable[[Any], str], Callable[[str], object]]] = {
    Decimal: ("decimal", str, Decimal),
    datetime: ("datetime", datetime.isoformat, datetime.fromisoformat),
    date: ("date", date.isoformat, date.fromisoformat),
    time: ("time", time.isoformat, time.fromisoformat),
}
FROM_TAG = {tag: parse for tag, _, parse in TYPES.values()}
DAMAGED = (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, binascii.Error, ValidationError)

Json = dict[str, Any]  # an object of the stored form


def dumps(draft: Draft) -> str:
    """*draft* as one line of JSON. Lattices are reduced to what repair needs: those of parties' names and of fields
    that rules restrict, without their silent steps."""
    data = {
        "format": FORMAT,
        "kind": draft.kind,
        "expected": draft.expected,
        "page": draft.page,
        "page_sizes": draft.page_sizes,
        "outlines": draft.outlines,
        "text": draft.text,
        "candidates": [_candidate(candidate, draft.spec) for candidate in draft.candidates],
        "claims": [_candidate(candidate, draft.spec) for candidate in draft.claims],
        "reviewed": [_candidate(candidate, draft.spec) for candidate in draft.reviewed],
        "qr_codes": draft.qr_codes,
        "box": draft.box and draft.box.as_tuple(),
        "rotation": draft.rotation,
        "file": _file(draft.file),
        "crowded": draft.crowded,
        "unshown": draft.unshown,
        "notes": [note.model_dump(mode="json") for note in draft.notes],
    }
    return as_json(data).decode()


def loads(text: str | bytes) -> Draft:
    """The draft from which `dumps` made *text*. DraftError if it is none, or was made by another version."""
    try:
        data = json.loads(text)
        found = data["format"]
        if found != FORMAT:
            raise DraftError(f"draft of format {found}, this version reads format {FORMAT}: read the file again")
        return _draft(data)
    except DAMAGED as error:
        raise DraftError(f"no draft: {type(error).__name__}: {error}; read the file again") from error


def _draft(data: Json) -> Draft:
    sizes = tuple((int(number), (float(width), float(height))) for number, (width, height) in data["page_sizes"])
    return Draft(
        kind=str(data["kind"]),
        candidates=tuple(map(_from_candidate, data["candidates"])),
        expected=tuple(map(str, data["expected"])),
        page=data["page"],
        page_sizes=sizes,
        outlines=tuple(map(_outline, data.get("outlines", ()))),  # drafts of earlier versions have none
        text=str(data["text"]),
        claims=tuple(map(_from_candidate, data["claims"])),
        reviewed=tuple(map(_from_candidate, data["reviewed"])),
        qr_codes=tuple((int(page), str(text)) for page, text in data["qr_codes"]),
        file=_from_file(data["file"]),
        crowded=bool(data["crowded"]),
        unshown=bool(data.get("unshown")),  # drafts of earlier versions have none
        notes=tuple(map(Finding.model_validate, data["notes"])),
        box=Box(*map(float, data["box"])) if data["box"] else None,
        rotation=QUARTERS[QUARTERS.index(data["rotation"])],
    )


def _outline(entry: tuple[int, list[tuple[float, float]]]) -> tuple[int, Quad]:
    number, corners = entry
    first, second, third, fourth = ((float(x), float(y)) for x, y in corners)
    return int(number), (first, second, third, fourth)


def _file(facts: FileFacts) -> Json:
    return {
        "source": facts.source,
        "born_digital": facts.born_digital,
        "findings": [finding.model_dump(mode="json") for finding in facts.findings],
    }


def _from_file(data: Json) -> FileFacts:
    findings = tuple(Finding.model_validate(finding) for finding in data["findings"])
    return FileFacts(data["source"], bool(data["born_digital"]), findings)


def _candidate(candidate: Candidate, spec: KindSpec | None) -> Json:
    """*candidate* without the attributes that have their usual values."""
    data: Json = {
        "path": candidate.path,
        "value": _value(candidate.value),
        "text": candidate.text,
        "source": candidate.source,
        "page": candidate.page,
    }
    if candidate.confidence != USUAL.confidence:
        data["confidence"] = candidate.confidence
    if candidate.place != USUAL.place:
        data["place"] = candidate.place
    if candidate.box is not None:
        data["box"] = candidate.box.as_tuple()
    if candidate.lattice is not None and _is_searched(candidate.path, spec):
        data["lattice"] = _lattice(compact(candidate.lattice))
    return data | {flag: value for flag in FLAGS if (value := getattr(candidate, flag)) != getattr(USUAL, flag)}


def _from_candidate(data: Json) -> Candidate:
    if data["source"] not in SOURCES:
        raise ValueError(f"unknown source {data['source']}")
    return Candidate(
        path=str(data["path"]),
        value=_from_value(data["value"]),
        text=str(data["text"]),
        source=data["source"],
        confidence=float(data.get("confidence", USUAL.confidence)),
        place=float(data.get("place", USUAL.place)),
        page=int(data["page"]),
        box=Box(*map(float, data["box"])) if "box" in data else None,
        lattice=_from_lattice(data["lattice"]) if "lattice" in data else None,
        **{flag: bool(data[flag]) for flag in FLAGS if flag in data},
    )


def _is_searched(path: str, spec: KindSpec | None) -> bool:
    """Whether repair, a public list or the list of companies ever searches the lattice of such a field."""
    field = field_of(path, spec)
    listed = field is not None and bool(field.vocabulary)
    return listed or spelling(path, spec) is not None or (path.endswith(NAME) and path.count(".") == 1)


def _value(value: object) -> object:
    """*value* as JSON; one of a type that JSON lacks as {type: text}."""
    if type(value) not in TYPES:
        return value
    tag, to_text, _ = TYPES[type(value)]
    return {tag: to_text(value)}


def _from_value(data: object) -> object:
    if isinstance(data, list):
        return tuple(data)  # a box
    if not isinstance(data, dict):
        return data
    ((tag, text),) = data.items()
    return FROM_TAG[tag](text)


def _lattice(lattice: Lattice) -> dict[str, str]:
    steps = (CHARACTER.join(characters) for characters in lattice.characters)
    probabilities = lattice.probabilities.astype("<f4").tobytes()
    return {"characters": STEP.join(steps), "probabilities": base64.b64encode(probabilities).decode("ascii")}


def _from_lattice(data: dict[str, str]) -> Lattice:
    steps = data["characters"].split(STEP)
    characters = tuple(tuple(step.split(CHARACTER)) for step in steps)
    flat = np.frombuffer(base64.b64decode(data["probabilities"], validate=True), "<f4")
    if not flat.size:
        return Lattice((), np.zeros((0, 0), np.float32))
    return Lattice(characters, flat.reshape(len(characters), -1).astype(np.float32))
