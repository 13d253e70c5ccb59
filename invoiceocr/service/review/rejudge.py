"""What a reviewer says, put among the witnesses, and the invoice judged again from its draft."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from invoiceocr.adjudication.expected import reviewed
from invoiceocr.errors import InvoiceOCRError, LedgerError, SettingsError
from invoiceocr.evidence.draft import Draft
from invoiceocr.export.sheets.columns import value_at
from invoiceocr.invoice import AnyInvoice
from invoiceocr.kinds import Registry
from invoiceocr.ledger.correction import corrected
from invoiceocr.ledger.findings import marked
from invoiceocr.pipeline.reader import Reader
from invoiceocr.service.store.books import findings_of, without_findings

ROW = re.compile(r"^(\w+)\.(\d+)\.(\w+)$")
Corrections = Mapping[str, str | None]


class BadCorrectionError(InvoiceOCRError):
    """A correction names no field of the invoice, or gives what is no value of it."""

    code = "bad_correction"


@dataclass(frozen=True, slots=True)
class Standing:
    """An invoice as it stands, and the draft that it was judged from; None where nothing of its reading is left."""

    invoice: AnyInvoice
    draft: Draft | None = None


def rejudge(standing: Standing, corrections: Corrections, reader: Reader) -> AnyInvoice:
    """The invoice with the values that a reviewer gave (None: it is not printed), now and before: each is the witness
    `reviewer`, and all else is judged again in their light by *reader*, whose models are never loaded for it. Raises
    BadCorrectionError."""
    invoice = standing.invoice
    for path in corrections:
        _check(path, invoice, reader)
    if standing.draft is None:
        return _by_hand(invoice, corrections, reader.kinds)
    try:
        witnesses = reviewed({**said(invoice), **_plain(corrections)}, reader.kinds)
    except SettingsError as error:
        # the path is known to whoever corrects it
        zh = error.zh and error.zh.partition("：")[2]
        raise BadCorrectionError(str(error).removeprefix("expected "), zh=zh) from error
    try:
        judged = reader.adjudicate(standing.draft, witnesses).invoice
    except ValueError as error:  # a value of another kind's field
        zh = "这个值不属于这种发票"
        raise BadCorrectionError(f"{', '.join(corrections)}: no values of a {invoice.kind} invoice", zh=zh) from error
    judged = judged.model_copy(update={"source": invoice.source})
    return marked(judged, findings_of(invoice.findings))  # type: ignore[return-value]


def said(invoice: AnyInvoice) -> dict[str, str | None]:
    """What a reviewer said of *invoice* so far."""
    return {
        path: None if proof.value is None else str(proof.value)
        for path, proof in invoice.evidence.items()
        if any(witness.source == "reviewer" and witness.agrees for witness in proof.witnesses)
    }


def _plain(corrections: Corrections) -> dict[str, str | None]:
    return {path: text if text and text.strip() else None for path, text in corrections.items()}


def _by_hand(invoice: AnyInvoice, corrections: Corrections, kinds: Registry) -> AnyInvoice:
    """As `rejudge`, by what the invoice itself says: its values and findings, but no rule is asked again."""
    try:
        made = corrected(without_findings(invoice), _plain(corrections), kinds)
    except LedgerError as error:
        raise BadCorrectionError(str(error), zh=error.zh) from error
    return marked(made, findings_of(invoice.findings))  # type: ignore[return-value]


def _check(path: str, invoice: AnyInvoice, reader: Reader) -> None:
    """Raises BadCorrectionError for a field that this kind of invoice does not have, and for a row beyond the one that
    follows the last."""
    spec = reader.kinds.kinds.get(invoice.kind)
    if spec is None or spec.field(path) is None:
        raise BadCorrectionError(f"{path}: this kind of invoice has no such field", zh="这种发票没有这个字段")
    if row := ROW.match(path):
        rows = value_at(invoice, row[1]) or ()
        if int(row[2]) > len(rows):
            zh = f"只有 {len(rows)} 行，新增的行应是第 {len(rows) + 1} 行"
            raise BadCorrectionError(f"{path}: there are {len(rows)} rows; a new one is row {len(rows)}", zh=zh)
