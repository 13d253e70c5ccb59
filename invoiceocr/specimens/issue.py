"""Issues specimens: `make` draws one in a format, `write` a folder of them with their labels."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np

from invoiceocr.page import Pixels
from invoiceocr.specimens import truth
from invoiceocr.specimens.content import Content, draw_content
from invoiceocr.specimens.drawing import Drawing
from invoiceocr.specimens.fonts import Faces
from invoiceocr.specimens.layout import lay_out
from invoiceocr.specimens.pdf import POINT, write_pdf
from invoiceocr.specimens.raster import MM_PER_INCH, render

Format = Literal["png", "jpg", "pdf", "ofd", "xml"]
JPEG_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Options:
    """What may be chosen of a specimen beside kind, seed and format. `traits` (traits.TRAITS) are drawn at random
    where None; `variant` is one of the format's variants; `faces` "installed" uses look-alike fonts of this machine."""

    traits: frozenset[str] | None = None
    variant: str | None = None
    dpi: float = 200.0
    faces: Faces = "bundled"


@dataclass(frozen=True, slots=True)
class Specimen:
    """A synthetic document: its bytes, its label (shared label format, with "pages": every printed line and its
    place), and a file name."""

    data: bytes
    truth: dict[str, Any]
    name: str


def make(
    kind: str, seed: int, *, format: Format = "png", degradation: str | None = None, options: Options = Options()
) -> Specimen:
    """The specimen of *kind* that belongs to *seed*; the same arguments give the same bytes.

    ValueError for a kind, format, trait, variant or degradation that does not exist or does not go together;
    MissingExtraError without the extra `specimens`.
    """
    content = draw_content(kind, seed, options.traits)
    if format not in _WRITERS:
        raise ValueError(f"no specimens in format {format!r}; there are {', '.join(_WRITERS)}")
    name = f"{kind}-{seed:06d}{f'-{degradation}' if degradation else ''}.{format}"
    return _WRITERS[format](content, name, degradation, options)


def _raster(content: Content, name: str, degradation: str | None, options: Options) -> Specimen:
    drawing = lay_out(content)[0]
    pixels = render(drawing, dpi=options.dpi, faces=options.faces)
    scale = options.dpi / MM_PER_INCH
    label = truth.label(name, [(1, truth.fields(content, with_list=False))])
    size = (pixels.shape[1], pixels.shape[0])
    label["pages"] = [_page_truth(drawing, 1, np.diag([scale, scale, 1.0]), size)]
    return Specimen(_encoded(pixels, name), label, name)


def _page_truth(drawing: Drawing, number: int, transform: Any, size: tuple[float, float]) -> dict[str, Any]:
    return {
        "page": number,
        "width": size[0],
        "height": size[1],
        "lines": truth.page_lines(drawing, transform, size),
    }


def _encoded(pixels: Pixels, name: str) -> bytes:
    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if name.endswith("jpg") else [cv2.IMWRITE_PNG_COMPRESSION, 6]
    done, data = cv2.imencode("." + name.rsplit(".", 1)[1], pixels, options)
    if not done:
        raise RuntimeError(f"{name}: OpenCV could not encode {pixels.shape}")
    return data.tobytes()


def _pdf(content: Content, name: str, degradation: str | None, options: Options) -> Specimen:
    pages = lay_out(content, "pages")
    label = truth.label(name, [(1, truth.fields(content, with_list=False))])
    scale = np.diag([POINT, POINT, 1.0])
    label["pages"] = [
        _page_truth(page, number, scale, (page.width * POINT, page.height * POINT))
        for number, page in enumerate(pages, 1)
    ]
    return Specimen(write_pdf(pages), label, name)


_WRITERS: dict[str, Callable[[Content, str, str | None, Options], Specimen]] = {
    "png": _raster,
    "jpg": _raster,
    "pdf": _pdf,
}


def write(folder: Path, kinds: Sequence[str], count: int, seed: int, formats: Sequence[Format]) -> list[Path]:
    """Writes *count* specimens of each kind in each format, with labels in labels/*.json; returns the files' paths."""
    (folder / "labels").mkdir(parents=True, exist_ok=True)
    written = []
    for kind in kinds:
        for number in range(seed, seed + count):
            for format in formats:
                written.append(save(folder, make(kind, number, format=format)))
    return written


def save(folder: Path, specimen: Specimen) -> Path:
    """Writes the specimen into *folder* and its label beside it into labels/; returns the file's path."""
    path = folder / specimen.name
    path.write_bytes(specimen.data)
    text = json.dumps(specimen.truth, ensure_ascii=False, indent=1)
    (folder / "labels" / f"{specimen.name}.json").write_text(text + "\n", encoding="utf-8")
    return path
