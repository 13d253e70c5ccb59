"""Verification of SM2 signatures (GB/T 32918.2) on the recommended curve (GB/T 32918.5).

OpenSSL knows SM2, but the Python packages around it don't offer it. Checking needs no secret, so plain integers do.
"""

from __future__ import annotations

import hashlib

from invoiceocr.sources.signatures.der import INTEGER, parse

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
GENERATOR = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
# of a signer who is not told by another (GM/T 0009)
IDENTITY = b"1234567812345678"
SIZE = 32  # bytes of a coordinate
UNCOMPRESSED = 4

# Jacobian: x/z², y/z³; z = 0 is the point at infinity
Point = tuple[int, int, int]
INFINITY: Point = (1, 1, 0)


def is_available() -> bool:
    """Whether the OpenSSL of this Python has the digest SM3, which every SM2 signature needs."""
    return "sm3" in hashlib.algorithms_available


def sm3(data: bytes) -> bytes:
    """The SM3 digest (GB/T 32905) of *data*."""
    return hashlib.new("sm3", data).digest()


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether *signature* (DER of r and s) is a signature of *message* by the holder of *public_key* (04, x, y).
    ValueError for a key or signature of another form."""
    key = _key(public_key)
    parts = parse(signature)
    r, s = parts.part(0, INTEGER).number, parts.part(1, INTEGER).number
    t = (r + s) % N
    if not (0 < r < N and 0 < s < N and t):
        return False
    digest = int.from_bytes(sm3(_identity(key) + message), "big")
    x, _, z = _sum_of_multiples(s, GENERATOR, t, key)
    if not z:
        return False
    return (digest + x * pow(z, -2, P) % P) % N == r


def _key(public_key: bytes) -> tuple[int, int]:
    if len(public_key) != 2 * SIZE + 1 or public_key[0] != UNCOMPRESSED:
        raise ValueError("not an uncompressed point of a 256-bit curve")
    x, y = (int.from_bytes(public_key[at : at + SIZE], "big") for at in (1, SIZE + 1))
    if (y * y - (x * x * x + A * x + B)) % P:
        raise ValueError("not a point of the SM2 curve")
    return x, y


def _identity(key: tuple[int, int]) -> bytes:
    """The digest Z of the signer's identity, the curve and the key."""
    numbers = (A, B, *GENERATOR, *key)
    bits = (8 * len(IDENTITY)).to_bytes(2, "big")
    return sm3(bits + IDENTITY + b"".join(number.to_bytes(SIZE, "big") for number in numbers))


def _sum_of_multiples(a: int, first: tuple[int, int], b: int, second: tuple[int, int]) -> Point:
    """a·first + b·second, both scalars bit by bit together."""
    one, two = (*first, 1), (*second, 1)
    summands = {(1, 0): one, (0, 1): two, (1, 1): _add(one, two)}
    total = INFINITY
    for bit in reversed(range(max(a.bit_length(), b.bit_length()))):
        total = _double(total)
        chosen = summands.get((a >> bit & 1, b >> bit & 1))
        total = _add(total, chosen) if chosen else total
    return total


def _double(point: Point) -> Point:
    x, y, z = point
    if not z or not y:
        return INFINITY
    yy, zz = y * y % P, z * z % P
    s = 4 * x * yy % P
    m = 3 * (x - zz) * (x + zz) % P  # as a = -3
    x2 = (m * m - 2 * s) % P
    return x2, (m * (s - x2) - 8 * yy * yy) % P, 2 * y * z % P


def _add(left: Point, right: Point) -> Point:
    if not left[2] or not right[2]:
        return right if not left[2] else left
    (x1, y1, z1), (x2, y2, z2) = left, right
    zz1, zz2 = z1 * z1 % P, z2 * z2 % P
    u1, u2 = x1 * zz2 % P, x2 * zz1 % P
    s1, s2 = y1 * z2 * zz2 % P, y2 * z1 * zz1 % P
    if u1 == u2:
        return _double(left) if s1 == s2 else INFINITY
    h, r = u2 - u1, s2 - s1
    hh = h * h % P
    v = u1 * hh % P
    x3 = (r * r - hh * h - 2 * v) % P
    return x3, (r * (v - x3) - s1 * hh * h) % P, h * z1 * z2 % P
