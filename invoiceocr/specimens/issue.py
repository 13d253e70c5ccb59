"""Issues specimens: `make` one in a format, `write` a folder of them with their labels."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from invoiceocr.specimens.files import documents
from invoiceocr.specimens.pictures import shots
from invoiceocr.specimens.slips import files
from invoiceocr.specimens.slips.slip import SLIPS
from invoiceocr.specimens.specimen import Format, Options, Order, Specimen
from invoiceocr.specimens.truth import Truth

PLAIN = Options()
_MAKERS: dict[str, Callable[[Order], Specimen]] = {
    "png": shots.picture,
    "jpg": shots.picture,
    "pdf": documents.pdf,
    "ofd": documents.ofd,
    "xml": documents.xml,
}
_SLIP_MAKERS: dict[str, Callable[[Order], Specimen]] = {
    "png": files.picture,
    "jpg": files.picture,
    "pdf": files.pdf,
    "ofd": files.ofd,
    "xml": files.xml,
}


def make(
    kind: str, seed: int, *, format: Format = "png", degradation: str | None = None, options: Options = PLAIN
) -> Specimen:
    """The specimen of *kind* that belongs to *seed*; the same arguments give the same bytes.

    ValueError for a kind, format, trait, variant or degradation that does not exist or does not go together;
    MissingExtraError without the extra `specimens`.
    """
    return deliver(Order(kind, seed, format, degradation, options))


def deliver(order: Order) -> Specimen:
    """The specimen of *order*; errors as of `make`."""
    if order.format not in _MAKERS:
        raise ValueError(f"no specimens in format {order.format!r}; there are {', '.join(_MAKERS)}")
    makers = _SLIP_MAKERS if order.kind in SLIPS else _MAKERS
    return makers[order.format](order)


def write(folder: Path, kinds: Sequence[str], count: int, seed: int, formats: Sequence[Format]) -> list[Path]:
    """Writes *count* specimens of each kind in each format, with labels in labels/*.json; returns the files' paths."""
    numbers = range(seed, seed + count)
    return write_all(
        folder, (Order(kind, number, format) for kind in kinds for number in numbers for format in formats)
    )


def write_all(folder: Path, orders: Iterable[Order], *, labels: bool = True) -> list[Path]:
    """Writes the specimen of each order, as `save` does; returns the files' paths."""
    return [save(folder, deliver(order), labels=labels) for order in orders]


def save(folder: Path, specimen: Specimen, *, labels: bool = True) -> Path:
    """Writes the specimen into *folder*, with its label beside it in labels/ if that is wanted; returns the file's
    path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / specimen.name
    path.write_bytes(specimen.data)
    if labels:
        (folder / "labels").mkdir(exist_ok=True)
        (folder / "labels" / f"{specimen.name}.json").write_text(_json(specimen.truth), encoding="utf-8")
    return path


def _json(label: Truth) -> str:
    """The label as JSON, indented, each printed line of the pages on one line of the file."""
    head = json.dumps({key: value for key, value in label.items() if key != "pages"}, ensure_ascii=False, indent=1)
    pages = []
    for page in label["pages"]:
        lines = ",\n   ".join(json.dumps(line, ensure_ascii=False) for line in page["lines"])
        size = f'"page": {page["page"]}, "width": {page["width"]:g}, "height": {page["height"]:g}'
        pages.append(f'\n  {{{size}, "lines": [\n   {lines}]}}')
    return f'{head[:-2]},\n "pages": [{",".join(pages)}]\n}}\n'
