"""Payloads of the codes on invoices: the comma-separated tax QR with its CRC, links, fiscal bills.

The CRC covers the fields before it, comma included, with polynomial 0x8005 (CRC-16/UMTS); some issuers'
software leaves the last comma out or uses the reflected forms (ARC, MODBUS). A CRC shows damage, not forgery.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from invoiceocr.text.folding import fold
from invoiceocr.values import invoice_code, invoice_number, issue_date, money

KINDS = {
    **invoice_code.KINDS,
    "03": "motor_vehicle",
    "31": "digital_special",
    "32": "digital_ordinary",
    "51": "digital_rail",
    "61": "digital_air",
    "blockchain": "blockchain",
    "fiscal": "fiscal",
}
WITHOUT_TAX = frozenset({"01", "04", "08", "10", "14"})
WITH_TAX = frozenset({"31", "32", "51", "61", "blockchain", "fiscal"})
# characters; no invoice code holds more, and garbage is not worth parsing
MAX_LENGTH = 1000
_TYPE = re.compile(r"[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{8}|[0-9]{20}")
_LINKED = re.compile(r"(?<![0-9])[0-9]{20}(?![0-9])")
_CODE = re.compile(r"(?:[0-9]{10}|[0-9]{12})?")
_CRC = re.compile(r"[0-9A-Fa-f]{1,4}")
_CHECK_CODE = re.compile(r"(?:[0-9]{20}|[0-9A-Fa-f]{5})?")
_FISCAL = re.compile(r"CZ-EI-[0-9]{2}", re.IGNORECASE)
_BLOCKCHAIN_HOST = "bcfp.shenzhen.chinatax.gov.cn"
_TAX_BUREAU = ".chinatax.gov.cn"


@dataclass(frozen=True, slots=True)
class QrPayload:
    """What a code says: `type` is the two-digit tax type, or "blockchain", "fiscal", "delivery"; amounts in yuan.

    `crc` is as printed, `crc_variant` the name of the variant that verifies it, None when none does.
    """

    type: str
    number: str
    code: str | None = None
    amount: Decimal | None = None
    date: date | None = None
    check_code: str | None = None
    crc: str | None = None
    crc_variant: str | None = None

    @property
    def crc_ok(self) -> bool | None:
        """Whether the CRC verifies; None when the payload has none."""
        return None if self.crc is None else self.crc_variant is not None

    @property
    def amount_includes_tax(self) -> bool | None:
        """Whether `amount` is the total with tax; None where issuers differ or it isn't known."""
        if self.type in WITHOUT_TAX or (self.type == "51" and self.code):
            return False
        return True if self.type in WITH_TAX else None

    @property
    def kind(self) -> str | None:
        """The `kind` (field contract) that code and type state; 通行费 on the page makes a 31 or 32 a `toll`."""
        if self.code and (proved := invoice_code.kind(self.code)):
            return proved
        return "e_vat_ordinary" if self.type == "51" and self.code else KINDS.get(self.type)


def compact(text: str) -> str:
    """The payload without NUL, control characters and outer blanks, full-width commas as commas.

    >>> compact("01，32,,25312000000012345678\\0 ")
    '01,32,,25312000000012345678'
    """
    return re.sub(r"[\x00-\x1f\x7f\ufeff]", "", text[: MAX_LENGTH + 1]).replace("，", ",").strip()


@lru_cache(maxsize=64)
def parse(text: str) -> QrPayload | None:
    """The payload of a tax QR code, blockchain or delivery link or fiscal bill; None for any other text.

    >>> payload = parse("01,32,,25312000000012345678,113.00,20250601,,6F05")
    >>> payload.number, payload.amount, payload.crc_ok, payload.kind
    ('25312000000012345678', Decimal('113.00'), True, 'digital_ordinary')
    """
    payload = compact(text)
    if len(payload) > MAX_LENGTH:
        return None
    if payload.lower().startswith(("http://", "https://")):
        return _link(payload)
    return _fiscal(payload) if _FISCAL.match(payload) else _tax(payload)


def linked(text: str) -> str | None:
    """The number of the 数电票 to which a link or any other *text* in a code leads; None without any or with several.

    >>> linked("https://invoice.example/v?no=25312000000012345678"), linked("https://invoice.example/v?id=12345678")
    ('25312000000012345678', None)
    """
    numbers = {number for number in _LINKED.findall(compact(text)) if invoice_number.is_valid(number)}
    return numbers.pop() if len(numbers) == 1 else None


def is_valid(text: str) -> bool:
    """Whether *text* is a payload whose CRC, where it has one, verifies.

    >>> is_valid("01,32,,25312000000012345678,113.00,20250601,,6F05"), is_valid("hello")
    (True, False)
    """
    payload = parse(text)
    return payload is not None and payload.crc_ok is not False


def to_text(value: QrPayload) -> str:
    """The comma-separated tax payload of *value*, with the CRC it has.

    >>> to_text(QrPayload("32", "25312000000012345678", amount=Decimal("113.00"), date=date(2025, 6, 1), crc="6F05"))
    '01,32,,25312000000012345678,113.00,20250601,,6F05'
    """
    return _body(value) + (value.crc or "")


def make(value: QrPayload) -> str:
    """The comma-separated tax payload of *value* with a fresh CRC, as the tax bureau's platform writes it.

    >>> make(QrPayload("32", "25312000000012345678", amount=Decimal("113.00"), date=date(2025, 6, 1)))
    '01,32,,25312000000012345678,113.00,20250601,,6F05'
    """
    return to_text(replace(value, crc=f"{crc16(_body(value).encode()):04X}"))


def crc16(data: bytes) -> int:
    """CRC-16/UMTS: polynomial 0x8005, init 0, no reflection, no final XOR.

    >>> hex(crc16(b"123456789"))
    '0xfee8'
    """
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x8005 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def crc16_reflected(data: bytes, init: int = 0) -> int:
    """The reflected form: CRC-16/ARC with init 0, CRC-16/MODBUS with init 0xFFFF.

    >>> hex(crc16_reflected(b"123456789")), hex(crc16_reflected(b"123456789", 0xFFFF))
    ('0xbb3d', '0x4b37')
    """
    crc = init
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc


VARIANTS = (
    ("8005", crc16),
    ("ARC", crc16_reflected),
    ("MODBUS", lambda data: crc16_reflected(data, 0xFFFF)),
)


def _body(value: QrPayload) -> str:
    amount = money.to_text(value.amount) if value.amount is not None else ""
    day = value.date.strftime("%Y%m%d") if value.date else ""
    return f"01,{value.type},{value.code or ''},{value.number},{amount},{day},{value.check_code or ''},"


def _tax(payload: str) -> QrPayload | None:
    raw = payload.rstrip(",").split(",")
    fields = [fold(field).replace(" ", "") for field in raw]
    if not 5 <= len(fields) <= 9 or fields[0] != "01" or not _TYPE.fullmatch(fields[1]):
        return None
    if not _CODE.fullmatch(fields[2]) or not _NUMBER.fullmatch(fields[3]):
        return None
    # behind the date: a check code, a checksum, both or neither
    check_code, crc = _tail(fields[6:])
    return QrPayload(
        type=fields[1],
        number=fields[3],
        code=fields[2] or None,
        amount=money.parse(fields[4]),
        date=issue_date.parse(fields[5]) if len(fields) > 5 else None,
        check_code=check_code,
        crc=crc,
        crc_variant=_variant(raw, crc) if crc else None,
    )


def _tail(fields: list[str]) -> tuple[str | None, str | None]:
    """Check code and CRC of the fields after the date; a lone short field is the CRC."""
    if len(fields) == 1 and _CRC.fullmatch(fields[0]):
        return None, fields[0]
    check_code = fields[0] if fields and _CHECK_CODE.fullmatch(fields[0]) else ""
    crc = fields[1] if len(fields) > 1 and _CRC.fullmatch(fields[1]) else ""
    return check_code or None, crc or None


def _variant(raw: list[str], crc: str) -> str | None:
    """The name of the CRC variant that verifies, such as `8005+comma`."""
    end = 7 if len(raw) > 7 else 6
    body = ",".join(raw[:end])
    texts = [(body + ",", "+comma"), (body, "")]
    # the issuer left the empty check code out, but may have counted its comma
    if end == 6:
        texts += [(body + ",,", "+comma")]
    wanted = int(crc, 16)
    found = (
        name + suffix
        for text, suffix in texts
        for name, crc_of in VARIANTS
        if crc_of(text.encode("utf-8", "replace")) == wanted
    )
    return next(found, None)


def _fiscal(payload: str) -> QrPayload | None:
    """`CZ-EI-00,version,code,number,check code,date,total`."""
    fields = [field.strip() for field in payload.split(",")]
    if len(fields) < 7 or not re.fullmatch(r"[0-9]{6,12}", fields[3]):
        return None
    return QrPayload(
        type="fiscal",
        number=fields[3],
        code=fields[2] or None,
        amount=money.parse(fields[6]),
        date=issue_date.parse(fields[5]),
        check_code=fields[4] or None,
    )


def _link(url: str) -> QrPayload | None:
    try:
        parts = urlsplit(url)
        query = {name.lower(): values[0].strip() for name, values in parse_qs(parts.query, max_num_fields=50).items()}
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if host == _BLOCKCHAIN_HOST:
        return _blockchain(query)
    return _delivery(query) if host.endswith(_TAX_BUREAU) else None


def _blockchain(query: dict[str, str]) -> QrPayload | None:
    """Number and total of a Shenzhen link; its amount is in fen."""
    number, fen = query.get("bill_num", ""), query.get("total_amount", "")
    if not re.fullmatch(r"[0-9]{8}", number):
        return None
    amount = Decimal(f"{int(fen) // 100}.{int(fen) % 100:02d}") if re.fullmatch(r"[0-9]{1,14}", fen) else None
    return QrPayload(type="blockchain", number=number, amount=amount)


def _delivery(query: dict[str, str]) -> QrPayload | None:
    """Number and day of issue of the link under which 数电票 files are handed out."""
    number = query.get("fphm", "")
    if not re.fullmatch(r"[0-9]{20}", number):
        return None
    return QrPayload(type="delivery", number=number, date=issue_date.parse(query.get("kprq", "")))
