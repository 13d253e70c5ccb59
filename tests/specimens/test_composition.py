import numpy as np
import pytest
from drawn import decoded

from invoiceocr.specimens import Options, Order, make
from invoiceocr.specimens.composition import Arrangement, compose

SMALL = Options(traits=frozenset(), dpi=50)


def order(seed: int) -> Order:
    return Order("toll", seed, "png", options=SMALL)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_box_holds_its_paper_and_its_rotation_sets_it_upright(turned: int) -> None:
    made = compose([order(1), order(2)], 3, Arrangement(quarters=(turned,)))
    alone = decoded(make("toll", 2, options=SMALL).data)

    invoice = made.truth["invoices"][1]
    x0, y0, x1, y1 = invoice["box"]
    upright = np.rot90(decoded(made.data)[y0:y1, x0:x1], -invoice["rotation"] // 90)

    assert np.abs(upright.astype(int) - alone).mean() < 1


def test_no_two_papers_overlap() -> None:
    made = compose([order(seed) for seed in range(5)], 3, Arrangement(3, "desk", (0, 90, 180, 270), 5.0))

    boxes = [invoice["box"] for invoice in made.truth["invoices"]]
    apart = [a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1] for a in boxes for b in boxes if a is not b]
    assert len(boxes) == 5
    assert all(apart)


def test_a_second_print_names_the_first() -> None:
    made = compose([order(1), order(2), order(1)], 3)

    assert [invoice.get("copy_of") for invoice in made.truth["invoices"]] == [None, None, 0]


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert compose([order(1)], 3, Arrangement(skew=3.0)).data == compose([order(1)], 3, Arrangement(skew=3.0)).data
