"""A look at the bytes of a PDF before PDFium gets them: what would blow up inside it is refused here.

PDFium can be stopped neither in time nor in memory. Forms that draw forms double their work with each level, pictures
are decoded whole, compressed streams unpack to thousand times their size. So objects are found by their text, as a
repairing reader does, streams that hold objects or drawings are unpacked within a budget, and the work of every page
is added up: the bytes of its drawings, of each form as often as it is drawn, and the pixels of pictures.
What can't be told like that is opened and drawn by another process first: encrypted forms that draw forms, drawings
and programs (functions, meshes) of a size that no invoice has, pictures whose decoders take as long as they please.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from invoiceocr.errors import TooLargeError
from invoiceocr.settings import Settings
from invoiceocr.sources.pdf import probe as pdf_probe
from invoiceocr.sources.pdf.ambiguity import is_ambiguous
from invoiceocr.sources.pdf.code_meanings import misstated
from invoiceocr.sources.pdf.figure_codes import with_several_codes
from invoiceocr.sources.pdf.file import REFERENCE, PdfFile, drawables, gathered
from invoiceocr.sources.pdf.objects import PdfObject
from invoiceocr.sources.pdf.page_cost import has_large_tiles, largest_page
from invoiceocr.sources.pdf.picture_size import check_size, picture_size
from invoiceocr.sources.pdf.trees import check_trees, count_masks

# bytes as stored; what smaller ones unpack to hurts nobody
LARGE_STREAM = 30_000
# of a Type 3 font: characters, and bytes of the drawing of each
MAX_GLYPHS, MAX_GLYPH = 5_000, 50_000
MIN_STEP = 0.5  # points from tile to tile of a pattern
# bytes of a page's drawings, and of a function or a mesh, from which another process draws the page first
LARGE_CONTENT, LARGE_PROGRAM = 300_000, 3_000
_PROGRAM = re.compile(rb"/(?:FunctionType\s{0,8}4|ShadingType\s{0,8}[4-7])\b")
# a pattern among the resources of another
_PATTERN_INSIDE = re.compile(rb"/Pattern\s{0,8}(?:<<|\d)")
MAX_MASKS = 4  # from which another process draws the page first: masks may be drawn with masks
_LAYER = re.compile(rb"/(?:OC|O#43|#4)")
_COSTLY_PICTURE = re.compile(rb"/JBIG2Decode|/CCITTFaxDecode|/CCF\b")
_STEP = re.compile(rb"/[XY]Step\s{0,8}(-?[0-9.]{1,20})")
# its tiles, where it states each of these once, in the plainest way
_PLAIN = rb"(-?(?:\d{1,9}(?:\.\d{0,20})?|\.\d{1,20}))"
_TILE_STEPS = [re.compile(rb"/" + axis + rb"Step\s{0,8}" + _PLAIN + rb"\s{0,8}(?=[/>])") for axis in (b"X", b"Y")]
_TILE_BOX = re.compile(rb"/BBox\s{0,8}\[\s{0,8}" + rb"\s{1,8}".join([_PLAIN] * 4) + rb"\s{0,8}\]")
MAX_TILES = 16  # that lie over each other; 1 or 2 in honest patterns
_MATRIX = re.compile(rb"/Matrix\s{0,8}\[\s{0,8}([-0-9.]{1,20})\s{1,8}([-0-9.]{1,20})")


class Structure(NamedTuple):
    """What the structure of a file tells about what it shows: whether programs show it differently, the characters of
    figures that may not look like themselves, and those that stand for others where their font is not embedded, None
    if these can't be told."""

    is_ambiguous: bool
    untrusted: frozenset[str]
    misstated: frozenset[str] | None


def check(data: bytes, name: str, settings: Settings) -> Structure:
    """Refuse the PDF *data* where its structure would take PDFium too long or too much memory; return what it tells
    about what the file shows.

    Raises TooLargeError (too_large, too_complex).
    """
    file = gathered(data, name, settings)
    for item in file.every():
        _check_picture(file, item)
        _check_pattern(file, item)
        _check_glyphs(file, item)
        if len(item.stream) > LARGE_STREAM and b"/Image" not in item.text:
            file.content(item)
    check_trees(file)
    largest = largest_page(file)
    if largest > LARGE_CONTENT or (is_opaque(data) and _nests(file)) or _needs_a_try(file):
        pdf_probe.check(data, name, settings.max_pages)
    return Structure(is_ambiguous(file), with_several_codes(file), misstated(file))


def is_opaque(data: bytes) -> bool:
    """Whether the streams are encrypted, so that `check` could not look into them."""
    return b"/Encrypt" in data


def is_layered(data: bytes) -> bool:
    """Whether a form of the file may belong to a layer, which can be switched off: its dictionary, which is never
    packed, would name that. Letters of names may be written as numbers."""
    return _LAYER.search(data) is not None


def _needs_a_try(file: PdfFile) -> bool:
    """Whether something in the file may take as long to draw as it pleases, or its work can't be added up: which one of
    several drawings with one number a page shows isn't known."""
    if file.may_draw_more or count_masks(file) >= MAX_MASKS or any(map(_is_costly, file.every())):
        return True
    return has_large_tiles(file)


def _is_costly(item: PdfObject) -> bool:
    """Whether nothing but doing it tells how long the stream takes to draw."""
    if b"/Image" in item.text:
        return _COSTLY_PICTURE.search(item.text) is not None
    # characters that are drawn with characters
    if b"/Type3" in item.text and b"/Font" in item.text.replace(b"/FontBBox", b"").replace(b"/Font/", b""):
        return True
    if b"/PatternType" in item.text and (_PATTERN_INSIDE.search(item.text) or _is_dense(item.text)):
        return True
    return len(item.stream) > LARGE_PROGRAM and _PROGRAM.search(item.text) is not None


def _is_dense(pattern: bytes) -> bool:
    """Whether the tiles of a *pattern* may lie over each other so often that they take long to paint."""
    if b"Step" not in pattern:
        return False
    found = [pattern_of.findall(pattern) for pattern_of in (_TILE_BOX, *_TILE_STEPS)]
    if any(pattern.count(key) != 1 for key in (b"BBox", b"XStep", b"YStep")) or not all(found):
        return True
    x0, y0, x1, y1 = map(float, found[0][0])
    step = abs(float(found[1][0]) * float(found[2][0]))
    return abs((x1 - x0) * (y1 - y0)) > MAX_TILES * step


def _nests(file: PdfFile) -> bool:
    """Whether any form has forms among its resources."""
    forms = [item for item in file.objects.values() if item.stream and b"/Form" in item.text]
    found = (number for item in forms for numbers in drawables(file, item.text).values() for number in numbers)
    return any(b"/Form" in file.objects[number].text for number in found)


def _check_picture(file: PdfFile, item: PdfObject) -> None:
    if b"/Image" in item.text:
        check_size(file, picture_size(file, item))


def _check_pattern(file: PdfFile, item: PdfObject) -> None:
    """A pattern of tiles is drawn tile by tile."""
    steps = [abs(_number(step)) for step in _STEP.findall(item.text)]
    matrix = _MATRIX.search(item.text)
    scale = max(abs(_number(matrix[1])), abs(_number(matrix[2]))) if matrix else 1.0
    if steps and min(steps) * scale < MIN_STEP:
        raise TooLargeError(f"{file.name}: a pattern of too many tiles", code="too_complex")


def _check_glyphs(file: PdfFile, item: PdfObject) -> None:
    """A font of drawings (Type 3) draws one for each character shown."""
    if b"/Type3" not in item.text or b"/CharProcs" not in item.text:
        return
    inside = item.text[item.text.find(b"/CharProcs") + len(b"/CharProcs") :].lstrip()
    owner = file.objects.get(int(found[1])) if (found := REFERENCE.match(inside)) else None
    for number in REFERENCE.findall(owner.text if owner else inside)[:MAX_GLYPHS]:
        glyph = file.objects.get(int(number))
        if glyph and glyph.stream and b"/Image" not in glyph.text and len(file.content(glyph)) > MAX_GLYPH:
            raise TooLargeError(f"{file.name}: a character of more than {MAX_GLYPH} bytes", code="too_complex")


def _number(word: bytes) -> float:
    try:
        return float(word)
    except ValueError:
        return 0.0


def refuse_attachments(count: int, name: str, settings: Settings) -> None:
    """Raise TooLargeError where *count* attachments are more than allowed."""
    if count > settings.max_attachments:
        raise TooLargeError(f"{name}: {count} attachments, more than max_attachments={settings.max_attachments}")
