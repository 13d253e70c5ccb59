"""The last word: each field's status and confidence, and the verdict on the invoice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.confidence import confidence
from invoiceocr.evidence.correction import Correction
from invoiceocr.evidence.draft import Draft
from invoiceocr.evidence.fuse import Fused, rank
from invoiceocr.invoice import Invoice
from invoiceocr.proof import Evidence, Finding, Language, Severity, Status, Verdict, Witness, WitnessSource

VERIFIED = 0.998  # the confidence that a field with an independent witness must reach to be called verified
DOUBTFUL = 0.5  # less sure values are doubtful
CONFLICT = "witness-conflict"
KEY_FIELDS = frozenset(
    {
        "code", "number", "issue_date", "check_code", "total", "total_excluding_tax", "total_tax", "total_in_words",
        "buyer.name", "buyer.tax_id", "seller.name", "seller.tax_id",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judgment:
    """What the rules say: which checks support a path, their findings, the paths under suspicion, and what was
    corrected. `language` is that of the findings' messages."""

    supports: Mapping[str, frozenset[WitnessSource]]
    findings: tuple[Finding, ...] = ()
    suspects: frozenset[str] = frozenset()
    corrections: tuple[Correction, ...] = ()
    language: Language = "zh"

    def correction(self, path: str) -> Correction | None:
        """What was corrected at *path*."""
        return next((correction for correction in self.corrections if correction.path == path), None)


def judge(draft: Draft, fused: Mapping[str, Fused], invoice: Invoice, judgment: Judgment, accept: float) -> Invoice:
    """*invoice* with evidence, findings and verdict; *accept* is the confidence that a key field needs."""
    sizes = dict(draft.page_sizes)
    evidence = {path: _evidence(path, field, judgment, sizes) for path, field in fused.items()}
    for path in draft.expected:
        evidence.setdefault(path, Evidence())
    language = judgment.language
    conflicts = tuple(_conflict(path, field, language) for path, field in fused.items() if _rivals(field))
    repairs = tuple(correction.finding(language) for correction in judgment.corrections)
    findings = (*conflicts, *repairs, *judgment.findings)
    verdict = _verdict(invoice, evidence, findings, accept)
    return invoice.model_copy(
        update={"evidence": evidence, "findings": findings, "verdict": verdict, "page": draft.page}
    )


def _evidence(path: str, field: Fused, judgment: Judgment, sizes: Mapping[int, tuple[float, float]]) -> Evidence:
    supports = judgment.supports.get(path, frozenset()) - field.sources  # nobody is his own witness
    proofs = supports if field.placed else supports - {"checksum"}  # check digits don't tell whose number it is
    correction = judgment.correction(path)
    sure = correction.confidence if correction else confidence(field.agreeing, proofs, bool(_rivals(field)))
    placed = next((c for c in (field.chosen, *field.agreeing) if c.box is not None), field.chosen)
    return Evidence(
        text=field.chosen.text,
        value=field.chosen.value,
        confidence=round(sure, 6),
        status=_status(path, field, proofs, judgment.suspects, sure),
        repaired=correction is not None,
        page=placed.page,
        box=placed.box.as_tuple() if placed.box else None,
        page_size=sizes.get(placed.page),
        witnesses=_witnesses(field, supports),
        alternatives=_alternatives(field),
    )


def _status(
    path: str, field: Fused, supports: frozenset[WitnessSource], suspects: frozenset[str], sure: float
) -> Status:
    if _rivals(field) or sure < DOUBTFUL:
        return "doubtful"
    independent = len(field.sources) > 1 or bool(supports)
    if independent and sure >= VERIFIED:
        return "verified"
    return "doubtful" if path in suspects else "read"


def _rivals(field: Fused) -> tuple[Candidate, ...]:
    """The contradicting witnesses of another source: a second reading of the same pixels is an alternative."""
    return tuple(c for c in field.contradicting if c.source not in field.sources and rank(c) > rank_floor(field))


def rank_floor(field: Fused) -> int:
    """Recognized pixels contradict nothing that was stated in characters: they are merely misread."""
    return 1 if rank(field.chosen) > 1 else 0


def _witnesses(field: Fused, supports: Iterable[WitnessSource]) -> tuple[Witness, ...]:
    spoken = {(c.source, True): c.value for c in field.agreeing} | {(c.source, False): c.value for c in _rivals(field)}
    stated = [Witness(source=source, value=value, agrees=agrees) for (source, agrees), value in spoken.items()]
    checks = [Witness(source=source, value=field.chosen.value, agrees=True) for source in sorted(supports)]
    return (*stated, *(check for check in checks if (check.source, True) not in spoken))


def _alternatives(field: Fused) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c.text for c in field.contradicting if c.text != field.chosen.text))


def _conflict(path: str, field: Fused, language: Language) -> Finding:
    rival = _rivals(field)[0]
    severity: Severity = "error" if path in KEY_FIELDS else "warning"
    mine, other = f"{field.chosen.source}: {field.chosen.value}", f"{rival.source}: {rival.value}"
    message_en = f"the sources of {path} disagree: {mine}; {other}"
    return Finding(
        rule=CONFLICT,
        severity=severity,
        message=message_en if language == "en" else f"{path} 的来源不一致：{mine}；{other}",
        message_en=message_en,
        fields=(path,),
        pack="evidence",
    )


def _verdict(invoice: Invoice, evidence: Mapping[str, Evidence], findings: Iterable[Finding], accept: float) -> Verdict:
    """reject: an error whose fields are all surely read; accept: no error and every key field sure; else review."""
    errors = [finding for finding in findings if finding.severity == "error"]
    if any(_is_sure(finding, evidence, accept) for finding in errors):
        return "reject"
    keys = [item for path, item in evidence.items() if path in KEY_FIELDS]
    sure = all(item.status in ("verified", "read") and item.confidence >= accept for item in keys)
    return "accept" if keys and sure and not errors and invoice.kind != "other" else "review"


def _is_sure(finding: Finding, evidence: Mapping[str, Evidence], accept: float) -> bool:
    fields = [evidence[path] for path in finding.fields if path in evidence]
    return bool(fields) and all(item.status == "verified" and item.confidence >= accept for item in fields)
