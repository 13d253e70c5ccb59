"""Papers drawn as text: a row of the file is a row of the paper, a character's column is where it stands.

    === hangzhou
    kind: taxi
    total: 25.00
    ---
    #浙江省杭州市出租汽车发票
    金额      25.00元

`#` begins a row of large print. Two blanks part pieces of print; a wide character takes two columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from invoiceocr.specimens.drawing import Drawing, Text

SIZE = 3.4  # mm, the em of the print
LARGE = 1.45  # times that, in a row that begins with #
LINE = 1.75  # of the size, from row to row
MARGIN = 5.0  # mm
APART = re.compile(r"\S+(?: \S+)*")


@dataclass(frozen=True)
class TextPaper:
    """A paper, its kind and name, and the fields that must be read from it."""

    kind: str
    name: str
    fields: dict[str, str]
    rows: tuple[str, ...]

    @property
    def drawing(self) -> Drawing:
        """The paper, drawn."""
        texts = tuple(_texts(self.rows))
        right = max(text.x + _width(text.text) * text.size / 2 for text in texts)
        return Drawing(right + MARGIN, max(text.y for text in texts) + 2 * MARGIN, texts)


def read_papers(path: Path) -> list[TextPaper]:
    """The papers of the file at *path*."""
    parts = re.split(r"^=== *(.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [_paper(f"{path.stem}-{name.strip()}", body) for name, body in zip(parts[::2], parts[1::2], strict=True)]


def _paper(name: str, body: str) -> TextPaper:
    head, rows = body.split("\n---\n")
    fields = dict(line.split(": ", 1) for line in head.strip().splitlines())
    return TextPaper(fields.pop("kind"), name, fields, tuple(rows.rstrip().split("\n")))


def _texts(rows: tuple[str, ...]) -> Iterator[Text]:
    y = MARGIN + SIZE
    for row in rows:
        size = SIZE * LARGE if row.startswith("#") else SIZE
        y += (size - SIZE) / 2
        line = row.removeprefix("#")
        for found in APART.finditer(line):
            yield Text(found[0], MARGIN + _width(line[: found.start()]) * SIZE / 2, y, size)
        y += LINE * size if line.strip() else LINE * SIZE / 2


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
