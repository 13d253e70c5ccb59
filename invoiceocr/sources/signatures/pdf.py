"""The signatures of a PDF (ISO 32000-2, 12.8): a look at the bytes shows whether there are any; pyhanko (extra
`signatures`) reads the rest.

The only module that imports pyhanko, asn1crypto and cryptography.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any

from invoiceocr.signature import Coverage, DigestState, Signature, Unchecked, ValueState
from invoiceocr.sources.signatures import certificate, digests, gm_cms
from invoiceocr.sources.signatures.certificate import Certificate
from invoiceocr.sources.signatures.der import OCTET_STRING, OID, SEQUENCE, parse

EXTRA = "signatures"
# stands in the clear in every signed PDF: its place must be known to the signer
MARK = b"/ByteRange"
# what the byte range may leave out: the signature's own digits
GAP = re.compile(rb"\s*<[0-9A-Fa-f\s]*>\s*")
_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
_SUBFILTER = re.compile(rb"/SubFilter\s*/([A-Za-z0-9.]+)")
# bytes around a byte range among which its dictionary's other entries stand
NEAR = 16384

Ranges = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A signature field's value: its dictionary, the field's name, and the file's bytes."""

    dictionary: Any
    name: str
    data: bytes

    @property
    def ranges(self) -> Ranges:
        """Start and length of each piece that is signed."""
        return tuple(int(number) for number in self.dictionary["/ByteRange"])

    @property
    def signed(self) -> bytes:
        """The bytes that are signed."""
        numbers = self.ranges
        return b"".join(self.data[a : a + n] for a, n in zip(numbers[::2], numbers[1::2], strict=True))

    @property
    def scheme(self) -> str:
        """The encoding of the signature, such as adbe.pkcs7.detached."""
        return str(self.dictionary.get("/SubFilter", "")).removeprefix("/")


@dataclass(frozen=True, slots=True)
class _Found:
    """What the bytes of a signature say: the certificate of the signer, the algorithms, the time, and the checks."""

    owner: Certificate
    digest_algorithm: str | None
    signature_algorithm: str
    signed_at: datetime | None
    digest: DigestState
    value: ValueState


def read(data: bytes, source: str) -> tuple[Signature, ...]:
    """The signatures of the PDF *data* in file order; without the extra, only that they are there and what they cover.
    Never raises: a signature that can't be read has a `problem`."""
    if MARK not in data:
        return ()
    glimpses = dict(_glimpses(data, source))
    seen = tuple(glimpses.values())
    try:
        import pyhanko  # noqa: F401
    except ImportError:
        return tuple(glimpse.model_copy(update={"missing_extra": EXTRA}) for glimpse in seen)
    try:
        entries = sorted(_entries(data), key=lambda entry: sum(entry.ranges))
    except Exception as error:  # a parser met with a hostile file may raise anything
        return tuple(glimpse.model_copy(update={"problem": _reason(error)}) for glimpse in seen)
    linked = {entry.ranges for entry in entries}
    unlinked = (glimpse for ranges, glimpse in glimpses.items() if ranges not in linked)
    # the file was rewritten around it
    problem = {"problem": "no form field leads to this signature"}
    return (
        *(_signature(entry, source) for entry in entries),
        *(glimpse.model_copy(update=problem) for glimpse in unlinked),
    )


def _glimpses(data: bytes, source: str) -> Iterator[tuple[Ranges, Signature]]:
    """The signatures by their byte ranges, and what these alone show."""
    for match in _RANGE.finditer(data):
        near = data[max(0, match.start() - NEAR) : match.end() + NEAR]
        scheme = _SUBFILTER.search(near)
        ranges = tuple(int(number) for number in match.groups())
        name = scheme[1].decode() if scheme else None
        yield ranges, Signature(source=source, format="pdf", scheme=name, **_covered(data, ranges))


def _entries(data: bytes) -> Iterator[_Entry]:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import enumerate_sig_fields

    for name, value, _ in enumerate_sig_fields(PdfFileReader(BytesIO(data), strict=False), filled_status=True):
        entry = _Entry(value.get_object(), name, data)
        if "/ByteRange" in entry.dictionary:
            yield entry


def _signature(entry: _Entry, source: str) -> Signature:
    blank = Signature(source=source, format="pdf", name=entry.name, scheme=entry.scheme or None)
    # which bytes the signature covers
    covered = _covered(entry.data, entry.ranges)
    try:
        found = READERS.get(entry.scheme, _detached)(entry)
    except Exception as error:  # as above; and algorithms that pyhanko doesn't have
        return blank.model_copy(update={**covered, "problem": _reason(error)})
    return blank.model_copy(
        update={
            **covered,
            "signer": found.owner.name,
            "organization": found.owner.organization,
            "issuer": found.owner.issuer,
            "signed_at": found.signed_at or _stated_time(entry),
            "digest_algorithm": found.digest_algorithm,
            "signature_algorithm": found.signature_algorithm,
            "digest": found.digest,
            "value": found.value,
            "unchecked": _unchecked(found),
        }
    )


def _detached(entry: _Entry) -> _Found:
    """A CMS object over the byte range itself."""
    contents = _contents(entry)
    if not gm_cms.is_one(contents):
        return _cms(contents, entry.signed)
    signed = gm_cms.read(contents, entry.signed)
    return _Found(signed.owner, "sm3", "sm2", None, signed.digest, signed.value)


def _wrapped(entry: _Entry) -> _Found:
    """A CMS object that holds the SHA-1 digest of the byte range as its content."""
    from asn1crypto import cms

    contents = _contents(entry)
    content = cms.ContentInfo.load(contents)["content"]["encap_content_info"]["content"].native
    found = _cms(contents, content)
    return found if content == digests.digest("sha1", entry.signed) else replace(found, digest="broken")


def _cms(contents: bytes, signed: bytes) -> _Found:
    """The CMS object (RFC 5652) *contents* over the bytes *signed*."""
    from asn1crypto import cms
    from pyhanko.sign.general import extract_signer_info
    from pyhanko.sign.validation import generic_cms

    content = cms.ContentInfo.load(contents)["content"]
    signer = extract_signer_info(content)
    holder = generic_cms.extract_certs_for_validation(content).signer_cert
    algorithm = signer["digest_algorithm"]["algorithm"].native
    kind = content["encap_content_info"]["content_type"].native
    intact, valid = generic_cms.validate_sig_integrity(signer, holder, kind, digests.digest(algorithm, signed))
    return _Found(
        owner=certificate.read(holder.dump()),
        digest_algorithm=algorithm,
        signature_algorithm=holder.public_key.algorithm,
        signed_at=generic_cms.extract_self_reported_ts(signer),
        digest="intact" if intact else "broken",
        value="valid" if valid else "invalid",
    )


def _bare(entry: _Entry) -> _Found:
    """An RSA signature (PKCS #1) as it is, its certificate beside it."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.x509 import load_der_x509_certificate

    chain = entry.dictionary["/Cert"]
    first = (chain if hasattr(chain, "original_bytes") else chain[0]).original_bytes
    key: Any = load_der_x509_certificate(first).public_key()
    owner, value = certificate.read(first), parse(_contents(entry)).content
    try:
        algorithm, stated = _digest_info(key.recover_data_from_signature(value, PKCS1v15(), None))
    except InvalidSignature:
        return _Found(owner, None, "rsa", None, "unknown", "invalid")
    same = digests.digest(algorithm, entry.signed) == stated
    return _Found(owner, algorithm, "rsa", None, "intact" if same else "broken", "valid")


READERS: Mapping[str, Callable[[_Entry], _Found]] = {
    "adbe.x509.rsa_sha1": _bare,
    "adbe.x509.rsa": _bare,  # misspelled so by issuers
    "adbe.pkcs7.sha1": _wrapped,
}


def _digest_info(data: bytes) -> tuple[str, bytes]:
    """Algorithm and digest of a DigestInfo (RFC 8017)."""
    info = parse(data)
    algorithm = digests.name(info.part(0, SEQUENCE).part(0, OID).oid)
    if algorithm is None:
        raise ValueError("an unknown digest algorithm")
    return algorithm, info.part(1, OCTET_STRING).content


def _contents(entry: _Entry) -> bytes:
    from pyhanko.pdf_utils.generic import EncryptedObjAccess

    return bytes(entry.dictionary.raw_get("/Contents", decrypt=EncryptedObjAccess.RAW).original_bytes)


def _covered(data: bytes, ranges: Ranges) -> dict[str, Any]:
    """What the byte range leaves out, except for the signature's own digits."""
    if len(ranges) != 4 or ranges[0] != 0:
        return {"coverage": "unknown"}
    _, stop, start, rest = ranges
    gaps = [] if GAP.fullmatch(data[stop:start]) else [(stop, start)]
    if data[start + rest :].strip():
        gaps.append((start + rest, len(data)))
    coverage: Coverage = "part" if gaps else "whole"
    return {"coverage": coverage, "not_covered": tuple(f"bytes {a}-{b - 1}" for a, b in gaps)}


def _stated_time(entry: _Entry) -> datetime | None:
    from pyhanko.pdf_utils.generic import parse_pdf_date

    try:
        stated: datetime = parse_pdf_date(str(entry.dictionary["/M"]), strict=False)
    except Exception:  # no date, or none that follows the standard
        return None
    return stated


def _unchecked(found: _Found) -> tuple[Unchecked, ...]:
    known: dict[Unchecked, bool] = {"digest": found.digest != "unknown", "value": found.value != "unknown"}
    return (*(name for name, is_known in known.items() if not is_known), "certificate", "revocation", "time")


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
