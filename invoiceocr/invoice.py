"""The domain: `Invoice` and its kinds, `Party`, `LineItem`; see the field contract (docs/fields.md).

Generated from schemas/kinds by `python -m invoiceocr.kinds.model_source`: change those files and run it again.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import ConfigDict, Field, SerializeAsAny, TypeAdapter, field_validator

from invoiceocr.invoice_types import NOT_PRINTED as NOT_PRINTED
from invoiceocr.invoice_types import Invoice as Invoice
from invoiceocr.invoice_types import Party as Party
from invoiceocr.invoice_types import PrintedRecord as PrintedRecord
from invoiceocr.invoice_types import Rate as Rate


class LineItem(PrintedRecord):
    """A row of `items`."""

    name: str | None = None
    specification: str | None = None
    unit: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    amount: Decimal | None = None
    tax_rate: Rate | None = None
    tax_amount: Decimal | None = None
    plate_number: str | None = None
    vehicle_type: str | None = None
    start_date: date | None = None
    end_date: date | None = None


class Detail(PrintedRecord):
    """A row of `details`."""

    construction_site: str | None = None
    project_name: str | None = None
    land_tax_number: str | None = None
    departure: str | None = None
    arrival: str | None = None
    transport_type: str | None = None
    plate_number: str | None = None
    cargo: str | None = None
    passenger_name: str | None = None
    passenger_id: str | None = None
    travel_date: date | None = None
    seat_class: str | None = None
    property_address: str | None = None
    property_certificate: str | None = None
    lease_start: date | None = None
    lease_end: date | None = None
    area_unit: str | None = None
    cross_city: str | None = None
    vin: str | None = None
    brand_model: str | None = None


class FlightSegment(PrintedRecord):
    """A row of `segments`."""

    departure: str | None = None
    arrival: str | None = None
    carrier: str | None = None
    flight_number: str | None = None
    cabin: str | None = None
    departure_time: datetime | None = None


class BillItem(PrintedRecord):
    """A row of `items`."""

    code: str | None = None
    name: str | None = None
    unit: str | None = None
    quantity: Decimal | None = None
    standard: Decimal | None = None
    amount: Decimal | None = None
    remarks: str | None = None


class Trip(PrintedRecord):
    """A row of `trips`."""

    car_type: str | None = None
    pickup_time: datetime | None = None
    city: str | None = None
    departure: str | None = None
    arrival: str | None = None
    distance: Decimal | None = None
    amount: Decimal | None = None


class Pair(PrintedRecord):
    """A row of `pairs`."""

    key: str | None = None
    value: str | None = None


class FoundAmount(PrintedRecord):
    """A row of `amounts`."""

    value: Decimal | None = None
    box: tuple[float, float, float, float] | None = None


class FoundDate(PrintedRecord):
    """A row of `dates`."""

    value: date | None = None
    box: tuple[float, float, float, float] | None = None


class FoundNumber(PrintedRecord):
    """A row of `numbers`."""

    value: str | None = None
    box: tuple[float, float, float, float] | None = None


class VatInvoice(Invoice):
    """增值税专用发票、增值税普通发票、普通发票（卷票）、增值税电子普通发票、增值税电子专用发票、电子发票（普通发票）、电子发票（增值税专用发票）、通行费电子发票、区块链电子发票."""

    kind: Literal[
        "vat_special",
        "vat_ordinary",
        "vat_roll",
        "e_vat_ordinary",
        "e_vat_special",
        "digital_ordinary",
        "digital_special",
        "toll",
        "blockchain",
    ]
    check_code: str | None = None
    machine_number: str | None = None
    total_excluding_tax: Decimal | None = None
    total_tax: Decimal | None = None
    items: tuple[LineItem, ...] = ()
    remarks: str | None = None
    payee: str | None = None
    reviewer: str | None = None
    drawer: str | None = None
    is_red_letter: bool = False
    cipher_area: str | None = None
    copy_: str | None = Field(default=None, alias="copy", serialization_alias="copy")
    business_label: str | None = None
    details: tuple[Detail, ...] = ()
    entrance: str | None = None
    exit: str | None = None
    travel_time: datetime | None = None
    plate_number: str | None = None
    vehicle_type: str | None = None


class TrainTicket(Invoice):
    """电子发票（铁路电子客票）、火车票."""

    kind: Literal["digital_rail", "train"]
    ticket_number: str | None = None
    serial_number: str | None = None
    train_number: str | None = None
    departure_station: str | None = None
    arrival_station: str | None = None
    departure_time: datetime | None = None
    carriage: str | None = None
    seat: str | None = None
    seat_class: str | None = None
    departure_latin: str | None = None
    arrival_latin: str | None = None
    passenger_name: str | None = None
    passenger_id: str | None = None
    e_ticket_number: str | None = None
    total_excluding_tax: Decimal | None = None
    total_tax: Decimal | None = None
    tax_rate: Rate | None = None
    business_type: str | None = None
    remarks: str | None = None


class AirItinerary(Invoice):
    """电子发票（航空运输电子客票行程单）、航空行程单."""

    kind: Literal["digital_air", "air_itinerary"]
    passenger_name: str | None = None
    passenger_id: str | None = None
    e_ticket_number: str | None = None
    segments: tuple[FlightSegment, ...] = ()
    fare: Decimal | None = None
    fuel_surcharge: Decimal | None = None
    development_fund: Decimal | None = None
    other_taxes: Decimal | None = None
    insurance: Decimal | None = None
    agent_code: str | None = None
    serial_number: str | None = None
    check_code: str | None = None
    tax_rate: Rate | None = None
    total_tax: Decimal | None = None


class MotorVehicleInvoice(Invoice):
    """机动车销售统一发票."""

    kind: Literal["motor_vehicle"] = "motor_vehicle"
    vehicle_type: str | None = None
    brand_model: str | None = None
    vin: str | None = None
    drawer: str | None = None
    remarks: str | None = None
    origin: str | None = None
    certificate_number: str | None = None
    import_certificate_number: str | None = None
    inspection_number: str | None = None
    engine_number: str | None = None
    machine_number: str | None = None
    total_excluding_tax: Decimal | None = None
    total_tax: Decimal | None = None
    tax_rate: Rate | None = None
    tax_authority: str | None = None
    tax_authority_code: str | None = None
    tax_payment_certificate_number: str | None = None
    tonnage: Decimal | None = None
    seating_capacity: int | None = None


class UsedVehicleInvoice(Invoice):
    """二手车销售统一发票."""

    kind: Literal["used_vehicle"] = "used_vehicle"
    vehicle_type: str | None = None
    brand_model: str | None = None
    vin: str | None = None
    drawer: str | None = None
    remarks: str | None = None
    plate_number: str | None = None
    registration_number: str | None = None
    transfer_office: str | None = None
    market: Party | None = None
    auction: Party | None = None


class TaxiReceipt(Invoice):
    """出租车发票."""

    kind: Literal["taxi"] = "taxi"
    plate_number: str | None = None
    travel_date: date | None = None
    boarding_time: time | None = None
    alighting_time: time | None = None
    unit_price: Decimal | None = None
    distance: Decimal | None = None
    waiting_time: str | None = None
    fuel_surcharge: Decimal | None = None
    region: str | None = None


class CoachTicket(Invoice):
    """汽车客运票."""

    kind: Literal["bus"] = "bus"
    departure_station: str | None = None
    arrival_station: str | None = None
    departure_time: datetime | None = None
    travel_date: date | None = None
    seat: str | None = None
    gate: str | None = None
    passenger_name: str | None = None
    passenger_id: str | None = None
    insurance: Decimal | None = None


class ShipTicket(Invoice):
    """船票."""

    kind: Literal["ship"] = "ship"
    departure_station: str | None = None
    arrival_station: str | None = None
    departure_time: datetime | None = None
    travel_date: date | None = None
    seat: str | None = None
    gate: str | None = None
    passenger_name: str | None = None
    passenger_id: str | None = None
    insurance: Decimal | None = None
    cabin: str | None = None
    vessel: str | None = None
    currency: str | None = None


class TollReceipt(Invoice):
    """过路过桥费发票."""

    kind: Literal["toll_receipt"] = "toll_receipt"
    entrance: str | None = None
    exit: str | None = None
    travel_time: datetime | None = None
    vehicle_type: str | None = None
    plate_number: str | None = None
    axle_count: int | None = None
    weight: Decimal | None = None
    lane: str | None = None
    operator: str | None = None


class QuotaInvoice(Invoice):
    """定额发票."""

    kind: Literal["quota"] = "quota"
    region: str | None = None


class MachinePrintedInvoice(Invoice):
    """通用机打发票."""

    kind: Literal["machine_printed"] = "machine_printed"
    issue_time: time | None = None
    check_code: str | None = None
    machine_number: str | None = None
    industry: str | None = None
    items: tuple[LineItem, ...] = ()
    drawer: str | None = None
    remarks: str | None = None


class FiscalBill(Invoice):
    """财政票据."""

    kind: Literal["fiscal"] = "fiscal"
    check_code: str | None = None
    payer: str | None = None
    payer_id: str | None = None
    payee: str | None = None
    reviewer: str | None = None
    items: tuple[BillItem, ...] = ()
    payment_code: str | None = None
    business_number: str | None = None
    remarks: str | None = None


class MedicalBill(Invoice):
    """医疗票据."""

    kind: Literal["medical"] = "medical"
    check_code: str | None = None
    payer: str | None = None
    payer_id: str | None = None
    payee: str | None = None
    reviewer: str | None = None
    items: tuple[BillItem, ...] = ()
    payment_code: str | None = None
    business_number: str | None = None
    remarks: str | None = None
    visit_number: str | None = None
    visit_date: date | None = None
    hospital_type: str | None = None
    insurance_type: str | None = None
    insurance_number: str | None = None
    insurance_fund_payment: Decimal | None = None
    account_payment: Decimal | None = None
    cash_payment: Decimal | None = None
    self_paid: Decimal | None = None
    admission_date: date | None = None
    discharge_date: date | None = None


class RideItinerary(Invoice):
    """网约车行程单."""

    kind: Literal["ride_itinerary"] = "ride_itinerary"
    provider: str | None = None
    application_date: date | None = None
    start_date: date | None = None
    end_date: date | None = None
    trip_count: int | None = None
    passenger_phone: str | None = None
    trips: tuple[Trip, ...] = ()


class OtherDocument(Invoice):
    """其他."""

    kind: Literal["other"] = "other"
    text: str = ""
    pairs: tuple[Pair, ...] = ()
    amounts: tuple[FoundAmount, ...] = ()
    dates: tuple[FoundDate, ...] = ()
    numbers: tuple[FoundNumber, ...] = ()


AnyInvoice = Annotated[
    VatInvoice
    | TrainTicket
    | AirItinerary
    | MotorVehicleInvoice
    | UsedVehicleInvoice
    | TaxiReceipt
    | CoachTicket
    | ShipTicket
    | TollReceipt
    | QuotaInvoice
    | MachinePrintedInvoice
    | FiscalBill
    | MedicalBill
    | RideItinerary
    | OtherDocument,
    Field(discriminator="kind"),
]
BUILTIN_KINDS = frozenset(
    {
        "vat_special",
        "vat_ordinary",
        "vat_roll",
        "e_vat_ordinary",
        "e_vat_special",
        "digital_ordinary",
        "digital_special",
        "toll",
        "blockchain",
        "digital_rail",
        "digital_air",
        "motor_vehicle",
        "used_vehicle",
        "train",
        "taxi",
        "bus",
        "ship",
        "air_itinerary",
        "toll_receipt",
        "quota",
        "machine_printed",
        "fiscal",
        "medical",
        "ride_itinerary",
        "other",
    }
)
VAT_KINDS = (
    "vat_special",
    "vat_ordinary",
    "vat_roll",
    "e_vat_ordinary",
    "e_vat_special",
    "digital_ordinary",
    "digital_special",
    "toll",
    "blockchain",
)


class CustomInvoice(Invoice):
    """An invoice of a user's kind. Its own fields are attributes; where the kind isn't loaded they are extras."""

    model_config = ConfigDict(extra="allow")

    @field_validator("kind")
    @classmethod
    def _is_no_builtin(cls, kind: str) -> str:
        if kind in BUILTIN_KINDS:
            raise ValueError(f"{kind} is a built-in kind with a model of its own")
        return kind


if TYPE_CHECKING:
    AnyKind = AnyInvoice
else:
    AnyKind = SerializeAsAny[AnyInvoice] | SerializeAsAny[CustomInvoice]
    """An invoice of a built-in kind or of a user's; type checkers see the built-in ones, so that `kind` tells which."""
INVOICE_ADAPTER: TypeAdapter[AnyInvoice] = TypeAdapter(AnyInvoice)
