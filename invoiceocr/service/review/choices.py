"""The values that a field of the review page may have: as it stands, as others read it, or as sums come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from invoiceocr.export.explanation.words import SECOND
from invoiceocr.export.titles import WITNESSES, Title, title
from invoiceocr.invoice import AnyInvoice
from invoiceocr.kinds import FieldSpec
from invoiceocr.kinds.vocabulary import Vocabulary, vocabulary
from invoiceocr.pipeline.reader import Reader
from invoiceocr.service.review.rows import WEAK, Choice, Row
from invoiceocr.service.review.solving import solutions

MOST_CHOICES = 5  # that are offered for a field
LIKELY = 0.4  # weight of a choice by which sums come out
CALCULATED = Title("按金额勾稽推算", "by calculation")
OTHER_READING = Title("备选读法", "another reading")
AS_READ = Title("现值", "as it is")
ON_THE_LIST = Title("可选值", "one of the list")


def choices(row: Row, invoice: AnyInvoice, told: Mapping[str, object], reader: Reader) -> list[Choice]:
    """The values that a field may have, each once, the likeliest first; the present one among them, but no text
    that is none of its values. Of a field with a public list of values, nothing else that is not on it, and all of a
    short list."""
    found: dict[str, Choice] = {}
    names = vocabulary(row.spec.vocabulary) if row.spec and row.spec.vocabulary else None
    read = (
        *_alternatives(row),
        *_read(told),
        *_calculated(row.path, invoice, reader),
        *_spelled(row, told),
        *_named(names),
    )
    for choice in (*_present(row), *(one for one in read if _is_value(one, row.spec) and _is_admitted(one, names))):
        known = found.get(choice.value)
        if choice.value and (known is None or choice.weight > known.weight):
            found[choice.value] = replace(choice, source=known.source if known else choice.source)
    return sorted(found.values(), key=lambda choice: -choice.weight)[:MOST_CHOICES]


def _is_value(choice: Choice, spec: FieldSpec | None) -> bool:
    return spec is None or spec.type.parse(choice.value) is not None


def _is_admitted(choice: Choice, names: Vocabulary | None) -> bool:
    return names is None or names.admits(choice.value)


def _named(names: Vocabulary | None) -> Iterator[Choice]:
    """The names of a list that leaves room for a present value that is none of them."""
    if names is not None and len(names.entries) < MOST_CHOICES:
        yield from (Choice(name, ON_THE_LIST) for name in names.entries)


def _present(row: Row) -> Iterator[Choice]:
    if row.value is not None:
        yield Choice(row.value, AS_READ, max(row.proof.confidence, WEAK))


def _alternatives(row: Row) -> Iterator[Choice]:
    yield from (Choice(text, OTHER_READING, 0.2) for text in row.proof.alternatives)


def _read(told: Mapping[str, object]) -> Iterator[Choice]:
    readings = told.get("readings")
    for one in readings if isinstance(readings, list) else ():
        if one["value"] is not None:
            source = SECOND if one["second"] else title(WITNESSES, one["source"])
            yield Choice(str(one["value"]), source, float(one["confidence"]) / 2)


def _calculated(path: str, invoice: AnyInvoice, reader: Reader) -> Iterator[Choice]:
    for value in solutions(path, invoice, reader):
        yield Choice(value, CALCULATED, LIKELY)


def _spelled(row: Row, told: Mapping[str, object]) -> Iterator[Choice]:
    """The value with one of its uncertain characters as the recognizer's next best."""
    found = reading_of(told).get("characters")
    known = [one for one in found if one["text"]] if isinstance(found, list) else []
    text = row.value or ""
    for one in known:
        place = one["place"] - 1
        if len(known) != len(text) or text[place] != one["text"]:
            continue
        for other, share in one["alternatives"]:
            yield Choice(text[:place] + other + text[place + 1 :], OTHER_READING, float(share))


def reading_of(told: Mapping[str, object]) -> Mapping[str, object]:
    """The reading of pixels that the characters of a field are shown from."""
    readings = told.get("readings")
    shown = [one for one in readings if one.get("characters")] if isinstance(readings, list) else []
    return shown[0] if shown else {}
