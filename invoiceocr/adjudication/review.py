"""What a person says after looking at the paper: values that stand whatever else was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from invoiceocr.adjudication.fusion import Fused, with_witnesses
from invoiceocr.evidence.candidate import Candidate


def overruled(fused: Mapping[str, Fused], reviewed: Iterable[Candidate]) -> dict[str, Fused]:
    """*fused* with the *reviewed* values in place of all others, which stay as agreeing or contradicting witnesses. A
    reviewed value of None leaves the field empty."""
    fields = dict(fused)
    for word in reviewed:
        fields[word.path] = _overruled(fused.get(word.path), word)
    return fields


def is_reviewed(field: Fused) -> bool:
    """Whether a person gave the value."""
    return field.chosen.source == "reviewer"


def _overruled(field: Fused | None, word: Candidate) -> Fused:
    return with_witnesses(word, (*field.agreeing, *field.contradicting) if field else ())
