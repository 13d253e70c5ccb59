"""Papers of several kinds, drawn from tables of places and read from file to invoice."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from PIL import Image
from pydantic import BaseModel

from invoiceocr.invoice import Invoice
from invoiceocr.kinds import builtin
from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens.drawing import Drawing
from invoiceocr.specimens.files.pdf import write_pdf
from invoiceocr.specimens.layout.placed import Layout, Shift, draw, load_layout
from invoiceocr.specimens.raster import render


def read(
    reader: Reader, form: str | Layout, printed: Mapping[str, str], *, medium: str = "pdf", shift: Shift | None = None
) -> dict[str, object]:
    """The values of the invoice that is read from the paper, by field path."""
    layout = load_layout(form) if isinstance(form, str) else form
    (found,) = reader.read(MEDIA[medium](draw(layout, printed, shift)), name=f"paper.{medium}")
    return flat(found)


def scan(drawing: Drawing) -> bytes:
    """*drawing* as a clean scan."""
    out = io.BytesIO()
    Image.fromarray(render(drawing, dpi=200.0)[:, :, ::-1]).save(out, "PNG")
    return out.getvalue()


MEDIA: Mapping[str, Callable[[Drawing], bytes]] = {"pdf": lambda drawing: write_pdf([drawing]), "png": scan}


def flat(invoice: Invoice) -> dict[str, object]:
    """The fields of *invoice* that have a value, by path, as texts."""
    values: dict[str, object] = {"kind": invoice.kind}
    for name in builtin()[invoice.kind].fields:
        values |= dict(_leaves(name, getattr(invoice, name, None)))
    return values


def _leaves(path: str, value: object) -> list[tuple[str, object]]:
    if value is None or value == () or callable(value):  # `copy` is a method, its field has another attribute
        return []
    if isinstance(value, tuple):
        return [leaf for index, row in enumerate(value) for leaf in _leaves(f"{path}.{index}", row)]
    if isinstance(value, BaseModel):
        return [leaf for name in type(value).model_fields for leaf in _leaves(f"{path}.{name}", getattr(value, name))]
    return [(path, str(value))]
