"""Only what is proven: invoices without the values that no independent witness confirms, and results without the
invoices that were not accepted."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel

from invoiceocr.invoice import NOT_PRINTED, Invoice
from invoiceocr.proof import Evidence
from invoiceocr.result import ReadResult

Model = TypeVar("Model", bound=BaseModel)
Kind = TypeVar("Kind", bound=Invoice)

# Not read off the page as a value of their own: what the document is, and marks that are there or not.
KEPT = NOT_PRINTED | {"kind", "is_red_letter"}


# sources that are the issuer's own record, not a picture of it
ISSUER = frozenset({"xml", "ofd"})


def is_stated(proof: Evidence) -> bool:
    """Whether the issuer's own XML or OFD record states the value and nothing contradicts or confirms it."""
    return proof.status == "read" and any(word.agrees and word.source in ISSUER for word in proof.witnesses)


def accepted_result(result: ReadResult) -> ReadResult:
    """*result* with only the accepted ones of its invoices."""
    accepted = tuple(invoice for invoice in result.invoices if invoice.verdict == "accept")
    return result.model_copy(update={"invoices": accepted})


def verified_result(result: ReadResult) -> ReadResult:
    """*result* with `verified_only` applied to each invoice."""
    return result.model_copy(update={"invoices": tuple(verified_only(invoice) for invoice in result.invoices)})


def verified_only(invoice: Kind) -> Kind:
    """*invoice* with None for every field whose evidence is neither `verified` nor stated by the issuer's own record;
    rows stay, but their cells are emptied. The evidence itself stays complete, so that what was read can still be
    looked up."""
    return _kept(invoice, "", invoice.evidence)


def _kept(holder: Model, prefix: str, evidence: dict[str, Evidence]) -> Model:
    fields = type(holder).model_fields
    update = {
        name: _value(getattr(holder, name), f"{prefix}{field.serialization_alias or name}", evidence)
        for name, field in fields.items()
        if prefix or name not in KEPT
    }
    return holder.model_copy(update=update)


def _value(value: object, path: str, evidence: dict[str, Evidence]) -> object:
    if isinstance(value, BaseModel):
        return _kept(value, f"{path}.", evidence)
    if isinstance(value, tuple):
        return tuple(_value(part, f"{path}.{index}", evidence) for index, part in enumerate(value))
    proof = evidence.get(path)
    return value if proof and (proof.status == "verified" or is_stated(proof)) else None
