"""What a specimen truly says: label files for scoring, and the place of every printed line for training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from invoiceocr.specimens.content import Content
from invoiceocr.specimens.drawing import Drawing, Text
from invoiceocr.specimens.fonts import quad

NOT_PRINTED = frozenset({"evidence", "findings", "verdict", "page", "source"})
SHOWN = 0.6  # share of a line's corners that must lie on the page for the line to count as printed


def fields(content: Content, *, with_list: bool) -> dict[str, Any]:
    """The true fields (fields.md) as JSON values; a referred-to list gives the items only where it is *with_list*
    part of the same file."""
    data = content.invoice.model_dump(mode="json", exclude=set(NOT_PRINTED))
    if content.listed and not with_list:
        data["items"] = [content.listed.model_dump(mode="json")]
    return data


def label(name: str, invoices: Sequence[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    """The label of a file called *name*: the fields of each invoice and the page where it begins."""
    return {
        "file": name,
        "invoices": [{"page": page, "fields": values} for page, values in invoices],
        "unsure": [],
        "quality": "good",
        "rotation": 0,
    }


def page_lines(drawing: Drawing, transform: NDArray[np.float64], size: tuple[float, float]) -> list[dict[str, Any]]:
    """Every printed line of text: the text, its quad (clockwise from the top left of the text) in units of the page,
    and the field it prints or None. *transform* maps mm to those units; *size* is the page's (width, height)."""
    lines = []
    for item in drawing.texts():
        text = " ".join(item.text.split())
        if text and _is_line(item):
            corners = _mapped(np.array(quad(item)), transform)
            if _inside(corners, size):
                places = [[round(float(x), 1), round(float(y), 1)] for x, y in corners]
                lines.append({"text": text, "quad": places, "path": item.path})
    return lines


def _is_line(item: Text) -> bool:
    """Whether a reader should see a line of text: not the single turned characters around a seal."""
    return item.layer != "seal" and (item.angle == 0 or len(item.text) > 1)


def _mapped(points: NDArray[np.float64], transform: NDArray[np.float64]) -> NDArray[np.float64]:
    homogeneous = np.hstack([points, np.ones((len(points), 1))]) @ transform.T
    return homogeneous[:, :2] / homogeneous[:, 2:]


def _inside(corners: NDArray[np.float64], size: tuple[float, float]) -> bool:
    inside = (corners >= 0).all(axis=1) & (corners <= np.array(size)).all(axis=1)
    return bool(inside.mean() >= SHOWN)
