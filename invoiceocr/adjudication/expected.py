"""What the caller expects of an invoice: witnesses that confirm or contradict what was read, but never become a
value."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from invoiceocr.adjudication.fusion import Fused, comparable
from invoiceocr.errors import SettingsError
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.evidence.row_paths import of_first_row
from invoiceocr.kinds import Registry, builtin
from invoiceocr.kinds.types import Parser
from invoiceocr.proof import WitnessSource

NOT_CLAIMED = frozenset({"flag", "box", "page_text", "lines"})
"""Types of fields whose print nobody can know in advance."""


def claims(expected: Mapping[str, object], registry: Registry | None = None) -> tuple[Candidate, ...]:
    """The caller's values by path (`total`, `buyer.tax_id`, `items.0.amount`) as witnesses: text as it is printed, or
    values of the field's type. SettingsError if no kind of *registry* (by default the built-in one) has a path, naming
    the nearest one, or if a value doesn't fit the type of the field."""
    return tuple(_claim(path, value, "caller", registry) for path, value in expected.items())


def reviewed(values: Mapping[str, object], registry: Registry | None = None) -> tuple[Candidate, ...]:
    """The values that a person gives after looking at the paper, as witnesses; None says that the paper has no such
    field. Paths, *registry* and errors are as for `claims`."""
    return tuple(
        _absence(path, registry) if value is None else _claim(path, value, "reviewer", registry)
        for path, value in values.items()
    )


def _absence(path: str, registry: Registry | None) -> Candidate:
    # the path must be one that an invoice has
    _parsers_of(path, registry)
    return Candidate(path, None, "", "reviewer")


def _claim(path: str, value: object, source: WitnessSource, registry: Registry | None) -> Candidate:
    typed = parsed(value, _parsers_of(path, registry))
    if typed is None:
        raise SettingsError(
            f"expected {path}: {value!r} is no value of this field; give it as it is printed",
            zh=f"expect {path}：{value} 不是该字段的值，请照票面填写",
        )
    return Candidate(path, typed, str(value), source)


def parsed(value: object, parsers: Iterable[Parser]) -> object | None:
    """What the first of *parsers* that can makes of *value*, a text as it is printed or a typed value; None if none
    can."""
    return next((made for parse in parsers if (made := parse(str(value))) is not None), None)


def _parsers_of(path: str, registry: Registry | None) -> tuple[Parser, ...]:
    known = parsers(registry or builtin())
    found = known.get(of_first_row(path))
    if found is None:
        near = difflib.get_close_matches(path, known, n=1, cutoff=0.0)
        raise SettingsError(
            f"expected {path}: no invoice has this field; did you mean {near[0]}?",
            zh=f"expect {path}：没有这个字段，是不是 {near[0]}？",
        )
    return found


@lru_cache(maxsize=16)
def parsers(registry: Registry | None = None) -> Mapping[str, tuple[Parser, ...]]:
    """The parsers of each field of the kinds of *registry* (by default the built-in one), by path; rows of lists are
    under index 0. There are several if kinds give the field different types."""
    found: dict[str, tuple[Parser, ...]] = {}
    for top in (top for spec in registry or builtin() for top in spec.fields.values()):
        for field in (field for field in top.leaves() if field.type.name not in NOT_CLAIMED):
            path = f"{top.path}.0.{field.name}" if top.is_rows else field.path
            found[path] = tuple(dict.fromkeys((*found.get(path, ()), field.type.parse)))
    return found


def assigned(found: Sequence[Draft], claimed: tuple[Candidate, ...]) -> list[Draft]:
    """*found*, with the caller's expectations given to the one draft that they fit best: they are about one of the
    invoices in a file."""
    if not claimed or not found:
        return list(found)
    fits = [_agreeing(draft, claimed) for draft in found]
    best = fits.index(max(fits))
    return [replace(draft, claims=claimed) if i == best else draft for i, draft in enumerate(found)]


def _agreeing(draft: Draft, claimed: Iterable[Candidate]) -> int:
    """How many candidates of *draft* agree with the caller."""
    keys = {(claim.path, comparable(claim.path, claim.value, draft.spec)) for claim in claimed}
    return sum((c.path, comparable(c.path, c.value, draft.spec)) in keys for c in draft.candidates)


def joined(fused: Mapping[str, Fused], claimed: Sequence[Candidate]) -> dict[str, Fused]:
    """*fused* with the claims as witnesses of the fields that were read."""
    fields = dict(fused)
    for claim in claimed:
        if field := fields.get(claim.path):
            fields[claim.path] = _joined(field, claim)
    return fields


def _joined(field: Fused, claim: Candidate) -> Fused:
    if field.key(claim.value) == field.key(field.chosen.value):
        return replace(field, agreeing=(*field.agreeing, claim))
    return replace(field, contradicting=(*field.contradicting, claim))
