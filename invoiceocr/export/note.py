"""The evidence of a field in a few lines that fit into a cell comment."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal

from invoiceocr.export.titles import STATED, STATUSES, WITNESSES, in_both, title
from invoiceocr.export.verified import is_stated
from invoiceocr.proof import Evidence, Witness

# characters of a text quoted in a note; a whole remark would hide the sheet
LONGEST = 60


def note(proof: Evidence) -> str:
    """Status and confidence, what was read, each witness with a tick or a cross, the alternatives, the place."""
    return "\n".join(_lines(proof))


def _lines(proof: Evidence) -> Iterator[str]:
    yield f"{in_both(title(STATUSES, proof.status))} · {confidence(proof.confidence)}"
    if proof.text is not None:
        yield f"原文 text: {_short(proof.text)}"
    if proof.value is not None and str(proof.value) != proof.text:
        yield f"取值 value: {_short(proof.value)}"
    if is_stated(proof):
        yield in_both(STATED)
    if proof.repaired:
        yield "已纠正 repaired"
    yield from map(_witness, proof.witnesses)
    if proof.alternatives:
        yield f"备选 alternatives: {_short(' | '.join(proof.alternatives))}"
    if proof.box:
        place = ", ".join(f"{edge:.0f}" for edge in proof.box)
        yield f"第 {proof.page} 页 page {proof.page} ({place})"


def confidence(probability: float) -> str:
    """The probability in percent, never rounded up to certainty: 0.99999 → 99.99%."""
    return f"{Decimal(str(probability)).quantize(Decimal('0.0001'), ROUND_FLOOR):.2%}"


def _witness(witness: Witness) -> str:
    mark = "✓" if witness.agrees else "✗"
    return f"{mark} {in_both(title(WITNESSES, witness.source))}: {_short(witness.value)}"


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
