from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from witnesses import STANDARD

from invoiceocr.invoice import Invoice, Party, VatInvoice
from invoiceocr.pipeline.batch_checks import MOST, Comparison
from invoiceocr.result import ReadResult
from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.engine import Engine

CODE = "031001900104"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.load()


def invoice(number: str, **fields: object) -> VatInvoice:
    return VatInvoice(kind="vat_ordinary", number=number, **({"code": CODE} | fields))  # type: ignore[arg-type]


def compared(results: Iterable[ReadResult], engine: Engine) -> Iterator[ReadResult]:
    return map(Comparison(engine, RuleContext(today=date(2025, 6, 1)), STANDARD).result, results)


def findings(engine: Engine, *invoices: Invoice) -> list[set[str]]:
    """The rules that found something, an invoice a file."""
    results = [ReadResult(source=str(i), invoices=(found,)) for i, found in enumerate(invoices)]  # type: ignore[arg-type]
    return [{finding.rule for finding in result.invoices[0].findings} for result in compared(results, engine)]


def test_the_second_copy_of_an_invoice_is_told(engine: Engine) -> None:
    assert findings(engine, invoice("12345678"), invoice("23456789"), invoice("12345678")) == [
        set(), set(), {"duplicate-in-batch"},
    ]  # fmt: skip


def test_the_third_number_of_a_run_is_told(engine: Engine) -> None:
    numbers = ("12345678", "12345679", "12345680")

    assert findings(engine, *map(invoice, numbers)) == [set(), set(), {"consecutive-numbers"}]


def test_another_invoice_of_the_same_seller_day_and_total_is_told(engine: Engine) -> None:
    same = {"seller": Party(name="某店"), "issue_date": date(2025, 5, 1), "total": Decimal("10.00")}

    found = findings(engine, invoice("12345678", **same), invoice("98765432", code="031001900204", **same))

    assert found == [set(), {"duplicate-suspect"}]


def test_another_file_of_an_invoice_with_another_date_is_told(engine: Engine) -> None:
    first, second = (invoice("12345678", issue_date=date(2025, 5, day), total=Decimal("10.00")) for day in (1, 11))

    assert findings(engine, first, second) == [set(), {"duplicate-in-batch", "duplicate-differs"}]


def test_findings_and_evidence_of_reading_stay(engine: Engine) -> None:
    first = invoice("12345678")
    (_, second) = compared([ReadResult(source="a", invoices=(first, first))] * 2, engine)

    assert second.source == "a"
    assert [found.number for found in second.invoices] == ["12345678"] * 2


def test_results_are_passed_on_as_they_come(engine: Engine) -> None:
    def endless() -> Iterator[ReadResult]:
        while True:
            yield ReadResult(source="a", invoices=(invoice("12345678"),))

    results = compared(endless(), engine)

    assert [len(next(results).invoices[0].findings) for _ in range(3)] == [0, 1, 1]


def test_thousands_of_one_book_do_not_stop_the_rules(engine: Engine) -> None:
    book = [invoice(f"{number:08}") for number in range(0, 30 * MOST, 10)]

    assert findings(engine, *book, invoice(book[-1].number or ""))[-1] == {"duplicate-in-batch"}


def test_a_copy_is_told_however_many_its_seller_wrote_that_day(engine: Engine) -> None:
    same = {"seller": Party(name="某店"), "issue_date": date(2025, 5, 1), "code": None}
    day = [invoice(f"25312000000{number:09}", total=Decimal(number), **same) for number in range(1, 2 * MOST)]

    assert findings(engine, *day, day[0])[-1] == {"duplicate-in-batch"}


def test_another_invoice_over_the_same_total_is_told_however_many_its_seller_wrote_that_day(engine: Engine) -> None:
    same = {"seller": Party(name="某店"), "issue_date": date(2025, 5, 1), "code": None}
    day = [invoice(f"25312000000{number:09}", total=Decimal(number), **same) for number in range(1, 2 * MOST)]

    assert findings(engine, *day, invoice("25312000000999999999", total=Decimal(1), **same))[-1] == {
        "duplicate-suspect"
    }


def test_the_rules_about_a_batch_are_known_to_the_engine(engine: Engine) -> None:
    about = engine.about("batch")

    assert {"duplicate-in-batch", "duplicate-suspect", "consecutive-numbers", "duplicate-claimed"} <= about
    assert not {"total-adds-up", "red-letter"} & about
    assert "buyer-tax-id-mismatch" in engine.about("company")  # by the let own_title
