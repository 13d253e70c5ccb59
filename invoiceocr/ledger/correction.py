"""What a person or the tax authority's register says becomes a witness of an invoice's fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError

from invoiceocr.adjudication.expected import parsed, parsers
from invoiceocr.adjudication.judging import calibration
from invoiceocr.adjudication.judging.acceptance import AcceptancePolicy
from invoiceocr.adjudication.judging.doubts import BELOW
from invoiceocr.adjudication.judging.verdict import verdict_on
from invoiceocr.errors import LedgerError
from invoiceocr.evidence.row_paths import of_first_row
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import KindSpec, Registry
from invoiceocr.proof import Evidence, Finding, Witness, WitnessSource

# the confidence of a field that a person or the register confirms: they make mistakes, too
SURE = 0.9999


def corrected(invoice: Invoice, fields: Mapping[str, object], registry: Registry) -> Invoice:
    """*invoice* with the values that a reviewer gives: text as it is printed, None for what the paper does not have.
    Findings about unsure fields are dropped if the review settles them; those of rules stay, since rules are not run
    here. LedgerError for a path or value that such an invoice of the kinds of *registry* can't have."""
    data = invoice.model_dump()
    evidence = dict(invoice.evidence)
    for path, value in fields.items():
        typed = None if value is None else _typed(path, value, registry)
        _put(data, path, typed)
        evidence[path] = confirmed(evidence.get(path), typed, "reviewer")
    try:
        made = type(invoice).model_validate({**data, "evidence": {}, "findings": ()})
    except ValidationError as error:
        raise LedgerError(f"{', '.join(fields)}: {error.errors()[0]['msg']}") from error
    return rejudged(made, evidence, invoice.findings, registry)


def confirmed(proof: Evidence | None, value: object, source: WitnessSource) -> Evidence:
    """*proof* with *source* among the witnesses, for *value*, which it confirms or replaces."""
    known = proof or Evidence()
    others = tuple(witness for witness in known.witnesses if witness.source != source)
    if known.value is not None and str(known.value) != str(value):
        others = tuple(witness.model_copy(update={"agrees": False}) for witness in others)
    witness = Witness(source=source, value=value, agrees=True)
    update = {
        "value": value,
        "text": known.text if known.text is not None else (None if value is None else str(value)),
        "status": "missing" if value is None else "verified",
        "confidence": max(known.confidence, SURE),
        "witnesses": (*others, witness),
    }
    return known.model_copy(update=update)


def contradicted(proof: Evidence, value: object, source: WitnessSource) -> Evidence:
    """*proof*, contradicted by *source* with *value*."""
    others = tuple(witness for witness in proof.witnesses if witness.source != source)
    witness = Witness(source=source, value=value, agrees=False)
    return proof.model_copy(update={"status": "doubtful", "witnesses": (*others, witness)})


def rejudged(
    invoice: Invoice, evidence: Mapping[str, Evidence], findings: Iterable[Finding], registry: Registry
) -> Invoice:
    """*invoice* with this evidence, the *findings* that still hold, and the verdict that follows."""
    policy, spec = _policy(), registry.kinds.get(invoice.kind)
    kept = tuple(finding for finding in findings if not _is_settled(finding, evidence, policy, spec))
    made = invoice.model_copy(update={"evidence": dict(evidence), "findings": kept})
    return made.model_copy(update={"verdict": verdict_on(made, kept, policy, spec)})


def _is_settled(
    finding: Finding, evidence: Mapping[str, Evidence], policy: AcceptancePolicy, spec: KindSpec | None
) -> bool:
    if finding.rule != BELOW:
        return False
    proofs = [(path, evidence[path]) for path in finding.fields if path in evidence]
    return all(policy.passes(path, proof, spec) or _is_absent(proof) for path, proof in proofs)


def _is_absent(proof: Evidence) -> bool:
    """Whether a reviewer says that the paper has no such field."""
    return proof.value is None and any(witness.source == "reviewer" for witness in proof.witnesses)


@cache
def _policy() -> AcceptancePolicy:
    return AcceptancePolicy(calibration.load())


def _typed(path: str, value: object, registry: Registry) -> object:
    typed = parsed(value, parsers(registry).get(of_first_row(path), ()))
    if typed is None:
        zh = f"{value} 不是该字段的值，请照票面填写"
        raise LedgerError(f"{path}: {value!r} is no value of this field; give it as it is printed", zh=zh)
    return typed


def _put(data: dict[str, Any], path: str, value: object) -> None:
    *outer, leaf = path.split(".")
    place: Any = data
    for name in outer:
        place = _row(place, int(name), path) if name.isdecimal() else _part(place, name)
    place["copy" if leaf == "copy_" else leaf] = value


def _row(rows: list[Any], index: int, path: str) -> Any:
    """The row of *path*; LedgerError if there are not that many."""
    if index >= len(rows):
        zh = f"这张发票只有 {len(rows)} 行"
        raise LedgerError(f"{path}: the invoice has {len(rows)} rows only", zh=zh)
    return rows[index]


def _part(place: dict[str, Any], name: str) -> Any:
    """The part called *name*, created if it is missing; rows are a list, so that they can be changed."""
    known = place.get(name)
    place[name] = {} if known is None else list(known) if isinstance(known, tuple) else known
    return place[name]
