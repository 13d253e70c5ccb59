"""The register as a witness: of what is being read, and of the entries that a reconciliation compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, bindparam, or_, select

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import builtin
from invoiceocr.ledger.correction import confirmed, contradicted, rejudged
from invoiceocr.ledger.prepared import Prepared
from invoiceocr.ledger.reconcile import PACK, Compared, is_same, loaded, said
from invoiceocr.ledger.register import RegisterRow
from invoiceocr.ledger.tables import REGISTER
from invoiceocr.proof import Evidence
from invoiceocr.values import invoice_number

# fields beside the number that must agree: a misread number may be that of another invoice
ENOUGH = 2
LISTED = Prepared(
    select(REGISTER.c.data).where(or_(REGISTER.c.key == bindparam("key"), REGISTER.c.alias == bindparam("key")))
)


def witnesses(connection: Connection, fused: Mapping[str, Fused]) -> Iterator[Candidate]:
    """What the register says about the invoice that is being read, if it says the same."""
    values = {path: field.chosen.value for path, field in fused.items()}
    row = known(connection, _text(values.get("code")), _text(values.get("number")))
    if row is None:
        return
    agreeing = [
        path
        for path, value in said(row, _text(values.get("number"))).items()
        if path in values and is_same(path, values[path], value)
    ]
    if len(set(agreeing) - {"number", "code"}) >= ENOUGH:
        for path in agreeing:
            chosen = fused[path].chosen
            yield Candidate(path, chosen.value, chosen.text, "register")


def known(connection: Connection, code: str | None, number: str | None) -> RegisterRow | None:
    """The register's row of an invoice; None if no imported register lists it."""
    if not number:
        return None
    key = f"D:{number}" if invoice_number.is_digital(number) else f"C:{code or ''}:{number}"
    found = LISTED.first(connection, {"key": key})
    return loaded(found["data"]) if found is not None else None


def witnessed(invoice: Invoice, line: Compared) -> Invoice:
    """*invoice* after comparison with the register: what agrees is verified, what differs is doubtful, and its state is
    a finding. A row whose number lost digits verifies nothing: it was chosen because it agrees."""
    evidence = dict(invoice.evidence)
    theirs = said(line.row, invoice.number) if line.row is not None else {}
    for path in line.agreeing if line.row is None or not line.row.lossy else ():
        evidence[path] = confirmed(evidence.get(path), _value(invoice, path, evidence.get(path)), "register")
    for item in line.differences:
        if item.path in evidence:
            evidence[item.path] = contradicted(evidence[item.path], theirs[item.path], "register")
    others = [finding for finding in invoice.findings if finding.pack != PACK]
    return rejudged(invoice, evidence, (*others, *line.findings), builtin())


def _value(invoice: Invoice, path: str, proof: Evidence | None) -> object:
    """The invoice's own value: that of its evidence where there is one, so that the types stay."""
    if proof is not None and proof.value is not None:
        return proof.value
    value: object = invoice
    for name in path.split("."):
        value = getattr(value, name, None)
    return value


def _text(value: object) -> str | None:
    return None if value is None else str(value)
