"""Pages and stated facts grouped into invoices: a `Draft` each.

A page with another number begins another invoice; one with the same number goes on with its rows, or is a copy of
what was seen and adds nothing; one of a kind without number goes on where the rows before it do not make the sum; a
list page replaces the row that refers to it; facts join the invoice with their number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from invoiceocr.evidence import qr_witness
from invoiceocr.evidence.candidate import Candidate, EmbeddedRecord
from invoiceocr.evidence.finding import CONFLICT, finding
from invoiceocr.evidence.reading import Reading
from invoiceocr.geometry import Box, Rotation
from invoiceocr.kinds import OTHER as OTHER
from invoiceocr.kinds import KindSpec, Registry, builtin, field_of
from invoiceocr.kinds.spec import IDENTITIES
from invoiceocr.proof import Finding

ITEM = re.compile(r"items\.(\d+)\.(\w+)")
ROW = re.compile(r"(\w+)\.(\d+)\.(\w+)")  # of any field that holds rows
LIST = "清单"  # in （详见销货清单）
TELLING = ("total", "total_tax", "issue_date", "code", "buyer.name", "buyer.tax_id", "seller.name", "seller.tax_id")
# what no two papers share that else tell the same
UNIQUE = ("boarding_time", "check_code")
NUMBER, CODE, TOTAL = "number", "code", "total"
KIND = ("kind",)
ENOUGH = 4  # of these fields, to know an invoice by
# texts that take several lines
WRAPPED = re.compile(r"remarks|(buyer|seller)\.(name|address_phone|bank_account)")
# times the height of a tag's print: the whole print has at least a line more
TALLER = 1.5


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What all invoices of one file share: its name, whether none of its text was ever pixels, and the findings about
    the file itself, such as its signatures."""

    source: str | None = None
    born_digital: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """One invoice before its witnesses are weighed. `qr_codes` are the tax QR codes in its file, by page, but those of
    other invoices there. `claims` are what the caller expects of it: they confirm or
    contradict. `reviewed` are the values that a person gives in place of what was read (None: there is none). A page
    of it is `crowded` if another paper seems to stand there; `notes` are findings about its pages. `box` is where its
    paper lies on its page, None where it fills that; `rotation` is how far it was turned clockwise. It is `unshown` if
    only an attachment states it, in a file whose pages show other invoices."""

    kind: str
    candidates: tuple[Candidate, ...]
    expected: tuple[str, ...] = ()
    page: int | None = None
    page_sizes: tuple[tuple[int, tuple[float, float]], ...] = ()
    text: str = ""
    claims: tuple[Candidate, ...] = ()
    crowded: bool = False
    reviewed: tuple[Candidate, ...] = ()
    qr_codes: tuple[tuple[int, str], ...] = ()
    file: FileFacts = FileFacts()
    registry: Registry | None = None
    notes: tuple[Finding, ...] = ()
    box: Box | None = None
    rotation: Rotation = 0
    unshown: bool = False

    @property
    def spec(self) -> KindSpec | None:
        """What the registry (the built-in one) knows of the draft's kind."""
        return (self.registry or builtin()).kinds.get(self.kind)

    def values(self, path: str) -> list[object]:
        """What the candidates say about *path*."""
        return [c.value for c in self.candidates if c.path == path and c.value is not None]

    @property
    def unread(self) -> tuple[Candidate, ...]:
        """The candidates whose text made no value."""
        return tuple(candidate for candidate in self.candidates if candidate.value is None)

    def with_witnesses(self, witnesses: Iterable[Candidate]) -> Draft:
        """The draft with more *witnesses*. Those of source `reviewer` replace what a reviewer said of the same fields
        before; all others join the claims."""
        added = tuple(witnesses)
        said = {c.path: c for c in (*self.reviewed, *added) if c.source == "reviewer"}
        others = tuple(c for c in added if c.source != "reviewer")
        return replace(self, claims=(*self.claims, *others), reviewed=tuple(said.values()))


def drafts(
    readings: Iterable[Reading], facts: Sequence[EmbeddedRecord], registry: Registry | None = None
) -> list[Draft]:
    """The invoices of one document, in page order; facts of no page's invoice make invoices of their own. Their kinds
    are those of the *registry* (the built-in one)."""
    return [replace(draft, registry=registry) for draft in _grouped(readings, facts)]


def _grouped(readings: Iterable[Reading], facts: Sequence[EmbeddedRecord]) -> list[Draft]:
    found: list[Draft] = []
    for reading in readings:
        _add(found, reading)
    found = _with_namesakes(found)
    if len(found) == len(facts) == 1 and _is_twin(found[0], facts[0]):
        return [_with_facts(found[0], facts[0])]
    is_shown = any(draft.kind != OTHER for draft in found)
    for stated in facts:
        _state(found, stated, unshown=is_shown)
    return found


def with_codes(found: Sequence[Draft], codes: Sequence[tuple[int, str]]) -> list[Draft]:
    """*found* with the QR *codes* of their file, page and text: each draft has those that may be its own."""
    printed = [draft.candidates for draft in found]
    return [
        replace(draft, qr_codes=qr_witness.codes_of(codes, draft.candidates, printed[:index] + printed[index + 1 :]))
        for index, draft in enumerate(found)
    ]


def _with_namesakes(found: Sequence[Draft]) -> list[Draft]:
    """*found*, each with an error where the file shows another invoice of its number with another total."""
    counts = Counter(number for draft in found for number in set(draft.values(NUMBER)))
    shared = {number for number, count in counts.items() if count > 1}
    return [draft if shared.isdisjoint(draft.values(NUMBER)) else _with_namesake(draft, found) for draft in found]


def _with_namesake(draft: Draft, found: Sequence[Draft]) -> Draft:
    other = next((other for other in found if other is not draft and _is_namesake(draft, other)), None)
    if other is None:
        return draft
    total = other.values(TOTAL)[0]
    words = (
        f"文件中另有一张号码相同的发票，价税合计为 {total}：其中一张可能被改动",
        f"the file shows another invoice of this number, with a total of {total}: one of them may be altered",
    )
    return replace(draft, notes=(*draft.notes, finding(CONFLICT, "error", words, (NUMBER, TOTAL))))


def _is_namesake(draft: Draft, other: Draft) -> bool:
    """Whether both have one number, in exact characters, and each a total of its own that its sums make."""
    same = draft.kind == other.kind and _agree(draft, other, NUMBER)
    if not same or set(draft.values(CODE)) != set(other.values(CODE)) or _agree(draft, other, TOTAL):
        return False
    return all(_is_exact(each) and _is_complete(each) for each in (draft, other))


def _agree(draft: Draft, other: Draft, path: str) -> bool:
    """Whether both tell a same value of *path*."""
    return not set(draft.values(path)).isdisjoint(other.values(path))


def _is_complete(draft: Draft) -> bool:
    """Whether the sums of *draft* make its total."""
    said = [draft.values(path)[:1] for path in ("total_excluding_tax", "total_tax", TOTAL)]
    sums = [value for values in said for value in values if isinstance(value, Decimal)]
    return len(sums) == len(said) and sums[0] + sums[1] == sums[2]


def _is_exact(draft: Draft) -> bool:
    return all(candidate.source != "ocr" for candidate in draft.candidates if candidate.path in (NUMBER, TOTAL))


def _add(found: list[Draft], reading: Reading) -> None:
    """Put the page of *reading* to those *found* before it: as an invoice of its own, as one that was seen already, or
    as more of the last one."""
    new = _draft(reading)
    alike = _numbered_alike(found, new)
    if any(_is_namesake(found[i], new) for i in alike):
        found.append(new)
    elif (seen := _seen_before(found, new, alike)) is not None:
        found[seen] = _with_repeat(found[seen], new)
    elif found and _belongs_to(found[-1], new, is_list=reading.is_list):
        found[-1] = _joined(found[-1], new, is_list=reading.is_list)
    else:
        found.append(new)


def _numbered_alike(found: Sequence[Draft], new: Draft) -> list[int]:
    """The indexes of the drafts that share a number with *new*."""
    numbers = set(new.values(NUMBER))
    return [i for i, draft in enumerate(found) if not numbers.isdisjoint(draft.values(NUMBER))]


def _seen_before(found: Sequence[Draft], new: Draft, alike: Sequence[int]) -> int | None:
    """The index of the draft that *new* repeats: its print, once more on the same page, or, among those numbered
    *alike*, another copy of it."""
    printed = next((i for i, draft in enumerate(found) if _is_print(draft, new)), None)
    if printed is not None or (found and _are_neighbors(found[-1], new)):
        return printed
    return next((i for i in alike if _is_copy(found[i], new)), None)


def _with_repeat(draft: Draft, new: Draft) -> Draft:
    """The fuller of two prints on one page; of a copy, *draft* with a page more."""
    if _are_neighbors(draft, new):
        return max(draft, new, key=_fields_told)
    return replace(draft, page_sizes=(*draft.page_sizes, *new.page_sizes))


def _belongs_to(last: Draft, new: Draft, *, is_list: bool) -> bool:
    """Whether *new*, a list or a page of its own, goes on with the invoice before it."""
    if last.kind == OTHER:
        return False
    return is_list or (not _are_neighbors(last, new) and (_continues(last, new) or _goes_on(last, new)))


def _are_neighbors(draft: Draft, new: Draft) -> bool:
    """Whether both are papers on one page."""
    return draft.box is not None and new.box is not None and draft.page == new.page


def _is_print(draft: Draft, new: Draft) -> bool:
    """Whether *new* shows the paper of *draft* once more on the same page: they have the same number and code; or those
    differ in one character, all else that both tell is the same, and some of it is told of no other paper. Numbers
    that follow each other, with the same sum and day, are common."""
    if not _are_neighbors(draft, new):
        return False
    shared = [path for path in (*IDENTITIES, CODE, *TELLING, *UNIQUE) if draft.values(path) and new.values(path)]
    differing = [path for path in shared if not _agree(draft, new, path)]
    if not set(IDENTITIES) & set(shared):
        return False
    if not {*IDENTITIES, CODE} & set(differing):
        return True
    is_same_otherwise = len(differing) == 1 and any(path in shared for path in UNIQUE)
    return is_same_otherwise and _are_near(draft, new, differing[0])


def _are_near(draft: Draft, new: Draft, path: str) -> bool:
    return any(_is_one_off(a, b) for a in _distinct(draft, path) for b in _distinct(new, path))


def _distinct(draft: Draft, path: str) -> list[str]:
    return list(dict.fromkeys(map(str, draft.values(path))))


def _is_one_off(a: str, b: str) -> bool:
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) <= 1


def _fields_told(draft: Draft) -> int:
    return len({candidate.path for candidate in draft.candidates if candidate.value is not None})


def _draft(reading: Reading) -> Draft:
    page = reading.page
    sizes = ((page.number, (page.width, page.height)),)
    # only a document without fields is its text
    text = reading.text if reading.kind == OTHER else ""
    found = Draft(reading.kind, reading.candidates, reading.expected, page.number, sizes, text)
    return replace(found, crowded=reading.crowded, notes=reading.notes, box=reading.box, rotation=reading.rotation)


def _continues(draft: Draft, new: Draft) -> bool:
    """Whether the page bears the number of the invoice before it."""
    numbers = new.values(NUMBER)
    return new.kind == draft.kind and bool(numbers) and numbers[0] in draft.values(NUMBER)


def _goes_on(draft: Draft, new: Draft) -> bool:
    """Whether the page goes on with the rows of a paper of a kind that is not numbered, such as a list of trips: what
    both tell is the same, and the rows before are too few for the sum."""
    told, again = _told(draft), _told(new)
    if new.kind != draft.kind or set(IDENTITIES) & {*draft.expected, *told, *again}:
        return False
    rows, more = _amounts(draft), _amounts(new)
    is_same = all(_agree(draft, new, path) for path in told & again)
    is_other = _cells(draft.candidates) != _cells(new.candidates)
    return bool(rows and more) and is_same and is_other and _leave_room(draft, new, _sum(rows), _sum(more))


def _leave_room(draft: Draft, new: Draft, rows: Decimal, more: Decimal) -> bool:
    """Whether the sum *rows* is not the total by itself, nor *more* of the *new* page, and both are not too much."""
    totals = [total for total in (*draft.values(TOTAL), *new.values(TOTAL)) if isinstance(total, Decimal)]
    return not totals or (rows not in totals and more not in totals and rows + more <= max(totals))


def _sum(amounts: Iterable[object]) -> Decimal:
    return sum((amount for amount in amounts if isinstance(amount, Decimal)), Decimal(0))


def _told(draft: Draft) -> set[str]:
    """The fields, other than cells of rows, that *draft* has values of."""
    return {c.path for c in draft.candidates if c.value is not None and not ROW.fullmatch(c.path)}


def _is_copy(draft: Draft, again: Draft) -> bool:
    """Whether the page shows an invoice again: same number and total, same rows or rows that by themselves
    make the total, as those of a page that goes on with an invoice don't."""
    totals = again.values(TOTAL)
    if not _continues(draft, again) or not totals or totals[0] not in draft.values(TOTAL):
        return False
    rows, rows_again = _amounts(draft), _amounts(again)
    if _adds_up(draft, rows) and _adds_up(again, rows_again):
        return True
    return bool(rows) and rows == rows_again and not _adds_up(again, [*rows, *rows_again])


def _amounts(draft: Draft) -> list[object]:
    """The amounts of the rows, each row's first."""
    cells = ((ROW.fullmatch(c.path), c.value) for c in reversed(draft.candidates))
    found = {int(cell[2]): value for cell, value in cells if cell and cell[3] == "amount"}
    return [found[row] for row in sorted(found)]


def _adds_up(draft: Draft, amounts: Sequence[object]) -> bool:
    """Whether *amounts* make the sum without tax."""
    are_read = bool(amounts) and all(isinstance(amount, Decimal) for amount in amounts)
    return are_read and _sum(amounts) in draft.values("total_excluding_tax")


def _joined(draft: Draft, page: Draft, *, is_list: bool) -> Draft:
    """*draft* with the page's rows behind its own; the sums are those of the last page that has them."""
    rows = [candidate for candidate in page.candidates if ROW.fullmatch(candidate.path)]
    others = [candidate for candidate in page.candidates if not ROW.fullmatch(candidate.path)]
    kept = _without_reference(draft) if is_list and rows else draft.candidates
    counts = _row_counts(kept)
    known = _cells(kept)
    new = {_row_of(candidate) for candidate in rows if (candidate.path, candidate.value) not in known}
    days = _days(draft)
    shifted = [_shifted(_dated(candidate, draft, days), counts) for candidate in rows if _row_of(candidate) in new]
    if not is_list:
        # the last page alone states them
        sums = {candidate.path for candidate in others if is_sum(candidate.path, draft.spec)}
        kept = tuple(candidate for candidate in kept if candidate.path not in sums)
        kept = (*kept, *others)
    sizes = (*draft.page_sizes, *page.page_sizes)
    # what a page that only goes on is of is known by the page before
    crowded, notes = draft.crowded or page.crowded, (*draft.notes, *(n for n in page.notes if n.fields != KIND))
    return replace(draft, candidates=(*kept, *shifted), page_sizes=sizes, crowded=crowded, notes=notes)


def _days(draft: Draft) -> list[date]:
    """The days that *draft* tells, other than those of rows."""
    return [c.value for c in draft.candidates if type(c.value) is date and not ROW.fullmatch(c.path)]


def _dated(candidate: Candidate, draft: Draft, days: Sequence[date]) -> Candidate:
    """*candidate* of a page that goes on with *draft*: a day or moment without a year lies between the *days* that the
    pages before tell."""
    field = field_of(candidate.path, draft.spec)
    if candidate.value is not None or field is None or field.type.annotation not in ("date", "datetime"):
        return candidate
    read = (field.type.parse(f"{year}-{candidate.text}") for year in sorted({day.year for day in days}))
    fitting = (value for value in read if isinstance(value, date) and min(days) <= _day(value) <= max(days))
    return replace(candidate, value=next(fitting, None))


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def is_sum(path: str, spec: KindSpec | None) -> bool:
    """Whether the field at *path* of a kind, or of any, is a sum of the whole paper."""
    field = field_of(path, spec)
    return field is not None and field.is_sum


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
    return _row_counts(candidates)["items"]


def _cells(candidates: Iterable[Candidate]) -> set[tuple[str, object]]:
    """The cells of rows that are no items, and their values: every page repeats what its remarks say."""
    return {(c.path, c.value) for c in candidates if ROW.fullmatch(c.path) and not ITEM.match(c.path)}


def _row_of(cell: Candidate) -> str:
    """The path of the row that *cell* belongs to."""
    return cell.path.rpartition(".")[0]


def _row_counts(candidates: Iterable[Candidate]) -> Counter[str]:
    """How many rows of each field the candidates tell of."""
    counts: Counter[str] = Counter()
    for match in (ROW.fullmatch(candidate.path) for candidate in candidates):
        if match:
            counts[match[1]] = max(counts[match[1]], int(match[2]) + 1)
    return counts


def _shifted(candidate: Candidate, counts: Mapping[str, int]) -> Candidate:
    """*candidate*, a cell, in a row behind those that are counted."""
    name, row, cell = candidate.path.split(".")
    return replace(candidate, path=f"{name}.{int(row) + counts[name]}.{cell}")


def _owner(found: Sequence[Draft], facts: EmbeddedRecord) -> int | None:
    """The index of the draft that *facts* belong to, None if it is none of them."""
    stated = {candidate.path: candidate.value for candidate in facts.candidates}
    index = next((i for i, draft in enumerate(found) if _belongs(draft, facts, stated.get("number"))), None)
    is_only_one = len(found) == 1 and not found[0].values("number")
    return 0 if index is None and is_only_one else index


def _state(found: list[Draft], facts: EmbeddedRecord, *, unshown: bool) -> None:
    """EmbeddedRecord to the draft that they belong to: by number, by page, or the only one there is; else to one of
    their own, *unshown* where pages show other invoices."""
    index = _owner(found, facts)
    if index is None:
        found.append(Draft(_kind(facts), facts.candidates, page=facts.page, unshown=unshown))
    else:
        found[index] = _with_facts(found[index], facts)


def _with_facts(draft: Draft, facts: EmbeddedRecord) -> Draft:
    known = draft.kind if draft.kind != OTHER else _kind(facts)
    told = tuple(stated for stated in facts.candidates if not _is_cut(stated, draft.candidates))
    return replace(draft, kind=known, candidates=(*told, *draft.candidates))


def _is_cut(stated: Candidate, printed: Iterable[Candidate]) -> bool:
    """Whether a tag points to some lines of a print that has more: tags of wrapped texts often name the last only."""
    if stated.source != "ofd" or stated.box is None or not WRAPPED.match(stated.path):
        return False
    prints = (c for c in printed if c.path == stated.path and c.page == stated.page and c.box is not None)
    return any(_is_part(stated, whole) for whole in prints)


def _is_part(stated: Candidate, whole: Candidate) -> bool:
    assert stated.box is not None
    assert whole.box is not None
    more = "".join(stated.text.split()) in "".join(whole.text.split())
    taller = whole.box.height > TALLER * stated.box.height
    return more and taller and whole.box.contains(stated.box.cx, stated.box.cy)


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
