"""What a page's QR codes say of its invoice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.proof import Finding
from invoiceocr.values import invoice_number, qr_payload
from invoiceocr.values.qr_payload import QrPayload

PROVEN = 0.9999  # a payload whose CRC verifies
TELLING = frozenset({"number", "check_code", "total", "total_excluding_tax", "code", "issue_date"})
MAX_MISREAD = 2  # digits of a number
STRAY = "qr-other-invoice"
NUMBERED = frozenset(qr_payload.KINDS) - {"blockchain", "fiscal"}  # types whose payload states number, date and amount
PLAIN = 0.98  # one without or with a wrong CRC: Reed–Solomon still protects the reading, not the writing


def payloads(texts: Iterable[str]) -> list[QrPayload]:
    """The tax payloads among *texts*, each once."""
    found = [payload for text in texts if (payload := qr_payload.parse(text)) is not None]
    return list(dict.fromkeys(found))


def candidates(payload: QrPayload, page: int) -> tuple[Candidate, ...]:
    """The fields that *payload* states; its amount is the total or the amount without tax, by type. One whose CRC fails
    was damaged or made up and verifies nothing, unless its issuer is known to reckon another way."""
    trust = PROVEN if payload.crc_ok else PLAIN
    sound = payload.crc_ok is not False or invoice_number.channel(payload.number) == "self_issued"
    return tuple(
        Candidate(path, value, str(value), "qr", trust, page, vouches=sound)
        for path, value in _fields(payload)
        if value is not None
    )


def _fields(payload: QrPayload) -> Iterator[tuple[str, object]]:
    yield "code", payload.code
    yield "number", payload.number
    yield "issue_date", payload.date
    yield "check_code", payload.check_code
    if payload.amount_includes_tax is not None:
        yield "total" if payload.amount_includes_tax else "total_excluding_tax", payload.amount


def belongs(payload: QrPayload, printed: Iterable[Candidate]) -> bool:
    """Whether the code can be this invoice's. A stack of sheets shows the neighbor's code too, and a forged paper
    another invoice's: where another number is printed, so much else must be the same that the number may be misread."""
    says = {candidate.path: candidate.value for candidate in candidates(payload, 0)}
    telling = [c for c in printed if c.path in TELLING and c.value is not None]
    same = {c.path for c in telling if says.get(c.path) == c.value}
    numbers = [c for c in telling if c.path == "number"]
    if "number" in same or all(c.path == "issue_date" for c in telling):
        return True
    if not numbers:
        return bool(same - {"issue_date"})
    if any(c.source == "ocr" or _is_misread(str(c.value), payload.number) for c in numbers):
        return bool(same - {"issue_date", "code"}) or {"issue_date", "code"} <= same
    return len(same - {"code"}) > 1


def strays(payloads: Iterable[QrPayload], drafts: Sequence[Iterable[Candidate]]) -> list[QrPayload]:
    """The codes of invoices that are none of the *drafts*, told by their candidates. Links say too little."""
    known = [list(printed) for printed in drafts]
    return [p for p in payloads if p.type in NUMBERED and not any(belongs(p, printed) for printed in known)]


def with_strays(draft: Draft, codes: Mapping[int, Sequence[QrPayload]], made: Sequence[Draft]) -> Draft:
    """*draft* with a finding for each of the *codes* on its pages that is of no invoice among those *made* of the
    document; where it has no code of its own that puts its number in doubt."""
    printed = [code for number, _ in draft.page_sizes for code in codes.get(number, ())]
    has_own = any(belongs(code, draft.candidates) for code in printed)
    found = _findings(strays(printed, [other.candidates for other in made]), () if has_own else ("number",))
    return replace(draft, notes=(*draft.notes, *found))


def _findings(payloads: Iterable[QrPayload], fields: tuple[str, ...]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            rule=STRAY,
            severity="warning",
            message=f"二维码属于另一张发票：{payload.number}",
            message_en=f"the QR code is that of another invoice: {payload.number}",
            fields=fields,
            pack="evidence",
        )
        for payload in payloads
    )


def _is_misread(printed: str, stated: str) -> bool:
    """Whether a recognizer may have made one number of the other."""
    differing = sum(a != b for a, b in zip(printed, stated, strict=False))
    return len(printed) == len(stated) and differing <= MAX_MISREAD
