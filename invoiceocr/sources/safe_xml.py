"""XML to a light tree: no DTD, no entities, nothing fetched; wrong prefixes and wrong encodings tolerated.

Prefixes are dropped unread, since issuers write undeclared and even empty ones (`<:eInvoice xmlns:="">`); the
parser therefore runs without namespaces, which ElementTree and its hardened wrappers can't.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from invoiceocr.errors import CorruptFileError, TooLargeError, UnsafeFileError
from invoiceocr.geometry import Box

MAX_DEPTH = 100  # the deepest real documents nest 12 elements
# an invoice with a thousand lines has twenty thousand
MAX_ELEMENTS = 200_000
# an invoice with a thousand lines has two million
MAX_BYTES = 20_000_000
DECLARED = 1000  # characters in which an XML declaration ends
ENCODINGS = frozenset(
    {"utf-8", "utf8", "utf-16", "gbk", "gb2312", "gb18030", "big5", "iso-8859-1", "us-ascii", "ascii"}
)
"""What issuers declare; Python has more codecs, some of which run in square time or make no text."""
_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>")
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))


@dataclass(slots=True)
class Node:
    """An element: its name and attributes without prefixes, its children, its own text as written.

    `page` and `box` tell where the text stands, for values that an OFD resolves to objects on its pages.
    """

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    raw: str = ""
    page: int | None = None
    box: Box | None = None

    @property
    def text(self) -> str:
        """The element's own text without outer blanks."""
        return self.raw.strip()

    def child(self, name: str) -> Node | None:
        """The first child called *name*."""
        return next((child for child in self.children if child.name == name), None)

    def walk(self) -> Iterator[Node]:
        """The element and all below it, in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            if node.children:
                stack.extend(reversed(node.children))

    def all(self, name: str) -> Iterator[Node]:
        """Every element called *name*, the element itself included, in document order."""
        if not self.children:
            return iter((self,) if self.name == name else ())
        return (node for node in self.walk() if node.name == name)

    def first(self, name: str) -> Node | None:
        """The first element called *name* in document order."""
        return next(self.all(name), None)


def parse(data: bytes, name: str) -> Node:
    """The root element of an XML document; *name* stands for the file in messages.

    Raises UnsafeFileError unsafe_xml for a document type or entities, CorruptFileError corrupt_xml for malformed
    or undecodable text, TooLargeError for more bytes or elements than any invoice has.
    """
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"{name}: {len(data)} bytes, more than the {MAX_BYTES} of an XML document")
    builder = _Builder(name)
    try:
        builder.parser.Parse(_decode(data, name), True)
    except (expat.ExpatError, ValueError) as error:
        raise CorruptFileError(f"{name}: malformed XML ({error})", code="corrupt_xml") from error
    return builder.root()


class _Builder:
    def __init__(self, name: str) -> None:
        self.name = name
        self.top = Node("")
        self.stack = [self.top]
        self.pieces: list[list[str]] = [[]]
        self.elements = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse

    def root(self) -> Node:
        return self.top.children[0]

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise TooLargeError(f"{self.name}: more than {MAX_ELEMENTS} XML elements")
        if len(self.stack) > MAX_DEPTH:
            raise UnsafeFileError(f"{self.name}: XML nested deeper than {MAX_DEPTH}", code="unsafe_xml")
        if ":" in "".join(attributes):
            attributes = {_local(key): value for key, value in attributes.items()}
        node = Node(_local(tag), attributes)
        self.stack[-1].children.append(node)
        self.stack.append(node)
        self.pieces.append([])

    def end(self, tag: str) -> None:
        self.stack.pop().raw = "".join(self.pieces.pop())

    def characters(self, text: str) -> None:
        self.pieces[-1].append(text)

    def refuse(self, *declaration: object) -> None:
        raise UnsafeFileError(
            f"{self.name}: the XML declares a document type or entities ({declaration[0]}), which no invoice needs",
            code="unsafe_xml",
        )


@lru_cache(maxsize=4096)
def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _decode(data: bytes, name: str) -> str:
    """The text, by byte order mark, else UTF-8, else the declared encoding, else GB 18030.

    UTF-8 comes before the declaration because GBK text is never valid UTF-8 by chance, but the reverse happens.
    """
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding).lstrip("\ufeff").lstrip()
        except UnicodeError:
            continue
        declaration = _DECLARATION.match(text[:DECLARED])
        text = text[declaration.end() :] if declaration else text
        return _ILLEGAL.sub("", text.strip().strip("\0"))
    raise CorruptFileError(f"{name}: the XML is in no known encoding", code="corrupt_xml")


def _encodings(data: bytes) -> Iterator[str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            yield encoding
    yield "utf-8"
    if declared := _ENCODING.search(data[:200]):
        yield from ENCODINGS & {declared[1].decode("ascii").lower()}
    yield "gb18030"
