"""What issuers state outright: the 数电票 XML (EInvoice), original_invoice.xml of OFD files, XBRL e-vouchers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

from invoiceocr.invoice import LineItem, Party, Rate
from invoiceocr.specimens.content.invoices import Content
from invoiceocr.values import rate

INVOICE_SPACE = "http://www.edrm.org.cn/schema/e-invoice/2019"
XBRLI = "http://www.xbrl.org/2003/instance"
XBRL_TAXONOMY = "http://xbrl.mof.gov.cn/taxonomy/2021-11-30/einv"
CLASS_CODE = "1010101010000000000"  # 税收分类编码: any 19 digits
NO_TAX = "***"
Pairs = Iterable[tuple[str, object]]


def digital_invoice(content: Content) -> bytes:
    """The 数电票 XML as the tax bureau's platform hands it out: root EInvoice, no namespace (domain: 6.2)."""
    invoice, root = content.invoice, Element("EInvoice")
    _header(content, SubElement(root, "Header"))
    data = SubElement(root, "EInvoiceData")
    _fill(SubElement(data, "SellerInformation"), _party("Seller", invoice.seller))
    _fill(SubElement(data, "BuyerInformation"), _party("Buyer", invoice.buyer))
    _fill(
        SubElement(data, "BasicInformation"),
        (
            ("TotalAmWithoutTax", invoice.total_excluding_tax),
            ("TotalTaxAm", invoice.total_tax),
            ("TotalTax-includedAmount", invoice.total),
            ("TotalTax-includedAmountInChinese", invoice.total_in_words),
            ("Drawer", invoice.drawer),
            ("RequestTime", _moment(invoice.issue_date)),
        ),
    )
    for item in invoice.items:
        _fill(SubElement(data, "IssuItemInformation"), _digital_item(item))
    _specific(content, SubElement(data, "SpecificInformation"))
    _fill(SubElement(data, "AdditionalInformation"), [("Remark", invoice.remarks)])
    _fill(SubElement(SubElement(root, "SellerAuthentication"), "AuthenticationMethods"), ())
    _fill(
        SubElement(root, "TaxSupervisionInfo"),
        (
            ("InvoiceNumber", invoice.number),
            ("IssueTime", invoice.issue_date),
            ("TaxBureauCode", f"1{content.region['code'][:2]}00000000"),
            ("TaxBureauName", f"国家税务总局{content.captions['bureau']}"),
        ),
    )
    return _bytes(root)


def original_invoice(content: Content) -> bytes:
    """original_invoice.xml of an electronic invoice with code (e-invoice 2019, prefix fp)."""
    invoice = content.invoice
    root = Element("eInvoice", {"xmlns:fp": INVOICE_SPACE, "Version": "1.0"})
    pairs: list[tuple[str, object]] = [
        ("DocID", f"{invoice.code}_{invoice.number}"),
        ("AreaCode", content.region["code"].ljust(4, "0")),
        ("TypeCode", "0"),
        ("InvoiceCode", invoice.code),
        ("InvoiceNo", invoice.number),
        ("IssueDate", invoice.issue_date and invoice.issue_date.strftime("%Y年%m月%d日")),
        ("InvoiceCheckCode", invoice.check_code),
        ("MachineNo", invoice.machine_number),
        ("GraphCode", content.qr),
        ("TaxControlCode", (invoice.cipher_area or "").replace("\n", "")),
        ("TaxInclusiveTotalAmount", invoice.total),
        ("TaxInclusiveTotalAmountWithWords", invoice.total_in_words),
        ("TaxExclusiveTotalAmount", invoice.total_excluding_tax),
        ("TaxTotalAmount", NO_TAX if invoice.total_tax is None else invoice.total_tax),
        ("Note", invoice.remarks),
        ("InvoiceClerk", invoice.drawer),
        ("Payee", invoice.payee),
        ("Checker", invoice.reviewer),
    ]
    _fill(root, pairs, "fp:")
    for role, party in (("Buyer", invoice.buyer), ("Seller", invoice.seller)):
        _fill(SubElement(root, f"fp:{role}"), _original_party(role, party), "fp:")
    goods = SubElement(root, "fp:GoodsInfos")
    for number, item in enumerate(invoice.items, 1):
        _fill(SubElement(goods, "fp:GoodsInfo"), _original_item(number, item), "fp:")
    return _bytes(root)


def xbrl_invoice(content: Content) -> bytes:
    """The XBRL instance of the e-voucher standard that some invoices carry (domain: 6.3)."""
    invoice = content.invoice
    root = Element("xbrl", {"xmlns": XBRLI, "xmlns:einv": XBRL_TAXONOMY})
    buyer, seller = invoice.buyer or Party(), invoice.seller or Party()
    pairs: list[tuple[str, object]] = [
        ("TypeOfInvoice", content.captions["title"].removeprefix(content.captions["region"])),
        ("CodeOfInvoice", invoice.code),
        ("NumberOfInvoice", invoice.number),
        ("DateOfIssue", invoice.issue_date),
        ("NameOfPurchaser", buyer.name),
        ("UnifiedSocialCreditCodeOfPurchaser", buyer.tax_id),
        ("NameOfSeller", seller.name),
        ("UnifiedSocialCreditCodeOfSeller", seller.tax_id),
        ("TotalAmountExcludingTax", invoice.total_excluding_tax),
        ("TotalTaxAmount", invoice.total_tax),
        ("TaxIncludedAmountInFigures", invoice.total),
        ("TaxIncludedAmountInWords", invoice.total_in_words),
        ("Remarks", invoice.remarks),
        ("Issuer", invoice.drawer),
    ]
    _fill(root, ((name, value) for name, value in pairs if value is not None), "einv:")
    for item in invoice.items:
        _fill(SubElement(root, "einv:InformationOfTaxableGoodsOrServicesDetailItemsTuple"), _xbrl_item(item), "einv:")
    return _bytes(root)


def _header(content: Content, header: Element) -> None:
    invoice = content.invoice
    special = invoice.kind == "digital_special"
    _fill(header, (("EIid", invoice.number), ("EInvoiceTag", "SWEI3200"), ("Version", "0.2")))
    labels = SubElement(header, "InherentLabel")
    for name, code, text in (
        ("InIssuType", *(("N", "红字发票") if invoice.is_red_letter else ("Y", "蓝字发票"))),
        ("EInvoiceType", "01", "数电票"),
        ("GeneralOrSpecialVAT", *(("01", "增值税专用发票") if special else ("02", "普通发票"))),
    ):
        _fill(SubElement(labels, name), (("LabelCode", code), ("LabelName", text)))


def _specific(content: Content, element: Element) -> None:
    for item in content.invoice.items if content.form == "digital_toll" else ():
        _fill(
            SubElement(element, "Toll"),
            (
                ("PlateNumber", item.plate_number),
                ("VehicleType", item.vehicle_type),
                ("StartDatesOfPassage", item.start_date),
                ("EndDatesOfPassage", item.end_date),
            ),
        )


def _party(role: str, party: Party | None) -> Pairs:
    shown = party or Party()
    address, _, phone = (shown.address_phone or "").rpartition(" ")
    bank, _, account = (shown.bank_account or "").rpartition(" ")
    return (
        (f"{role}IdNum", shown.tax_id),
        (f"{role}Name", shown.name),
        (f"{role}Addr", address or phone),
        (f"{role}TelNum", phone if address else ""),
        (f"{role}BankName", bank or account),
        (f"{role}BankAccNum", account if bank else ""),
    )


def _digital_item(item: LineItem) -> Pairs:
    taxed = item.tax_amount
    return (
        ("ItemName", item.name),
        ("SpecMod", item.specification),
        ("MeaUnits", item.unit),
        ("Quantity", item.quantity),
        ("UnPrice", item.unit_price),
        ("Amount", item.amount),
        ("TaxRate", item.tax_rate),
        ("ComTaxAm", NO_TAX if taxed is None else taxed),
        ("TotaltaxIncludedAmount", (item.amount or 0) + (taxed or 0)),
        ("TaxClassificationCode", CLASS_CODE),
    )


def _original_party(role: str, party: Party | None) -> Pairs:
    shown = party or Party()
    return (
        (f"{role}Name", shown.name),
        (f"{role}TaxID", shown.tax_id),
        (f"{role}AddrTel", shown.address_phone),
        (f"{role}FinancialAccount", shown.bank_account),
    )


def _original_item(number: int, item: LineItem) -> Pairs:
    return (
        ("LineNo", number),
        ("LineNature", "1" if item.amount and item.amount < 0 and not item.quantity else "0"),
        ("Item", item.name),
        ("Code", CLASS_CODE),
        ("Specification", item.specification),
        ("MeasurementDimension", item.unit),
        ("Price", item.unit_price),
        ("Quantity", item.quantity),
        ("Amount", item.amount),
        ("TaxScheme", _printed_rate(item.tax_rate)),
        ("TaxAmount", NO_TAX if item.tax_amount is None else item.tax_amount),
    )


def _xbrl_item(item: LineItem) -> Pairs:
    pairs = (
        ("NameOfTaxableGoodsOrServices", item.name),
        ("Specification", item.specification),
        ("UnitOfGoodsOrServices", item.unit),
        ("QuantityOfGoodsOrServices", item.quantity),
        ("UnitPriceOfGoodsOrServices", item.unit_price),
        ("AmountExcludingTax", item.amount),
        ("TaxRate", _printed_rate(item.tax_rate)),
        ("TaxAmount", item.tax_amount),
    )
    return ((name, value) for name, value in pairs if value is not None)


def _printed_rate(value: Rate | None) -> str | None:
    return None if value is None else rate.to_text(value)


def _moment(day: date | None) -> str:
    return f"{day:%Y-%m-%d} 10:24:36" if day else ""


def _fill(parent: Element, pairs: Pairs, prefix: str = "") -> None:
    for name, value in pairs:
        SubElement(parent, prefix + name).text = None if value is None else _plain(value)


def _plain(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _bytes(root: Element) -> bytes:
    ET.indent(root, " ")
    body: bytes = ET.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body
