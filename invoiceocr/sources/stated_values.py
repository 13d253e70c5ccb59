"""Texts that an issuer's XML states, typed as in the field contract; None if nothing is stated.

An attachment is not print: what it states is taken as it is, in canonical spelling, whatever its shape.
"""

from __future__ import annotations

from invoiceocr.kinds import TYPES, field_of

# what serializers write for a missing value
ABSENT = frozenset({"null", "NULL", "nil"})


def parse(path: str, stated: str) -> object | None:
    """The value that the *stated* text gives the field at *path*, by the type that kinds have for it; None for none.

    >>> parse("seller.tax_id", " 9111 0105ma01abcd5f "), parse("seat", "07F号"), parse("departure_station", "北京南站")
    ('91110105MA01ABCD5F', '07F', '北京南')
    >>> parse("total_in_words", "ⓧ壹佰圆整"), parse("remarks", "null"), parse("check_code", "12345 67890")
    ('壹佰圆整', None, '1234567890')
    """
    text = stated.strip()
    field = field_of(path)
    read = field.type.stated if field else TYPES["text"].stated
    return read(text) if text and text not in ABSENT else None
