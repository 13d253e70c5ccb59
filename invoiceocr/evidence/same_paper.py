"""Whether two pages show one invoice: its print twice on a page, another copy of it, or its number on another paper."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from invoiceocr.evidence.draft import CODE, NUMBER, TELLING, TOTAL, Draft
from invoiceocr.evidence.row_paths import amounts, sum_of
from invoiceocr.kinds.spec import IDENTITIES

# fields in which different papers differ even if everything else is the same
UNIQUE = ("boarding_time", "check_code")
SUBTOTAL = "total_excluding_tax"


def is_namesake(draft: Draft, other: Draft) -> bool:
    """Whether both have the same number in exact characters but different totals, each of which matches its own
    sums."""
    same = draft.kind == other.kind and agree(draft, other, NUMBER)
    if not same or set(draft.values(CODE)) != set(other.values(CODE)) or agree(draft, other, TOTAL):
        return False
    return all(_is_exact(each) and _is_complete(each) for each in (draft, other))


def agree(draft: Draft, other: Draft, path: str) -> bool:
    """Whether both have a value of *path* in common."""
    return not set(draft.values(path)).isdisjoint(other.values(path))


def _is_complete(draft: Draft) -> bool:
    """Whether the sums of *draft* add up to its total."""
    said = [draft.values(path)[:1] for path in (SUBTOTAL, "total_tax", TOTAL)]
    sums = [value for values in said for value in values if isinstance(value, Decimal)]
    return len(sums) == len(said) and sums[0] + sums[1] == sums[2]


def _is_exact(draft: Draft) -> bool:
    return all(candidate.source != "ocr" for candidate in draft.candidates if candidate.path in (NUMBER, TOTAL))


def are_neighbors(draft: Draft, new: Draft) -> bool:
    """Whether both are papers on one page."""
    return draft.box is not None and new.box is not None and draft.page == new.page


def is_print(draft: Draft, new: Draft) -> bool:
    """Whether *new* shows the paper of *draft* again on the same page. The code is the same, and so is the number,
    unless it differs in one character while everything else agrees, including a field of `UNIQUE`. Without such a field
    they may be two tickets with consecutive numbers, of the same price and day."""
    if not are_neighbors(draft, new):
        return False
    shared = {path for path in (*IDENTITIES, *TELLING, *UNIQUE) if draft.values(path) and new.values(path)}
    differing = {path for path in shared if not agree(draft, new, path)}
    if CODE in differing or shared.isdisjoint(IDENTITIES):
        return False
    if differing.isdisjoint(IDENTITIES):
        return True
    return len(differing) == 1 and not shared.isdisjoint(UNIQUE) and _are_near(draft, new, *differing)


def _are_near(draft: Draft, new: Draft, path: str) -> bool:
    return any(_is_one_off(a, b) for a in _distinct(draft, path) for b in _distinct(new, path))


def _distinct(draft: Draft, path: str) -> list[str]:
    return list(dict.fromkeys(map(str, draft.values(path))))


def _is_one_off(a: str, b: str) -> bool:
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) <= 1


def is_copy(draft: Draft, again: Draft) -> bool:
    """Whether the page shows the invoice again: the same number and total, and the same rows or rows that alone add up
    to the total. The rows of a page that continues an invoice do not."""
    totals = again.values(TOTAL)
    if not has_number_of(draft, again) or not totals or totals[0] not in draft.values(TOTAL):
        return False
    rows, rows_again = amounts(draft), amounts(again)
    if _adds_up(draft, rows) and _adds_up(again, rows_again):
        return True
    return bool(rows) and rows == rows_again and not _adds_up(again, [*rows, *rows_again])


def differing(draft: Draft, copy: Draft) -> list[str]:
    """The fields that exact characters state on the paper of *draft* and, differently, on its *copy*."""
    shared = [path for path in (*TELLING, *UNIQUE, SUBTOTAL) if _stated(draft, path) and _stated(copy, path)]
    return [path for path in shared if _stated(draft, path).isdisjoint(_stated(copy, path))]


def _stated(draft: Draft, path: str) -> set[object]:
    """The values that exact characters state for *path*."""
    return {c.value for c in draft.candidates if c.path == path and c.value is not None and c.source != "ocr"}


def _adds_up(draft: Draft, rows: Sequence[object]) -> bool:
    """Whether the amounts of *rows* add up to the sum without tax."""
    are_read = bool(rows) and all(isinstance(amount, Decimal) for amount in rows)
    return are_read and sum_of(rows) in draft.values(SUBTOTAL)


def has_number_of(draft: Draft, new: Draft) -> bool:
    """Whether the page has the number of the invoice before it."""
    numbers = new.values(NUMBER)
    return new.kind == draft.kind and bool(numbers) and numbers[0] in draft.values(NUMBER)
