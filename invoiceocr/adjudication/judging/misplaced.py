"""Values that the page shows to be those of other fields: cells out of the order of their rows, and names or tax ids of
parties whose print is that of another field, too.

Sums and check digits hold if cells of equal rows are exchanged, or if a name is taken for another one. The place of the
print tells: rows stand one below another in all columns, and no print states two things.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.judging.judgment import Judgment, shared_prints
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.row_paths import ITEM

PARTY = frozenset({"buyer.name", "buyer.tax_id", "seller.name", "seller.tax_id"})
# fields that say the same as a party's, or quote it
SAME = frozenset({"payer", "payer_id", "remarks"})
LEVEL = 0.3  # of the height of a cell: what differs less is on one level

Rows = Mapping[int, Mapping[str, Candidate]]
"""The cells with a place of each row, by column."""


def disputed(judgment: Judgment, fused: Mapping[str, Fused]) -> Judgment:
    """*judgment* with the values disputed that belong to other fields."""
    found = {*_of_others(fused), *_out_of_order(_rows(fused))}
    return replace(judgment, disputed=judgment.disputed | found) if found else judgment


def _of_others(fused: Mapping[str, Fused]) -> Iterator[str]:
    """The names and tax ids of parties that share their print with a field of another meaning."""
    for paths in shared_prints({path: field for path, field in fused.items() if path not in SAME}):
        if len({path.rpartition(".")[2] for path in paths}) > 1:
            yield from paths & PARTY


def _rows(fused: Mapping[str, Fused]) -> Rows:
    rows: dict[int, dict[str, Candidate]] = defaultdict(dict)
    for path, field in fused.items():
        if field.chosen.box is not None and (cell := ITEM.fullmatch(path)):
            rows[int(cell[1])][cell[2]] = field.chosen
    return rows


def _out_of_order(rows: Rows) -> Iterator[str]:
    """The cells of each two rows of which one is the upper one in some columns, and the other in others: which cells
    belong together is not known."""
    for (one, cells), (other, below) in pairwise(sorted(rows.items())):
        both = [column for column in cells if column in below]
        if len(set(_orders((cells[column], below[column]) for column in both))) > 1:
            yield from (f"items.{row}.{column}" for row in (one, other) for column in both)


def _orders(pairs: Iterable[tuple[Candidate, Candidate]]) -> Iterator[bool]:
    """Whether the first of two cells is the upper one, for those on one page that are not on one level."""
    for first, second in pairs:
        assert first.box is not None
        assert second.box is not None
        down = second.box.cy - first.box.cy
        if first.page == second.page and abs(down) > LEVEL * first.box.height:
            yield down > 0
