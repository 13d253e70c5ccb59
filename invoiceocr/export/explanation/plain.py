"""An explanation as plain values for JSON; pictures are left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import BaseModel, JsonValue

from invoiceocr.export.titles import Title
from invoiceocr.geometry import Box

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LEFT_OUT = frozenset({"pictures"})


def as_plain(value: object) -> JsonValue:
    """*value* as dictionaries, lists, numbers and texts: money and dates are texts as in the output contract, a title
    is {"zh", "en"}, a box [x0, y0, x1, y1]."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Title():
            return {"zh": value.zh, "en": value.en}
        case Box():
            return list(value.as_tuple())
        case BaseModel():
            plain: dict[str, JsonValue] = value.model_dump(mode="json")
            return plain
        case Mapping():
            return {str(key): as_plain(part) for key, part in value.items()}
        case tuple() | list():
            return [as_plain(part) for part in value]
        case _ if dataclasses.is_dataclass(value):
            return _of_dataclass(value)
        case _:
            return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _of_dataclass(value: DataclassInstance | type[DataclassInstance]) -> dict[str, JsonValue]:
    names = (field.name for field in dataclasses.fields(value))
    return {name: as_plain(getattr(value, name)) for name in names if name not in LEFT_OUT}
