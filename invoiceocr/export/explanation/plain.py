"""An explanation as plain values for JSON; pictures are left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from invoiceocr.export.titles import Title
from invoiceocr.geometry import Box

LEFT_OUT = frozenset({"pictures"})


def as_plain(value: Any) -> Any:
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
            return value.model_dump(mode="json")
        case Mapping():
            return {str(key): as_plain(part) for key, part in value.items()}
        case tuple() | list():
            return [as_plain(part) for part in value]
        case _ if dataclasses.is_dataclass(value):
            names = (field.name for field in dataclasses.fields(value))
            return {name: as_plain(getattr(value, name)) for name in names if name not in LEFT_OUT}
        case _:
            return value.isoformat() if hasattr(value, "isoformat") else str(value)
