"""Turns the trace of an invoice into its `Explanation`."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import chain

from invoiceocr.adjudication.repair.correction import REPAIRED, Correction
from invoiceocr.adjudication.trace import InvoiceTrace, RuleOutcome
from invoiceocr.decoding.characters import characters
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.export.explanation.model import (
    OUTCOMES,
    Constraint,
    Explanation,
    FieldExplanation,
    Reading,
    Repair,
    RuleNote,
)
from invoiceocr.export.explanation.paths import covers, in_order
from invoiceocr.export.titles import Title, kind_title
from invoiceocr.kinds import Registry, builtin
from invoiceocr.kinds.field_titles import path_title
from invoiceocr.proof import Evidence, Finding, Witness, WitnessSource

TITLES = {  # titles of findings that do not come from rules
    "witness-conflict": Title("各来源应一致", "the sources agree"),
    "caller-disagrees": Title("应与预期一致", "it is as expected"),
    "readings-disagree": Title("两次识别应一致", "two recognizers read the same"),
    "pixels-disagree": Title("画面与文字应一致", "what the page shows is what it states"),
}
GRAVE = frozenset({"error", "warning"})
Notes = Mapping[str, tuple[RuleNote, ...]]


def explain(trace: InvoiceTrace, field: str | None = None, registry: Registry | None = None) -> Explanation:
    """How the fields of *trace* came about: all of them, or *field* and everything under it (`buyer`, `items.0`). A
    requested field that was not found is reported as missing. Kinds and fields have the names that *registry* (by
    default the built-in one) gives them. The Chinese of messages is in the language with which the reader was built."""
    invoice = trace.invoice
    known = registry or builtin()
    spec = known.kinds.get(invoice.kind)
    notes = _notes(trace)
    return Explanation(
        source=invoice.source or "",
        kind=invoice.kind,
        kind_title=kind_title(invoice.kind, known),
        number=invoice.number,
        page=invoice.page,
        verdict=invoice.verdict,
        fields=tuple(_field(path, path_title(path, spec), trace, notes) for path in _asked(trace, field)),
        findings=() if field else _grave(trace),
        pictures=trace.pictures,
    )


def _asked(trace: InvoiceTrace, field: str | None) -> list[str]:
    """The fields of *trace*, or those under *field*, or else *field* alone."""
    paths = in_order(_paths(trace))
    if field is None:
        return paths
    return [path for path in paths if covers(field, path)] or [field]


def _grave(trace: InvoiceTrace) -> tuple[RuleNote, ...]:
    """The findings of *trace* that are more than information."""
    titles = TITLES | {outcome.rule: Title(outcome.title, outcome.title_en) for outcome in trace.outcomes}
    return tuple(_found(finding, titles) for finding in trace.invoice.findings if finding.severity in GRAVE)


def _paths(trace: InvoiceTrace) -> Iterator[str]:
    """The fields with evidence, and those of which there is only an illegible text."""
    yield from trace.invoice.evidence
    yield from (candidate.path for candidate in trace.unread)


def _notes(trace: InvoiceTrace) -> Notes:
    """What was said about each path: conflicts and failed rules first, then passes, then unknown rules."""
    found: dict[str, list[RuleNote]] = {}
    for path, note in chain(_conflicts(trace), _outcomes(trace)):
        found.setdefault(path, []).append(note)
    # rows often say the same
    return {path: tuple(dict.fromkeys(notes)) for path, notes in found.items()}


def _conflicts(trace: InvoiceTrace) -> Iterator[tuple[str, RuleNote]]:
    """The findings by path, without repairs and failed rules, which have their own places."""
    told = {REPAIRED, *(outcome.rule for outcome in trace.outcomes)}
    for finding in trace.invoice.findings:
        for path in finding.fields if finding.rule not in told else ():
            yield path, _found(finding, TITLES)


def _outcomes(trace: InvoiceTrace) -> Iterator[tuple[str, RuleNote]]:
    """The results of the rules, by path."""
    # fields whose new value was chosen so that rules hold, without being proven by them
    fitted = {correction.path for correction in trace.corrections if not correction.proven}
    for outcome in sorted(trace.outcomes, key=lambda outcome: OUTCOMES.index(outcome.outcome)):
        named = outcome.finding.fields if outcome.finding else ()
        for path in dict.fromkeys((*outcome.reads, *named)):
            # a rule that holds because the value was chosen to satisfy it proves nothing about the value
            supports = path in outcome.supports and fitted.isdisjoint(outcome.reads)
            yield path, _note(outcome, supports)


def _note(outcome: RuleOutcome, supports: bool) -> RuleNote:
    finding = outcome.finding
    return RuleNote(
        outcome.rule,
        Title(outcome.title, outcome.title_en),
        outcome.outcome,
        supports=supports,
        severity=finding.severity if finding else None,
        message=_message(finding) if finding else None,
    )


def _found(finding: Finding, titles: Mapping[str, Title]) -> RuleNote:
    """The note of a finding; one that no rule made may have only its message."""
    message = _message(finding)
    title = titles.get(finding.rule)
    return RuleNote(
        finding.rule, title or message, "fail", severity=finding.severity, message=message if title else None
    )


def _message(finding: Finding) -> Title:
    return Title(finding.message, finding.message_en or finding.message)


def _field(path: str, title: Title, trace: InvoiceTrace, notes: Notes) -> FieldExplanation:
    correction = next((correction for correction in trace.corrections if correction.path == path), None)
    proof = trace.invoice.evidence.get(path, Evidence())
    readings = tuple(dict.fromkeys(_readings(path, trace, correction)))
    return FieldExplanation(
        path,
        title,
        proof,
        text=correction.old_text if correction else proof.text,
        witnesses=tuple(_witnesses(proof, readings)),
        readings=readings,
        rules=notes.get(path, ()),
        repair=_repair(correction) if correction else None,
    )


def _is_unsaid(source: WitnessSource, said: Container[tuple[WitnessSource, bool]]) -> bool:
    """Whether nothing that *source* said agrees with the value."""
    return (source, True) not in said and (source, False) in said


def _witnesses(proof: Evidence, readings: tuple[Reading, ...]) -> Iterator[Witness]:
    """The witnesses without second readings, which stand among the readings. In a repaired field, a source none of
    whose readings has the new value is shown with what it read."""
    again = _of_second_alone(readings)
    said = {(reading.source, reading.agrees): reading.value for reading in readings if not reading.second}
    for witness in proof.witnesses:
        if witness.agrees and proof.repaired and _is_unsaid(witness.source, said):
            yield Witness(source=witness.source, value=said[witness.source, False], agrees=False)
        elif witness.agrees or witness.value not in again:
            yield witness


def _of_second_alone(readings: Sequence[Reading]) -> set[object]:
    """The values that only the second recognizer read, and that differ from the chosen one."""
    again = {reading.value for reading in readings if reading.second and not reading.agrees}
    return again - {reading.value for reading in readings if not reading.second}


def _readings(path: str, trace: InvoiceTrace, correction: Correction | None) -> Iterator[Reading]:
    """What each source says; the value that a repair put in place is not a source's statement."""
    fused = trace.fused.get(path)
    agreeing = {id(candidate) for candidate in fused.agreeing} if fused else set()
    for candidate in trace.candidates(path):
        if correction is None or fused is None or candidate is not fused.chosen:
            yield _reading(candidate, agrees=id(candidate) in agreeing)


def _reading(candidate: Candidate, *, agrees: bool) -> Reading:
    return Reading(
        candidate.source,
        candidate.value,
        candidate.text,
        candidate.confidence,
        agrees,
        candidate.page if candidate.box or candidate.source == "qr" else None,
        candidate.box,
        characters(candidate.lattice) if candidate.lattice else (),
        candidate.second,
    )


def _repair(correction: Correction) -> Repair:
    return Repair(
        correction.old_text,
        correction.new_text,
        Title(*correction.change),
        correction.places,
        tuple(Constraint(reason.rule, Title(reason.title, reason.title_en)) for reason in correction.reasons),
        correction.share,
        correction.error,
    )
