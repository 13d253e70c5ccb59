"""What the QR codes of a page say about its invoice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.values import invoice_number, qr_payload
from invoiceocr.values.qr_payload import QrPayload

PROVEN = 0.9999  # confidence of a payload whose CRC is correct
# of one whose CRC is unknown: Reed–Solomon codes still protect the reading, though not the writing
PLAIN = 0.98
# of one whose CRC is wrong: somebody wrote it who did not know how
DAMAGED = 0.5
# types whose CRC is known
WITH_CRC = frozenset({"01", "04", "10", "31", "32", "51"})
# index of the digit that says that a 20-digit number was issued on the tax bureau's platform
PLATFORM, CHANNEL = "2", 4
MISREAD = 2  # digits of a number that may be misread


def payloads(texts: Iterable[str]) -> list[QrPayload]:
    """The tax payloads among *texts*, each once."""
    found = [payload for text in texts if (payload := qr_payload.parse(text)) is not None]
    return list(dict.fromkeys(found))


def matching(codes: Iterable[QrPayload], printed: Sequence[Candidate]) -> QrPayload | None:
    """The first of *codes* that may belong to the invoice on which *printed* stands, or None."""
    return next((code for code in codes if belongs(code, printed)), None)


def codes_of(
    codes: Iterable[tuple[int, str]], printed: Sequence[Candidate], others: Sequence[Sequence[Candidate]]
) -> tuple[tuple[int, str], ...]:
    """Those of a file's *codes* (page and text) that concern the invoice on which *printed* stands, without those of
    the *others* in the file, such as the invoice whose amount its trip list repeats."""

    def concerns(code: QrPayload) -> bool:
        if _is_numbered(code, printed):
            return True
        if any(_is_numbered(code, other) for other in others):
            return False
        return belongs(code, printed) or not any(belongs(code, other) for other in others)

    def is_own(text: str) -> bool:
        if (code := qr_payload.parse(text)) is not None:
            return concerns(code)
        number = qr_payload.linked(text)
        return number is not None and not any(_may_bear(other, number) for other in others)

    return tuple((page, text) for page, text in codes if is_own(text))


def _may_bear(printed: Iterable[Candidate], number: str) -> bool:
    """Whether *number* may be that of the invoice on which *printed* stands: it is nearly the one read there, or none
    is legible."""
    read = [str(said.value) for said in printed if said.path == "number" and said.value is not None]
    return not read or any(is_near(number, each) for each in read)


def is_near(number: str, read: str) -> bool:
    """Whether *read* is *number*, with a few digits misread."""
    return len(number) == len(read) and sum(a != b for a, b in zip(number, read, strict=True)) <= MISREAD


def _is_numbered(payload: QrPayload, printed: Iterable[Candidate]) -> bool:
    """Whether the number of the code is printed on the invoice."""
    return any(c.path == "number" and c.value is not None and c.value == payload.number for c in printed)


def candidates(payload: QrPayload, page: int) -> tuple[Candidate, ...]:
    """The fields that *payload* states; depending on its type, its amount is the total or the amount without tax."""
    trust = PROVEN if payload.crc_ok else DAMAGED if is_damaged(payload) else PLAIN
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


def is_damaged(payload: QrPayload) -> bool:
    """Whether the CRC can be checked and is wrong. Taxpayers' own systems may use another CRC for their numbers."""
    own_system = invoice_number.is_digital(payload.number) and payload.number[CHANNEL] != PLATFORM
    return payload.crc_ok is False and payload.type in WITH_CRC and not own_system


def belongs(payload: QrPayload, printed: Iterable[Candidate]) -> bool:
    """Whether the code may be this invoice's: one of number, check code and amount is printed on it, or none of them is
    legible. A stack of sheets also shows the neighbor's code."""
    says = {candidate.path: candidate.value for candidate in candidates(payload, 0)}
    paths = ("number", "check_code", "total", "total_excluding_tax", "code")
    telling = [c for c in printed if c.path in paths and c.value is not None]
    return not telling or any(says.get(c.path) == c.value for c in telling)
