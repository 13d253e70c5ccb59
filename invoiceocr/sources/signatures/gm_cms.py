"""Signed data of the Chinese commercial cryptography (GM/T 0010): CMS with identifiers of its own, SM2 and SM3."""

from __future__ import annotations

from dataclasses import dataclass

from invoiceocr.signature import DigestState, ValueState
from invoiceocr.sources.signatures import certificate, sm2
from invoiceocr.sources.signatures.certificate import Certificate
from invoiceocr.sources.signatures.der import OCTET_STRING, OID, SEQUENCE, SET, Der, parse

SIGNED_DATA = "1.2.156.10197.6.1.4.2.2"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
# context tags of the content, the certificates, what is signed
CONTENT, CERTIFICATES, ATTRIBUTES = 0xA0, 0xA0, 0xA0


@dataclass(frozen=True, slots=True)
class Signed:
    """Whose certificate is in the object, and what came of the checks."""

    owner: Certificate
    digest: DigestState
    value: ValueState


def is_one(data: bytes) -> bool:
    """Whether *data* is signed data of GM/T 0010."""
    try:
        return parse(data).part(0, OID).oid == SIGNED_DATA
    except ValueError:
        return False


def read(data: bytes, signed: bytes) -> Signed:
    """The only signature in *data*, detached from the bytes *signed*; ValueError where it is of another form."""
    content = parse(data).part(1, CONTENT).part(0, SEQUENCE)
    chain = next((part for part in content.parts if part.tag == CERTIFICATES), None)
    signer = content.part(len(content.parts) - 1, SET).part(0, SEQUENCE)
    value = next(part for part in reversed(signer.parts) if part.tag == OCTET_STRING)
    if chain is None:
        raise ValueError("no certificate in the signature")
    owner = certificate.read(chain.parts[0].raw)
    attributes = next((part for part in signer.parts if part.tag == ATTRIBUTES), None)
    if attributes is None:
        valid = sm2.verify(owner.public_key, signed, value.content)
        return Signed(owner, *(("intact", "valid") if valid else ("unknown", "invalid")))
    intact = _stated_digest(attributes) == sm2.sm3(signed)
    # what is signed has the tag of a set (RFC 5652, 5.4)
    listed = bytes((SET,)) + attributes.raw[1:]
    valid = sm2.verify(owner.public_key, listed, value.content)
    return Signed(owner, "intact" if intact else "broken", "valid" if valid else "invalid")


def _stated_digest(attributes: Der) -> bytes | None:
    """The digest among the signed attributes."""
    for attribute in attributes.parts:
        if attribute.parts[0].oid == MESSAGE_DIGEST:
            return attribute.part(1, SET).part(0, OCTET_STRING).content
    return None
