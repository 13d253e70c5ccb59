"""Typefaces of the specimens: which font file a style uses, how far each character advances, where a text ends.

The bundled faces are Noto Serif SC and Noto Sans SC (package pylopdf-fonts-zh-cn, OFL), the same on every machine.
`INSTALLED` faces look more like the real forms but differ between machines; they are used only when asked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from invoiceocr.errors import MissingExtraError
from invoiceocr.geometry import Quad
from invoiceocr.specimens.drawing import Text

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

Faces = Literal["bundled", "installed"]
# of the em: the square that a Chinese character fills above and below the baseline
ASCENT, DESCENT = 0.86, 0.12
# pixels per em at which advances are measured
MEASURE_SIZE = 1000
# pixels per em, and a character that no face has
PROBE_SIZE, MISSING = 32, "\uffff"
# of the pitch: W, M, m, @ and % keep their own width
TOO_WIDE = 1.4
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of print looks: the bundled face, the pitch of half-width characters in em (None: the face's own),
    and the font files that look more like it where they are installed."""

    face: Literal["serif", "sans"]
    pitch: float | None = None
    installed: tuple[str, ...] = ()


STYLES: dict[str, Style] = {
    "kai": Style("serif", None, ("gkai00mp.ttf", "ukai.ttc", "LXGWWenKai-Regular.ttf", "lxgwwenkai-regular.ttf")),
    "song": Style("serif", 0.5, ("gbsn00lp.ttf", "uming.ttc")),
    "hei": Style("sans", None, ("wqy-zenhei.ttc", "wqy-microhei.ttc")),
    "mono": Style("sans", 0.6, ("CourierPrime-Regular.ttf", "Courier Prime.otf", "LiberationMono-Regular.ttf")),
    "arial": Style("sans", None, ("LiberationSans-Regular.ttf",)),
    "digits": Style("serif", 0.56, ("LiberationSerif-Regular.ttf",)),
}


def half_width(char: str) -> bool:
    """Whether the character takes about half the width of a Chinese one: Latin letters, digits, ¥, ·."""
    return ord(char) < 0x300


@lru_cache(maxsize=4)
def bundled(face: str) -> Path:
    """The file of the bundled face "serif" or "sans"; MissingExtraError without the extra `specimens`."""
    try:
        import pylopdf_fonts_zh_cn
    except ImportError as error:
        raise _missing() from error
    return Path(pylopdf_fonts_zh_cn.serif_path() if face == "serif" else pylopdf_fonts_zh_cn.sans_path())


@lru_cache(maxsize=1)
def installed_files() -> dict[str, Path]:
    """The font files that are installed, by name."""
    return {
        path.name: path
        for folder in FONT_FOLDERS
        if folder.is_dir()
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in (".ttf", ".ttc", ".otf", ".woff2")
    }


@lru_cache(maxsize=65536)
def face_file(style: str, char: str, faces: Faces = "bundled") -> Path:
    """The font file that draws *char* in *style*: the bundled one where no installed face has the character."""
    wanted = STYLES[style].installed if faces == "installed" else ()
    known = installed_files() if wanted else {}
    return next(
        (known[name] for name in wanted if name in known and _has(known[name], char)), bundled(STYLES[style].face)
    )


def _has(path: Path, char: str) -> bool:
    """Whether the face draws *char* as anything but its mark for missing characters."""
    face = font(path, PROBE_SIZE)
    return bytes(face.getmask(char)) != bytes(face.getmask(MISSING))


@lru_cache(maxsize=256)
def font(path: Path, pixels: int) -> FreeTypeFont:
    """The face at *pixels* per em."""
    try:
        from PIL import ImageFont
    except ImportError as error:
        raise _missing() from error
    return ImageFont.truetype(str(path), pixels, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=65536)
def natural_advance(path: Path, char: str) -> float:
    """How far *char* advances in the face, in em."""
    return float(font(path, MEASURE_SIZE).getlength(char)) / MEASURE_SIZE


@lru_cache(maxsize=65536)
def advance(style: str, char: str) -> float:
    """How far *char* advances in *style*, in em: the same for every backend and with every set of faces."""
    if not half_width(char):
        return 1.0
    natural, pitch = natural_advance(bundled(STYLES[style].face), char), STYLES[style].pitch
    return natural if pitch is None or natural > pitch * TOO_WIDE else pitch


def offsets(text: Text) -> list[float]:
    """Where each character's cell begins and, last, where the text ends, in mm along the baseline."""
    places = [0.0]
    for char in text.text:
        places.append(places[-1] + advance(text.style, char) * text.size * text.stretch + text.tracking)
    return places


def width(text: Text) -> float:
    """The length of the text in mm, without the tracking after its last character."""
    return offsets(text)[-1] - (text.tracking if text.text else 0.0)


def quad(text: Text) -> Quad:
    """The corners of the text's em boxes in mm, clockwise from its top left."""
    sin, cos = math.sin(math.radians(text.angle)), math.cos(math.radians(text.angle))
    end, top, bottom = width(text), -ASCENT * text.size, DESCENT * text.size
    a, b, c, d = (
        (text.x + u * cos - v * sin, text.y + u * sin + v * cos)
        for u, v in ((0.0, top), (end, top), (end, bottom), (0.0, bottom))
    )
    return (a, b, c, d)


def _missing() -> MissingExtraError:
    return MissingExtraError(
        "drawing specimens needs pillow and pylopdf-fonts-zh-cn: pip install 'invoiceocr[specimens]'"
    )
