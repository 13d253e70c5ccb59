"""Groups pages and embedded records into invoices, a `Draft` for each.

A page with another number begins another invoice. One with the same number continues its rows, or is a copy and adds
nothing. A page of a kind without number continues if the rows before it don't add up to the sum. A list page replaces
the row that refers to it. Records join the invoice with their number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from invoiceocr.evidence import qr_witness
from invoiceocr.evidence.candidate import EmbeddedRecord
from invoiceocr.evidence.continuation import goes_on, joined
from invoiceocr.evidence.draft import NUMBER, TOTAL, Draft
from invoiceocr.evidence.embedded_records import add_record, is_twin, with_record
from invoiceocr.evidence.finding import CONFLICT, UNSHOWN, finding
from invoiceocr.evidence.reading import Reading
from invoiceocr.evidence.same_paper import are_neighbors, differing, is_copy, is_namesake, is_print
from invoiceocr.kinds import OTHER, Registry
from invoiceocr.proof import Finding

NOT_SHOWN = finding(
    UNSHOWN,
    "error",
    (
        "本发票只在附件中，文件的页面上没有可读的内容",
        "only an attachment states this invoice; nothing on the pages of the file can be read",
    ),
)


def drafts(
    readings: Iterable[Reading], records: Sequence[EmbeddedRecord], registry: Registry | None = None
) -> list[Draft]:
    """The invoices of one document, in page order. *records* that belong to no page's invoice become invoices of their
    own. Their kinds are those of the *registry* (by default the built-in one)."""
    return [replace(draft, registry=registry) for draft in _grouped(readings, records)]


def _grouped(readings: Iterable[Reading], records: Sequence[EmbeddedRecord]) -> list[Draft]:
    found: list[Draft] = []
    for reading in readings:
        _add(found, reading)
    found = _with_namesakes(found)
    if len(found) == len(records) == 1 and is_twin(found[0], records[0]):
        return [with_record(found[0], records[0])]
    is_shown = any(draft.kind != OTHER for draft in found)
    for record in records:
        add_record(found, record, unshown=is_shown)
    return found


def with_unshown(found: Sequence[Draft], readings: Sequence[Reading]) -> list[Draft]:
    """*found*, which attachments or tags state, each with an error if nothing can be read on the pages of the file."""
    is_blank = bool(readings) and all(map(_is_blank, readings))
    return [replace(draft, notes=(*draft.notes, NOT_SHOWN)) for draft in found] if is_blank else list(found)


def _is_blank(reading: Reading) -> bool:
    """Whether it is a page on which nothing can be read."""
    said = reading.text.strip() or reading.candidates or reading.notes or reading.page.qr_payloads
    return reading.kind == OTHER and not said


def with_codes(found: Sequence[Draft], codes: Sequence[tuple[int, str]]) -> list[Draft]:
    """*found* with the QR *codes* of their file, as page and text; each draft gets those that may be its own."""
    printed = [draft.candidates for draft in found]
    return [
        replace(draft, qr_codes=qr_witness.codes_of(codes, draft.candidates, printed[:index] + printed[index + 1 :]))
        for index, draft in enumerate(found)
    ]


def _with_namesakes(found: Sequence[Draft]) -> list[Draft]:
    """*found*, each with an error if the file shows another invoice with its number but another total."""
    counts = Counter(number for draft in found for number in set(draft.values(NUMBER)))
    shared = {number for number, count in counts.items() if count > 1}
    return [draft if shared.isdisjoint(draft.values(NUMBER)) else _with_namesake(draft, found) for draft in found]


def _with_namesake(draft: Draft, found: Sequence[Draft]) -> Draft:
    other = next((other for other in found if other is not draft and is_namesake(draft, other)), None)
    if other is None:
        return draft
    total = other.values(TOTAL)[0]
    words = (
        f"文件中另有一张号码相同的发票，价税合计为 {total}：其中一张可能被改动",
        f"the file shows another invoice of this number, with a total of {total}: one of them may be altered",
    )
    return replace(draft, notes=(*draft.notes, finding(CONFLICT, "error", words, (NUMBER, TOTAL))))


def _add(found: list[Draft], reading: Reading) -> None:
    """Adds the page of *reading* to those *found* before it: as an invoice of its own, as one that was seen already, or
    as a continuation of the last one."""
    new = _draft(reading)
    alike = _numbered_alike(found, new)
    if any(is_namesake(found[i], new) for i in alike):
        found.append(new)
    elif (seen := _seen_before(found, new, alike)) is not None:
        found[seen] = _with_repeat(found[seen], new)
    elif found and goes_on(found[-1], new, is_list=reading.is_list):
        found[-1] = joined(found[-1], new, is_list=reading.is_list)
    else:
        found.append(new)


def _numbered_alike(found: Sequence[Draft], new: Draft) -> list[int]:
    """The indexes of the drafts that share a number with *new*."""
    numbers = set(new.values(NUMBER))
    return [i for i, draft in enumerate(found) if not numbers.isdisjoint(draft.values(NUMBER))]


def _seen_before(found: Sequence[Draft], new: Draft, alike: Sequence[int]) -> int | None:
    """The index of the draft that *new* repeats: the same print seen again on the same page or, among those numbered
    *alike*, another copy of it."""
    printed = next((i for i, draft in enumerate(found) if is_print(draft, new)), None)
    if printed is not None or (found and are_neighbors(found[-1], new)):
        return printed
    return next((i for i in alike if is_copy(found[i], new)), None)


def _with_repeat(draft: Draft, new: Draft) -> Draft:
    """The more complete of two prints on one page; for a copy, *draft* with one more page, and with an error if the
    copy states something else."""
    if are_neighbors(draft, new):
        return max(draft, new, key=_fields_told)
    notes = [_difference(path, draft, new) for path in differing(draft, new)]
    return replace(draft.with_pages_of(new), notes=(*draft.notes, *notes))


def _difference(path: str, draft: Draft, copy: Draft) -> Finding:
    first, second = draft.values(path)[0], copy.values(path)[0]
    words = (
        f"{path} 在文件的一页上为 {first}，在同一发票的另一页上为 {second}：其中一页可能被改动",
        f"{path} is {first} on one page and {second} on another page of the same invoice: one of them may be altered",
    )
    return finding(CONFLICT, "error", words, (path,))


def _fields_told(draft: Draft) -> int:
    return len({candidate.path for candidate in draft.candidates if candidate.value is not None})


def _draft(reading: Reading) -> Draft:
    page = reading.page
    return Draft(
        reading.kind,
        reading.candidates,
        reading.expected,
        page.number,
        page_sizes=((page.number, (page.width, page.height)),),
        # only a document without fields consists of its text
        text=reading.text if reading.kind == OTHER else "",
        outlines=((page.number, page.outline),) if page.outline else (),
        crowded=reading.crowded,
        notes=reading.notes,
        box=reading.box,
        rotation=reading.rotation,
    )
