"""What a specimen truly says: label files for scoring, and the place of every printed line for training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from invoiceocr.specimens.content import Content
from invoiceocr.specimens.drawing import Drawing, Layer, Text
from invoiceocr.specimens.fonts import quad

Matrix = NDArray[np.float64]
NOT_PRINTED = frozenset({"box", "evidence", "findings", "page", "rotation", "source", "verdict"})
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


def page(
    drawing: Drawing, number: int, transforms: Mapping[Layer, Matrix], size: tuple[float, float]
) -> dict[str, Any]:
    """The label of one page: its number, *size* (width, height) and every printed line of text, with its quad
    (clockwise from the top left of the text) and the field it prints or None, all in the units that *transforms*
    (3×3, one a layer) turn mm into. A line that lies mostly outside is not there."""
    lines = [
        {"text": text, "quad": [[round(float(x), 1), round(float(y), 1)] for x, y in corners], "path": item.path}
        for item, text, corners in _lines(drawing, transforms)
        if _share_inside(corners, size) >= SHOWN
    ]
    return {"page": number, "width": size[0], "height": size[1], "lines": lines}


def cut_fields(drawing: Drawing, transforms: Mapping[Layer, Matrix], size: tuple[float, float]) -> list[str]:
    """The fields of which something lies outside a page of *size*: printed beside the paper, so not to be scored."""
    cut = {item.path for item, _, corners in _lines(drawing, transforms) if _share_inside(corners, size) < 1.0}
    return sorted(path for path in cut if path)


def uniform(unit: float) -> dict[Layer, Matrix]:
    """Transforms that scale every layer by *unit*."""
    scale = np.diag([unit, unit, 1.0])
    return {"form": scale, "print": scale, "seal": scale, "emblem": scale}


def _lines(drawing: Drawing, transforms: Mapping[Layer, Matrix]) -> Iterator[tuple[Text, str, Matrix]]:
    for item in drawing.texts():
        text = " ".join(item.text.split())
        if text:
            yield item, text, _mapped(np.array(quad(item)), transforms[item.layer])


def _mapped(points: Matrix, transform: Matrix) -> Matrix:
    homogeneous = np.hstack([points, np.ones((len(points), 1))]) @ transform.T
    return np.asarray(homogeneous[:, :2] / homogeneous[:, 2:])


def _share_inside(corners: Matrix, size: tuple[float, float]) -> float:
    inside = (corners >= 0).all(axis=1) & (corners <= np.array(size)).all(axis=1)
    return float(inside.mean())
