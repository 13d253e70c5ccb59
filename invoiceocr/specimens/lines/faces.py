"""Typefaces to draw lines with: the bundled Noto faces, and what the machine has installed of a list of free ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

from invoiceocr.specimens.fonts import bundled, installed_files
from invoiceocr.specimens.lines import matrix

Kind = Literal["song", "kai", "fangsong", "hei", "latin", "hand", "latin-hand"]
# never among printed faces
HANDS: tuple[Kind, ...] = ("hand", "latin-hand")
EM = 48  # pixels per em at which glyphs are cached
# radius of a dot in pitches
MATRIX = {Path("matrix-open"): 0.42, Path("matrix"): 0.55}
MISSING = "\uffff"  # a character that no face has


@dataclass(frozen=True, slots=True)
class Wanted:
    """A font file that lines may be drawn with: its look, how often it is drawn, whether only validation sees it."""

    file: str
    kind: Kind
    weight: float = 1.0
    held_out: bool = False


@dataclass(frozen=True, slots=True)
class Face:
    """A font file that is there."""

    path: Path
    kind: Kind
    weight: float
    held_out: bool

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """The coverage of a character at EM pixels (H×W, 0..255), where it stands from the left end of its cell on the
    baseline, and its advance in em."""

    ink: NDArray[np.uint8]
    left: int
    top: int
    advance: float


# Debian packages in brackets; the last ones are from npm. Held out are a Song, a Kai, a Hei, a hand and Latin faces of
# other makers.
WANTED = (
    Wanted("gbsn00lp.ttf", "song", 2.0),  # fonts-arphic-gbsn00lp
    # fonts-noto-cjk
    Wanted("NotoSerifCJK-Bold.ttc", "song", 0.5),
    Wanted("gkai00mp.ttf", "kai", 1.5),  # fonts-arphic-gkai00mp
    Wanted("LXGWWenKai-Regular.ttf", "kai"),  # fonts-lxgw-wenkai
    Wanted("LXGWWenKaiMono-Light.ttf", "kai", 0.5),
    Wanted("LXGWWenKai-Bold.ttf", "kai", 0.5),
    Wanted("cwfs.ttf", "fangsong"),  # fonts-cwtex-fs
    Wanted("wqy-zenhei.ttc", "hei", 1.5),  # fonts-wqy-zenhei
    Wanted("NotoSansCJK-Bold.ttc", "hei"),  # fonts-noto-cjk
    # fonts-liberation
    Wanted("LiberationSans-Regular.ttf", "latin", 2.0),
    Wanted("LiberationSans-Bold.ttf", "latin"),
    Wanted("LiberationSansNarrow-Regular.ttf", "latin"),
    Wanted("LiberationSerif-Regular.ttf", "latin", 2.0),
    Wanted("LiberationSerif-Bold.ttf", "latin"),
    Wanted("LiberationMono-Regular.ttf", "latin", 2.0),
    Wanted("LiberationMono-Bold.ttf", "latin"),
    # fonts-courier-prime
    Wanted("Courier Prime.otf", "latin", 2.0),
    Wanted("Courier Prime Bold.otf", "latin"),
    Wanted("Courier Prime Sans.otf", "latin"),
    Wanted("OCRB.otf", "latin"),  # fonts-ocr-b
    Wanted("OCRA.ttf", "latin", 0.3),  # fonts-ocr-a
    Wanted("DejaVuSans.ttf", "latin"),  # fonts-dejavu-core
    Wanted("DejaVuSansMono.ttf", "latin"),
    Wanted("DejaVuSerif.ttf", "latin", 0.5),
    Wanted("NotoMono-Regular.ttf", "latin"),  # fonts-noto-mono
    Wanted("uming.ttc", "song", 1.0, True),  # fonts-arphic-uming
    Wanted("ukai.ttc", "kai", 1.0, True),  # fonts-arphic-ukai
    # fonts-wqy-microhei
    Wanted("wqy-microhei.ttc", "hei", 1.0, True),
    # fonts-freefont-ttf
    Wanted("FreeSans.ttf", "latin", 1.0, True),
    Wanted("FreeMonoBold.ttf", "latin", 1.0, True),
    Wanted("FreeSerif.ttf", "latin", 1.0, True),
    # @fontsource/long-cang
    Wanted("long-cang-chinese-simplified-400-normal.woff2", "hand", 3.0),
    # @fontsource/liu-jian-mao-cao
    Wanted("liu-jian-mao-cao-chinese-simplified-400-normal.woff2", "hand", 1.5),
    # @fontsource/ma-shan-zheng
    Wanted("ma-shan-zheng-chinese-simplified-400-normal.woff2", "hand"),
    # @fontsource/zhi-mang-xing
    Wanted("zhi-mang-xing-chinese-simplified-400-normal.woff2", "hand", 1.0, True),
    # @fontsource/caveat
    Wanted("caveat-latin-400-normal.woff2", "latin-hand"),
    # @fontsource/kalam
    Wanted("kalam-latin-400-normal.woff2", "latin-hand"),
    # @fontsource/patrick-hand
    Wanted("patrick-hand-latin-400-normal.woff2", "latin-hand", 1.0, True),
)


@lru_cache(maxsize=1)
def faces() -> tuple[Face, ...]:
    """All faces that are there, in the order of WANTED, the bundled ones first; these alone are always there."""
    installed = installed_files()
    own: tuple[Face, ...] = (Face(bundled("serif"), "song", 2.0, False), Face(bundled("sans"), "hei", 2.0, False))
    own += tuple(Face(path, "latin", 1.0, False) for path in MATRIX)
    found = ((installed[w.file], w) for w in WANTED if w.file in installed)
    return own + tuple(Face(path, w.kind, w.weight, w.held_out) for path, w in found)


@lru_cache(maxsize=4)
def usable(held_out: bool) -> tuple[tuple[Face, ...], tuple[Face, ...]]:
    """(faces with Chinese characters, Latin faces) of training, or of validation; where none is installed for
    validation, those of training."""
    printed = [face for face in faces() if face.kind not in HANDS]
    known = [face for face in printed if face.held_out == held_out] or printed
    chinese = tuple(face for face in known if face.kind != "latin") or faces()[:2]
    return chinese, tuple(face for face in known if face.kind == "latin") or chinese


@lru_cache(maxsize=4)
def written(held_out: bool) -> tuple[tuple[Face, ...], tuple[Face, ...]]:
    """(faces that look like Chinese handwriting, Kai among them; Latin ones, which may be none) of training, or of
    validation; where no such face is installed, the Chinese faces of print."""
    known = [face for face in faces() if face.held_out == held_out]
    chinese = tuple(face for face in known if face.kind in ("hand", "kai")) or usable(held_out)[0]
    return chinese, tuple(face for face in known if face.kind == "latin-hand")


@lru_cache(maxsize=65536)
def glyph(path: Path, char: str) -> Glyph | None:
    """The glyph of *char*; None if the face has none for it."""
    if path in MATRIX:
        return _matrix_glyph(char, MATRIX[path])
    face = _face(path)
    mask = face.getmask(char, mode="L")
    if bytes(mask) == _missing(path):
        return None
    left, top, right, bottom = (int(value) for value in face.getbbox(char, anchor="ls"))
    ink = np.array(mask, np.uint8).reshape(mask.size[1], mask.size[0])[: bottom - top, : right - left]
    return Glyph(ink, left, top, float(face.getlength(char)) / EM)


def _matrix_glyph(char: str, reach: float) -> Glyph | None:
    ink = matrix.dots(char, reach, EM)
    return None if ink is None else Glyph(ink, 2, -ink.shape[0], matrix.PITCH)


@lru_cache(maxsize=256)
def _face(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), EM, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=256)
def _missing(path: Path) -> bytes:
    return bytes(_face(path).getmask(MISSING, mode="L"))
