"""Amounts whose decimal points the text layer lacks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from handmade import Sheet, piece, written

from invoiceocr.pipeline.reader import Reader

PLAIN = Sheet()
AMOUNTS = {
    "items.0.unit_price": "26535",
    "items.0.amount": "26535",
    "items.0.tax_amount": "265",
    "total_excluding_tax": "¥26535",
    "total_tax": "¥265",
    "total": "¥26800",
}
SUMS = ("total", "total_excluding_tax", "total_tax", "items.0.amount")


def printed(amounts: dict[str, str], *, words: bool) -> bytes:
    segments = {**PLAIN.segments, **{path: piece(path, text) for path, text in amounts.items()}}
    if not words:
        del segments["total_in_words"]
    return written(replace(PLAIN, segments=segments))


@pytest.mark.parametrize("words", [True, False])
def test_sums_of_amounts_without_their_points_verify_nothing(reader: Reader, words: bool) -> None:
    (found,) = reader.read(printed(AMOUNTS, words=words))

    assert found.evidence["total"].value == Decimal(26800)
    assert {found.evidence[path].status for path in SUMS} & {"verified"} == set()
    assert found.verdict == "review"


def test_a_total_without_cents_is_verified_where_the_words_say_it(reader: Reader) -> None:
    (found,) = reader.read(printed({"total": "¥268"}, words=True))

    assert found.evidence["total"].status == "verified"


def test_sums_with_cents_need_no_words(reader: Reader) -> None:
    (found,) = reader.read(printed({}, words=False))

    assert found.evidence["total"].status == "verified"
