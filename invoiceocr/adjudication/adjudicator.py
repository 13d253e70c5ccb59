"""`Adjudicator`: weighs the witnesses of a draft, applies the rules, repairs misreadings and judges the fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from invoiceocr.adjudication import companies, listed, name_support
from invoiceocr.adjudication.build import build
from invoiceocr.adjudication.expected import joined
from invoiceocr.adjudication.findings import papers, qr_codes
from invoiceocr.adjudication.fusion import Fused, Ranks, fuse
from invoiceocr.adjudication.judging import adrift, crossed_parties, cut_off, lost_points, misplaced
from invoiceocr.adjudication.judging.acceptance import AcceptancePolicy
from invoiceocr.adjudication.judging.certainty import certain
from invoiceocr.adjudication.judging.judge import judge
from invoiceocr.adjudication.judging.judgment import judgment_of, shared_prints
from invoiceocr.adjudication.outcomes import outcome
from invoiceocr.adjudication.repair.correction import corrected
from invoiceocr.adjudication.repair.search import Case, Repairs, repair
from invoiceocr.adjudication.review import overruled
from invoiceocr.adjudication.trace import InvoiceTrace
from invoiceocr.evidence import qr_witness
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.kinds import OTHER
from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.engine import Engine
from invoiceocr.settings import Settings
from invoiceocr.values.qr_payload import QrPayload

FusedFields = Mapping[str, Fused]
Witnesses = Callable[[FusedFields], Sequence[Candidate]]
"""What somebody else, such as a ledger, says of the fields as they were read: candidates that agree with them."""


def no_witnesses(fused: FusedFields) -> tuple[Candidate, ...]:
    """Returns no candidates: nothing is known from elsewhere."""
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class Adjudicator:
    """Turns a draft into an invoice. It is built once; a call only uses it, so threads may share it, and the same draft
    in the same context always gives the same invoice.

    `rules` are the packs in use, `policy` says which fields pass without review, `settings` give one's own companies
    and the language of findings, `trust` which source is believed first, and `witnesses` what others know of the
    fields.
    """

    rules: Engine
    policy: AcceptancePolicy
    settings: Settings
    trust: Ranks
    witnesses: Witnesses = no_witnesses

    def __call__(self, draft: Draft, context: RuleContext) -> InvoiceTrace:
        """The invoice of *draft*, with how it came about. *context* is what rules may know besides the invoice: the
        day, the claim, one's own companies. What the draft knows of its file is added here."""
        said = draft
        # 1. the page's own QR code is a witness of the fields that it states
        codes = qr_witness.payloads(text for _, text in draft.qr_codes)
        matching_qr = qr_witness.matching(codes, draft.candidates)
        strange = (*qr_codes.foreign(draft, codes, matching_qr), *papers.several(draft))
        draft = _with_qr(draft, matching_qr)
        context = replace(context, qr=matching_qr, title_kind=draft.kind, born_digital=draft.file.born_digital)
        # 2. choose one value for each field; a person's value takes precedence
        fused = fuse(listed.weighed(draft.candidates, draft.spec), draft.spec, self.trust)
        fused = overruled(fused, draft.reviewed, draft.spec)
        # 3. apply the rules, and find misreadings that explain those that fail
        case = self._checked(draft, fused, context)
        repairs = self._repairs(case, draft)
        # 4. apply the same rules to the repaired invoice
        if repairs.corrections:
            case = self._checked(draft, _repaired(case, repairs), context, mended=repairs.corrections.keys())
        # 5. let those who know the invoice from elsewhere confirm or contradict
        heard = self._heard(draft, case.fused)
        # 6. determine status, confidence and verdict
        judgment = judgment_of(case.report, repairs, shared_prints(case.fused))
        judgment = judgment.joined((*draft.file.findings, *strange), name_support.supports(heard, case.report))
        judgment = lost_points.suspected(judgment, heard, draft.spec)
        judgment = adrift.suspected(judgment, heard, draft.spec)
        judgment = misplaced.disputed(crossed_parties.disputed(judgment, heard), heard)
        judgment = cut_off.disputed(judgment, heard, draft)
        invoice = judge(draft, heard, case.invoice, judgment, self.policy)
        told = tuple(finding.in_language(self.settings.language) for finding in invoice.findings)
        return InvoiceTrace(
            invoice=invoice.model_copy(update={"source": draft.file.source, "findings": told}),
            fused=heard,
            unread=draft.unread,
            outcomes=tuple(outcome(found, self.rules) for found in case.report.results if found.outcome != "skip"),
            corrections=judgment.corrections,
            pages=tuple(number for number, _ in draft.page_sizes),
            draft=said,
        )

    def _checked(self, draft: Draft, fused: FusedFields, context: RuleContext, *, mended: Collection[str] = ()) -> Case:
        """The typed invoice and the results of the rules; the fields *mended* differ from what was read."""
        context = replace(context, certain=certain(fused, mended))
        values = {path: field.chosen.value for path, field in fused.items()}
        invoice = build(draft.kind, values, draft.text, draft.registry)
        report = self.rules.check(invoice, context)
        return Case(fused, draft.unread, invoice, report, self.rules, context, draft.spec)

    def _repairs(self, case: Case, draft: Draft) -> Repairs:
        """The misreadings of *case*, including misread names of public lists and of one's own companies."""
        found = repair(case)
        known = corrected(case.fused, case.unread, found.corrections, case.spec)
        titles = companies.corrections(known, self.settings.companies)
        return replace(found, corrections={**listed.corrections(known, draft.spec), **found.corrections, **titles})

    def _heard(self, draft: Draft, fused: FusedFields) -> FusedFields:
        """*fused* with the statements of the caller, of one's own companies and of others."""
        known = companies.witnesses(fused, self.settings.companies)
        return joined(fused, (*draft.claims, *known, *self.witnesses(fused)))


def _with_qr(draft: Draft, payload: QrPayload | None) -> Draft:
    """*draft* with the fields that its QR code states."""
    if payload is None or draft.kind == OTHER:
        return draft
    return replace(draft, candidates=(*draft.candidates, *qr_witness.candidates(payload, draft.page or 1)))


def _repaired(case: Case, repairs: Repairs) -> FusedFields:
    return corrected(case.fused, case.unread, repairs.corrections, case.spec)
