"""Disagreements between witnesses: who contradicts the value of a field, and a finding for each that names both
values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from invoiceocr.adjudication.fusion import Fused, row_counts
from invoiceocr.adjudication.review import is_reviewed
from invoiceocr.evidence.candidate import IN_CHARACTERS, PRINTED, Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.evidence.finding import CONFLICT, UNSHOWN, Words, finding
from invoiceocr.evidence.second_reading import SURE
from invoiceocr.kinds import KindSpec, field_of
from invoiceocr.proof import Finding, Severity

CALLER, PIXELS = "caller-disagrees", "pixels-disagree"
READINGS = "readings-disagree"
SEVERAL = "several-invoices"
# types of values that a page prints once, or repeats unchanged
SINGLE = frozenset({"invoice_number", "invoice_code", "issue_date"})
# probability from which recognized pixels contradict; below it they count as misread
SURE_READING = 0.95


def rivals(field: Fused) -> tuple[Candidate, ...]:
    """The contradicting witnesses of other sources, except for the caller. A second reading of the same print is only
    an alternative, and unsurely recognized pixels don't contradict what was stated in characters."""
    return tuple(
        c
        for c in _others(field)
        if c.source != "caller" and not _is_misread(field, c) and not _is_other_reading(field, c)
    )


def doubters(field: Fused) -> tuple[Candidate, ...]:
    """Confident readings of the same print by the other recognizer that differ from the value. The field is doubtful
    unless something else proves the value."""
    return tuple(c for c in _others(field) if _is_other_reading(field, c) and _is_sure(c))


def disputes(field: Fused) -> tuple[Candidate, ...]:
    """What the caller expects, if it differs."""
    return tuple(c for c in field.contradicting if c.source == "caller")


def unseen(field: Fused) -> Candidate | None:
    """An agreeing candidate whose characters the drawn page doesn't show; None if there is none."""
    return next((c for c in field.agreeing if c.unseen), None)


def is_key(path: str, spec: KindSpec | None) -> bool:
    """Whether the field at *path* is a key field, that is, one without which the invoice isn't identified; *spec* is
    what is known of its kind, or None."""
    found = field_of(path, spec)
    return found is not None and found.key


def of_field(path: str, field: Fused, spec: KindSpec | None) -> Iterator[Finding]:
    """A finding for each other value that a source states for a field, and one for a value that the page doesn't
    show."""
    if is_reviewed(field):
        yield from _overruled(path, field)
        return
    severity: Severity = "error" if is_key(path, spec) else "warning"
    told = {(c.source, field.key(c.value)): c for c in _others(field)}
    if (hidden := unseen(field)) and not any(rival.confirmed for rival in told.values()):
        yield finding(PIXELS, severity, _absence(path, hidden), (path,))
    for rival in told.values():
        yield _of_rival(path, field, rival, severity)


def _of_rival(path: str, field: Fused, rival: Candidate, severity: Severity) -> Finding:
    """What *rival* says instead; *severity* is that of a contradiction by something surely read."""
    if rival.source == "caller":
        return finding(CALLER, severity, _expectation(path, field, rival), (path,))
    if _is_other_reading(field, rival):
        return finding(READINGS, "warning" if _is_sure(rival) else "info", _rereading(path, field, rival), (path,))
    if shown := _shown(field, rival):
        return finding(PIXELS, severity, _contrast(path, shown, field, rival), (path,))
    return _between(path, field, rival, "info" if _is_misread(field, rival) else severity)


def _overruled(path: str, field: Fused) -> Iterator[Finding]:
    """What a person's value contradicts, once for each value."""
    others = {field.key(c.value): c for c in field.contradicting if c.value is not None}
    return (_between(path, field, rival, "info") for rival in others.values())


def of_draft(draft: Draft) -> Iterator[Finding]:
    """Findings if sources state different kinds or different numbers of item rows, or if a paper seems to be
    missing."""
    if draft.crowded:
        words = "本页似乎有多张发票，其他的可能未读出", "the page seems to show more invoices, which may be unread"
        yield finding(SEVERAL, "error", words, ("page",))
    if draft.unshown:
        words = (
            "本发票只在附件中，文件的页面显示的是其他发票",
            "only an attachment states this invoice; the pages of the file show others",
        )
        yield finding(UNSHOWN, "error", words, ("number",))
    yield from _of_kinds(draft)
    yield from _of_rows(draft)


def _of_kinds(draft: Draft) -> Iterator[Finding]:
    """A finding for each source that states another kind."""
    kinds = {c.source: str(c.value) for c in draft.candidates if c.path == "kind" and c.value != draft.kind}
    for source, kind in kinds.items():
        yield _disagreement("kind", (("票面 title", draft.kind), (source, kind)), "warning")


def _of_rows(draft: Draft) -> Iterator[Finding]:
    """A finding if sources state different numbers of item rows."""
    counts = row_counts(candidate for candidate in draft.candidates if candidate.value is not None)
    if len(set(counts.values())) > 1:
        stated = {count for source, count in counts.items() if source != "ocr"}
        yield _disagreement("items", tuple(counts.items()), "warning" if len(stated) > 1 else "info")


def _shown(field: Fused, rival: Candidate) -> Candidate | None:
    """The print that a second look confirmed, if it is on one side of the disagreement."""
    return next((c for c in (rival, *field.agreeing) if c.confirmed), None)


def _expectation(path: str, field: Fused, rival: Candidate) -> Words:
    read, wanted = field.chosen.value, rival.value
    return f"{path} 应为 {wanted}，票面为 {read}", f"{path} should be {wanted}, the invoice says {read}"


def _contrast(path: str, shown: Candidate, field: Fused, rival: Candidate) -> Words:
    others = (c for c in field.agreeing if c.source in IN_CHARACTERS)
    stated = next(others, field.chosen) if shown is rival else rival
    return (
        f"{path} 的画面显示 {shown.value}，而 {stated.source} 为 {stated.value}：内容可能被改动",
        f"the page shows {shown.value} for {path}, but {stated.source} says {stated.value}: one may be altered",
    )


def _absence(path: str, hidden: Candidate) -> Words:
    return (
        f"{path} 的画面在此处为空白，而 {hidden.source} 为 {hidden.value}：内容可能被隐藏",
        f"the page shows nothing where {hidden.source} says {hidden.value} for {path}: it may be hidden",
    )


def _rereading(path: str, field: Fused, rival: Candidate) -> Words:
    value, other = field.chosen.value, rival.value
    return f"{path} 的两次识别不一致：{value}；{other}", f"two recognizers read {path} differently: {value}; {other}"


def _between(path: str, field: Fused, rival: Candidate, severity: Severity) -> Finding:
    said = (field.chosen.source, field.chosen.value), (rival.source, rival.value)
    return _disagreement(path, said, severity)


def _disagreement(path: str, said: Iterable[tuple[str, object]], severity: Severity) -> Finding:
    told = [f"{source}: {value}" for source, value in said]
    words = f"{path} 的来源不一致：{'；'.join(told)}", f"the sources of {path} disagree: {'; '.join(told)}"
    return finding(CONFLICT, severity, words, (path,))


def _others(field: Fused) -> Iterator[Candidate]:
    """The contradicting candidates, without repeated readings by a source that also agrees. Two kinds of repeated
    readings are kept: those that a confirmed print contradicts, since the same value on another page doesn't explain
    them, and other prints of what a page states only once."""
    voices = {_voice(candidate) for candidate in field.agreeing}
    looked_at = {candidate.page for candidate in field.agreeing if candidate.confirmed}
    return (
        c
        for c in field.contradicting
        if c.confirmed or _voice(c) not in voices or c.page in looked_at or _is_printed_twice(field, c)
    )


def _is_printed_twice(field: Fused, rival: Candidate) -> bool:
    """Whether *rival* stands in exact characters on a page that prints the value elsewhere, each beside a caption."""
    is_single = field.spec is not None and field.spec.type.name in SINGLE
    if not (is_single and rival.source in PRINTED and rival.placed):
        return False
    prints = [c for c in field.agreeing if c.source == rival.source and c.page == rival.page and c.placed]
    return rival.box is not None and any(c.box is not None and c.box != rival.box for c in prints)


def _voice(candidate: Candidate) -> tuple[str, bool, bool]:
    """The identity of a witness: the tags and the print of an OFD file count as two, and so do the two recognizers."""
    return candidate.source, candidate.source == "ofd" and candidate.box is None, candidate.second


def _is_other_reading(field: Fused, rival: Candidate) -> bool:
    """Whether *rival* is one recognizer's reading of pixels in which the other one sees the value."""
    return rival.source == "ocr" and any(c.source == "ocr" and c.second != rival.second for c in field.agreeing)


def _is_sure(reading: Candidate) -> bool:
    """Whether one reading makes the other doubtful. The first reading does if a surer second one replaced it."""
    return not reading.second or reading.confidence >= SURE


def _is_misread(field: Fused, rival: Candidate) -> bool:
    return rival.source == "ocr" and field.chosen.source != "ocr" and rival.confidence < SURE_READING
