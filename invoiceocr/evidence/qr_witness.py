"""What a page's QR codes say of its invoice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.values import qr_payload
from invoiceocr.values.qr_payload import QrPayload

PROVEN = 0.9999  # a payload whose CRC verifies
PLAIN = 0.98  # one without or with a wrong CRC: Reed–Solomon still protects the reading, not the writing


def payloads(texts: Iterable[str]) -> list[QrPayload]:
    """The tax payloads among *texts*, each once."""
    found = [payload for text in texts if (payload := qr_payload.parse(text)) is not None]
    return list(dict.fromkeys(found))


def candidates(payload: QrPayload, page: int) -> tuple[Candidate, ...]:
    """The fields that *payload* states; its amount is the total or the amount without tax, by type."""
    trust = PROVEN if payload.crc_ok else PLAIN
    return tuple(
        Candidate(path, value, str(value), "qr", trust, page) for path, value in _fields(payload) if value is not None
    )


def _fields(payload: QrPayload) -> Iterator[tuple[str, object]]:
    yield "code", payload.code
    yield "number", payload.number
    yield "issue_date", payload.date
    yield "check_code", payload.check_code
    if payload.amount_includes_tax is not None:
        yield "total" if payload.amount_includes_tax else "total_excluding_tax", payload.amount


def belongs(payload: QrPayload, printed: Iterable[Candidate]) -> bool:
    """Whether the code can be this invoice's: one of number, check code and amount is printed on it, or none is
    legible. A stack of sheets shows the neighbor's code too."""
    says = {candidate.path: candidate.value for candidate in candidates(payload, 0)}
    paths = ("number", "check_code", "total", "total_excluding_tax", "code")
    telling = [c for c in printed if c.path in paths and c.value is not None]
    return not telling or any(c.path in says and says[c.path] == c.value for c in telling)
