"""Which characters a PDF's text layer states for codes that mean other ones.

Where a font isn't embedded, programs draw what its codes mean by themselves: by a predefined CMap (UniGB-UCS2-H,
GBK-EUC-H) that is the character in UTF-16 or GBK, by Identity-H a glyph of Adobe's collection GB1, and in a font of one
byte a character an ASCII letter or what the encoding names. If `ToUnicode` maps a code to another character, people see
one name, and programs read another one. No writer needs that; if a file has it, the character isn't believed where its
font isn't embedded.

All fonts of a file count, also replaced ones and those that no page uses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial

from invoiceocr.page import UNREAD
from invoiceocr.sources.pdf import fonts as pdf_fonts
from invoiceocr.sources.pdf.file import REFERENCE, PdfFile
from invoiceocr.sources.pdf.mappings import (
    DIGIT_NAMES,
    LIST,
    MAX_MAPS,
    NAMED_ANEW,
    POINT_NAME,
    TO_UNICODE,
    TWO_BYTES,
    Budget,
    Span,
    UnclearError,
    encodings,
    map_content,
    map_numbers,
    may_be_of_collection,
    names,
    spans,
)
from invoiceocr.sources.pdf.objects import MAX_DICTIONARY, PdfObject
from invoiceocr.sources.pdf.text import Found

Meaning = Callable[[int], str]
"""The character that a code means; "" if that isn't known."""

# of all fonts of a file together: codes (GBK has 24,000), of which each font costs some, and bytes of dictionaries
MAX_STATED, FONT_COST, MAX_PARTS = 50_000, 10, 10_000_000
_ONE_BYTE = re.compile(rb"/Subtype\s*/(?:TrueType|Type1|MMType1)\b")
# a dictionary without others inside
_INNERMOST = re.compile(rb"<<[^<>]*>>")
_CMAP = re.compile(rb"/Encoding\s*/([\w-]+)")
_NAME = re.compile(rb"\s*/([\w-]+)")
_UTF16 = re.compile(rb"Uni\w+-(?:UCS2|UTF16)-(?:HW-)?[HV]")
_GBK = re.compile(rb"GB(?:-EUC|K-EUC|Kp-EUC|pc-EUC|K2K)-[HV]")
_GLYPHS = re.compile(rb"Identity-[HV]")  # the codes are numbers of glyphs
_PART = re.compile(rb"/(?:DescendantFonts(?:\s{0,8}\[)?|CIDSystemInfo|FontDescriptor)\s{0,8}(\d{1,10})\s+\d{1,5}\s+R")
# a font, a list of one font, this font, its description; and bytes of that list
MAX_BELOW, MAX_LIST = 3, 100
_PROGRAM = re.compile(rb"/FontFile[23]?\s+(\d{1,10})\s+\d{1,5}\s+R")
# whose letters are signs
_SIGNS = re.compile(rb"/BaseFont\s*/(?:Symbol|SymbolMT|ZapfDingbats|Wingdings[23]?|Webdings)(?![\w+-])")
# the first and the last number of Chinese characters (GB 2312) and wide ASCII characters in the collection GB1, and how
# far their places in GB 2312, counted from A1A1, are ahead; the numbers of ASCII characters, and the first of these
_OF_GB2312 = ((262, 355, -74), (940, 4694, 470), (4695, 7702, 475))
_OF_ASCII = ((1, 95, 0x20), (814, 907, 0x21), (22128, 22221, 0x21), (22226, 22319, 0x21))
# the decompositions of characters that look alike: others are smaller, raised or encircled
_UNLIKE = re.compile(r"<(?!wide|narrow|compat)")


@dataclass(frozen=True, slots=True)
class _Look:
    """A look at the fonts of a file, and what is left to look at: bytes of mappings, codes, bytes of dictionaries."""

    file: PdfFile
    maps: Budget = field(default_factory=lambda: Budget(MAX_MAPS))
    codes: Budget = field(default_factory=lambda: Budget(MAX_STATED))
    parts: Budget = field(default_factory=lambda: Budget(MAX_PARTS))


def misstated(file: PdfFile) -> frozenset[str] | None:
    """The characters that fonts of the *file* state for codes that mean other ones; None if that can't be told."""
    fonts = dict.fromkeys(font for item in file.every() if TO_UNICODE in item.text for font in _fonts(item.text))
    look = _Look(file)
    try:
        return frozenset(sign for font in fonts for sign in _of_font(look, font))
    except UnclearError:
        return None


def with_misstated(found: Sequence[Found], signs: frozenset[str] | None) -> Sequence[Found]:
    """*found*, with UNREAD characters for those of *signs* whose font is not embedded; None stands for all signs."""
    if signs is not None and not signs:
        return found
    return [
        (glyph, run)
        if run.embedded or not (signs is None or glyph.text in signs)
        else (glyph._replace(text=UNREAD), run)
        for glyph, run in found
    ]


def _fonts(text: bytes) -> Sequence[bytes]:
    """The dictionaries of fonts in *text*; as a whole if they can't be told apart."""
    if text.count(TO_UNICODE) > 1:
        inner = [each for each in _INNERMOST.findall(text) if TO_UNICODE in each]
        if len(inner) == text.count(TO_UNICODE):
            return inner
    return [text]


def _of_font(look: _Look, font: bytes) -> Iterator[str]:
    """The characters that a *font* states for codes that mean other ones."""
    if TWO_BYTES not in font and not _ONE_BYTE.search(font):
        return
    try:
        look.codes.spend(FONT_COST)
        meanings = list(dict.fromkeys(_meanings(look, font)))
        numbers = dict.fromkeys(map_numbers(font)) if meanings else ()
        is_embedded = bool(numbers) and TWO_BYTES not in font and _is_embedded(look, font)
        maps = [item for number in numbers for item in _versions(look.file, number)]
        for item in maps:
            content = look.maps.spent(map_content(look.file, item))
            for meaning in meanings:
                yield from _contradicting(spans(content), meaning, look.codes, is_embedded)
    except UnclearError:
        if not _is_embedded(look, font):
            raise


def _versions(file: PdfFile, number: int) -> Sequence[PdfObject | None]:
    return file.versions(number) or (None,)


def _meanings(look: _Look, font: bytes) -> Iterator[Meaning]:
    """What the codes of a *font* mean, in each way in which that may be understood."""
    if len(font) >= MAX_DICTIONARY:  # read in part
        raise UnclearError
    if TWO_BYTES in font:
        for name in dict.fromkeys(_cmaps(look.file, font)):
            if not _GLYPHS.fullmatch(name):
                yield _of_cmap(name)
            elif _may_draw_collection(look, font):
                yield _of_glyph
        return
    is_stated = b"/Encoding" in font
    if _SIGNS.search(font) or not (is_stated or not _is_embedded(look, font)):
        return
    texts = [text for text in (font, *(item.text for item in encodings(look.file, font))) if NAMED_ANEW in text]
    for text in texts or (b"",):
        yield partial(_of_encoding, dict(names(look.file, text, look.maps)))


def _cmaps(file: PdfFile, font: bytes) -> Iterable[bytes]:
    """The names of the CMaps of a *font*; UnclearError if one of them has no name."""
    found = _CMAP.findall(font)
    referred = encodings(file, font)
    named = [name[1] for item in referred if not item.stream and (name := _NAME.match(item.text))]
    if len(named) < len(referred) or len(found) + len(named) < max(font.count(b"/Encoding"), 1):
        raise UnclearError
    return [*found, *named]


def _of_cmap(name: bytes) -> Meaning:
    """What codes mean by a predefined CMap."""
    if _UTF16.fullmatch(name):
        return _of_utf16
    if _GBK.fullmatch(name):
        return _of_gbk
    raise UnclearError


def _of_utf16(code: int) -> str:
    return _decoded(code, 2 if code <= 0xFFFF else 4, "utf-16-be")


def _of_gbk(code: int) -> str:
    return _decoded(code, 1 if code <= 0xFF else 2 if code <= 0xFFFF else 4, "gb18030")


def _of_glyph(number: int) -> str:
    """The character that a glyph of the collection GB1 shows; "" for all but those that invoices have."""
    for first, last, ahead in _OF_GB2312:
        if first <= number <= last:
            row, column = divmod(number + ahead, 94)
            return bytes((0xA1 + row, 0xA1 + column)).decode("gb2312")
    return next((chr(number - first + code) for first, last, code in _OF_ASCII if first <= number <= last), "")


def _decoded(code: int, size: int, codec: str) -> str:
    return code.to_bytes(size, "big").decode(codec, "ignore") if code < 1 << 8 * size else ""


def _of_encoding(named: dict[int, str], code: int) -> str:
    """What a *code* of one byte means, with those that an encoding has *named*; "" for anything but an ASCII letter or
    digit."""
    if code not in named:
        return chr(code) if code < 0x80 and chr(code).isalnum() else ""
    stem = named[code].split(".")[0]
    if point := POINT_NAME.fullmatch(stem):
        return _of_point(int(point[1], 16))
    if stem in DIGIT_NAMES:
        return str(DIGIT_NAMES.index(stem))
    return stem if len(stem) == 1 or stem in ("ff", "fi", "fl", "ffi", "ffl") else ""


def _contradicting(stated: Iterable[Span], meaning: Meaning, left: Budget, is_embedded: bool) -> Iterator[str]:
    """The characters *stated* for codes with another *meaning*."""
    for start, stop, target in stated:
        text = _text(target)
        if meaning is _of_utf16 and text == meaning(start) and stop <= 0xFFFF:
            continue  # all of them mean themselves
        left.spend((stop - start + 1) * max(len(text), 1))
        for code in range(start, stop + 1):
            one = text[:-1] + _of_point(ord(text[-1]) + code - start)
            meant = meaning(code)
            if (meant or not is_embedded) and _differ(one, meant):
                yield from one


def _text(target: bytes) -> str:
    """The text of hexadecimal digits of UTF-16; NUL, by which nothing is stated, for none."""
    digits = target.decode().zfill(4)
    return bytes.fromhex(digits).decode("utf-16-be", "replace")


def _of_point(point: int) -> str:
    return chr(point) if point < 0x110000 else ""


def _differ(stated: str, meant: str) -> bool:
    """Whether letters or digits are *stated* or *meant*, and look otherwise than the other ones. Where it isn't known
    what is meant, those differ that are: no character has several codes."""
    if not meant:
        return any(map(_is_common, stated))
    if not stated.strip("\0") or stated == meant or not (stated.isalnum() or meant.isalnum()):
        return False
    return _alike(stated) != _alike(meant)


def _is_common(sign: str) -> bool:
    """Whether it is known for each of the codes of a *sign* that it means that."""
    return sign.isalnum() and (sign.isascii() or ("一" <= sign <= "龥" and pdf_fonts.is_drawn(sign)))


@lru_cache(maxsize=4096)
def _alike(text: str) -> str:
    """*text*, with one character for all of its forms that look alike."""
    forms = unicodedata.normalize
    return "".join(each if _UNLIKE.match(unicodedata.decomposition(each)) else forms("NFKC", each) for each in text)


def _may_draw_collection(look: _Look, font: bytes) -> bool:
    """Whether a *font* has no program, and its glyphs may be those of an Adobe collection."""
    text = _with_parts(look, font)
    return not _has_program(look.file, text) and may_be_of_collection(text)


def _is_embedded(look: _Look, font: bytes) -> bool:
    """Whether a *font* has a program, as far as the file's text tells."""
    return _has_program(look.file, _with_parts(look, font))


def _has_program(file: PdfFile, text: bytes) -> bool:
    return any(item.stream for number in _PROGRAM.findall(text) for item in file.versions(int(number)))


def _with_parts(look: _Look, font: bytes) -> bytes:
    """The dictionary of a *font*, and those of its parts. Lists of widths, which may be long, aren't looked through."""
    texts, last = [font], [font]
    for _ in range(MAX_BELOW):
        numbers = {int(number) for text in last for number in _PART.findall(text)}
        lists = [listed[1] for text in last if (listed := LIST.match(text)) and len(listed[1]) < MAX_LIST]
        numbers.update(int(number) for listed in lists for number in REFERENCE.findall(listed))
        last = [item.text for number in sorted(numbers) for item in look.file.versions(number)]
        look.parts.spend(sum(map(len, last)))
        texts += last
    return b"\n".join(texts)
