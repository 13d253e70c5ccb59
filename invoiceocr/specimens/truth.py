"""What a specimen truly says: label files for scoring, and the place of every printed line for training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from invoiceocr.specimens.content.invoices import Content
from invoiceocr.specimens.drawing import Drawing, Layer, Text
from invoiceocr.specimens.fonts import quad

Matrix = NDArray[np.float64]
NOT_PRINTED = frozenset({"box", "evidence", "findings", "page", "rotation", "source", "verdict"})
# share of a line's corners that must lie on the page for the line to count as printed
SHOWN = 0.6


# The fields of one invoice as fields.md writes them: JSON values of as many shapes as there are fields.
Fields = dict[str, Any]


class TruthLine(TypedDict):
    """A printed line: its text, its quad (clockwise from the top left of the text), the field it prints or None."""

    text: str
    quad: list[list[float]]
    path: str | None


class TruthPage(TypedDict):
    """A page and every line printed on it, in the units of its size."""

    page: int
    width: float
    height: float
    lines: list[TruthLine]


class TruthInvoice(TypedDict):
    """An invoice of the file; a composition also says where its paper lies and which paper it repeats."""

    page: int
    fields: Fields
    box: NotRequired[list[int]]
    rotation: NotRequired[int]
    copy_of: NotRequired[int]


class Truth(TypedDict):
    """The label of a file (the shared label format)."""

    file: str
    invoices: list[TruthInvoice]
    unsure: list[str]
    quality: str
    rotation: int
    pages: list[TruthPage]


def fields(content: Content, *, with_list: bool) -> Fields:
    """The true fields (fields.md) as JSON values. The rows of a separate list are the items only if it is part of the
    same file (*with_list*)."""
    data: Fields = content.invoice.model_dump(mode="json", exclude=set(NOT_PRINTED))
    if content.listed and not with_list:
        data["items"] = [content.listed.model_dump(mode="json")]
    return data


def label(name: str, invoices: Sequence[tuple[int, Fields]]) -> Truth:
    """The label of a file called *name*: the fields of each invoice and the page where it begins; no pages yet."""
    return {
        "file": name,
        "invoices": [{"page": page, "fields": values} for page, values in invoices],
        "unsure": [],
        "quality": "good",
        "rotation": 0,
        "pages": [],
    }


def page(drawing: Drawing, number: int, transforms: Mapping[Layer, Matrix], size: tuple[float, float]) -> TruthPage:
    """The label of one page: its number, *size* (width, height) and every printed line of text, with its quad
    (clockwise from the top left of the text) and the field it prints or None, all in the units that *transforms*
    (3×3, one a layer) turn mm into. A line that lies mostly outside is not there."""
    lines: list[TruthLine] = [
        {"text": text, "quad": [[round(float(x), 1), round(float(y), 1)] for x, y in corners], "path": item.path}
        for item, text, corners in _lines(drawing, transforms)
        if _share_inside(corners, size) >= SHOWN
    ]
    return {"page": number, "width": size[0], "height": size[1], "lines": lines}


def cut_fields(drawing: Drawing, transforms: Mapping[Layer, Matrix], size: tuple[float, float]) -> list[str]:
    """The fields that lie partly outside a page of *size*: they are not wholly on the paper, so not to be scored."""
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
