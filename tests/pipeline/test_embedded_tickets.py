"""Tickets that are stated in an XBRL instance, alone or inside a PDF."""

from datetime import date, datetime
from decimal import Decimal

import pdf_builder as pdf
import pytest

from invoiceocr.invoice import AirItinerary, Party, TrainTicket
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings

RAIL = """<xbrl xmlns:rai="urn:rai">
<rai:ElectronicInvoiceRailwayETicketNumber>25119110000023400017</rai:ElectronicInvoiceRailwayETicketNumber>
<rai:DateOfIssue>2025-03-05</rai:DateOfIssue><rai:TypeOfBusiness>售</rai:TypeOfBusiness>
<rai:DepartureStation>甲南站</rai:DepartureStation><rai:DestinationStation>乙北</rai:DestinationStation>
<rai:TrainNumber>G1234</rai:TrainNumber><rai:TravelDate>2025-03-01</rai:TravelDate>
<rai:DepartureTime>14:30</rai:DepartureTime><rai:SeatLevel>二等座</rai:SeatLevel><rai:Carriage>05车</rai:Carriage>
<rai:Seat>07F号</rai:Seat><rai:ETicketNumber>1234567890123456789012025</rai:ETicketNumber><rai:Fare>109.00</rai:Fare>
<rai:TotalAmountExcludingTax>100.00</rai:TotalAmountExcludingTax><rai:TaxRate>0.09</rai:TaxRate>
<rai:TaxAmount>9.00</rai:TaxAmount><rai:Name>测试</rai:Name><rai:IdNumber>1101011990****0012</rai:IdNumber>
<rai:NameOfPurchaser>测试采购有限公司</rai:NameOfPurchaser></xbrl>"""
AIR = """<xbrl xmlns:atr="urn:atr">
<atr:ElectronicInvoiceAirTransportReceiptNumber>25119110000000000025</atr:ElectronicInvoiceAirTransportReceiptNumber>
<atr:DateOfIssue>2025-03-05</atr:DateOfIssue><atr:PassengerName>测试</atr:PassengerName>
<atr:ETicketNumber>999-1234567890</atr:ETicketNumber>
<atr:DetailInformationOfAirTicketTuple><atr:DepartureStation>甲</atr:DepartureStation>
<atr:DestinationStation>乙</atr:DestinationStation><atr:Carrier>测试航空</atr:Carrier><atr:Flight>CA1831</atr:Flight>
<atr:SeatClass>Y</atr:SeatClass><atr:CarrierDate>2025-03-01</atr:CarrierDate>
<atr:DepartureTime>08:05</atr:DepartureTime></atr:DetailInformationOfAirTicketTuple>
<atr:Fare>733.94</atr:Fare><atr:FuelSurcharge>18.35</atr:FuelSurcharge><atr:VatRate>9%</atr:VatRate>
<atr:VatTaxAmount>67.71</atr:VatTaxAmount><atr:CivilAviationDevelopmentFund>50.00</atr:CivilAviationDevelopmentFund>
<atr:TotalAmount>870.00</atr:TotalAmount></xbrl>"""


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(Settings())


def test_a_rail_ticket_has_all_that_its_record_states(reader: Reader) -> None:
    (ticket,) = reader.read(RAIL.encode())

    assert isinstance(ticket, TrainTicket)
    assert (ticket.kind, ticket.number, ticket.issue_date) == ("digital_rail", "25119110000023400017", date(2025, 3, 5))
    assert (ticket.departure_station, ticket.arrival_station, ticket.train_number) == ("甲南", "乙北", "G1234")
    assert ticket.departure_time == datetime(2025, 3, 1, 14, 30)
    assert (ticket.carriage, ticket.seat, ticket.seat_class, ticket.business_type) == ("05", "07F", "二等座", "售票")
    assert (ticket.total, ticket.total_tax, ticket.tax_rate) == (Decimal("109.00"), Decimal("9.00"), Decimal("0.09"))
    assert ticket.buyer == Party(name="测试采购有限公司")
    assert ticket.evidence["train_number"].witnesses[0].source == "xml"


def test_an_air_itinerary_has_its_segments(reader: Reader) -> None:
    (itinerary,) = reader.read(AIR.encode())

    assert isinstance(itinerary, AirItinerary)
    assert (itinerary.kind, itinerary.total, itinerary.fare) == ("digital_air", Decimal("870.00"), Decimal("733.94"))
    (segment,) = itinerary.segments
    assert (segment.departure, segment.arrival, segment.flight_number) == ("甲", "乙", "CA1831")
    assert segment.departure_time == datetime(2025, 3, 1, 8, 5)


@pytest.mark.parametrize(("record", "kind"), [(RAIL, "digital_rail"), (AIR, "digital_air")])
def test_a_pdf_with_the_record_inside_is_that_ticket(reader: Reader, record: str, kind: str) -> None:
    data = pdf.pdf(pdf.Leaf(pdf.words("e-ticket", 30, 100)), attachments=(("ticket.xbrl", record.encode()),))

    (ticket,) = reader.read(data)

    assert (ticket.kind, ticket.page) == (kind, 1)
    assert ticket.number is not None


def test_an_instance_of_einv_may_have_the_names_of_the_invoice_xml(reader: Reader) -> None:
    names = {
        "InvoiceNumber": "25319110000023400017", "SellerName": "测试有限公司", "SellerIdNum": "91110105MA01ABCD5F",
        "TotalAmWithoutTax": "100.00", "TotalTaxAm": "6.00", "TotalTax-includedAmount": "106.00",
        "RequestTime": "2025-03-05",
    }  # fmt: skip
    facts = "".join(f"<einv:{name}>{text}</einv:{name}>" for name, text in names.items())
    taxonomy = "http://xbrl.mof.gov.cn/taxonomy/2023-12-31/einv"

    (invoice,) = reader.read(f'<xbrl xmlns:einv="{taxonomy}">{facts}</xbrl>'.encode())

    assert (invoice.number, invoice.total) == ("25319110000023400017", Decimal("106.00"))
    assert invoice.seller == Party(name="测试有限公司", tax_id="91110105MA01ABCD5F")
    assert invoice.issue_date == date(2025, 3, 5)
