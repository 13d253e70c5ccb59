from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from bench import faults
from bench.faults import FAULTS, Trial, faulty, report, trials, wrong
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.geometry import Box
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings

VALUES: dict[str, object] = {
    "number": "12345678",
    "issue_date": date(2025, 6, 1),
    "buyer.name": "某某贸易有限公司",
    "buyer.tax_id": "91110105MA01ABCD5F",
    "seller.name": "示例科技有限公司",
    "seller.tax_id": "91350100M000100Y43",
    "total_excluding_tax": Decimal("40.00"),
    "total_tax": Decimal("5.20"),
    "total": Decimal("45.20"),
    "total_in_words": "肆拾伍圆贰角整",
    "items.0.amount": Decimal("42.48"),
    "items.0.tax_rate": Decimal("0.13"),
    "items.0.tax_amount": Decimal("5.52"),
    "items.1.amount": Decimal("-2.48"),
    "items.1.tax_rate": Decimal("0.13"),
    "items.1.tax_amount": Decimal("-0.32"),
}
LABEL = {
    "number": "12345678",
    "issue_date": "2025-06-01",
    "total": "45.20",
    "items": [{"amount": "42.48", "tax_amount": "5.52"}, {"amount": "-2.48", "tax_amount": "-0.32"}],
}


def draft() -> Draft:
    candidates = [
        Candidate(path, value, str(value), "ocr", 0.999, box=Box(10 * n, 10 * n, 10 * n + 80, 10 * n + 8))
        for n, (path, value) in enumerate(VALUES.items())
    ]
    return Draft("digital_ordinary", tuple(candidates), qr_codes=((1, "01,32"),))


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(Settings(threads=1, today=faults.TODAY)) as found:
        yield found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_changes_some_values_of_a_full_invoice(fault: faults.Fault) -> None:
    changed = [fault(VALUES, Random(seed)) for seed in range(30)]

    assert any(VALUES.get(path) != value for change in changed for path, value in change.items())


def test_the_same_seed_makes_the_same_trials() -> None:
    names = [[name for name, _ in trials(draft(), Random(7), 40)] for _ in range(2)]

    assert names[0] == names[1]
    assert len(set(names[0])) > 10


def test_a_print_that_is_taken_for_that_of_another_field_keeps_its_place() -> None:
    changed = faulty(draft(), {"buyer.name": VALUES["seller.name"]}, hidden=False)

    places = {c.path: c.box for c in changed.candidates}
    assert places["buyer.name"] == places["seller.name"]


def test_a_text_that_lost_its_first_characters_begins_after_them() -> None:
    changed = faulty(draft(), {"number": "345678"}, hidden=False)

    number = next(c for c in changed.candidates if c.path == "number")
    assert number.box == Box(20, 0, 80, 8)


def test_the_second_print_of_a_value_stays_as_it_is() -> None:
    again = Candidate("number", "12345678", "12345678", "ocr", 0.999, box=Box(500, 0, 580, 8))
    twice = Draft("digital_ordinary", (*draft().candidates, again))

    changed = faulty(twice, {"number": "12345679"}, hidden=False)

    assert sorted(str(c.value) for c in changed.candidates if c.path == "number") == ["12345678", "12345679"]


def test_hidden_codes_are_gone() -> None:
    assert faulty(draft(), {"number": None}, hidden=True).qr_codes == ()
    assert faulty(draft(), {"number": None}, hidden=False).qr_codes == draft().qr_codes


def test_only_what_the_fault_made_wrong_counts(reader: Reader) -> None:
    plain = reader.adjudicate(draft()).invoice
    changed = reader.adjudicate(faulty(draft(), {"number": "12345679"}, hidden=True)).invoice

    assert list(wrong(plain, LABEL, plain)) == []
    assert [path for path, _, _ in wrong(changed, LABEL, plain)] == ["number"]


def test_the_report_counts_wrong_values_and_accepted_invoices() -> None:
    tried = [Trial("digit", "a", ("x", "y"), ()), Trial("digit", "b", (), ("x", "y")), Trial("day", "c", (), ())]

    assert report(tried).splitlines()[2:] == ["| day | 1 | 0 | 0 |", "| digit | 2 | 2 | 1 |", "| all | 3 | 2 | 1 |"]
