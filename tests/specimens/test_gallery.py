import json
from pathlib import Path

import pytest

from invoiceocr.specimens import Order, deliver
from invoiceocr.specimens.gallery import EXAMPLES
from invoiceocr.specimens.truth import Truth

FOLDER = Path(__file__).parents[2] / "examples"
MAX_BYTES, MAX_ALL = 150_000, 1_200_000


@pytest.mark.parametrize("order", EXAMPLES, ids=lambda order: order.name)
def test_an_example_is_what_its_order_makes(order: Order) -> None:
    label: Truth = json.loads((FOLDER / "labels" / f"{order.name}.json").read_text(encoding="utf-8"))

    fresh = deliver(order).truth

    assert {**label, "pages": []} == {**fresh, "pages": []}
    assert texts(label) == texts(fresh)


def test_the_examples_are_small() -> None:
    sizes = [(FOLDER / order.name).stat().st_size for order in EXAMPLES]

    assert max(sizes) < MAX_BYTES
    assert sum(sizes) < MAX_ALL


def texts(label: Truth) -> list[list[str]]:
    return [[line["text"] for line in page["lines"]] for page in label["pages"]]
