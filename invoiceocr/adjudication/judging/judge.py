"""`judge`: the status and confidence of each field, and the verdict on the invoice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from invoiceocr.adjudication.confidence import SOURCE_ERROR, confidence
from invoiceocr.adjudication.findings import conflicts
from invoiceocr.adjudication.findings.conflicts import disputes, doubters, rivals, unseen
from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.judging.acceptance import AcceptancePolicy
from invoiceocr.adjudication.judging.calibration import cell_of
from invoiceocr.adjudication.judging.doubts import doubts
from invoiceocr.adjudication.judging.judgment import NOBODY, Judgment
from invoiceocr.adjudication.judging.repeated_print import is_repeated
from invoiceocr.adjudication.judging.verdict import verdict_on
from invoiceocr.adjudication.review import is_reviewed
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.evidence.qr_witness import DAMAGED
from invoiceocr.evidence.row_paths import ITEM
from invoiceocr.geometry import Box
from invoiceocr.invoice import Invoice
from invoiceocr.proof import Evidence, Status, Witness, WitnessSource

# the confidence from which a field with an independent witness is verified
VERIFIED = 0.998
DOUBTFUL = 0.5  # less sure values are doubtful
# witnesses that compare what was read only with itself
CHECKS = frozenset({"arithmetic", "words", "checksum"})
# the chance that a cell is in the right row if the rows don't add up, however clear its print is
UNSURE_ROW = 0.9


@dataclass(frozen=True, slots=True)
class _Rating:
    """How sure a value is: a score or, once calibrated, a probability; and the resulting status."""

    confidence: float
    status: Status
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class _Case:
    """What all fields of an invoice are judged by."""

    draft: Draft
    judgment: Judgment
    policy: AcceptancePolicy


# no table says how often people make mistakes
REVIEWED = _Rating(1.0 - SOURCE_ERROR["reviewer"], "verified")


def judge(
    draft: Draft, fused: Mapping[str, Fused], invoice: Invoice, judgment: Judgment, policy: AcceptancePolicy
) -> Invoice:
    """*invoice* with evidence, findings and verdict; *policy* says which fields pass without review."""
    # 1. the evidence of each field; fields that the notes name count as disputed
    noted = frozenset(path for note in draft.notes for path in note.fields)
    case = _Case(draft, replace(judgment, disputed=judgment.disputed | noted), policy)
    evidence = {path: _evidence(path, field, case) for path, field in fused.items()}
    for path in draft.expected:
        evidence.setdefault(path, Evidence())
    # 2. all findings
    disagreements = (
        finding for path, field in fused.items() for finding in conflicts.of_field(path, field, draft.spec)
    )
    repairs = (correction.finding() for correction in judgment.corrections)
    findings = (*conflicts.of_draft(draft), *disagreements, *repairs, *draft.notes, *judgment.findings)
    # 3. the verdict, and for review the reasons
    place = {"page": draft.page, "box": _rounded(draft.box), "rotation": draft.rotation}
    judged = invoice.model_copy(update={"evidence": evidence, **place})
    verdict = verdict_on(judged, findings, policy, draft.spec)
    if verdict == "review":
        findings = (*findings, *doubts(invoice.kind, evidence, policy, draft.spec))
    return judged.model_copy(update={"findings": findings, "verdict": verdict})


def _rounded(box: Box | None) -> tuple[float, ...] | None:
    """*box* as an invoice reports it, rounded to a tenth of a pixel or point."""
    return tuple(round(edge, 1) for edge in box.as_tuple()) if box is not None else None


def _evidence(path: str, field: Fused, case: _Case) -> Evidence:
    """How the value of *field* came about and how sure it is."""
    # no source is its own witness
    supports = case.judgment.supports.get(path, NOBODY) - field.sources
    rating = REVIEWED if is_reviewed(field) else _calibrated(path, field, supports, case)
    placed = _placed(field)
    return Evidence(
        text=field.chosen.text or None,
        value=field.chosen.value,
        confidence=rating.confidence,
        status=rating.status,
        repaired=rating.repaired,
        page=placed.page,
        box=placed.box.as_tuple() if placed.box else None,
        page_size=dict(case.draft.page_sizes).get(placed.page),
        witnesses=_witnesses(field, supports),
        alternatives=_alternatives(field),
    )


def _rating(path: str, field: Fused, supports: frozenset[WitnessSource], judgment: Judgment) -> _Rating:
    """The score of the value that was read, from what supports it and what contradicts it."""
    proofs = _proofs(path, field, supports)
    suspect = path in judgment.suspects
    if suspect:
        # a rule that holds proves nothing about a value that makes others fail
        proofs -= CHECKS
    correction = judgment.correction(path)
    # a correction weighed both readings
    doubted = correction.doubtful if correction else _is_doubted(field, supports)
    contradicted = doubted or path in judgment.disputed or _is_contradicted(field, proofs)
    sure = correction.confidence if correction else confidence(field.agreeing, proofs, contradicted)
    if judgment.unsure_rows and field.sources == {"ocr"} and ITEM.fullmatch(path):
        sure = min(sure, UNSURE_ROW)
    status = "doubtful" if contradicted else _status(sure, _is_proven(field, proofs), suspect)
    return _Rating(round(sure, 6), status, correction is not None)


def _calibrated(path: str, field: Fused, supports: frozenset[WitnessSource], case: _Case) -> _Rating:
    """How sure the value is that was read, with the calibrated probability in place of the score."""
    rating = _rating(path, field, supports, case.judgment)
    cell = cell_of(path, field.sources, rating.status, case.draft.spec)
    return replace(rating, confidence=case.policy.calibration.confidence(cell, rating.confidence))


def _proofs(path: str, field: Fused, supports: frozenset[WitnessSource]) -> frozenset[WitnessSource]:
    """Those of *supports* that prove the value at its place: check digits don't say whose number it is, and sums don't
    say to which row a cell belongs."""
    if field.placed:
        return supports
    return supports - ({"checksum", "arithmetic"} if ITEM.match(path) else {"checksum"})


def _placed(field: Fused) -> Candidate:
    """The candidate that shows where the value stands: the chosen one, or the first agreeing one with a box. A person's
    value stands at the print that it overruled."""
    overruled = field.contradicting if is_reviewed(field) else ()
    return next((c for c in (field.chosen, *field.agreeing, *overruled) if c.box is not None), field.chosen)


def _status(sure: float, proven: bool, suspect: bool) -> Status:
    if sure < DOUBTFUL:
        return "doubtful"
    if proven and sure >= VERIFIED:
        return "verified"
    return "doubtful" if suspect else "read"


def _is_contradicted(field: Fused, proofs: frozenset[WitnessSource]) -> bool:
    """Whether a source says otherwise, or the page shows nothing. A differing expectation of the caller counts only
    against a single witness."""
    against = bool(rivals(field)) or unseen(field) is not None
    return against or (bool(disputes(field)) and not _is_proven(field, proofs))


def _is_doubted(field: Fused, supports: frozenset[WitnessSource]) -> bool:
    """Whether two recognizers read differently and nothing shows who is right. Check digits would, whosever number it
    is."""
    return bool(doubters(field)) and not _is_proven(field, supports)


def _is_proven(field: Fused, proofs: frozenset[WitnessSource]) -> bool:
    vouching = {candidate.source for candidate in field.agreeing if candidate.vouches}
    return len(vouching - _damaged(field)) > 1 or bool(proofs) or is_repeated(field)


def _damaged(field: Fused) -> frozenset[WitnessSource]:
    """The QR code if its CRC is wrong: it proves nothing."""
    return frozenset(c.source for c in field.agreeing if c.source == "qr" and c.confidence <= DAMAGED)


def _witnesses(field: Fused, supports: Iterable[WitnessSource]) -> tuple[Witness, ...]:
    against = field.contradicting if is_reviewed(field) else (*rivals(field), *doubters(field), *disputes(field))
    spoken = {(c.source, True): c.value for c in field.agreeing} | {(c.source, False): c.value for c in against}
    stated = [Witness(source=source, value=value, agrees=agrees) for (source, agrees), value in spoken.items()]
    # the other print of the same value
    again = [stated[0]] if is_repeated(field) else []
    checks = [Witness(source=source, value=field.chosen.value, agrees=True) for source in sorted(supports)]
    return (*stated, *again, *(check for check in checks if (check.source, True) not in spoken))


def _alternatives(field: Fused) -> tuple[str, ...]:
    others = (c for c in field.contradicting if c.source != "caller" and c.text != field.chosen.text)
    return tuple(dict.fromkeys(c.text for c in others))
