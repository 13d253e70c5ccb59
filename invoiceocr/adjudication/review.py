"""What a person says after looking at the paper: values that hold whatever else was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from invoiceocr.adjudication.fusion import Fused, with_witnesses
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.kinds import KindSpec, field_of


def overruled(fused: Mapping[str, Fused], reviewed: Iterable[Candidate], spec: KindSpec | None) -> dict[str, Fused]:
    """The *fused* fields with the *reviewed* values in place of all others, which stay as agreeing or contradicting
    witnesses. A reviewed value of None empties the field. *spec* is what is known of the kind, or None."""
    fields = dict(fused)
    for word in reviewed:
        fields[word.path] = _overruled(fused.get(word.path), word, spec)
    return fields


def is_reviewed(field: Fused) -> bool:
    """Whether a person gave the value."""
    return field.chosen.source == "reviewer"


def _overruled(field: Fused | None, word: Candidate, spec: KindSpec | None) -> Fused:
    others = (*field.agreeing, *field.contradicting) if field else ()
    return with_witnesses(word, others, field_of(word.path, spec))
