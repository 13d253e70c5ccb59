"""A page that continues the invoice of the page before: its rows are appended, and the sums of the last page count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import TOTAL, Draft
from invoiceocr.evidence.row_paths import ITEM, ROW, amounts, cells, item_count, row_counts, row_of, shifted, sum_of
from invoiceocr.evidence.same_paper import agree, are_neighbors, has_number_of
from invoiceocr.kinds import OTHER, field_of, is_sum
from invoiceocr.kinds.spec import IDENTITIES
from invoiceocr.values import issue_date

LIST = "清单"  # in （详见销货清单）
KIND = ("kind",)  # the fields of a note about the kind


def goes_on(last: Draft, new: Draft, *, is_list: bool) -> bool:
    """Whether *new*, a list or an ordinary page, continues the invoice before it."""
    if last.kind == OTHER:
        return False
    return is_list or (not are_neighbors(last, new) and (has_number_of(last, new) or _adds_rows(last, new)))


def _adds_rows(draft: Draft, new: Draft) -> bool:
    """Whether the page continues the rows of a paper without a number, such as a list of trips: apart from their rows,
    both state the same, and the earlier rows don't reach the sum."""
    told, again = _told(draft), _told(new)
    if new.kind != draft.kind or set(IDENTITIES) & {*draft.expected, *told, *again}:
        return False
    rows, more = amounts(draft), amounts(new)
    is_same = all(agree(draft, new, path) for path in told & again)
    is_other = cells(draft.candidates) != cells(new.candidates)
    return bool(rows and more) and is_same and is_other and _leave_room(draft, new, sum_of(rows), sum_of(more))


def _leave_room(draft: Draft, new: Draft, rows: Decimal, more: Decimal) -> bool:
    """Whether neither the sum *rows* nor *more*, the sum of the *new* page, is the total by itself, and both together
    do not exceed it."""
    totals = [total for total in (*draft.values(TOTAL), *new.values(TOTAL)) if isinstance(total, Decimal)]
    return not totals or (rows not in totals and more not in totals and rows + more <= max(totals))


def _told(draft: Draft) -> set[str]:
    """The fields for which *draft* has values, other than cells of rows."""
    return {c.path for c in draft.candidates if c.value is not None and not ROW.fullmatch(c.path)}


def joined(draft: Draft, page: Draft, *, is_list: bool) -> Draft:
    """*draft* with the rows of *page* after its own. The sums are those of the last page that has them, but never those
    of a list."""
    rows = [candidate for candidate in page.candidates if ROW.fullmatch(candidate.path)]
    kept = _without_reference(draft) if is_list and rows else draft.candidates
    more = _rows_behind(draft, kept, rows)
    candidates = (*kept, *more) if is_list else (*_with_later_sums(draft, kept, page), *more)
    # a page that only continues has the kind of the page before
    notes = (*draft.notes, *(note for note in page.notes if note.fields != KIND))
    crowded = draft.crowded or page.crowded
    return replace(draft.with_pages_of(page), candidates=candidates, crowded=crowded, notes=notes)


def _rows_behind(draft: Draft, kept: tuple[Candidate, ...], rows: Sequence[Candidate]) -> list[Candidate]:
    """The cells *rows* of a page that continues *draft*, as rows after those *kept* of it, without repeated ones."""
    counts, known, days = row_counts(kept), cells(kept), _days(draft)
    new = {row_of(cell) for cell in rows if (cell.path, cell.value) not in known}
    return [shifted(_dated(cell, draft, days), counts) for cell in rows if row_of(cell) in new]


def _with_later_sums(draft: Draft, kept: tuple[Candidate, ...], page: Draft) -> tuple[Candidate, ...]:
    """What is *kept* of *draft*, and what *page* states besides its rows; its sums replace earlier ones."""
    others = [candidate for candidate in page.candidates if not ROW.fullmatch(candidate.path)]
    sums = {candidate.path for candidate in others if is_sum(candidate.path, draft.spec)}
    return (*(candidate for candidate in kept if candidate.path not in sums), *others)


def _days(draft: Draft) -> list[date]:
    """The days that *draft* states outside its rows."""
    return [c.value for c in draft.candidates if type(c.value) is date and not ROW.fullmatch(c.path)]


def _dated(candidate: Candidate, draft: Draft, days: Sequence[date]) -> Candidate:
    """*candidate* of a page that continues *draft*. A day or moment without a year gets the year that puts it between
    the *days* that the pages before state."""
    field = field_of(candidate.path, draft.spec)
    if candidate.value is not None or field is None or field.type.annotation not in ("date", "datetime"):
        return candidate
    read = (field.type.parse(f"{year}-{candidate.text}") for year in sorted({day.year for day in days}))
    fitting = (
        value for value in read if isinstance(value, date) and min(days) <= issue_date.day_of(value) <= max(days)
    )
    return replace(candidate, value=next(fitting, None))


def _without_reference(draft: Draft) -> tuple[Candidate, ...]:
    """The draft's candidates without the rows that stand for the list on the invoice's own page: a single row, or
    several (with the discount), one of which refers to it."""
    names = [c.text for c in draft.candidates if (match := ITEM.match(c.path)) and match[2] == "name"]
    refers = item_count(draft.candidates) == 1 or any(LIST in name for name in names)
    if len(draft.page_sizes) > 1 or not refers:
        return draft.candidates
    return tuple(c for c in draft.candidates if not ITEM.match(c.path))
