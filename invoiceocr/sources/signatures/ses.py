"""Electronic seals' signatures, the SignedValue.dat of an OFD: SES_Signature of GB/T 38540 (version 4) and of
GM/T 0031 (version 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from invoiceocr.sources.signatures import certificate
from invoiceocr.sources.signatures.certificate import Certificate
from invoiceocr.sources.signatures.der import (
    BIT_STRING,
    GENERALIZED_TIME,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    UTC_TIME,
    Der,
    parse,
)

CHINA = timezone(timedelta(hours=8))
SM2 = "1.2.156.10197.1.501"  # SM2 with SM3 (GM/T 0006)
HASH = 3  # index in TBS_Sign; before it version, seal, time
# indexes in TBS_Sign of GM/T 0031
OLD_CERTIFICATE, OLD_ALGORITHM = 5, 6
TIMES = ("%Y%m%d%H%M%S%z", "%Y%m%d%H%M%SZ", "%Y%m%d%H%M%S.%fZ", "%Y%m%d%H%M%S.%f", "%Y%m%d%H%M%S")


@dataclass(frozen=True, slots=True)
class SealSignature:
    """The signature of an electronic seal: its version, what was signed and the digest of Signature.xml in it, the
    certificate and key, the algorithm's object identifier, the bits of the signature, and the stated time."""

    version: int
    signed: bytes
    digest: bytes
    owner: Certificate
    algorithm: str
    value: bytes
    time: datetime | None


def read(data: bytes) -> SealSignature:
    """The signature in SignedValue.dat; ValueError for anything else, such as PKCS #7."""
    whole = parse(data)
    signed = whole.part(0, SEQUENCE)
    # GM/T 0031 has certificate and algorithm among what is signed
    newer = len(whole.parts) > 2
    owner, algorithm, value = (
        (whole.part(1, OCTET_STRING), whole.part(2, OID), whole.part(3, BIT_STRING))
        if newer
        else (signed.part(OLD_CERTIFICATE, OCTET_STRING), signed.part(OLD_ALGORITHM, OID), whole.part(1, BIT_STRING))
    )
    return SealSignature(
        version=signed.part(0, INTEGER).number,
        signed=signed.raw,
        digest=signed.part(HASH, BIT_STRING).bits,
        owner=certificate.read(owner.content),
        algorithm=algorithm.oid,
        value=value.bits,
        time=_time(signed.parts[HASH - 1]),
    )


def moment(text: str) -> datetime | None:
    """The time that *text* states (GeneralizedTime, or the same without a zone, which then is China's)."""
    for form in TIMES:
        try:
            found = datetime.strptime(text, form)
        except ValueError:
            continue
        return found.replace(tzinfo=found.tzinfo or (UTC if text.endswith("Z") else CHINA))
    return None


def _time(value: Der) -> datetime | None:
    if value.tag not in (GENERALIZED_TIME, UTC_TIME):
        return None  # GM/T 0031 has a time stamp here
    text = value.content.decode("ascii", "replace")
    return moment(text if value.tag == GENERALIZED_TIME else f"20{text}")
