"""The signatures of an OFD document (GB/T 33190, chapter 18): Signatures.xml → Signature.xml → SignedValue.dat.

A chain of digests: Signature.xml states one of each member that is signed, SignedValue.dat one of Signature.xml and
the seal's signature over it.
"""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from invoiceocr.errors import SourceError
from invoiceocr.signature import Coverage, DigestState, Signature, Unchecked, ValueState
from invoiceocr.sources.containers.safe_zip import clean
from invoiceocr.sources.ofd import package as ofd_package
from invoiceocr.sources.ofd.package import OfdDocument
from invoiceocr.sources.safe_xml import Node
from invoiceocr.sources.signatures import digests, ses, sm2
from invoiceocr.sources.signatures.ses import SealSignature

# what CheckMethod means where it is left out (GB/T 33190, table 80)
STANDARD_DIGEST = "MD5"
ALGORITHMS = {ses.SM2: "sm2", "1.2.840.113549.1.1.11": "rsa", "1.2.840.113549.1.1.5": "rsa"}
_LISTING = re.compile(r"signs?/signatures\.xml", re.IGNORECASE)
_OWN = re.compile(r"signatures\.xml|([^/]+/)?(signature\.xml|signedvalue\.dat|seal\.esl)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Checked:
    """The results of the digests: the algorithm, which members differ, whether any digest couldn't be computed, and
    which members of the package have none."""

    algorithm: str | None
    changed: tuple[str, ...]
    complete: bool
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sealed:
    """What SignedValue.dat says: the signature (None with the problem if it can't be read), and the digest of
    Signature.xml compared with the one that was signed."""

    signature: SealSignature | None
    problem: str | None
    description: DigestState
    value: ValueState


def read(document: OfdDocument, source: str) -> tuple[Signature, ...]:
    """The signatures of *document* in the order listed; one that can't be read is still reported."""
    return tuple(_signature(document, path, node, source) for path, node in parts(document))


def parts(document: OfdDocument) -> Iterator[tuple[str | None, Node]]:
    """(path of Signature.xml, None where it is missing; its entry in Signatures.xml)."""
    for path in _listings(document):
        listing = ofd_package.try_read(document.package, path)
        for node in listing.all("Signature") if listing else ():
            location = node.attributes.get("BaseLoc", "")
            yield ofd_package.resolve(document.package, posixpath.dirname(path), location), node


def _listings(document: OfdDocument) -> list[str]:
    """The paths of Signatures.xml: the one that OFD.xml names, or else where it usually is, in case an editor removed
    the reference."""
    package, named = document.package, document.info.child("Signatures")
    found = ofd_package.resolve(package, "", named.text) if named else None
    inside = (path for path in package.names() if path.startswith(f"{document.folder}/"))
    return [found] if found else [path for path in inside if _LISTING.fullmatch(path[len(document.folder) + 1 :])]


def _signature(document: OfdDocument, path: str | None, entry: Node, source: str) -> Signature:
    name = entry.attributes.get("ID")
    root = ofd_package.try_read(document.package, path) if path else None
    info = root.first("SignedInfo") if root else None
    if path is None or root is None or info is None:
        return Signature(source=source, format="ofd", name=name, problem="Signature.xml is missing or malformed")
    checked, sealed = _check(document, path, info), _sealed(document, path, root)
    return _told(Signature(source=source, format="ofd", name=name), info, checked, sealed)


def _told(blank: Signature, info: Node, checked: _Checked, sealed: _Sealed) -> Signature:
    seal = sealed.signature
    method, stated = info.first("SignatureMethod"), info.first("SignatureDateTime")
    algorithm = seal.algorithm if seal else method.text if method else ""
    digest = _state(checked, sealed)
    return blank.model_copy(
        update={
            "scheme": f"SES_Signature {seal.version}" if seal else None,
            "signer": seal.owner.name if seal else None,
            "organization": seal.owner.organization if seal else None,
            "issuer": seal.owner.issuer if seal else None,
            "signed_at": (seal.time if seal else None) or (ses.moment(stated.text) if stated else None),
            "digest_algorithm": checked.algorithm,
            "signature_algorithm": ALGORITHMS.get(algorithm, algorithm or None),
            "coverage": _coverage(checked),
            "not_covered": checked.left_out,
            "digest": digest,
            "changed": checked.changed,
            "value": sealed.value,
            "unchecked": _unchecked(digest, sealed.value),
            "problem": sealed.problem,
        }
    )


def _check(document: OfdDocument, path: str, info: Node) -> _Checked:
    """The digests of the members that the signature refers to."""
    references = info.first("References") or Node("References")
    method = references.attributes.get("CheckMethod", STANDARD_DIGEST)
    algorithm = digests.name(method)
    changed, known, covered = [], True, set[str]()
    for reference in references.all("Reference"):
        location, stated = reference.attributes.get("FileRef", ""), reference.first("CheckValue")
        found = ofd_package.resolve(document.package, posixpath.dirname(path), location)
        member = found or clean(location)
        covered.add(member)
        same = _is_same(document, found, algorithm, stated.text if stated else "")
        known = known and same is not None
        if same is False:
            changed.append(member)
    return _Checked(algorithm or method, tuple(changed), known and bool(covered), _left_out(document, path, covered))


def _is_same(document: OfdDocument, path: str | None, algorithm: str | None, stated: str) -> bool | None:
    """Whether the member has the stated digest; a member that is missing does not. None if that can't be determined."""
    if path is None:
        return False
    if algorithm is None:
        return None
    try:
        return digests.digest(algorithm, document.package.read(path)) == base64.b64decode(stated)
    except (binascii.Error, ValueError, SourceError):
        return None


def _left_out(document: OfdDocument, path: str, covered: set[str]) -> tuple[str, ...]:
    """The members without a digest, except for those that make up the signatures themselves."""
    # Doc_0/Signs/ of Doc_0/Signs/Sign_0/Signature.xml
    folder = f"{posixpath.dirname(posixpath.dirname(path))}/"
    bare = (name for name in document.package.names() if name not in covered)
    return tuple(name for name in bare if not (name.startswith(folder) and _OWN.fullmatch(name[len(folder) :])))


def _sealed(document: OfdDocument, path: str, root: Node) -> _Sealed:
    """What SignedValue.dat says of Signature.xml at *path*."""
    package, named = document.package, root.first("SignedValue")
    member = ofd_package.resolve(package, posixpath.dirname(path), named.text) if named else None
    if member is None:
        return _Sealed(None, "SignedValue.dat is missing", "unknown", "unknown")
    try:
        seal = ses.read(package.read(member))
    except (ValueError, IndexError, SourceError):
        return _Sealed(None, "SignedValue.dat holds no seal's signature that is known", "unknown", "unknown")
    if seal.algorithm != ses.SM2 or not sm2.is_available():
        return _Sealed(seal, None, "unknown", "unknown")
    intact = sm2.sm3(package.read(path)) == seal.digest
    return _Sealed(seal, None, "intact" if intact else "broken", _value(seal))


def _value(seal: SealSignature) -> ValueState:
    try:
        return "valid" if sm2.verify(seal.owner.public_key, seal.signed, seal.value) else "invalid"
    except ValueError:
        return "unknown"


def _state(checked: _Checked, sealed: _Sealed) -> DigestState:
    """Of the whole chain: broken where one link is."""
    if checked.changed or sealed.description == "broken":
        return "broken"
    return "intact" if checked.complete and sealed.description == "intact" else "unknown"


def _coverage(checked: _Checked) -> Coverage:
    return "part" if checked.left_out else "whole"


def _unchecked(digest: DigestState, value: ValueState) -> tuple[Unchecked, ...]:
    known: dict[Unchecked, bool] = {"digest": digest != "unknown", "value": value != "unknown"}
    return (*(name for name, is_known in known.items() if not is_known), "certificate", "revocation", "time")
