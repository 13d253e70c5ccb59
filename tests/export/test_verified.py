import samples

from invoiceocr.export.verified import verified_only, verified_result


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
