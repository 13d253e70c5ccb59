"""车牌号 (GA 36): as printed, with its separator; taxi receipts often leave the province out."""

from __future__ import annotations

import re

from invoiceocr.text.folding import fold

PROVINCE_SIGNS = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
LAST_SIGNS = "学警挂港澳领超使试"
SEPARATORS = "-·.•・—–_*"
_PLATE = re.compile(
    f"(?P<province>[{PROVINCE_SIGNS}])?[A-Z][{re.escape(SEPARATORS)}]{{0,2}}"
    f"(?P<serial>(?=[A-Z]{{0,3}}[0-9])(?:[A-Z0-9]{{5,6}}|[A-Z0-9]{{4}}[{LAST_SIGNS}]?)"
    # some meters print the separator behind the second letter
    f"|[A-Z][{re.escape(SEPARATORS)}][A-Z0-9]{{4}})"
)
_UNUSED = str.maketrans("OI", "01")
# characters behind the letter of the city; taxi receipts may print one less
WHOLE_SERIAL = 5


def compact(text: str) -> str:
    """*text* in upper case and half width, without blanks, its separator as printed.

    >>> compact("京a · 12345")
    '京A·12345'
    """
    return re.sub(r"\s", "", fold(text)).upper()


def parse(text: str) -> str | None:
    """The plate as printed, with or without its province, or None for anything else.

    >>> parse("京A·12345"), parse("BT1234"), parse("AT-1234"), parse("京12345")
    ('京A·12345', 'BT1234', 'AT-1234', None)
    """
    plate = compact(text)
    return plate if _PLATE.fullmatch(plate) else None


def recognized(text: str) -> str:
    """A plate read from pixels as it must be: behind the letter of the city there is no O and no I (GA 36).

    >>> recognized("京AOB1I2"), recognized("京O12345")
    ('京A0B112', '京O12345')
    """
    match = _PLATE.fullmatch(text)
    return text[: match.start("serial")] + match["serial"].translate(_UNUSED) if match else text


def is_valid(text: str) -> bool:
    """Whether *text* is a whole plate, province included.

    >>> is_valid("京AD12345"), is_valid("BT1234")
    (True, False)
    """
    match = _PLATE.fullmatch(compact(text))
    return match is not None and match["province"] is not None and len(match["serial"]) >= WHOLE_SERIAL


def to_text(value: str) -> str:
    """*value* itself.

    >>> to_text("京A·12345")
    '京A·12345'
    """
    return value


def key(text: str) -> str:
    """The letters and digits of a plate, by which two readings are compared.

    >>> key("京A·12345") == key("A-12345")
    True
    """
    return re.sub(r"[^0-9A-Z]", "", compact(text))
