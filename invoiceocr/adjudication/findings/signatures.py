"""Findings about the signatures of a file and what they mean for its invoices."""

from __future__ import annotations

from collections.abc import Iterable

from invoiceocr.evidence.finding import finding
from invoiceocr.proof import Finding, Severity
from invoiceocr.signature import Signature

PACK = "signatures"
BROKEN, PARTIAL, UNREAD, INTACT = "signature-broken", "signature-partial", "signature-unread", "signature-intact"
# sealing software writes the signature's own entry there, sometimes after signing
LATE = frozenset({"OFD.xml"})
UNTRUSTED, UNTRUSTED_EN = "证书是否可信、是否吊销未核验", "whether the certificate is trusted or revoked is not checked"


def findings(signatures: Iterable[Signature]) -> tuple[Finding, ...]:
    """A finding for each signature: an error if the file no longer contains what was signed."""
    known = tuple(signatures)
    return tuple(_finding(signature, known) for signature in known)


def _finding(signature: Signature, known: Iterable[Signature]) -> Finding:
    who, who_en = signature.signer or "未知签名人", signature.signer or "an unknown signer"
    if signature.digest == "broken" or signature.value == "invalid":
        return _broken(signature, who, who_en)
    if signature.digest == "unknown":
        return _unread(signature, who, who_en)
    left_out = ", ".join(name for name in signature.not_covered if name not in LATE)
    if left_out:
        return _told(
            PARTIAL,
            "info" if any(_vouches(other, signature) for other in known) else "warning",
            f"{who} 的签名未覆盖整个文件（{left_out}）：这些内容可能是签名后加入的",
            f"the signature of {who_en} does not cover the whole file ({left_out}): that may have been added later",
        )
    return _told(
        INTACT,
        "info",
        f"{who} 的签名完好：签名后文件未被改动；{UNTRUSTED}",
        f"the signature of {who_en} is intact: the file has not changed since; {UNTRUSTED_EN}",
    )


def _vouches(other: Signature, signature: Signature) -> bool:
    """Whether a later signature of the same file covers what *signature* leaves out."""
    return other.source == signature.source and other.digest == "intact" and other.coverage == "whole"


def _broken(signature: Signature, who: str, who_en: str) -> Finding:
    listed = "、".join(signature.changed)
    if signature.digest != "broken":
        zh, en = "签名值与证书不符", "its value was not made with the key of its certificate"
    elif listed:
        zh, en = f"签名后被改动：{listed}", f"changed after signing: {', '.join(signature.changed)}"
    else:
        zh, en = "文件在签名后被改动", "the file was changed after signing"
    return _told(BROKEN, "error", f"{who} 的签名无效：{zh}", f"the signature of {who_en} is broken: {en}")


def _unread(signature: Signature, who: str, who_en: str) -> Finding:
    extra = signature.missing_extra
    why = f"pip install 'invoiceocr[{extra}]'" if extra else signature.problem or "unknown algorithm"
    return _told(
        UNREAD,
        "info",
        f"文件有签名（{who}），但未能核验：{why}",
        f"the file is signed ({who_en}), but that could not be checked: {why}",
    )


def _told(rule: str, severity: Severity, zh: str, en: str) -> Finding:
    return finding(rule, severity, (zh, en), pack=PACK)
