"""What a reviewer says, put among the witnesses, and the invoice judged again.

The one seam between the service and the judging of invoices: replace the body of `rejudge` by a call of the
adjudicator on the stored draft with a witness `reviewer`, and nothing else in the service changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from invoiceocr.adjudication import calibration
from invoiceocr.adjudication.acceptance import AcceptancePolicy, acceptance_policy
from invoiceocr.adjudication.expected import claims
from invoiceocr.adjudication.fusion import comparable
from invoiceocr.adjudication.judge import verdict_on
from invoiceocr.adjudication.judgment import judgment_of
from invoiceocr.adjudication.repair import Repairs
from invoiceocr.errors import InvoiceOCRError, SettingsError
from invoiceocr.invoice import INVOICE_ADAPTER, AnyInvoice
from invoiceocr.proof import Evidence, Finding, Witness, WitnessSource
from invoiceocr.rules.context import Company, RuleContext
from invoiceocr.rules.engine import Engine, RuleReport
from invoiceocr.settings import Settings

CONFIRMED = 0.999  # confidence of what a person has looked at, and of what then follows by a rule
ROW = re.compile(r"^(\w+)\.(\d+)\.(\w+)$")
Corrections = Mapping[str, str | None]


class BadCorrectionError(InvoiceOCRError):
    """A correction names no field of the invoice, or gives what is no value of it."""

    code = "bad_correction"


@dataclass(frozen=True, slots=True)
class Bench:
    """What judging needs beside the invoice: rules, the standard that fields must come up to, what rules may know."""

    engine: Engine
    standard: AcceptancePolicy
    settings: Settings

    @classmethod
    def of(cls, settings: Settings) -> Bench:
        """The bench that *settings* ask for."""
        engine = Engine.load(settings.rules, language=settings.language)
        return cls(engine, acceptance_policy(settings, calibration.load()), settings)

    def context(self, invoice: AnyInvoice) -> RuleContext:
        """What rules may know beside *invoice*."""
        settings = self.settings
        return RuleContext(
            today=settings.today or date.today(),
            claim_date=settings.claim_date,
            company=tuple(Company(own.name, own.tax_id) for own in settings.companies),
            title_kind=invoice.kind,
        )

    def report(self, invoice: AnyInvoice) -> RuleReport:
        """What the rules say of *invoice*."""
        return self.engine.check(invoice, self.context(invoice))


def rejudge(invoice: AnyInvoice, corrections: Corrections, bench: Bench) -> AnyInvoice:
    """*invoice* with the values that a reviewer gave (None: it is not printed), each confirmed by the witness
    `reviewer`, everything else judged again in their light. Raises BadCorrectionError."""
    values = {path: _typed(path, text) for path, text in corrections.items()}
    changed = _with_values(invoice, values)
    report = bench.report(changed)
    evidence = dict(invoice.evidence) | {path: _confirmed(invoice, path, value) for path, value in values.items()}
    evidence = dict(_settled(evidence, report, frozenset(values), bench))
    findings = tuple(_findings(invoice, report, values, bench))
    verdict = verdict_on(changed.kind, evidence, findings, bench.standard)
    return changed.model_copy(update={"evidence": evidence, "findings": findings, "verdict": verdict})


def _typed(path: str, text: str | None) -> object:
    if text is None or not text.strip():
        return None
    try:
        return claims({path: text})[0].value
    except SettingsError as error:
        raise BadCorrectionError(str(error).removeprefix("expected ")) from error


def _comparable(path: str, value: object) -> object:
    """The form in which values are compared; those of a stored invoice are texts, whatever the field's type."""
    try:
        return comparable(path, _typed(path, str(value)) if value is not None else None)
    except BadCorrectionError:
        return comparable(path, value)


def _with_values(invoice: AnyInvoice, values: Mapping[str, object]) -> AnyInvoice:
    """*invoice* with *values* in place; only a row that follows the last one is new."""
    plain: dict[str, Any] = invoice.model_dump()
    for path, value in values.items():
        _put(plain, path, value)
    try:
        return INVOICE_ADAPTER.validate_python(plain)
    except ValueError as error:
        raise BadCorrectionError(f"{', '.join(values)}: no values of a {invoice.kind} invoice") from error


def _put(plain: dict[str, Any], path: str, value: object) -> None:
    if row := ROW.match(path):
        rows = list(plain.get(row[1]) or ())
        place = int(row[2])
        if row[1] not in plain or place > len(rows):
            raise BadCorrectionError(f"{path}: there are {len(rows)} rows; a new one is row {len(rows)}")
        rows[place : place + 1] = [{**(rows[place] if place < len(rows) else {}), row[3]: value}]
        plain[row[1]] = tuple(rows)
        return
    outer, _, leaf = path.rpartition(".")
    if outer:
        plain[outer] = {**(plain.get(outer) or {}), leaf: value}
    elif path in plain:
        plain[path] = value
    else:
        raise BadCorrectionError(f"{path}: this kind of invoice has no such field")


def _confirmed(invoice: AnyInvoice, path: str, value: object) -> Evidence:
    """The evidence of a field after a reviewer said what it is; what was read stays an alternative."""
    before = invoice.evidence.get(path, Evidence())
    wanted = _comparable(path, value)
    others = (
        witness.model_copy(update={"agrees": _comparable(path, witness.value) == wanted})
        for witness in before.witnesses
        if witness.source not in ("reviewer", "arithmetic", "checksum", "words")
    )
    known = (before.text, *before.alternatives)
    return before.model_copy(
        update={
            "text": None if value is None else before.text or str(value),
            "value": value,
            "confidence": CONFIRMED,
            "status": "verified",
            "repaired": False,
            "witnesses": (Witness(source="reviewer", value=value, agrees=True), *others),
            "alternatives": tuple(dict.fromkeys(text for text in known if text and text != str(value))),
        }
    )


@dataclass(frozen=True, slots=True)
class _Light:
    """What the rules say after a correction: the fields that failing rules accuse, the checks that support fields,
    the fields that follow by a rule from what is certain, and the confidence that a key field needs."""

    suspects: frozenset[str]
    supports: Mapping[str, frozenset[WitnessSource]]
    following: frozenset[str]
    accept: float


def _settled(
    evidence: Mapping[str, Evidence], report: RuleReport, said: frozenset[str], bench: Bench
) -> Iterator[tuple[str, Evidence]]:
    """*evidence* after the rules were asked again; what a person said stands."""
    judgment = judgment_of(report, Repairs(), bench.settings.language)
    certain = said | {path for path, proof in evidence.items() if _is_confirmed(proof)}
    telling = [result for result in report.results if result.outcome == "pass" and certain & set(result.reads)]
    following = frozenset(path for result in telling for path in result.supports)
    light = _Light(judgment.suspects, judgment.supports, following, bench.standard.accept)
    for path, proof in evidence.items():
        yield path, proof if path in certain else _in_light(path, proof, light)


def _in_light(path: str, proof: Evidence, light: _Light) -> Evidence:
    """*proof* of a field nobody spoke of: doubted if a failing rule accuses it, confirmed if it follows from what is
    certain, as it was read if nothing speaks against it any more."""
    if path in light.suspects:
        return proof if proof.status == "missing" else proof.model_copy(update={"status": "doubtful"})
    if _is_contradicted(proof):
        return proof
    if path in light.following and path in light.supports:
        return _supported(proof, light.supports[path])
    if proof.status == "doubtful" and proof.confidence >= light.accept:
        return proof.model_copy(update={"status": "read"})
    return proof


def _supported(proof: Evidence, checks: frozenset[WitnessSource]) -> Evidence:
    found = (Witness(source=name, value=proof.value, agrees=True) for name in sorted(checks))
    witnesses = tuple({(w.source, w.agrees): w for w in (*proof.witnesses, *found)}.values())
    update = {"status": "verified", "confidence": max(proof.confidence, CONFIRMED), "witnesses": witnesses}
    return proof.model_copy(update=update)


def _is_confirmed(proof: Evidence) -> bool:
    return any(witness.source == "reviewer" for witness in proof.witnesses)


def _is_contradicted(proof: Evidence) -> bool:
    return any(not witness.agrees for witness in proof.witnesses)


def _findings(invoice: AnyInvoice, report: RuleReport, values: Mapping[str, object], bench: Bench) -> Iterator[Finding]:
    """What still speaks against the invoice: what no rule says stays unless it is about what the reviewer settled."""
    asked = {result.rule for result in report.results if result.outcome in ("pass", "fail")}
    for finding in invoice.findings:
        if finding.rule not in asked and not set(finding.fields) & set(values):
            yield finding
    yield from report.findings
