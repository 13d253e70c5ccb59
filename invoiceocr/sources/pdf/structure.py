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
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from invoiceocr.errors import TooLargeError
from invoiceocr.settings import Settings
from invoiceocr.sources import image_header
from invoiceocr.sources.pdf import objects as pdf_objects
from invoiceocr.sources.pdf import probe as pdf_probe
from invoiceocr.sources.pdf.objects import PdfObject

# bytes of drawings of a page, forms as often as drawn; real invoices have 5,000 to 90,000
MAX_CONTENT = 3_000_000
# of all pages; PDFium reads some ten million a second
MAX_CONTENTS = 60_000_000
# bytes of drawings that one more form takes as long as
FORM_COST = 200
# times max_pixels: pictures that a page draws, each as often as it does
MAX_DRAWN_PIXELS = 3
# bytes as stored; what smaller ones unpack to hurts nobody
LARGE_STREAM = 30_000
# of a Type 3 font: characters, and bytes of the drawing of each
MAX_GLYPHS, MAX_GLYPH = 5_000, 50_000
MAX_ANNOTATIONS = 2_000  # of a page
MIN_STEP = 0.5  # points from tile to tile of a pattern
# forms in forms; each may take a picture of the page's size
MAX_LEVELS = 12
# bytes that a stream of a file may unpack to, but for a picture, and an attached file
MAX_STREAM = 64_000_000
# bytes of a page's drawings, and of a function or a mesh, from which another process draws the page first
LARGE_CONTENT, LARGE_PROGRAM = 300_000, 3_000
# nodes of a tree (pages, form fields, names) each as often as it is reached, and levels
MAX_NODES, MAX_TREE_LEVELS = 100_000, 50
_REFERENCE = re.compile(rb"(\d{1,10})\s{1,8}\d{1,5}\s{1,8}R\b")
_NAMED = re.compile(rb"/([^\s/<>\[\]()%{}]{1,127})\s{0,8}(\d{1,10})\s{1,8}\d{1,5}\s{1,8}R\b")
_DRAWN = re.compile(rb"/([^\s/<>\[\]()%{}]{1,127})\s{1,8}Do\b")
_SIDE = rb"\s{0,8}(\d{1,10})(\s{1,8}\d{1,5}\s{1,8}R\b)?"
_WIDTH, _HEIGHT = re.compile(rb"/W(?:idth)?" + _SIDE), re.compile(rb"/H(?:eight)?" + _SIDE)
_PROGRAM = re.compile(rb"/(?:FunctionType\s{0,8}4|ShadingType\s{0,8}[4-7])\b")
# What programs show differently, none of it in invoices as they are issued (ISO 32000-1): all blend modes but those
# that they paint alike: ColorBurn and ColorDodge, of which PDFium paints black on white and white on black otherwise
# than 11.3.5.2 says, names that nobody knows, and lists to choose from; ...
_ODD_BLEND = (
    rb"/BM(?![A-Za-z0-9])\s*+(?!/(?:Normal|Compatible|Multiply|Screen|Overlay|Darken|Lighten|HardLight|SoftLight|Difference"
    rb"|Exclusion|Hue|Saturation|Color|Luminosity)(?![A-Za-z]))"
)
# ... layers that are switched when the file is opened (12.6.4.12), off on paper or on the screen only, or hang on the
# zoom, the language or the reader (8.11.4.4), or on a purpose (8.11.2.3); ...
_ODD_LAYER = (
    rb"/SetOCGState\b|/(?:Print|View|Export)State\s*+/OFF\b|/(?:Zoom|Language|User)\s*+(?:<<|\])"
    rb"|/Category\s*+\[[^\]]*/(?:Zoom|Language|User)\b|/Intent\s*+\[?\s*+/(?:Design|All)\b"
)
# ... forms that Adobe's programs draw from a template of their own (12.7.8), and folders of files, of which they show
# another one than the page (7.11.6, 12.6.4.4)
_ODD_VIEW = rb"/NeedsRendering\s*+true\b|/XFA\b|/Collection\b|/S\s*+/GoToE\b"
_ODD = re.compile(b"|".join((_ODD_BLEND, _ODD_LAYER, _ODD_VIEW)))
# scripts, and the layers that they may switch
_SCRIPT, _LAYERS = re.compile(rb"/JavaScript\b"), re.compile(rb"/OCProperties\b")
# of an annotation: it is for paper and not for the screen (12.5.3)
_FLAGS = re.compile(rb"/F\s{0,8}(\d{1,6})(?!\d|\s{1,8}\d{1,5}\s{1,8}R)")
_PRINTED, _UNSEEN = 0x04, 0x20
# a pattern among the resources of another, and a mask that is drawn
_PATTERN_INSIDE = re.compile(rb"/Pattern\s{0,8}(?:<<|\d)")
_MASK = re.compile(rb"/S\s{0,8}/(?:Luminosity|Alpha)\b")
_GROUP = re.compile(rb"/G\s{0,8}(\d{1,10})\s{1,8}\d{1,5}\s{1,8}R\b")
MAX_MASK_LEVELS = 4  # masks drawn with masks, each of which takes a picture of the page's size
MAX_MASKS = 4  # from which another process draws the page first: masks may be drawn with masks
_LAYER = re.compile(rb"/(?:OC|O#43|#4)")
# what a layer's visibility hangs on (ISO 32000-1, 8.11.2.2)
_CONDITION = re.compile(rb"\s*\[\s*/(?:And|Or|Not)\b")
_COSTLY_PICTURE = re.compile(rb"/JBIG2Decode|/CCITTFaxDecode|/CCF\b")
_INLINE = re.compile(rb"\bBI\s(.{1,400}?)\sID\s", re.DOTALL)
_STEP = re.compile(rb"/[XY]Step\s{0,8}(-?[0-9.]{1,20})")
_MATRIX = re.compile(rb"/Matrix\s{0,8}\[\s{0,8}([-0-9.]{1,20})\s{1,8}([-0-9.]{1,20})")
_PAGE = re.compile(rb"/Type\s{0,8}/Page\b")
_PARENT = re.compile(rb"/Parent\s{1,8}(\d{1,10})\s{1,8}\d{1,5}\s{1,8}R")
# JPEG 2000: the box that tells the size, height first, and what begins the picture itself: width first, then where it
# begins on its own plane (ISO/IEC 15444-1, A.5.1)
_JPX_BOX = re.compile(rb"ihdr(.{4})(.{4})", re.DOTALL)
_JPX_SIZE = re.compile(rb"\xff\x4f\xff\x51.{4}(.{4})(.{4})(.{4})(.{4})", re.DOTALL)
JPX_HEAD = 65_536  # bytes that both stand in


Cost = tuple[int, int]
"""The bytes of drawings and the pixels of pictures that drawing a stream comes to."""


@dataclass(slots=True)
class _Look:
    """The objects of one file and what is left of its budget of unpacked bytes."""

    name: str
    settings: Settings
    left: int
    objects: dict[int, PdfObject] = field(default_factory=dict)
    costs: dict[int, Cost] = field(default_factory=dict)

    def content(self, item: PdfObject) -> bytes:
        """The unpacked bytes of a stream; as stored where they can't be unpacked."""
        if item.unpacked is None:
            item.unpacked = self._inflated(item)
        return item.unpacked

    def _inflated(self, item: PdfObject) -> bytes:
        data = item.stream
        for _ in range(min(item.text.count(b"/FlateDecode") + item.text.count(b"/Fl "), 4)):
            unpacker, most = zlib.decompressobj(), min(self.left, MAX_STREAM)
            try:
                data = unpacker.decompress(data, most + 1)
            except zlib.error:
                return data
            self.left -= len(data)
            if len(data) > most:
                limit = min(self.settings.max_unpacked_bytes, MAX_STREAM)
                raise TooLargeError(f"{self.name}: streams unpack to more than {limit} bytes")
        return data


def check(data: bytes, name: str, settings: Settings) -> bool:
    """Refuse the PDF *data* where its structure would take PDFium too long or too much memory; return whether programs
    show it differently.

    Raises TooLargeError (too_large, too_complex).
    """
    look = _Look(name, settings, settings.max_unpacked_bytes)
    _gather(look, data)
    for item in look.objects.values():
        _check_picture(look, item)
        _check_pattern(look, item)
        _check_glyphs(look, item)
        if len(item.stream) > LARGE_STREAM and b"/Image" not in item.text:
            look.content(item)
    _check_trees(look)
    largest = _check_pages(look)
    if largest > LARGE_CONTENT or (is_opaque(data) and _nests(look)) or _needs_a_try(look):
        pdf_probe.check(data, name)
    return _is_ambiguous(look)


def _gather(look: _Look, data: bytes) -> None:
    """The objects of the PDF *data*, packed ones too, for *look*."""
    look.objects.update(pdf_objects.found(data, look.name))
    for item in [item for item in look.objects.values() if b"/ObjStm" in item.text]:
        look.objects.update(pdf_objects.packed(look.content(item), item.text))
    if len(look.objects) > pdf_objects.MAX_OBJECTS:
        raise TooLargeError(f"{look.name}: more than {pdf_objects.MAX_OBJECTS} objects", code="too_complex")


def _is_ambiguous(look: _Look) -> bool:
    """Whether something in the file makes programs show it differently, or the screen and paper."""
    text = b"\n".join([item.text for item in look.objects.values()])
    if _ODD.search(text) or (_SCRIPT.search(text) and _LAYERS.search(text)):
        return True
    drawn = [item.text for item in look.objects.values() if b"/Rect" in item.text and b"/AP" in item.text]
    flags = [int(stated[1]) for annotation in drawn if (stated := _FLAGS.search(annotation))]
    return any(flag & _PRINTED and flag & _UNSEEN for flag in flags)


def is_opaque(data: bytes) -> bool:
    """Whether the streams are encrypted, so that `check` could not look into them."""
    return b"/Encrypt" in data


def is_layered(data: bytes) -> bool:
    """Whether a form of the file may belong to a layer, which can be switched off: its dictionary, which is never
    packed, would name that. Letters of names may be written as numbers."""
    return _LAYER.search(data) is not None


def _needs_a_try(look: _Look) -> bool:
    """Whether something in the file may take as long to draw as it pleases."""
    masks = [item.text for item in look.objects.values() if _MASK.search(item.text)]
    known: dict[int, int] = {}
    for number in _groups(look, masks):
        _count_masks(look, number, known)
    return len(masks) >= MAX_MASKS or any(map(_is_costly, look.objects.values()))


def _groups(look: _Look, texts: Iterable[bytes]) -> list[int]:
    """The forms that masks among *texts* are drawn with."""
    numbers = (int(number) for text in texts if _MASK.search(text) for number in _GROUP.findall(text))
    return [number for number in numbers if number in look.objects and _is_drawn(look.objects[number])]


def _count_masks(look: _Look, number: int, known: dict[int, int], depth: int = 1) -> int:
    """How many masks within one another the form *number* is drawn with, itself included; *known* are those told. It
    is itself the mask of that *depth*: a row of thousands is not followed to its end."""
    if known.get(number) == 0:
        raise TooLargeError(f"{look.name}: a mask that is drawn with itself", code="too_complex")
    if number not in known and depth <= MAX_MASK_LEVELS:
        known[number] = 0  # until it is counted
        inside = _groups(look, _with_referred(look, look.objects[number].text))
        known[number] = 1 + max((_count_masks(look, group, known, depth + 1) for group in inside), default=0)
    levels = known.get(number, depth)
    if levels > MAX_MASK_LEVELS:
        raise TooLargeError(f"{look.name}: masks nested deeper than {MAX_MASK_LEVELS}", code="too_complex")
    return levels


def _with_referred(look: _Look, text: bytes) -> list[bytes]:
    """*text* and those of the dictionaries that it refers to, some references away."""
    texts, last, seen = [text], [text], set[int]()
    for _ in range(3):
        numbers = {int(number) for each in last for number in _REFERENCE.findall(each)} - seen
        seen |= numbers
        last = [item.text for n in sorted(numbers) if (item := look.objects.get(n)) and not item.stream]
        texts += last
    return texts


def _is_costly(item: PdfObject) -> bool:
    """Whether nothing but doing it tells how long the stream takes to draw."""
    if b"/Image" in item.text:
        return _COSTLY_PICTURE.search(item.text) is not None
    # characters that are drawn with characters
    if b"/Type3" in item.text and b"/Font" in item.text.replace(b"/FontBBox", b"").replace(b"/Font/", b""):
        return True
    if b"/PatternType" in item.text and _PATTERN_INSIDE.search(item.text):
        return True
    return len(item.stream) > LARGE_PROGRAM and _PROGRAM.search(item.text) is not None


def _check_trees(look: _Look) -> None:
    """Nodes that share their children multiply from level to level."""
    counts: dict[int, int] = {}
    for number in look.objects:
        _count_nodes(look, number, counts, 0)


def _children(item: PdfObject | None) -> bytes:
    """The references of an object to the nodes below it; empty where it is no node of a tree."""
    if item is None or item.stream:
        return b""
    if b"/Kids" in item.text:
        return _entry(item.text, b"/Kids")
    return item.text if _CONDITION.match(item.text) else b""


def _count_nodes(look: _Look, number: int, counts: dict[int, int], level: int) -> int:
    """How often nodes are reached below the one of this *number*; *counts* are those known."""
    children = _children(look.objects.get(number))
    if not children:
        return 1
    if level > MAX_TREE_LEVELS or counts.get(number) == 0:
        raise TooLargeError(f"{look.name}: a tree deeper than {MAX_TREE_LEVELS} levels", code="too_complex")
    if number not in counts:
        counts[number] = 0  # until it is counted: a node below itself has no end
        below = _referred(look, children)
        counts[number] = 1 + sum(_count_nodes(look, kid, counts, level + 1) for kid in below)
    if counts[number] > MAX_NODES:
        raise TooLargeError(f"{look.name}: a tree of more than {MAX_NODES} nodes", code="too_complex")
    return counts[number]


def _nests(look: _Look) -> bool:
    """Whether any form has forms among its resources."""
    forms = [item for item in look.objects.values() if item.stream and b"/Form" in item.text]
    found = (number for item in forms for numbers in _drawables(look, item.text).values() for number in numbers)
    return any(b"/Form" in look.objects[number].text for number in found)


def _check_picture(look: _Look, item: PdfObject) -> None:
    if b"/Image" in item.text:
        _check_size(look, _picture_size(look, item))


def _check_size(look: _Look, size: tuple[int, int]) -> None:
    width, height = size
    if width * height > look.settings.max_pixels:
        limit = look.settings.max_pixels
        raise TooLargeError(f"{look.name}: a picture of {width}×{height} pixels, more than max_pixels={limit}")


def _check_pattern(look: _Look, item: PdfObject) -> None:
    """A pattern of tiles is drawn tile by tile."""
    steps = [abs(_number(step)) for step in _STEP.findall(item.text)]
    matrix = _MATRIX.search(item.text)
    scale = max(abs(_number(matrix[1])), abs(_number(matrix[2]))) if matrix else 1.0
    if steps and min(steps) * scale < MIN_STEP:
        raise TooLargeError(f"{look.name}: a pattern of too many tiles", code="too_complex")


def _check_glyphs(look: _Look, item: PdfObject) -> None:
    """A font of drawings (Type 3) draws one for each character shown."""
    if b"/Type3" not in item.text or b"/CharProcs" not in item.text:
        return
    inside = item.text[item.text.find(b"/CharProcs") + len(b"/CharProcs") :].lstrip()
    owner = look.objects.get(int(found[1])) if (found := _REFERENCE.match(inside)) else None
    for number in _REFERENCE.findall(owner.text if owner else inside)[:MAX_GLYPHS]:
        glyph = look.objects.get(int(number))
        if glyph and glyph.stream and b"/Image" not in glyph.text and len(look.content(glyph)) > MAX_GLYPH:
            raise TooLargeError(f"{look.name}: a character of more than {MAX_GLYPH} bytes", code="too_complex")


def _number(word: bytes) -> float:
    try:
        return float(word)
    except ValueError:
        return 0.0


def _picture_size(look: _Look, item: PdfObject) -> tuple[int, int]:
    """The largest of what the dictionary and the picture itself say."""
    told = (_side(look, _WIDTH.search(item.text)), _side(look, _HEIGHT.search(item.text)))
    own: Iterable[tuple[int, int]] = ()
    if b"/JPXDecode" in item.text:
        own = _jpx_sizes(item.stream[:JPX_HEAD])
    elif b"/DCTDecode" in item.text and (header := image_header.probe(item.stream)):
        own = header.sizes[:1]
    return max((told, *own), key=lambda size: size[0] * size[1])


def _side(look: _Look, stated: re.Match[bytes] | None) -> int:
    """The number that an entry states, itself or by reference; 0 where it states none."""
    if stated is None or stated[2] is None:
        return int(stated[1]) if stated else 0
    number = look.objects.get(int(stated[1]), PdfObject(b"")).text.strip().split(b"endobj")[0].strip()
    return int(number) if number.isdigit() and len(number) <= 10 else 0


def _jpx_sizes(head: bytes) -> Iterator[tuple[int, int]]:
    """What the boxes and the code of a JPEG 2000 picture say."""
    if box := _JPX_BOX.search(head):
        height, width = (int.from_bytes(part, "big") for part in box.groups())
        yield width, height
    if code := _JPX_SIZE.search(head):
        right, low, left, top = (int.from_bytes(part, "big") for part in code.groups())
        yield right - left, low - top


def _check_pages(look: _Look) -> int:
    """The bytes of drawings of the largest page."""
    total = largest = 0
    for item in look.objects.values():
        if _PAGE.search(item.text):
            content, pixels = _page_cost(look, item)
            total, largest = total + content, max(largest, content)
            if content > MAX_CONTENT or total > MAX_CONTENTS:
                raise TooLargeError(f"{look.name}: a page of too many drawings", code="too_complex")
            if pixels > MAX_DRAWN_PIXELS * look.settings.max_pixels:
                raise TooLargeError(f"{look.name}: a page of too many pictures", code="too_complex")
    return largest


def _page_cost(look: _Look, page: PdfObject) -> Cost:
    names = _drawables(look, _resources(look, page))
    drawn = [*_referred(look, _entry(page.text, b"/Contents")), *_appearances(look, page)]
    costs = [_cost(look, number, names, 0) for number in drawn]
    return sum(content for content, _ in costs), sum(pixels for _, pixels in costs)


def _appearances(look: _Look, page: PdfObject) -> Iterator[int]:
    """The streams that the annotations and form fields of a page are drawn with."""
    annotations = _referred(look, _entry(page.text, b"/Annots"))
    if len(annotations) > MAX_ANNOTATIONS:
        raise TooLargeError(f"{look.name}: a page of more than {MAX_ANNOTATIONS} annotations", code="too_complex")
    for number in annotations:
        item = look.objects.get(number)
        text = item.text if item else b""
        inside = _entry(text, b"/AP") if b"/AP" in text else b""
        owner = look.objects.get(int(found[1])) if (found := _REFERENCE.match(inside.strip())) else None
        for name, below in _NAMED.findall(owner.text if owner else text[text.find(b"/AP") :]):
            if name not in (b"P", b"Parent", b"Popup"):
                yield int(below)


def _resources(look: _Look, page: PdfObject) -> bytes:
    """The text of the page or of that ancestor which has its resources."""
    item: PdfObject | None = page
    for _ in range(MAX_LEVELS):
        if item is None or b"/Resources" in item.text:
            break
        parent = _PARENT.search(item.text)
        item = look.objects.get(int(parent[1])) if parent else None
    return item.text if item else page.text


def _referred(look: _Look, text: bytes) -> list[int]:
    """The streams that an entry refers to: by one reference, an array of them, or a reference to an array."""
    numbers = [int(number) for number in _REFERENCE.findall(text)]
    found: list[int] = []
    for number in numbers[: pdf_objects.MAX_OBJECTS]:
        item = look.objects.get(number)
        is_list = item is not None and not item.stream and item.text.lstrip().startswith(b"[")
        found += [int(inner) for inner in _REFERENCE.findall(item.text)] if item and is_list else [number]
        if len(found) > pdf_objects.MAX_OBJECTS:
            raise TooLargeError(f"{look.name}: a page of too many parts", code="too_complex")
    return found


def _entry(text: bytes, key: bytes) -> bytes:
    """What follows *key* in a dictionary: a reference or an array."""
    at = text.find(key)
    rest = text[at + len(key) :].lstrip() if at >= 0 else b""
    return rest[: rest.find(b"]") + 1] if rest.startswith(b"[") else rest[:32].split(b"/")[0].split(b">")[0]


Names = dict[bytes, list[int]]
"""What resources hold under a name; several where it can't be told which of them is meant."""


def _cost(look: _Look, number: int, inherited: Names, level: int) -> Cost:
    """What drawing the stream *number* comes to, with all that it draws."""
    item = look.objects.get(number)
    if item is None or not item.stream:
        return (0, 0)
    if b"/Image" in item.text:
        width, height = _picture_size(look, item)
        return (0, width * height)
    if number in look.costs:
        return look.costs[number]
    if level > MAX_LEVELS:
        raise TooLargeError(f"{look.name}: forms nested deeper than {MAX_LEVELS}", code="too_complex")
    # of a form that draws itself: PDFium stops there
    look.costs[number] = (0, 0)
    # a form costs its operators, and what it draws as often as it draws it
    content = look.content(item)
    for inline in _INLINE.findall(content):
        _check_size(look, _picture_size(look, PdfObject(inline)))
    names = {**inherited, **_drawables(look, item.text)} if b"/Resources" in item.text else inherited
    total, pixels = len(content) + FORM_COST, 0
    for drawn, count in _counted(content, names).items():
        more, seen = _cost(look, drawn, names, level + 1)
        total, pixels = total + count * more, pixels + count * seen
    look.costs[number] = (total, pixels)
    return look.costs[number]


def _counted(content: bytes, names: Names) -> dict[int, int]:
    """How often each stream is drawn."""
    counts: dict[int, int] = {}
    for name in _DRAWN.findall(content):
        for number in names.get(name, ()):
            counts[number] = counts.get(number, 0) + 1
    return counts


def _is_drawn(item: PdfObject) -> bool:
    """Whether *item* is a form or a picture."""
    return bool(item.stream) and (b"/Form" in item.text or b"/Image" in item.text)


def _drawables(look: _Look, resources: bytes) -> Names:
    """Forms and pictures by the name under which *resources* have them, directly or some references away."""
    found: Names = {}
    texts, seen = [resources], set[int]()
    for _ in range(3):
        further: list[bytes] = []
        for name, number in (pair for text in texts for pair in _NAMED.findall(text)):
            item, index = look.objects.get(int(number)), int(number)
            if item is None or index in seen:
                continue
            seen.add(index)
            if _is_drawn(item):
                found.setdefault(name, []).append(index)
            elif not item.stream and name in (b"Resources", b"XObject"):
                further.append(item.text)
        texts = further
    return found


def refuse_attachments(count: int, name: str, settings: Settings) -> None:
    """Raise TooLargeError where *count* attachments are more than allowed."""
    if count > settings.max_attachments:
        raise TooLargeError(f"{name}: {count} attachments, more than max_attachments={settings.max_attachments}")
