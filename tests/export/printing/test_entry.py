from decimal import Decimal

from invoiceocr.export.printing.entry import entries
from invoiceocr.invoice import AnyInvoice, ShipTicket, TrainTicket, VatInvoice
from invoiceocr.kinds import builtin
from invoiceocr.result import ReadResult


def result(source: str, *invoices: AnyInvoice) -> ReadResult:
    return ReadResult(source=source, invoices=invoices)


def vat(number: str, total: str = "113.00") -> VatInvoice:
    return VatInvoice(kind="digital_ordinary", number=number, total=Decimal(total))


def test_an_invoice_in_several_files_is_printed_once_as_pdf() -> None:
    results = [result("a.xml", vat("1")), result("b.PDF", vat("2")), result("c.pdf", vat("1"))]
    first, second = entries(results, builtin())
    assert (first.serial, first.source, first.copies) == (1, "c.pdf", ("a.xml",))
    assert (second.serial, second.source) == (2, "b.PDF")


def test_invoices_without_a_number_are_never_taken_for_one() -> None:
    unknown = VatInvoice(kind="digital_ordinary", total=Decimal("5.00"))
    assert len(entries([result("a.jpg", unknown, unknown), result("b.jpg", unknown)], builtin())) == 3


def test_tickets_are_small_and_invoices_are_not() -> None:
    found = entries([result("a.jpg", TrainTicket(kind="train"), vat("1"))], builtin())
    assert [entry.small for entry in found] == [True, False]


def test_another_currency_adds_nothing_to_the_total() -> None:
    (entry,) = entries([result("a.jpg", ShipTicket(total=Decimal("200.00"), currency="HKD"))], builtin())
    assert entry.amount is None
