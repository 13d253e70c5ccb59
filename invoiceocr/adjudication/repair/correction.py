"""`Correction`: a value that rules and the recognizer's own alternatives put in place of a misreading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from invoiceocr.adjudication.confidence import MIN_ERROR
from invoiceocr.adjudication.fusion import Fused, with_witnesses
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.finding import finding
from invoiceocr.kinds import KindSpec, field_of
from invoiceocr.proof import Finding

REPAIRED = "repaired"
SECOND_PRINT, SECOND_PRINT_EN = "同一内容的另一处印刷", "its second print"
# a replaced value outweighs all that speaks against it by more than 300 to 1
MAX_ERROR = 0.003
# a correction with a smaller chance of being wrong is as good as a second witness
PROVEN_ERROR = 1e-4


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that holds with the correction and did not hold without it: its id, and its title in both languages."""

    rule: str
    title: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Correction:
    """The field at *path* was read as *old_text* with the value *old*, and becomes *new_text* with the value *new*;
    *old* is None if the text could not be parsed.

    `share` is the recognizer's probability of the new reading relative to that of the old one or, if that could not be
    parsed, to that of the likeliest reading that can be. `error` is the probability that the new value is wrong: the
    total weight of the other readings that satisfy the same rules. `reasons` are the rules that forced the correction;
    there are none if another print of the same content decided it.
    """

    path: str
    old: object
    new: object
    old_text: str
    new_text: str
    share: float
    error: float
    reasons: tuple[Reason, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether the constraints alone prove the value."""
        return self.error <= PROVEN_ERROR

    @property
    def doubtful(self) -> bool:
        """Whether the value only replaces a date that can't be true."""
        return self.error > MAX_ERROR

    @property
    def places(self) -> tuple[tuple[int, str, str], ...]:
        """The characters that were changed: position in the value (from 1), old, new. Empty if the lengths differ."""
        old, new = self._old, str(self.new)
        pairs = enumerate(zip(old, new, strict=True), 1) if len(old) == len(new) else ()
        return tuple((place, a, b) for place, (a, b) in pairs if a != b)

    @property
    def change(self) -> tuple[str, str]:
        """What was changed, in Chinese and English: by position in an identifier, otherwise as a whole."""
        if not isinstance(self.new, str) or not self.places:
            return f"“{self._old}”→“{self.new}”", f"“{self._old}” → “{self.new}”"
        return (
            "、".join(f"第 {place} 位 {a}→{b}" for place, a, b in self.places),
            ", ".join(f"character {place} {a} → {b}" for place, a, b in self.places),
        )

    @property
    def _old(self) -> str:
        """The old value, or the text that could not be parsed."""
        return self.old_text if self.old is None else str(self.old)

    @property
    def confidence(self) -> float:
        """The probability that the new value is right."""
        return min(1.0 - self.error, 1.0 - MIN_ERROR)

    def finding(self) -> Finding:
        """The finding that reports it."""
        change, change_en = self.change
        reasons = "、".join(reason.title for reason in self.reasons) or SECOND_PRINT
        reasons_en = "; ".join(reason.title_en for reason in self.reasons) or SECOND_PRINT_EN
        words = f"{self.path} {change}：{reasons}", f"{self.path}: {change_en}, by: {reasons_en}"
        return finding(REPAIRED, "info", words, (self.path,))


def corrected(
    fused: Mapping[str, Fused],
    unread: Iterable[Candidate],
    corrections: Mapping[str, Correction],
    spec: KindSpec | None,
) -> dict[str, Fused]:
    """The *fused* fields with the new values in place of the old ones, which stay as contradicting candidates; *spec*
    is what is known of its kind, or None."""
    misread = {candidate.path: candidate for candidate in unread}
    fields = dict(fused)
    for path, correction in corrections.items():
        found = fused[path] if path in fused else Fused(misread[path], (misread[path],), spec=field_of(path, spec))
        fields[path] = _corrected(found, correction)
    return fields


def _corrected(field: Fused, correction: Correction) -> Fused:
    chosen = replace(field.chosen, value=correction.new, text=correction.new_text, confidence=correction.confidence)
    others = (c for c in (*field.agreeing, *field.contradicting) if c is not field.chosen)
    return with_witnesses(chosen, (field.chosen, *others), field.spec)
