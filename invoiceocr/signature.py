"""`Signature`: what the digital signature of a file says, and how much of that was checked. A public model."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

SignatureFormat = Literal["pdf", "ofd"]
Coverage = Literal["whole", "part", "unknown"]
DigestState = Literal["intact", "broken", "unknown"]
ValueState = Literal["valid", "invalid", "unknown"]
Unchecked = Literal["digest", "value", "certificate", "revocation", "time"]


class Signature(BaseModel):
    """One signature of a file. Nothing here is a decision about trust: the owner of the certificate is whoever it
    names.

    `digest` says whether the signed bytes are still those that were signed, `value` whether the signature over the
    digest was made with the key of the certificate. `coverage` is "whole" if no byte except the signature's own is left
    out; `not_covered` lists what is left out (byte ranges of a PDF, members of an OFD), and `changed` what differs from
    its digest. `unchecked` lists what was not checked, `missing_extra` names the extra to install for more, and
    `problem` says why a signature could not be read.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    format: SignatureFormat
    name: str | None = None
    scheme: str | None = None
    signer: str | None = None
    organization: str | None = None
    issuer: str | None = None
    signed_at: datetime | None = None
    digest_algorithm: str | None = None
    signature_algorithm: str | None = None
    coverage: Coverage = "unknown"
    not_covered: tuple[str, ...] = ()
    digest: DigestState = "unknown"
    changed: tuple[str, ...] = ()
    value: ValueState = "unknown"
    unchecked: tuple[Unchecked, ...] = ("digest", "value", "certificate", "revocation", "time")
    missing_extra: str | None = None
    problem: str | None = None
