"""Issues specimens: `make` one in a format, `write` a folder of them with their labels."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from invoiceocr.specimens import documents, pictures
from invoiceocr.specimens.specimen import Format, Options, Order, Specimen

PLAIN = Options()
_MAKERS: dict[str, Callable[[Order], Specimen]] = {
    "png": pictures.picture,
    "jpg": pictures.picture,
    "pdf": documents.pdf,
    "ofd": documents.ofd,
    "xml": documents.xml,
}


def make(
    kind: str, seed: int, *, format: Format = "png", degradation: str | None = None, options: Options = PLAIN
) -> Specimen:
    """The specimen of *kind* that belongs to *seed*; the same arguments give the same bytes.

    ValueError for a kind, format, trait, variant or degradation that does not exist or does not go together;
    MissingExtraError without the extra `specimens`.
    """
    if format not in _MAKERS:
        raise ValueError(f"no specimens in format {format!r}; there are {', '.join(_MAKERS)}")
    return _MAKERS[format](Order(kind, seed, format, degradation, options))


def write(folder: Path, kinds: Sequence[str], count: int, seed: int, formats: Sequence[Format]) -> list[Path]:
    """Writes *count* specimens of each kind in each format, with labels in labels/*.json; returns the files' paths."""
    return [
        save(folder, make(kind, number, format=format))
        for kind in kinds
        for number in range(seed, seed + count)
        for format in formats
    ]


def save(folder: Path, specimen: Specimen) -> Path:
    """Writes the specimen into *folder* and its label beside it into labels/; returns the file's path."""
    labels = folder / "labels"
    labels.mkdir(parents=True, exist_ok=True)
    path = folder / specimen.name
    path.write_bytes(specimen.data)
    text = json.dumps(specimen.truth, ensure_ascii=False, indent=1)
    (labels / f"{specimen.name}.json").write_text(text + "\n", encoding="utf-8")
    return path
