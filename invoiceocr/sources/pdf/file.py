"""`PdfFile`: the objects of a PDF, found by their text, and what they refer to."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from invoiceocr.errors import TooLargeError
from invoiceocr.settings import Settings
from invoiceocr.sources.pdf import objects as pdf_objects
from invoiceocr.sources.pdf.objects import PdfObject

# forms in forms; each may take a picture of the page's size
MAX_LEVELS = 12
# bytes that a stream of a file may unpack to, but for a picture, and an attached file
MAX_STREAM = 64_000_000
# bytes of dictionaries in which names of drawings are looked for, each as often as it is; real invoices have 10,000
MAX_LOOKED_AT = 10_000_000
REFERENCE = re.compile(rb"(\d{1,10})\s{1,8}\d{1,5}\s{1,8}R\b")
NAMED = re.compile(rb"/([^\s/<>\[\]()%{}]{1,127})\s{0,8}(\d{1,10})\s{1,8}\d{1,5}\s{1,8}R\b")
_PARENT = re.compile(rb"/Parent\s{1,8}(\d{1,10})\s{1,8}\d{1,5}\s{1,8}R")
# what begins comments and strings, in which the word for the end of an object may stand
_MAY_HIDE = re.compile(rb"[%(]")

# the keys of dictionaries that hold names of drawings, and how many references lie between a page and those
HOLDERS = frozenset({b"Resources", b"XObject"})
MAX_HOLDERS = 2
# bytes of a dictionary that are looked at as long as one more name is
NAME_COST = 10

Names = dict[bytes, dict[int, None]]
"""The numbers of what resources hold under a name; several where it can't be told which of them is meant."""


@dataclass(slots=True)
class PdfFile:
    """The objects of one file and what is left of its budget of unpacked bytes. Of several objects with one number, the
    last packed one is among the `objects`, or the last one if none is packed. The other ones are `replaced`: which of
    them programs show depends on a table that isn't looked at."""

    name: str
    settings: Settings
    left: int
    objects: dict[int, PdfObject] = field(default_factory=dict)
    replaced: list[PdfObject] = field(default_factory=list)
    older: dict[int, list[PdfObject]] = field(default_factory=dict)  # the `replaced` objects by number
    drawn: set[int] = field(default_factory=set)  # the numbers of forms and pictures, replaced ones too
    is_encrypted: bool = False
    held: dict[tuple[int, int], Names] = field(default_factory=dict)  # by number and levels of references below
    put_so_far: int = 0
    looked_at: int = 0
    may_draw_more: bool = False  # with one of the `replaced` objects than with those that replace them

    def put(self, items: Iterable[tuple[int, PdfObject]]) -> None:
        """Add the numbered *items* of the file, in their order; TooLargeError as soon as there are too many."""
        for number, item in items:
            self.put_so_far += 1
            if self.put_so_far > pdf_objects.MAX_OBJECTS:
                raise TooLargeError(f"{self.name}: more than {pdf_objects.MAX_OBJECTS} objects", code="too_complex")
            old = self.objects.get(number)
            if old is not None and not is_same(old, item):
                self.replaced.append(old)
                self.older.setdefault(number, []).append(old)
                self.may_draw_more |= _draws_more(old, item)
            self.objects[number] = item
            if is_drawn(item):
                self.drawn.add(number)

    def look(self, size: int) -> None:
        """Count *size* bytes in which names are looked for; TooLargeError if they are too many for one file."""
        self.looked_at += size
        if self.looked_at > MAX_LOOKED_AT:
            raise TooLargeError(f"{self.name}: too many names of drawings", code="too_complex")

    def every(self) -> list[PdfObject]:
        """The objects, replaced ones too."""
        return [*self.objects.values(), *self.replaced]

    def versions(self, number: int) -> list[PdfObject]:
        """The objects with that number, replaced ones too."""
        item = self.objects.get(number)
        return [] if item is None else [item, *self.older.get(number, ())]

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


def gathered(data: bytes, name: str, settings: Settings) -> PdfFile:
    """The objects of the PDF *data*, those packed into streams too; TooLargeError if there are too many, or if they
    unpack to too much."""
    file = PdfFile(name, settings, settings.max_unpacked_bytes, is_encrypted=b"/Encrypt" in data)
    file.put(pdf_objects.found(data, name))
    for item in [item for item in file.every() if b"/ObjStm" in item.text]:
        file.put(pdf_objects.packed(file.content(item), item.text, name))
    return file


def is_same(a: PdfObject, b: PdfObject) -> bool:
    """Whether two objects of a file say the same; behind the last one of a revision, its table follows."""
    return a.stream == b.stream and _own(a) == _own(b)


def _own(item: PdfObject) -> list[bytes]:
    """The words of an object up to its end, if that is surely no part of a comment, a string or a name."""
    own = item.text.partition(b"endobj")[0]
    is_whole = own.count(b"<") == own.count(b">") and own.count(b"[") == own.count(b"]")
    return own.split() if is_whole and not _MAY_HIDE.search(own) else item.text.split()


def _draws_more(old: PdfObject, new: PdfObject) -> bool:
    """Whether a page may draw more with *old* than with *new*: drawings, arrays of them, appearances, and resources
    without which a name, or what it stands for, is another one. The pages themselves can be compared by their cost."""
    if old.stream or new.stream or old.text.lstrip().startswith(b"[") or b"/AP" in old.text:
        return True
    has_lost_resources = b"/Resources" in old.text and b"/Resources" not in new.text
    return has_lost_resources or not set(NAMED.findall(old.text)) <= set(NAMED.findall(new.text))


def with_referred(file: PdfFile, text: bytes) -> list[bytes]:
    """*text* and those of the dictionaries that it refers to, some references away."""
    texts, last, seen = [text], [text], set[int]()
    for _ in range(3):
        numbers = {int(number) for each in last for number in REFERENCE.findall(each)} - seen
        seen |= numbers
        last = [item.text for n in sorted(numbers) if (item := file.objects.get(n)) and not item.stream]
        texts += last
    return texts


def resources_of(file: PdfFile, page: PdfObject) -> bytes:
    """The text of the page or of that ancestor which has its resources."""
    item: PdfObject | None = page
    for _ in range(MAX_LEVELS):
        if item is None or b"/Resources" in item.text:
            break
        parent = _PARENT.search(item.text)
        item = file.objects.get(int(parent[1])) if parent else None
    return item.text if item else page.text


def referred(file: PdfFile, text: bytes) -> list[int]:
    """The streams that an entry refers to: by one reference, an array of them, or a reference to an array."""
    numbers = [int(number) for number in REFERENCE.findall(text)]
    found: list[int] = []
    for number in numbers[: pdf_objects.MAX_OBJECTS]:
        item = file.objects.get(number)
        is_list = item is not None and not item.stream and item.text.lstrip().startswith(b"[")
        found += [int(inner) for inner in REFERENCE.findall(item.text)] if item and is_list else [number]
        if len(found) > pdf_objects.MAX_OBJECTS:
            raise TooLargeError(f"{file.name}: a page of too many parts", code="too_complex")
    return found


def entry(text: bytes, key: bytes) -> bytes:
    """What follows *key* in a dictionary: a reference or an array."""
    at = text.find(key)
    rest = text[at + len(key) :].lstrip() if at >= 0 else b""
    return rest[: rest.find(b"]") + 1] if rest.startswith(b"[") else rest[:32].split(b"/")[0].split(b">")[0]


def is_drawn(item: PdfObject) -> bool:
    """Whether *item* is a form or a picture."""
    return bool(item.stream) and (b"/Form" in item.text or b"/Image" in item.text)


def drawables(file: PdfFile, resources: bytes) -> Names:
    """Forms and pictures by the name under which *resources* have them, directly or some references away; what any
    version of an object has."""
    return _named(file, resources, MAX_HOLDERS)


def _named(file: PdfFile, text: bytes, levels: int) -> Names:
    """What *text* names, directly or up to so many *levels* of references away."""
    file.look(len(text))
    direct: Names = {}
    held: dict[int, None] = {}
    for name, number in dict.fromkeys(NAMED.findall(text)):
        index = int(number)
        if index in file.drawn:
            direct.setdefault(name, {})[index] = None
        if name in HOLDERS and levels:
            held[index] = None
    parts = [direct, *(_held(file, index, levels - 1) for index in held)]
    filled = [names for names in parts if names]
    # resources that pages share are not copied for each of them
    return filled[0] if len(filled) == 1 else _merged(file, filled)


def _held(file: PdfFile, number: int, levels: int) -> Names:
    """What the dictionaries with that *number* name, looked through once for all that refer to them."""
    key = (number, levels)
    if key not in file.held:
        texts = [item.text for item in file.versions(number) if not item.stream]
        file.held[key] = _merged(file, [_named(file, text, levels) for text in texts])
    return file.held[key]


def _merged(file: PdfFile, parts: Iterable[Names]) -> Names:
    """The names of all *parts*."""
    merged: Names = {}
    for names in parts:
        file.look(NAME_COST * len(names))
        for name, numbers in names.items():
            merged.setdefault(name, {}).update(numbers)
    return merged
