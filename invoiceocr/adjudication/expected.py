"""What the caller expects of an invoice: witnesses that confirm or contradict what was read, never a value."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from invoiceocr.adjudication.fusion import Fused, comparable
from invoiceocr.errors import SettingsError
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.invoice import AnyInvoice
from invoiceocr.proof import Evidence
from invoiceocr.text import folding
from invoiceocr.values import (
    check_code,
    chinese_amount,
    invoice_code,
    invoice_number,
    issue_date,
    machine_number,
    money,
    quantity,
    rate,
    tax_id,
)

Parser = Callable[[str], object | None]
PROOF = frozenset({"kind", "evidence", "findings", "verdict", "page", "source"})  # no fields that are printed
PARSERS: Mapping[str, Parser] = {
    "code": invoice_code.parse,
    "number": invoice_number.parse,
    "check_code": check_code.parse,
    "machine_number": machine_number.parse,
    "tax_id": tax_id.parse,
    "quantity": quantity.parse,
    "unit_price": quantity.parse,
    "tax_rate": rate.parse,
    "total_in_words": lambda printed: printed if chinese_amount.is_valid(printed) else None,
}
BY_TYPE: Mapping[type, Parser] = {Decimal: money.parse, date: issue_date.parse, str: folding.parse}
ROW = re.compile(r"(?<=\.)\d+(?=\.)")


def claims(expected: Mapping[str, object]) -> tuple[Candidate, ...]:
    """The caller's values by path (`total`, `buyer.tax_id`, `items.0.amount`) as witnesses: text as it is printed, or
    of the field's type. SettingsError names a path that no invoice has, with the nearest one, or a value that is
    none of the field's."""
    return tuple(_claim(path, value) for path, value in expected.items())


def _claim(path: str, value: object) -> Candidate:
    parse = parsers().get(ROW.sub("0", path))
    if parse is None:
        near = difflib.get_close_matches(path, parsers(), n=1, cutoff=0.0)
        raise SettingsError(f"expected {path}: no invoice has this field; did you mean {near[0]}?")
    typed = parse(str(value))
    if typed is None:
        raise SettingsError(f"expected {path}: {value!r} is no value of this field; give it as it is printed")
    return Candidate(path, typed, str(value), "caller")


@cache
def parsers() -> Mapping[str, Parser]:
    """The parser of each field that the kinds of invoices have, by path; rows of lists stand under 0."""
    union = get_args(AnyInvoice)[0]
    return {path: parse for model in get_args(union) or (union,) for path, parse in _fields(model, "")}


def _fields(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, Parser]]:
    for attribute, field in model.model_fields.items():
        path = prefix + (field.alias or attribute)
        parts = _parts(field.annotation)
        inner = next((part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)), None)
        if inner is not None and path not in PROOF and inner is not Evidence:
            yield from _fields(inner, f"{path}.0." if tuple in parts else f"{path}.")
        elif path not in PROOF:
            parse = PARSERS.get(attribute) or next((BY_TYPE[part] for part in parts if part in BY_TYPE), None)
            if parse is not None:
                yield path, parse


def _parts(annotation: Any) -> list[Any]:
    """The plain types that an annotation is made of; `tuple` is among them if it is a list of values."""
    if not (arguments := get_args(annotation)):
        return [annotation]
    inner = [part for argument in arguments for part in _parts(argument)]
    return [tuple, *inner] if getattr(annotation, "__origin__", None) is tuple else inner


def assigned(found: Sequence[Draft], claimed: tuple[Candidate, ...]) -> list[Draft]:
    """*found* with what the caller expects given to the one draft that it fits best: of several invoices in a file
    the claim is about one."""
    if not claimed or not found:
        return list(found)
    keys = {(claim.path, comparable(claim.path, claim.value)) for claim in claimed}
    fits = [sum((c.path, comparable(c.path, c.value)) in keys for c in draft.candidates) for draft in found]
    best = fits.index(max(fits))
    return [replace(draft, claims=claimed) if i == best else draft for i, draft in enumerate(found)]


def joined(fused: Mapping[str, Fused], claimed: Sequence[Candidate]) -> dict[str, Fused]:
    """*fused* with the claims among the witnesses of the fields that were read."""
    fields = dict(fused)
    for claim in claimed:
        if field := fields.get(claim.path):
            fields[claim.path] = _joined(field, claim)
    return fields


def _joined(field: Fused, claim: Candidate) -> Fused:
    agrees = comparable(claim.path, claim.value) == comparable(claim.path, field.chosen.value)
    if agrees:
        return replace(field, agreeing=(*field.agreeing, claim))
    return replace(field, contradicting=(*field.contradicting, claim))
