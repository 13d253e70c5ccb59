import samples

from invoiceocr.export.note import note
from invoiceocr.export.verified import accepted_result, is_stated, verified_only, verified_result
from invoiceocr.proof import Evidence, Witness
from invoiceocr.result import ReadResult


def test_only_verified_values_stay() -> None:
    invoice = verified_only(samples.accepted_invoice())
    assert invoice.number == samples.NUMBER
    assert invoice.buyer is not None
    assert (invoice.buyer.name, invoice.buyer.tax_id) == (None, samples.BUYER_TAX_ID)


def test_a_value_without_evidence_goes() -> None:
    assert verified_only(samples.accepted_invoice()).drawer is None


def test_rows_stay_with_their_verified_cells() -> None:
    (item,) = verified_only(samples.accepted_invoice()).items
    assert (item.name, item.unit, str(item.amount)) == (None, None, "100.00")


def test_what_is_told_of_the_invoice_stays() -> None:
    before = samples.doubtful_invoice(is_red_letter=True)
    after = verified_only(before)
    assert (after.kind, after.verdict, after.findings, after.is_red_letter) == (
        before.kind,
        before.verdict,
        before.findings,
        True,
    )
    assert after.evidence == before.evidence


def test_an_unread_file_stays_unread() -> None:
    assert verified_result(samples.unread()) == samples.unread()


def stated(agrees: bool = True) -> Evidence:
    word = Witness(source="xml", value="张三", agrees=agrees)
    return Evidence(text="张三", value="张三", confidence=0.99, status="read", witnesses=(word,))


def test_what_the_issuers_record_states_stays_and_its_note_says_so() -> None:
    invoice = samples.accepted_invoice()
    invoice = invoice.model_copy(update={"evidence": {**invoice.evidence, "drawer": stated()}})

    assert verified_only(invoice).drawer == "张三"
    assert "开票方原始记录所载" in note(stated())


def test_what_the_issuers_record_contradicts_or_another_source_says_is_not_stated() -> None:
    assert not is_stated(stated(agrees=False))
    assert not is_stated(samples.read("张三"))
    assert "开票方" not in note(samples.read("张三"))


def test_accepted_only_leaves_out_the_other_invoices() -> None:
    both = ReadResult(source="a.pdf", invoices=(samples.accepted_invoice(), samples.doubtful_invoice()))

    assert [invoice.verdict for invoice in accepted_result(both).invoices] == ["accept"]
