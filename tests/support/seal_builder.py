"""Builds the signature of an electronic seal, certificate and all, and puts it into an OFD package."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping

from invoiceocr.sources.signatures import sm2

PRIVATE_KEY = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8  # the example of GB/T 32918.5
NONCE = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
SIGNER, ORGANIZATION, ISSUER = "某某监制章", "某某税务局", "某某证书中心"
SM3_OID, SM2_OID = "1.2.156.10197.1.401", "1.2.156.10197.1.501"
NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
FOLDER = "Doc_0/Signs"


def value(tag: int, *contents: bytes) -> bytes:
    """A DER value."""
    content = b"".join(contents)
    length = len(content)
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big") if length > 127 else b""
    return bytes([tag, 0x80 + len(octets) if octets else length]) + octets + content


def integer(number: int) -> bytes:
    """A DER integer."""
    return value(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def identifier(dotted: str) -> bytes:
    """A DER object identifier."""
    first, second, *rest = map(int, dotted.split("."))
    octets = bytearray()
    for arc in (40 * first + second, *rest):
        digits = [arc & 0x7F]
        while arc := arc >> 7:
            digits.append(arc & 0x7F | 0x80)
        octets += bytes(reversed(digits))
    return value(6, bytes(octets))


def name(**parts: str) -> bytes:
    """A distinguished name of a common name (cn) and an organization (o)."""
    types = {"cn": "2.5.4.3", "o": "2.5.4.10"}
    pairs = (value(0x30, identifier(types[key]), value(0x0C, text.encode())) for key, text in parts.items())
    return value(0x30, *(value(0x31, pair) for pair in pairs))


def public_key(private: int = PRIVATE_KEY) -> bytes:
    """The uncompressed point of the key."""
    x, y, z = sm2._sum_of_multiples(private, sm2.GENERATOR, 0, sm2.GENERATOR)
    x, y = x * pow(z, -2, sm2.P) % sm2.P, y * pow(z, -3, sm2.P) % sm2.P
    return b"\4" + x.to_bytes(32, "big") + y.to_bytes(32, "big")


def certificate() -> bytes:
    """A certificate that nobody signed."""
    period = value(0x30, value(0x17, b"250101000000Z"), value(0x17, b"350101000000Z"))
    kind = value(0x30, identifier("1.2.840.10045.2.1"), identifier("1.2.156.10197.1.301"))
    algorithm = value(0x30, identifier(SM2_OID))
    fields = value(
        0x30,
        value(0xA0, integer(2)),
        integer(7),
        algorithm,
        name(cn=ISSUER),
        period,
        name(cn=SIGNER, o=ORGANIZATION),
        value(0x30, kind, value(3, b"\0", public_key())),
    )
    return value(0x30, fields, algorithm, value(3, b"\0"))


def sign(message: bytes, private: int = PRIVATE_KEY) -> bytes:
    """The SM2 signature of *message*."""
    key = public_key(private)
    point = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big")
    digest = int.from_bytes(sm2.sm3(sm2._identity(point) + message), "big")
    x, _, z = sm2._sum_of_multiples(NONCE, sm2.GENERATOR, 0, sm2.GENERATOR)
    r = (digest + x * pow(z, -2, sm2.P) % sm2.P) % sm2.N
    s = pow(1 + private, -1, sm2.N) * (NONCE - r * private) % sm2.N
    return value(0x30, integer(r), integer(s))


def seal(description: bytes) -> bytes:
    """SignedValue.dat (GB/T 38540) for the Signature.xml *description*."""
    time, path = value(0x18, b"20250601101112Z"), value(0x16, b"/Doc_0/Signs/Sign_0/Signature.xml")
    signed = value(0x30, integer(4), value(0x30), time, value(3, b"\0", sm2.sm3(description)), path)
    return value(0x30, signed, value(4, certificate()), identifier(SM2_OID), value(3, b"\0", sign(signed)))


def old_seal(description: bytes) -> bytes:
    """SignedValue.dat (GM/T 0031) for the Signature.xml *description*."""
    stamp, path = value(3, b"\0stamp"), value(0x16, b"/Doc_0/Signs/Sign_0/Signature.xml")
    digest = value(3, b"\0", sm2.sm3(description))
    head = (integer(1), value(0x30), stamp, digest, path)
    signed = value(0x30, *head, value(4, certificate()), identifier(SM2_OID))
    return value(0x30, signed, value(3, b"\0", sign(signed)))


def description(members: Mapping[str, bytes], covered: Iterable[str], *, method: str = SM3_OID) -> bytes:
    """Signature.xml with the digests of the members *covered*."""
    algorithm = {SM3_OID: "sm3", "": "md5"}.get(method, method)
    lines = "".join(
        f'<ofd:Reference FileRef="/{path}"><ofd:CheckValue>'
        f"{base64.b64encode(hashlib.new(algorithm, members[path]).digest()).decode()}"
        "</ofd:CheckValue></ofd:Reference>"
        for path in covered
    )
    check = f' CheckMethod="{method}"' if method else ""
    return (
        f'<ofd:Signature {NAMESPACE}><ofd:SignedInfo><ofd:Provider ProviderName="x"/>'
        f"<ofd:SignatureMethod>{SM2_OID}</ofd:SignatureMethod>"
        "<ofd:SignatureDateTime>20250601181112</ofd:SignatureDateTime>"
        f"<ofd:References{check}>{lines}</ofd:References></ofd:SignedInfo>"
        f"<ofd:SignedValue>/{FOLDER}/Sign_0/SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    ).encode()


def sealed(members: Mapping[str, str | bytes], *, leave_out: Iterable[str] = ()) -> dict[str, bytes]:
    """The OFD *members*, all but *leave_out* under an electronic seal."""
    raw = {path: data.encode() if isinstance(data, str) else data for path, data in members.items()}
    listed = f"<ofd:Signatures>/{FOLDER}/Signatures.xml</ofd:Signatures></ofd:DocBody>"
    raw["OFD.xml"] = raw["OFD.xml"].replace(b"</ofd:DocBody>", listed.encode())
    told = description(raw, [path for path in raw if path not in set(leave_out)])
    entry = '<ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/>'
    return {
        **raw,
        f"{FOLDER}/Signatures.xml": f"<ofd:Signatures {NAMESPACE}>{entry}</ofd:Signatures>".encode(),
        f"{FOLDER}/Sign_0/Signature.xml": told,
        f"{FOLDER}/Sign_0/SignedValue.dat": seal(told),
    }
