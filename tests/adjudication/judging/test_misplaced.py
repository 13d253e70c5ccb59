import pytest

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.judging.judgment import Judgment
from invoiceocr.adjudication.judging.misplaced import disputed
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import Box


def at(path: str, x: float, y: float, page: int = 1) -> dict[str, Fused]:
    candidate = Candidate(path, path, path, "ocr", 0.99, page=page, box=Box(x, y, x + 60, y + 20))
    return {path: Fused(candidate, (candidate,))}


def doubted(*fields: dict[str, Fused]) -> frozenset[str]:
    return disputed(Judgment({}), {path: field for found in fields for path, field in found.items()}).disputed


def row(index: int, y: float, page: int = 1, **levels: float) -> dict[str, Fused]:
    columns = {"name": y, "amount": y, "tax_amount": y, **levels}
    cells = (at(f"items.{index}.{name}", 100 * i, level, page) for i, (name, level) in enumerate(columns.items()))
    return {path: field for cell in cells for path, field in cell.items()}


def test_cells_that_stand_in_each_others_rows_are_disputed_with_those_rows() -> None:
    found = doubted(row(0, 0, amount=30), row(1, 30, amount=0), row(2, 60))

    assert found == {f"items.{i}.{name}" for i in (0, 1) for name in ("name", "amount", "tax_amount")}


def test_cells_of_rows_far_apart_are_disputed_too() -> None:
    found = doubted(row(0, 0, amount=90), row(1, 30), row(2, 60), row(3, 90, amount=0))

    assert {"items.0.amount", "items.3.amount"} <= found


@pytest.mark.parametrize(
    "rows",
    [
        (row(0, 0), row(1, 30), row(2, 60)),
        (row(0, 60, amount=63), row(1, 90, amount=86)),  # a little shifted
        (row(0, 60), row(1, 0)),  # a second column of rows beside the first
        (row(0, 90), row(1, 0, page=2, amount=120)),  # on another page
        (row(0, 0, amount=2), row(1, 0, amount=-2)),  # on one level
    ],
)
def test_cells_in_the_order_of_their_rows_are_not_disputed(rows: tuple[dict[str, Fused], ...]) -> None:
    assert doubted(*rows) == set()


def test_a_name_whose_print_is_that_of_another_field_is_disputed() -> None:
    assert doubted(at("buyer.name", 0, 0), at("drawer", 0, 0)) == {"buyer.name"}
    assert doubted(at("seller.tax_id", 0, 0), at("items.0.name", 0, 0)) == {"seller.tax_id"}


@pytest.mark.parametrize("other", ["payer", "remarks"])
def test_a_name_that_another_field_repeats_or_quotes_is_not_disputed(other: str) -> None:
    assert doubted(at("buyer.name", 0, 0), at(other, 0, 0), at("seller.name", 90, 0)) == set()
