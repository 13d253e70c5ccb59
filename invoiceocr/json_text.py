"""JSON as programs send it to one another: compact, in UTF-8."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pydantic import BaseModel
from pydantic_core import to_json


def as_json(plain: object) -> bytes:
    """*plain* as JSON, by the writer of models, which takes a third of the time of Python's; a lone surrogate, which is
    no UTF-8, is escaped.

    >>> as_json({"合计": [1.5, None]}).decode()
    '{"合计":[1.5,null]}'
    """
    try:
        return to_json(plain, inf_nan_mode="constants")
    except ValueError:  # such a text can't be written straight
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def escaped(text: str) -> str:
    r"""*text* with the lone surrogates of a file name that is no UTF-8 escaped, as no database and no file takes them.

    >>> escaped("发票-\udcb7.pdf")
    '发票-\\udcb7.pdf'
    """
    return text.encode("utf-8", "backslashreplace").decode()


def model_json(model: BaseModel, exclude: set[str] | None = None) -> bytes:
    """*model* as JSON, without the fields to *exclude*; lone surrogates, which are no UTF-8, are escaped."""
    try:
        return model.model_dump_json(exclude=exclude).encode()
    except ValueError:  # such a text can't be written straight
        return json.dumps(model.model_dump(mode="json", exclude=exclude)).encode()


def joined(*objects: bytes) -> bytes:
    """The JSON object with the members of all *objects*, in their order.

    >>> joined(b'{"a":1}', b"{}", b'{"b":[]}')
    b'{"a":1,"b":[]}'
    """
    return b"{" + b",".join(one[1:-1] for one in objects if one != b"{}") + b"}"


def listed(name: str, items: Iterable[bytes]) -> bytes:
    """The JSON object with *items* in a list called *name*.

    >>> listed("a", [b"1", b"{}"])
    b'{"a":[1,{}]}'
    """
    return b"{" + as_json(name) + b":[" + b",".join(items) + b"]}"
