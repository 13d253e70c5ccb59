"""Names of public lists: a doubtful reading is replaced by a listed name that its lattice considers possible.

Fields name their list in YAML (`vocabulary: stations`). A clear reading is never overruled, listed or not; one that is
not on the list only becomes less sure.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.repair.correction import Correction, Reason
from invoiceocr.decoding.nbest import Alternative, Grammar, decode_nbest
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.kinds import KindSpec
from invoiceocr.kinds.vocabulary import Vocabulary, vocabulary

# the confidence from which a reading is never overruled
CLEAR = 0.9
# what is left of the confidence of a reading that is not on the list: stations close and open, and lists lag behind
UNLISTED = 0.9
# share of the best reading's probability that a listed name must have
LIKELY = 0.01
# share of a listed name's probability that another listed name may have at most
NEXT = 0.1
# the chance that a replaced reading is wrong: the print was doubtful
GUESSED = 0.1
LISTED = Reason("listed-name", "公开名录中的名称", "a name of the public list")


def weighed(candidates: Iterable[Candidate], spec: KindSpec | None) -> tuple[Candidate, ...]:
    """*candidates*; recognized ones become less sure if the list of their field does not contain their value."""
    if spec is None:
        return tuple(candidates)
    return tuple(_less_sure(c) if _is_unlisted(c, _list_of(c.path, spec)) else c for c in candidates)


def corrections(fused: Mapping[str, Fused], spec: KindSpec | None) -> dict[str, Correction]:
    """The doubtful readings of *fused* fields that have exactly one listed name as a likely reading, by path."""
    if spec is None:
        return {}
    found = ((path, _guided(path, field, _list_of(path, spec))) for path, field in fused.items())
    return {path: correction for path, correction in found if correction}


def _list_of(path: str, spec: KindSpec) -> Vocabulary | None:
    field = spec.field(path)
    return vocabulary(field.vocabulary) if field and field.vocabulary else None


def _is_unlisted(candidate: Candidate, names: Vocabulary | None) -> bool:
    return candidate.source == "ocr" and names is not None and not names.admits(candidate.value)


def _less_sure(candidate: Candidate) -> Candidate:
    return replace(candidate, confidence=candidate.confidence * UNLISTED)


def _guided(path: str, field: Fused, names: Vocabulary | None) -> Correction | None:
    read = field.chosen
    if names is None or field.sources != {"ocr"} or not _is_unlisted(read, names):
        return None
    if read.lattice is None or read.confidence >= CLEAR * UNLISTED:
        return None
    best, *rest = (*decode_nbest(read.lattice, _grammar(names), most=2), Alternative("", 0.0, 0.0))
    rival = rest[0].ratio if rest else 0.0
    if best.ratio < LIKELY or rival > NEXT * best.ratio:
        return None
    return Correction(path, read.value, best.text, read.text, best.text, best.ratio, GUESSED, (LISTED,))


def _grammar(names: Vocabulary) -> Grammar:
    """The texts that are names of the list."""

    def follow(state: Hashable, character: str) -> Hashable | None:
        longer = f"{state}{character}"
        return longer if longer in names.beginnings else None

    return Grammar(str.strip, "", follow, names.__contains__)
