import math

from invoiceocr.layout.alignment import Costs, align


def costs(table: list[list[float]], *, again: float = math.inf, skip: float = 1.0) -> Costs:
    return Costs(lambda item, slot: table[item][slot], lambda item, slot: again, lambda item: skip)


def test_each_item_goes_to_its_cheapest_slot_in_order() -> None:
    assert align(2, 3, costs([[0.0, 9.0, 9.0], [9.0, 9.0, 0.0]])) == [0, 2]


def test_order_is_never_broken_even_where_each_slot_alone_would_be_cheaper() -> None:
    assert align(2, 2, costs([[9.0, 0.0], [0.0, 9.0]], skip=1.0)) in ([1, None], [None, 0])


def test_an_item_that_fits_nowhere_is_left_out() -> None:
    assert align(2, 1, costs([[math.inf], [0.0]])) == [None, 0]


def test_a_further_item_of_a_slot_costs_what_again_says() -> None:
    assert align(2, 1, costs([[0.0], [0.0]], again=0.4)) == [0, 0]
    assert align(2, 1, costs([[0.0], [0.0]], again=2.0)) in ([0, None], [None, 0])
