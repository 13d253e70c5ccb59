"""`confidence`: an uncalibrated score of a value, one minus the probability that all its witnesses are wrong.

The error rates here only rank fields; `calibration` maps scores to the measured share of right values.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.proof import WitnessSource

# the chance that a source's statement is not what the invoice says, its label included
SOURCE_ERROR = {
    "caller": 0.001, "xml": 0.0005, "ofd": 0.001, "text_layer": 0.001,
    "ledger": 0.001, "register": 0.0005, "reviewer": 0.001,
}  # fmt: skip
# a label can be wrong even if every character is right
MIN_OCR_ERROR = 0.001
# the same recognizer's reading of the value elsewhere is no independent witness
REPEAT_ERROR = 0.2
# the share of what two recognizers read alike in one print that both misread alike
SECOND_ERROR = 0.05
# the error rate of what only the second recognizer could read, however sure it is
ALONE_ERROR = 0.02
# words that agree with the digits are right, except for characters that don't change the amount; none of 300 was wrong
SUPPORT_ERROR = {"checksum": 1 / 300, "words": 0.002, "arithmetic": 0.02, "qr": 0.001}
MIN_ERROR = 0.0001
# what is left of the confidence if a trusted witness says otherwise
CONTRADICTED = 0.5


def confidence(agreeing: Iterable[Candidate], supports: Iterable[WitnessSource], contradicted: bool) -> float:
    """The score 0..1 of a value: *agreeing* witnesses, passed *supports*, *contradicted* or not."""
    seen: set[str] = set()
    error = 1.0
    found = list(agreeing)
    for candidate in sorted((c for c in found if not c.second), key=_error):
        error *= max(_error(candidate), REPEAT_ERROR) if candidate.source in seen else _error(candidate)
        seen.add(candidate.source)
    error = _read_again(error, [_error(c) for c in found if c.second])
    error = max(error, 1.0 - max((c.place for c in found), default=1.0))
    error *= math.prod(SUPPORT_ERROR.get(source, 1.0) for source in set(supports))
    sure = 1.0 - max(error, MIN_ERROR)
    return sure * CONTRADICTED if contradicted else sure


def _read_again(error: float, seconds: Sequence[float]) -> float:
    """*error* reduced by agreeing second readings with the errors *seconds*. It stays above the chance that both
    recognizers make the same mistake or that the field is the wrong one. Second readings alone keep their own error."""
    if not seconds:
        return error
    if error == 1.0:
        return max(min(seconds), ALONE_ERROR)
    return max(error * max(min(seconds), SECOND_ERROR), min(error, MIN_OCR_ERROR))


def _error(candidate: Candidate) -> float:
    if candidate.source == "ocr":
        return max(1.0 - candidate.confidence, MIN_OCR_ERROR)
    if candidate.source == "qr":
        return 1.0 - candidate.confidence
    # the block that found the value may doubt that it is complete
    return max(SOURCE_ERROR.get(candidate.source, 0.0), 1.0 - candidate.confidence)
