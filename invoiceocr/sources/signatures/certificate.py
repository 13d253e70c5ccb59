"""X.509 certificates (RFC 5280, GB/T 20518), read for whose they are and for their key; nothing is trusted here."""

from __future__ import annotations

from dataclasses import dataclass

from invoiceocr.sources.signatures.der import SEQUENCE, SET, Der, parse

COMMON_NAME, ORGANIZATION = "2.5.4.3", "2.5.4.10"
# the tag of the version, which version 1 leaves out
VERSION = 0xA0
# places among the fields from the serial number on, which is 0
ISSUER, SUBJECT, KEY = 2, 4, 5


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says: whose it is, who issued it, and the public key as its bits."""

    name: str | None
    organization: str | None
    issuer: str | None
    public_key: bytes


def read(data: bytes) -> Certificate:
    """The certificate in DER; ValueError for anything else."""
    fields = parse(data).part(0, SEQUENCE)
    shift = 0 if fields.parts and fields.parts[0].tag == VERSION else -1
    issuer = _names(fields.part(ISSUER + 1 + shift, SEQUENCE))
    subject = _names(fields.part(SUBJECT + 1 + shift, SEQUENCE))
    key = fields.part(KEY + 1 + shift, SEQUENCE)
    return Certificate(
        name=subject.get(COMMON_NAME),
        organization=subject.get(ORGANIZATION),
        issuer=issuer.get(COMMON_NAME) or issuer.get(ORGANIZATION),
        public_key=key.parts[1].bits if len(key.parts) > 1 else b"",
    )


def _names(sequence: Der) -> dict[str, str]:
    """The texts of a distinguished name by object identifier, the first of each."""
    found: dict[str, str] = {}
    for relative in sequence.parts:
        for pair in relative.parts if relative.tag == SET else ():
            if len(pair.parts) == 2 and (text := pair.parts[1].text):
                found.setdefault(pair.parts[0].oid, text.strip())
    return found
