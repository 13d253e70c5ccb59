"""Signs PDF files with keys made for the occasion, by pyhanko and, where it doesn't write a scheme, by hand."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from io import BytesIO

import seal_builder
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

SIGNER, ORGANIZATION = "某某开票服务", "某某科技有限公司"
ROOM = 6000  # bytes kept for a signature


@cache
def key() -> rsa.RSAPrivateKey:
    """A key pair."""
    return rsa.generate_private_key(65537, 2048)


@cache
def certificate() -> bytes:
    """A certificate for the key, signed by itself."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, SIGNER),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION),
        ]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key().public_key())
        .serial_number(7)
        .not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2035, 1, 1, tzinfo=UTC))
        .sign(key(), hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.DER)


def signer() -> SimpleSigner:
    """pyhanko's signer with that key."""
    secret = key().private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SimpleSigner(
        asn1_x509.Certificate.load(certificate()), keys.PrivateKeyInfo.load(secret), SimpleCertificateStore()
    )


def signed(data: bytes, *, field: str = "Seal", pades: bool = False) -> bytes:
    """The PDF *data* with a signature over all of it."""
    scheme = SigSeedSubFilter.PADES if pades else SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    metadata = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=scheme)
    out = BytesIO()
    sign_pdf(IncrementalPdfFileWriter(BytesIO(data)), metadata, signer=signer(), output=out)
    return out.getvalue()


def by_hand(scheme: str, contents: Callable[[bytes], bytes], entries: str = "") -> bytes:
    """A PDF of one blank page whose signature's dictionary has the *scheme*, *entries*, and what *contents* makes of
    the signed bytes."""
    blank = "[0 0000000000 0000000000 0000000000]"
    sign = f"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/{scheme}{entries}/ByteRange{blank}/Contents<{'0' * 2 * ROOM}>>>"
    objects = [
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[4 0 R]>>>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Annots[4 0 R]>>",
        "<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/V 5 0 R/P 3 0 R/Rect[0 0 0 0]>>",
        sign,
    ]
    data, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    table = f"xref\n0 6\n0000000000 65535 f \n{rows}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{len(data)}\n%%EOF\n"
    data += table.encode()
    stop = data.index(b"/Contents<") + len(b"/Contents")
    start = stop + 2 * ROOM + 2
    data = data.replace(blank.encode(), f"[0 {stop:010d} {start:010d} {len(data) - start:010d}]".encode())
    made = contents(data[:stop] + data[start:]).hex().ljust(2 * ROOM, "0")
    return data[:stop] + f"<{made}>".encode() + data[start:]


def bare(signed_bytes: bytes) -> bytes:
    """What adbe.x509.rsa_sha1 holds: the RSA signature in an octet string."""
    value = key().sign(signed_bytes, padding.PKCS1v15(), hashes.SHA1())
    return seal_builder.value(4, value)


def wrapped(signed_bytes: bytes) -> bytes:
    """What adbe.pkcs7.sha1 holds: a CMS object whose content is the digest."""
    digest = hashlib.sha1(signed_bytes, usedforsecurity=False).digest()
    made = asyncio.run(signer().async_sign_general_data(digest, "sha256", detached=False))
    dumped: bytes = made.dump()
    return dumped


def chinese(signed_bytes: bytes, *, attributes: bool = False) -> bytes:
    """Signed data of GM/T 0010 with SM2, with signed attributes or without."""
    der, oid = seal_builder.value, seal_builder.identifier
    sm3 = der(0x30, oid(seal_builder.SM3_OID))
    listed = _attributes(signed_bytes) if attributes else b""
    value = seal_builder.sign(der(0x31, listed) if attributes else signed_bytes)
    told = der(0xA0, listed) if attributes else b""
    info = der(
        0x30,
        seal_builder.integer(1),
        der(0x30, seal_builder.name(cn="x"), seal_builder.integer(7)),
        sm3,
        told,
        der(0x30, oid("1.2.156.10197.1.301.1")),
        der(4, value),
    )
    content = der(
        0x30,
        seal_builder.integer(1),
        der(0x31, sm3),
        der(0x30, oid("1.2.156.10197.6.1.4.2.1")),
        der(0xA0, seal_builder.certificate()),
        der(0x31, info),
    )
    return der(0x30, oid("1.2.156.10197.6.1.4.2.2"), der(0xA0, content))


def _attributes(signed_bytes: bytes) -> bytes:
    der, oid = seal_builder.value, seal_builder.identifier
    digest = hashlib.new("sm3", signed_bytes).digest()
    return der(0x30, oid("1.2.840.113549.1.9.4"), der(0x31, der(4, digest)))
