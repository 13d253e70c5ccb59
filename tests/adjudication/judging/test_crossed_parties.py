from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.judging.crossed_parties import disputed
from invoiceocr.adjudication.judging.judgment import Judgment
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import Box

LEFT, RIGHT = 100, 600
ALL = {"buyer.name", "buyer.tax_id", "seller.name", "seller.tax_id"}


def at(path: str, x: float, y: float, page: int = 1) -> dict[str, Fused]:
    candidate = Candidate(path, path, path, "ocr", 0.99, page=page, box=Box(x, y, x + 200, y + 20))
    return {path: Fused(candidate, (candidate,))}


def doubted(*fields: dict[str, Fused]) -> frozenset[str]:
    return disputed(Judgment({}), {path: field for found in fields for path, field in found.items()}).disputed


def test_names_beside_the_ids_of_the_other_party_are_disputed_with_them() -> None:
    names = at("buyer.name", LEFT, 0), at("seller.name", RIGHT, 0)

    assert doubted(*names, at("buyer.tax_id", RIGHT, 30), at("seller.tax_id", LEFT, 30)) == ALL
    assert doubted(*names, at("buyer.tax_id", LEFT, 30), at("seller.tax_id", RIGHT, 30)) == set()


def test_parties_one_below_the_other_stand_in_order() -> None:
    buyer = at("buyer.name", LEFT, 0), at("buyer.tax_id", LEFT, 30)
    seller = at("seller.name", LEFT, 60), at("seller.tax_id", LEFT, 90)

    assert doubted(*buyer, *seller) == set()


def test_parties_on_two_pages_or_without_a_place_are_not_compared() -> None:
    names = at("buyer.name", LEFT, 0), at("seller.name", RIGHT, 0)
    there = at("buyer.tax_id", RIGHT, 30)

    assert doubted(*names, there, at("seller.tax_id", LEFT, 30, page=2)) == set()
    assert doubted(*names, there) == set()
