import json
from datetime import date
from pathlib import Path

import pytest

from invoiceocr.evidence import draft_file
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.specimens import Order, deliver
from training.collect import DIGITAL, FIRST_SEED, UNCALIBRATED, Document, digital, kept, outcomes, pictures, specimens


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(Settings(today=date(2026, 11, 22)), calibration=UNCALIBRATED)


def test_each_field_that_was_read_has_an_outcome_and_no_value(reader: Reader) -> None:
    order = Order("digital_ordinary", 3, "pdf")
    (document,) = specimens([order])

    found = {path: rest for path, *rest in outcomes(document, reader)}

    assert found["total"][:2] == ["text", "verified"]
    assert all(right for *_, right in found.values())
    assert {"items.0.amount", "buyer.name", "number"} <= found.keys()
    assert all(0.0 <= score <= 1.0 for _, _, score, _ in found.values())


def test_a_value_other_than_the_labeled_one_is_wrong(reader: Reader) -> None:
    made = deliver(Order("digital_ordinary", 3, "pdf"))
    label = made.truth["invoices"][0]["fields"]
    label = label | {"total": "1.23", "items": [row | {"amount": "4.56"} for row in label["items"]]}

    found = {path: right for path, *_, right in outcomes(Document("a", "a.pdf", made.data, (label,)), reader)}

    assert (found["total"], found["items.0.amount"], found["number"]) == (False, False, True)


def test_what_the_label_leaves_open_is_not_counted(reader: Reader) -> None:
    made = deliver(Order("digital_ordinary", 3, "pdf"))
    label = made.truth["invoices"][0]["fields"]

    found = outcomes(Document("a", "a.pdf", made.data, (label,), frozenset({"total", "items"})), reader)

    paths = {path for path, *_ in found}
    assert "number" in paths
    assert not [path for path in paths if path == "total" or path.startswith("items.")]


def test_the_orders_are_of_every_kind_and_have_seeds_of_their_own() -> None:
    some = [*pictures(range(2)), *digital(range(2))]

    assert len({(order.kind, order.seed, order.format) for order in some}) == len(some)
    assert len({order.kind for order in some}) == 7
    assert all(order.seed >= FIRST_SEED for order in some)
    assert all((order.seed >= FIRST_SEED + DIGITAL) == (order.format != "jpg") for order in some)


def test_kept_drafts_are_judged_without_being_read_again(reader: Reader, tmp_path: Path) -> None:
    made = deliver(Order("digital_ordinary", 3, "pdf"))
    drafts = [draft_file.dumps(draft) for draft in reader.read_drafts(made.data, name=made.name)]
    (tmp_path / f"{made.name}.json").write_text(json.dumps({"truth": made.truth, "drafts": drafts}), encoding="utf-8")

    (document,) = kept(tmp_path)

    (read,) = specimens([Order("digital_ordinary", 3, "pdf")])
    assert list(outcomes(document, reader)) == list(outcomes(read, reader))
