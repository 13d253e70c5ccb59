"""Digest algorithms by the names that signatures give them."""

from __future__ import annotations

import hashlib

NAMES = {
    "1.2.156.10197.1.401": "sm3",
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


def name(stated: str) -> str | None:
    """The name by which hashlib has the algorithm (an object identifier, or a name such as SHA-1); None where this
    Python's OpenSSL lacks it."""
    known = NAMES.get(stated, stated.lower().replace("-", ""))
    return known if known in hashlib.algorithms_available else None


def digest(algorithm: str, data: bytes) -> bytes:
    """The digest of *data* by an algorithm that `name` gave."""
    return hashlib.new(algorithm, data, usedforsecurity=False).digest()
