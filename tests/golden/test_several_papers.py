"""Several papers on one picture: each is found, turned upright and read as it would be alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from comparison import differences

from invoiceocr.invoice import Invoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens import Options, Order, Specimen, make
from invoiceocr.specimens.composition import Arrangement, compose

PLAIN = Options(traits=frozenset(), dpi=150)
KEYS = ("kind", "number", "total")
NEAR = 0.5  # of the smaller box that the paper found must share with the true one


def orders(*seeds: int) -> list[Order]:
    kinds = ("digital_ordinary", "toll", "vat_ordinary")
    return [Order(kinds[seed % len(kinds)], seed, "png", options=PLAIN) for seed in seeds]


def are_found(specimen: Specimen, found: Sequence[Invoice]) -> None:
    wanted = [invoice for invoice in specimen.truth["invoices"] if "copy_of" not in invoice]
    by_number = {invoice.number: invoice for invoice in found}
    assert set(by_number) == {invoice["fields"]["number"] for invoice in wanted}
    assert len(found) == len(wanted)
    for want in wanted:
        invoice = by_number[want["fields"]["number"]]
        assert differences(want["fields"], invoice, KEYS) == []
        assert invoice.rotation == want["rotation"]
        assert shared(invoice.box, want["box"]) > NEAR


def shared(a: tuple[float, ...] | None, b: list[int]) -> float:
    """The share of their union that both boxes cover."""
    assert a is not None
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    common = max(0.0, width) * max(0.0, height)
    return common / (sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)) - common)


@pytest.mark.parametrize(
    "arrangement",
    [Arrangement(1), Arrangement(2, "desk", skew=3.0), Arrangement(2, "desk", (0, 90, 180, 270), 2.0)],
    ids=["under one another", "askew on a desk", "each turned its own way"],
)
def test_each_paper_is_read_with_its_place(reader: Reader, arrangement: Arrangement) -> None:
    specimen = compose(orders(1, 2, 3), 3, arrangement)

    are_found(specimen, reader.read(specimen.data))


@pytest.mark.parametrize("seed", [31, 51])
def test_the_foot_of_a_paper_goes_with_what_stands_above_it(reader: Reader, seed: int) -> None:
    specimen = compose([Order("digital_ordinary", each, "png") for each in (seed, seed + 1)], 7, Arrangement(1))

    wanted = [invoice["fields"]["drawer"] for invoice in specimen.truth["invoices"]]
    assert [found.drawer for found in reader.read(specimen.data)] == wanted


def test_prints_of_one_paper_are_one_invoice(reader: Reader) -> None:
    specimen = compose(orders(4, 4, 5), 1, Arrangement(3))

    are_found(specimen, reader.read(specimen.data))


def test_one_paper_fills_its_page(reader: Reader) -> None:
    (found,) = reader.read(make("vat_ordinary", 6, options=PLAIN).data)

    assert found.box is None
    assert found.rotation == 0


def test_places_of_values_lie_in_the_paper(reader: Reader) -> None:
    specimen = compose(orders(1, 2), 3, Arrangement(2))

    for found in reader.read(specimen.data):
        place = found.evidence["number"]
        assert found.box is not None
        assert place.box is not None
        assert found.box[0] < place.box[0] < place.box[2] < found.box[2]
        assert found.box[1] < place.box[1] < place.box[3] < found.box[3]
