"""What attachments and tags state directly, joined with the invoice that the pages show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from invoiceocr.evidence.candidate import Candidate, EmbeddedRecord
from invoiceocr.evidence.draft import TELLING, Draft
from invoiceocr.geometry import meet
from invoiceocr.kinds import OTHER

ENOUGH = 4  # the number of these fields by which an invoice is recognized
# texts that take several lines
WRAPPED = re.compile(r"remarks|(buyer|seller)\.(name|address_phone|bank_account)")
REMARKS = "remarks"
# texts of which neither check digits nor sums tell whether they are meant
UNPROVEN = re.compile(r"remarks|payee|reviewer|drawer|(buyer|seller)\.(address_phone|bank_account)")
# times the height of a tag's print: the whole print has at least one more line
TALLER = 1.5


def add_record(found: list[Draft], record: EmbeddedRecord, *, unshown: bool) -> None:
    """Adds *record* to the draft to which it belongs, by number, by page, or because there is only one; otherwise as a
    draft of its own, which is *unshown* if the pages show other invoices."""
    index = _owner(found, record)
    if index is None:
        found.append(Draft(_kind(record), record.candidates, page=record.page, unshown=unshown))
    else:
        found[index] = with_record(found[index], record)


def _owner(found: Sequence[Draft], record: EmbeddedRecord) -> int | None:
    """The index of the draft to which *record* belongs; None if there is none."""
    stated = {candidate.path: candidate.value for candidate in record.candidates}
    index = next((i for i, draft in enumerate(found) if _belongs(draft, record, stated.get("number"))), None)
    is_only_one = len(found) == 1 and not found[0].values("number")
    return 0 if index is None and is_only_one else index


def _belongs(draft: Draft, record: EmbeddedRecord, number: object) -> bool:
    if number is not None:
        return number in draft.values("number")
    return record.page is not None and record.page == draft.page


def with_record(draft: Draft, record: EmbeddedRecord) -> Draft:
    """*draft* with what *record* states, put before what its pages show."""
    known = draft.kind if draft.kind != OTHER else _kind(record)
    pages = draft.candidates
    told = [stated for stated in record.candidates if not (_is_cut(stated, pages) or _is_elsewhere(stated, pages))]
    return replace(draft, kind=known, candidates=(*told, *pages))


def _is_cut(stated: Candidate, printed: Iterable[Candidate]) -> bool:
    """Whether a tag points to some lines of a print that has more: tags of wrapped texts often name only the last
    line."""
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


def _kind(record: EmbeddedRecord) -> str:
    return next((str(c.value) for c in record.candidates if c.path == "kind" and c.value), OTHER)


def _is_elsewhere(stated: Candidate, printed: Iterable[Candidate]) -> bool:
    """Whether a tag of a text that nothing proves points to print that is something else: it stands beside the whole
    text that the page shows in this place, or is what the page shows as another field. The remarks may quote any."""
    if not _is_unproven(stated):
        return False
    there = [c for c in printed if c.page == stated.page and _is_in_place(c)]
    own = [c for c in there if c.path == stated.path]
    if any(_meet(stated, c) for c in own):
        return False
    return bool(own and stated.path == REMARKS) or any(_is_print_of(stated, c) for c in there if c.path != REMARKS)


def _is_unproven(stated: Candidate) -> bool:
    return _is_in_place(stated) and UNPROVEN.fullmatch(stated.path) is not None


def _is_in_place(found: Candidate) -> bool:
    """Whether *found* is print of an OFD page, or a tag that points to some."""
    return found.source == "ofd" and found.box is not None


def _meet(stated: Candidate, shown: Candidate) -> bool:
    assert stated.box is not None
    assert shown.box is not None
    return meet(stated.box, shown.box)


def _is_print_of(stated: Candidate, shown: Candidate) -> bool:
    """Whether both are the same print."""
    assert stated.box is not None
    assert shown.box is not None
    other = shown.box
    return stated.box.contains(other.cx, other.cy) and other.contains(stated.box.cx, stated.box.cy)


def is_twin(draft: Draft, record: EmbeddedRecord) -> bool:
    """Whether the only record of the file describes its only invoice in everything but the number: then one of them was
    altered, and there is no second invoice."""
    stated = {candidate.path: candidate.value for candidate in record.candidates}
    shared = [path for path in TELLING if stated.get(path) is not None and draft.values(path)]
    return len(shared) >= ENOUGH and all(stated[path] in draft.values(path) for path in shared)
