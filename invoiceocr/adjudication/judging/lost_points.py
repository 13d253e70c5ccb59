"""Amounts that were printed without cents. If all decimal points of a page are lost, because they are drawn as dots or
in meaningless glyphs, every sum still comes out, and only the words would show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.judging.judgment import Judgment
from invoiceocr.evidence.candidate import PRINTED
from invoiceocr.evidence.second_reading import SUMMED, lacks_cents
from invoiceocr.kinds import KindSpec

TOTAL = "total"
# sources of what is printed on paper; records may state amounts in any form
ON_PAPER = PRINTED | {"ocr"}


def suspected(judgment: Judgment, fused: Mapping[str, Fused], spec: KindSpec | None) -> Judgment:
    """*judgment* with the amounts that are printed without cents under suspicion, if the invoice has a tax and no words
    state the total: all 530 amounts of real files had their cents."""
    if spec is None or SUMMED not in spec.families or "words" in judgment.supports.get(TOTAL, ()):
        return judgment
    lost = (
        path
        for path, field in fused.items()
        if field.sources <= ON_PAPER and lacks_cents(path, field.chosen.value, spec)
    )
    return replace(judgment, suspects=judgment.suspects.union(lost))
