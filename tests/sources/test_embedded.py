from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import pytest
from ofd_builder import BUYER_ID, NUMBER, SELLER_ID, digital_invoice, original_invoice, xbrl

from invoiceocr.evidence.candidate import Candidate, EmbeddedRecord
from invoiceocr.sources import embedded, safe_xml

TOLL = (
    "<Toll><PlateNumber>京A12345</PlateNumber><VehicleType>客车</VehicleType>"
    "<StartDatesOfPassage>20250420094346000</StartDatesOfPassage><EndDatesOfPassage>2025-04-21</EndDatesOfPassage></Toll>"
)


def group(name: str, **facts: str) -> str:
    """An XBRL tuple of the facts."""
    inner = "".join(f"<t:{key}>{value}</t:{key}>" for key, value in facts.items())
    return f"<t:{name}>{inner}</t:{name}>"


def stated(xml: str) -> Mapping[str, object]:
    """The values of the one invoice in *xml* by path."""
    (found,) = embedded.read_attachment(xml.encode(), "a.xml", "xml")
    return {candidate.path: candidate.value for candidate in found.candidates}


def test_a_digital_invoice_states_its_fields_typed() -> None:
    values = stated(digital_invoice())

    assert values["kind"] == "digital_ordinary"
    assert values["number"] == NUMBER
    assert values["issue_date"] == date(2025, 6, 1)
    assert values["total"] == Decimal("113.00")
    assert str(values["total_excluding_tax"]) == "100.00"
    assert values["total_in_words"] == "壹佰壹拾叁圆整"
    assert values["buyer.tax_id"] == BUYER_ID
    assert values["seller.tax_id"] == SELLER_ID
    assert values["seller.address_phone"] == "测试路1号 010-00000000"
    assert values["remarks"] == "订单 0001"
    assert values["drawer"] == "张三"
    assert values["is_red_letter"] is False


def test_remarks_state_the_details_of_a_party_that_no_element_states() -> None:
    said = "购方开户银行:样例银行;银行账号:0000111122223333;销方地址:样例路2号;电话:010-55550001"
    values = stated(digital_invoice().replace("订单 0001", said))

    assert values["buyer.bank_account"] == "样例银行 0000111122223333"
    assert values["seller.address_phone"] == "测试路1号 010-00000000"
    assert values["remarks"] == said
    assert not {"seller.bank_account", "buyer.address_phone"} & values.keys()


def test_a_detail_that_remarks_state_confirms_no_print() -> None:
    said = "购方开户银行:样例银行;银行账号:0000111122223333"
    (found,) = embedded.read_attachment(digital_invoice().replace("订单 0001", said).encode(), "a.xml", "xml")

    assert [c.path for c in found.candidates if not c.vouches] == ["buyer.bank_account"]


def test_items_are_numbered_rows_of_their_own() -> None:
    values = stated(digital_invoice())

    assert values["items.0.name"] == "*办公用品*A4 复印纸"
    assert values["items.0.quantity"] == Decimal("10")
    assert values["items.0.tax_rate"] == Decimal("0.13")
    assert not any(path.startswith("items.1.") for path in values)


def test_the_total_of_a_line_is_not_the_total_of_the_invoice() -> None:
    xml = digital_invoice().replace("<TotalTax-includedAmount>113.00</TotalTax-includedAmount>", "")

    assert "total" not in stated(xml)


def test_toll_columns_stand_in_place_of_quantity_and_price() -> None:
    item = (
        "<IssuItemInformation><ItemName>*通行费*通行费</ItemName><Quantity>20250420</Quantity><UnPrice>20250421</UnPrice>"
        "<Amount>100.00</Amount><TaxRate>0.03</TaxRate><ComTaxAm>3.00</ComTaxAm></IssuItemInformation>"
    )
    values = stated(digital_invoice(items=item, specific=TOLL))

    assert values["kind"] == "toll"
    assert values["items.0.plate_number"] == "京A12345"
    assert values["items.0.vehicle_type"] == "客车"
    assert values["items.0.start_date"] == date(2025, 4, 20)
    assert values["items.0.end_date"] == date(2025, 4, 21)
    assert "items.0.quantity" not in values
    assert "items.0.unit_price" not in values


def test_each_toll_element_completes_the_item_of_its_rank() -> None:
    item = "<IssuItemInformation><Amount>50.00</Amount></IssuItemInformation>"
    other = TOLL.replace("京A12345", "沪B54321")
    values = stated(digital_invoice(items=item * 2, specific=TOLL + other))

    assert (values["items.0.plate_number"], values["items.1.plate_number"]) == ("京A12345", "沪B54321")


def test_a_red_invoice_is_told_by_its_mark() -> None:
    assert stated(digital_invoice(red="N"))["is_red_letter"] is True


def test_a_red_invoice_is_told_by_its_negative_total() -> None:
    assert stated(original_invoice(TaxInclusiveTotalAmount="-106.00"))["is_red_letter"] is True


def test_original_invoice_is_read_with_and_without_prefixes() -> None:
    prefixed = original_invoice()

    assert stated(prefixed) == stated(prefixed.replace("fp:", ""))
    assert stated(prefixed)["kind"] == "e_vat_ordinary"
    assert stated(prefixed)["check_code"] == "12345678901234567890"


def test_the_type_code_names_the_kind_where_the_code_does_not() -> None:
    assert stated(original_invoice(InvoiceCode="031001900126", TypeCode="0"))["kind"] == "e_vat_ordinary"


def test_asterisks_are_no_tax_but_zero_is() -> None:
    assert "total_tax" not in stated(original_invoice(TaxTotalAmount="***"))
    assert stated(original_invoice(TaxTotalAmount="¥0.00"))["total_tax"] == Decimal("0.00")


@pytest.mark.parametrize(
    ("printed", "value"), [("***", "***"), ("免税", "免税"), ("不征税", "不征税"), ("13.00%", Decimal("0.13"))]
)
def test_rates_keep_their_markers(printed: str, value: object) -> None:
    assert stated(original_invoice().replace("6%", printed))["items.0.tax_rate"] == value


@pytest.mark.parametrize("absent", ["", "  ", "null"])
def test_what_is_left_blank_is_not_stated(absent: str) -> None:
    values = stated(original_invoice(Note=absent, Payee="李四"))

    assert "remarks" not in values
    assert values["payee"] == "李四"


@pytest.mark.parametrize("dash", ["-", "——", "/", "***", "____", "__/__"])
def test_a_stroke_in_place_of_a_party_s_detail_states_nothing(dash: str) -> None:
    details = f"<BuyerAddr>{dash}</BuyerAddr><BuyerBankName>{dash}</BuyerBankName><BuyerBankAccNum>62</BuyerBankAccNum>"
    xml = digital_invoice().replace("<BuyerName>", f"{details}<BuyerName>").replace(BUYER_ID, dash)

    values = stated(xml)

    assert {"buyer.tax_id", "buyer.address_phone"}.isdisjoint(values)
    assert values["buyer.bank_account"] == "62"


@pytest.mark.parametrize("absent", ["NULL", "null", "-"])
def test_a_word_for_nothing_is_no_part_of_a_value(absent: str) -> None:
    xml = digital_invoice().replace("测试路1号", absent)

    assert stated(xml)["seller.address_phone"] == "010-00000000"


def test_a_word_for_nothing_is_no_tax_id() -> None:
    assert "buyer.tax_id" not in stated(digital_invoice().replace(BUYER_ID, "无"))


def test_a_code_of_the_kind_may_lack_its_leading_zero() -> None:
    coded = "<LabelCode>02</LabelCode><LabelName>普通发票</LabelName>"

    assert stated(digital_invoice().replace(coded, "<LabelCode>1</LabelCode>"))["kind"] == "digital_special"


def test_discount_lines_are_rows_with_negative_amounts() -> None:
    row = "<fp:GoodsInfo><fp:Item>*餐饮服务*餐费</fp:Item><fp:Amount>-10.00</fp:Amount></fp:GoodsInfo>"
    values = stated(original_invoice().replace("</fp:GoodsInfos>", row + "</fp:GoodsInfos>"))

    assert values["items.1.amount"] == Decimal("-10.00")


def test_rows_without_a_value_are_not_counted() -> None:
    empty = "<fp:GoodsInfo><fp:LineNature>0</fp:LineNature></fp:GoodsInfo>"
    values = stated(original_invoice().replace("<fp:GoodsInfos>", "<fp:GoodsInfos>" + empty))

    assert values["items.0.name"] == "*餐饮服务*餐费"


def test_object_references_are_no_values() -> None:
    xml = (
        "<e-invoice><eInvoice><InvoiceNo><ObjectRef PageRef='1'>306</ObjectRef></InvoiceNo><GoodsInfos><GoodsInfo>"
        "<Item><ObjectRef PageRef='1'>12</ObjectRef></Item></GoodsInfo></GoodsInfos></eInvoice></e-invoice>"
    )

    assert embedded.read_attachment(xml.encode(), "a.xml", "xml") == ()


def test_xbrl_invoices_are_read_whatever_the_taxonomy_date() -> None:
    row = group(
        "InformationOfTaxableGoodsOrServicesDetailItemsTuple",
        NameOfTaxableGoodsOrServices="*办公用品*纸",
        AmountExcludingTax="100.00",
        TaxRate="13.00%",
    )
    values = stated(
        xbrl(
            "inv",
            ("TypeOfInvoice", "增值税电子专用发票"),
            ("CodeOfInvoice", "031001900113"),
            ("NumberOfInvoice", "12345678"),
            ("DateOfIssue", "2024-03-05"),
            ("TaxIncludedAmountInFigures", "113.00"),
            ("TaxIncludedAmountInWords", "壹佰壹拾叁圆整"),
            ("TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfSeller", SELLER_ID),
            rows=row,
        )
    )

    assert values["kind"] == "e_vat_special"
    assert values["total"] == Decimal("113.00")
    assert values["seller.tax_id"] == SELLER_ID
    assert values["items.0.tax_rate"] == Decimal("0.13")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("电子发票（普通发票）", "digital_ordinary"),
        ("电子发票(增值税专用发票)", "digital_special"),
        ("增值税专用发票", "vat_special"),
    ],
)
def test_the_title_in_an_xbrl_instance_names_the_kind(title: str, kind: str) -> None:
    values = stated(xbrl("einv", ("TypeOfInvoice", title), ("NumberOfInvoice", NUMBER)))

    assert values["kind"] == kind


def test_railway_e_tickets_are_read() -> None:
    values = stated(
        xbrl(
            "rai",
            ("ElectronicInvoiceRailwayETicketNumber", "25319165000000012345"),
            ("TypeOfBusiness", "退"),
            ("DepartureStation", "北京南站"),
            ("DestinationStation", "上海虹桥"),
            ("TrainNumber", "G1"),
            ("TravelDate", "2025-03-21"),
            ("DepartureTime", "13:53"),
            ("Carriage", "05"),
            ("Seat", "07F号"),
            ("Fare", "553.00"),
            ("TaxRate", "9%"),
            ("TaxAmount", "45.66"),
        )
    )

    assert values["kind"] == "digital_rail"
    assert values["business_type"] == "退票"
    assert values["departure_station"] == "北京南"
    assert values["departure_time"] == datetime(2025, 3, 21, 13, 53)
    assert values["seat"] == "07F"
    assert values["total"] == Decimal("553.00")


def test_air_itineraries_have_segments() -> None:
    leg = group("DetailInformationOfAirTicketTuple", DepartureStation="北京", Flight="CA1234")
    values = stated(
        xbrl(
            "atr",
            ("ElectronicInvoiceAirTransportReceiptNumber", "25318999000000012345"),
            ("Fare", "733.94"),
            ("VatRate", "0.09"),
            rows=leg * 2,
        )
    )

    assert values["kind"] == "digital_air"
    assert values["segments.1.flight_number"] == "CA1234"
    assert values["fare"] == Decimal("733.94")


def test_several_invoices_in_one_file_stay_apart() -> None:
    xml = f"<List>{digital_invoice()}{digital_invoice(number='25312000000012345679')}</List>"
    found = embedded.read_attachment(xml.encode(), "a.xml", "xml")

    numbers = [next(c.value for c in invoice.candidates if c.path == "number") for invoice in found]
    assert numbers == [NUMBER, "25312000000012345679"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\1\2",
        b"<a>",
        b"<svg/>",
        b"%PDF-1.7",
        b'<!DOCTYPE a [<!ENTITY b "c">]><EInvoice><EIid>&b;</EIid></EInvoice>',
    ],
)
def test_an_unreadable_or_foreign_attachment_says_nothing(data: bytes) -> None:
    assert embedded.read_attachment(data, "", "xml") == ()


def test_graphic_codes_are_handed_out_as_they_stand() -> None:
    tree = safe_xml.parse(original_invoice(GraphCode="01,10,031001900111").encode(), "a.xml")

    assert embedded.codes(tree) == ("01,10,031001900111",)


def invoice(*values: tuple[str, object]) -> EmbeddedRecord:
    return EmbeddedRecord(tuple(Candidate(path, value, str(value), "xml") for path, value in values))


def test_facts_about_one_invoice_become_one() -> None:
    merged = embedded.merge(
        [invoice(("number", "1")), invoice(("number", "1"), ("total", 2)), invoice(("drawer", "张三"))]
    )

    assert [[c.path for c in found.candidates] for found in merged] == [["number", "number", "total", "drawer"]]


def test_facts_about_two_invoices_stay_two() -> None:
    assert len(embedded.merge([invoice(("number", "1")), invoice(("number", "2"))])) == 2


def test_items_counted_differently_are_taken_from_the_first_source() -> None:
    first = invoice(("number", "1"), ("items.0.amount", 1), ("items.1.amount", 2))
    (merged,) = embedded.merge([first, invoice(("number", "1"), ("items.0.amount", 3), ("drawer", "张三"))])

    assert [c.value for c in merged.candidates if c.path.startswith("items.")] == [1, 2]
    assert any(c.path == "drawer" for c in merged.candidates)


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("电子发票（普通发票）", "digital_ordinary"),
        ("电子发票(增值税专用发票)", "digital_special"),
        ("数电发票（增值税专用发票）", "digital_special"),
        ("普通发票", "digital_ordinary"),
    ],
)
def test_the_kind_is_told_by_the_text_of_its_label_without_a_code(label: str, kind: str) -> None:
    coded = "<LabelCode>02</LabelCode><LabelName>普通发票</LabelName>"
    xml = digital_invoice().replace(coded, f"<LabelCode></LabelCode><LabelName>{label}</LabelName>")

    assert stated(xml)["kind"] == kind


@pytest.mark.parametrize(
    ("title", "kind"), [("非税收入统一票据（电子）", "fiscal"), ("医疗住院收费票据（电子）", "medical")]
)
@pytest.mark.parametrize("taxonomy", ["efi", "ntrev"])
def test_fiscal_e_vouchers_are_told_by_their_taxonomy(taxonomy: str, title: str, kind: str) -> None:
    stated = (("NameOfElectronicBill", title), ("NumberOfElectronicBill", "0001234567"), ("TotalAmount", "53.50"))

    (found,) = embedded.read_attachment(xbrl(taxonomy, *stated).encode(), "a.xml", "xml")

    assert {c.path: str(c.value) for c in found.candidates}.items() >= {
        ("kind", kind),
        ("number", "0001234567"),
        ("total", "53.50"),
    }


@pytest.mark.parametrize("taxonomy", ["bker", "ctp"])
def test_vouchers_that_are_no_invoices_are_other_with_their_amount(taxonomy: str) -> None:
    (found,) = embedded.read_attachment(xbrl(taxonomy, ("AmountInFigures", "53.50")).encode(), "a.xml", "xml")

    assert {c.path: str(c.value) for c in found.candidates}.items() >= {("kind", "other"), ("total", "53.50")}


def test_an_xbrl_instance_of_an_unknown_taxonomy_says_nothing() -> None:
    assert embedded.read_attachment(xbrl("cas", ("TotalAmount", "53.50")).encode(), "a.xml", "xml") == ()


def test_a_fiscal_bill_is_told_from_an_invoice_whose_root_has_the_same_name() -> None:
    data = (
        "<EInvoice><EInvoiceData><Main><EInvoiceCode>11060124</EInvoiceCode><TotalAmount>8.00</TotalAmount>"
        "<InvoicingParty><InvoicingPartyName>某某大学</InvoicingPartyName></InvoicingParty></Main>"
        "<Details><Item><ItemName>学费</ItemName><ItemAmount>8.00</ItemAmount></Item></Details></EInvoiceData></EInvoice>"
    )

    (found,) = embedded.read_attachment(data.encode(), "a.xml", "xml")

    stated = {c.path: str(c.value) for c in found.candidates}
    assert (stated["kind"], stated["seller.name"], stated["items.0.amount"]) == ("fiscal", "某某大学", "8.00")


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("电子发票（普通发票）", "digital_ordinary"),
        ("数电发票（增值税专用发票）", "digital_special"),
        ("数电专票", "digital_special"),
        ("数电票（普通）", "digital_ordinary"),
        ("电子发票（铁路电子客票）", "digital_rail"),
        ("电子发票（航空运输电子客票行程单）", "digital_air"),
    ],
)
def test_the_kind_of_an_invoice_is_told_by_the_text_of_its_label(label: str, kind: str) -> None:
    data = digital_invoice().replace(
        "<LabelCode>02</LabelCode><LabelName>普通发票</LabelName>", f"<LabelCode/><LabelName>{label}</LabelName>"
    )

    (found,) = embedded.read_attachment(data.encode(), "a.xml", "xml")

    assert [c.value for c in found.candidates if c.path == "kind"] == [kind]


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "total",
            "<TotalTax-includedAmount>",
            "<TotalTax-includedAmount>9.00</TotalTax-includedAmount><TotalTax-includedAmount>",
        ),
        ("seller.name", "<SellerName>", "<SellerName>另一家有限公司</SellerName><SellerName>"),
        ("number", f"<EIid>{NUMBER}", "<EIid>25312000000099999999"),
        ("total", "113.00</TotalTax-included", "11<b>9</b>3.00</TotalTax-included"),
    ],
    ids=["sum", "name", "number in two elements", "text around an element"],
)
def test_a_field_that_is_stated_in_two_ways_is_not_stated(path: str, before: str, after: str) -> None:
    xml = digital_invoice()
    assert before in xml

    values = stated(xml.replace(before, after, 1))

    assert path not in values
    assert "issue_date" in values


def test_the_same_value_stated_twice_is_stated() -> None:
    again = "<SellerName>某某商贸有限公司</SellerName>"

    assert stated(digital_invoice().replace(again, again * 2))["seller.name"] == "某某商贸有限公司"
