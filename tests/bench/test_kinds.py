"""Figures by kind."""

from __future__ import annotations

from pathlib import Path

from bench.kinds import BORN_DIGITAL, Count, orders, worn
from invoiceocr.scoring.documents import Labeled
from invoiceocr.specimens import EVERY_KIND

LABEL = {"kind": "taxi", "code": "133011912345", "total": "62.00", "distance": "12.8"}


def document(**fields: str) -> Labeled:
    return Labeled(Path("taxi.png"), ({**LABEL, **fields},))


def test_every_verified_field_counts_key_or_not() -> None:
    count = Count()
    proven = {path: {"status": "verified"} for path in ("code", "total", "distance")}

    count.add(document(), [{**LABEL, "total": "82.00", "evidence": proven}])

    assert (count.verified[True], count.verified[False]) == (2, 1)
    assert count.errors == ["taxi.png: total wrong", "taxi.png: total VERIFIED WRONG"]


def test_a_line_tells_kind_keys_and_proofs() -> None:
    count = Count()

    count.add(document(), [{**LABEL, "kind": "bus", "evidence": {"code": {"status": "verified"}}}])

    assert count.row("taxi") == ("taxi", 1, "0.0", "66.7", "50.0", "0 of 1")


def test_seeds_are_in_turn_pictures_and_documents_where_the_kind_is_born_digital() -> None:
    for kind in EVERY_KIND:
        formats = {order.format for order in orders(kind, 4, 10)}

        assert formats == ({"png", "pdf"} if kind in BORN_DIGITAL else {"png"})
        assert len({order.degradation for order in worn(kind, 4, 10)}) == 2
