"""Pages and stated facts grouped into invoices: a `Draft` each.

A page with another number begins another invoice; one with the same number goes on with its items; a list page
replaces the row that refers to it; facts join the invoice with their number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from invoiceocr.evidence.candidate import Candidate, EmbeddedRecord
from invoiceocr.evidence.reading import Reading

ITEM = re.compile(r"items\.(\d+)\.(\w+)")
LIST = "清单"  # in （详见销货清单）
OTHER = "other"  # the kind of a document without a schema
TELLING = ("total", "total_tax", "issue_date", "code", "buyer.name", "buyer.tax_id", "seller.name", "seller.tax_id")
ENOUGH = 4  # of these fields, to know an invoice by
SUMS = frozenset({"total", "total_in_words", "total_excluding_tax", "total_tax"})


@dataclass(frozen=True, slots=True)
class Draft:
    """One invoice before its witnesses are weighed; `claims` are what the caller expects of it."""

    kind: str
    candidates: tuple[Candidate, ...]
    expected: tuple[str, ...] = ()
    page: int | None = None
    page_sizes: tuple[tuple[int, tuple[float, float]], ...] = ()
    text: str = ""
    claims: tuple[Candidate, ...] = ()

    def values(self, path: str) -> list[object]:
        """What the candidates say about *path*."""
        return [c.value for c in self.candidates if c.path == path and c.value is not None]

    @property
    def unread(self) -> tuple[Candidate, ...]:
        """The candidates whose text made no value."""
        return tuple(candidate for candidate in self.candidates if candidate.value is None)


def drafts(readings: Iterable[Reading], facts: Sequence[EmbeddedRecord]) -> list[Draft]:
    """The invoices of one document, in page order; facts of no page's invoice make invoices of their own."""
    found: list[Draft] = []
    for reading in readings:
        _add(found, reading)
    if len(found) == len(facts) == 1 and _is_twin(found[0], facts[0]):
        return [_with_facts(found[0], facts[0])]
    for stated in facts:
        _state(found, stated)
    return found


def _add(found: list[Draft], reading: Reading) -> None:
    last = found[-1] if found else None
    if last is not None and last.kind != OTHER and (reading.is_list or _continues(last, reading)):
        found[-1] = _joined(last, reading)
    else:
        found.append(_draft(reading))


def _draft(reading: Reading) -> Draft:
    page = reading.page
    sizes = ((page.number, (page.width, page.height)),)
    text = reading.text if reading.kind == OTHER else ""  # only a document without fields is its text
    return Draft(reading.kind, reading.candidates, reading.expected, page.number, sizes, text)


def _continues(draft: Draft, reading: Reading) -> bool:
    """Whether the page bears the number of the invoice before it."""
    numbers = [c.value for c in reading.candidates if c.path == "number" and c.value is not None]
    return reading.kind == draft.kind and bool(numbers) and numbers[0] in draft.values("number")


def _joined(draft: Draft, reading: Reading) -> Draft:
    """*draft* with the page's rows behind its own; the sums are those of the last page that has them."""
    rows = [candidate for candidate in reading.candidates if ITEM.match(candidate.path)]
    others = [candidate for candidate in reading.candidates if not ITEM.match(candidate.path)]
    kept = _without_reference(draft) if reading.is_list and rows else draft.candidates
    offset = item_count(kept)
    shifted = [_shifted(candidate, offset) for candidate in rows]
    if not reading.is_list:
        sums = {candidate.path for candidate in others} & SUMS
        kept = tuple(candidate for candidate in kept if candidate.path not in sums)
        kept = (*kept, *others)
    sizes = (*draft.page_sizes, *_draft(reading).page_sizes)
    return replace(draft, candidates=(*kept, *shifted), page_sizes=sizes)


def _without_reference(draft: Draft) -> tuple[Candidate, ...]:
    """The draft's candidates without the rows that stand for the list on the invoice's own page: a single one, or
    several (with the discount) of which one refers to it."""
    names = [c.text for c in draft.candidates if (match := ITEM.match(c.path)) and match[2] == "name"]
    refers = item_count(draft.candidates) == 1 or any(LIST in name for name in names)
    if len(draft.page_sizes) > 1 or not refers:
        return draft.candidates
    return tuple(c for c in draft.candidates if not ITEM.match(c.path))


def item_count(candidates: Iterable[Candidate]) -> int:
    """How many item rows the candidates tell of."""
    return max((int(match[1]) + 1 for candidate in candidates if (match := ITEM.match(candidate.path))), default=0)


def _shifted(candidate: Candidate, offset: int) -> Candidate:
    match = ITEM.match(candidate.path)
    assert match is not None
    return replace(candidate, path=f"items.{int(match[1]) + offset}.{match[2]}")


def _state(found: list[Draft], facts: EmbeddedRecord) -> None:
    """EmbeddedRecord to the draft that they belong to: by number, by page, or the only one there is."""
    stated = {candidate.path: candidate.value for candidate in facts.candidates}
    index = next((i for i, draft in enumerate(found) if _belongs(draft, facts, stated.get("number"))), None)
    if index is None and len(found) == 1 and not found[0].values("number"):
        index = 0
    if index is None:
        found.append(Draft(_kind(facts), facts.candidates, page=facts.page))
    else:
        found[index] = _with_facts(found[index], facts)


def _with_facts(draft: Draft, facts: EmbeddedRecord) -> Draft:
    known = draft.kind if draft.kind != OTHER else _kind(facts)
    return replace(draft, kind=known, candidates=(*facts.candidates, *draft.candidates))


def _kind(facts: EmbeddedRecord) -> str:
    return next((str(c.value) for c in facts.candidates if c.path == "kind" and c.value), OTHER)


def _is_twin(draft: Draft, facts: EmbeddedRecord) -> bool:
    """Whether the only statement is about the only invoice in all but its number: then one of them is altered, and
    the file holds no second invoice."""
    stated = {candidate.path: candidate.value for candidate in facts.candidates}
    shared = [path for path in TELLING if stated.get(path) is not None and draft.values(path)]
    return len(shared) >= ENOUGH and all(stated[path] in draft.values(path) for path in shared)


def _belongs(draft: Draft, facts: EmbeddedRecord, number: object) -> bool:
    if number is not None:
        return number in draft.values("number")
    return facts.page is not None and facts.page == draft.page
