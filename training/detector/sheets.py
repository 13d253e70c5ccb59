"""Random sheets: texts, rulings, ovals and codes in no certain order, so that a detector learns print, not one form."""

from __future__ import annotations

from random import Random

from invoiceocr.specimens.drawing import BLACK, Color, Drawing, Oval, Primitive, Qr, Rule, Text
from invoiceocr.specimens.fonts import width
from invoiceocr.specimens.lines import figures, texts

INKS: tuple[Color, ...] = (BLACK, BLACK, (40, 40, 46), (30, 50, 140), (170, 50, 50), (110, 60, 30), (90, 90, 96))
PAPERS: tuple[Color, ...] = (
    (255, 255, 255), (250, 248, 240), (238, 246, 250), (248, 232, 236), (226, 238, 232), (255, 246, 214),
    (214, 228, 244),
)  # fmt: skip
STYLES = ("song", "hei", "kai", "mono", "digits")
SHORT: tuple[texts.Draw, ...] = (
    figures.count,
    figures.percentage,
    texts.unit,
    figures.amount,
    figures.clock,
    figures.plain_number,
)
LONG: tuple[texts.Draw, ...] = (
    texts.party_line, texts.labeled, texts.heading, texts.address, texts.item_cell, texts.party_name, texts.remark,
    figures.words_amount, figures.invoice_number, figures.tax_number, figures.day, texts.latin, figures.account,
    figures.serial,
)  # fmt: skip
ROW_GAPS = (0.25, 0.5, 0.9, 1.6)  # em between the rows of a block
# em between the columns of a table
COLUMN_GAPS = (0.2, 0.35, 0.5, 0.8, 1.4, 3.0)


def draw_sheet(rng: Random, styles: tuple[str, ...]) -> Drawing:
    """A sheet between the size of a taxi slip and half an A4 page, filled with blocks, tables and ornaments."""
    side, other = rng.uniform(55, 220), rng.uniform(55, 160)
    items: list[Primitive] = []
    y = rng.uniform(3, 10)
    while y < other - 6:
        block = rng.choice((_table, _rows, _rows, _title))
        drawn, height = block(rng, styles, side, y)
        items += [item for item in drawn if not isinstance(item, Text) or item.y < other - 1]
        y += height
    items += _ornaments(rng, side, other)
    return Drawing(side, other, tuple(items), rng.choice(PAPERS))


def _text(rng: Random, styles: tuple[str, ...], words: str, place: tuple[float, float], size: float) -> Text:
    tracking = size * rng.choice((0.0, 0.0, 0.0, 0.05, 0.15))
    return Text(words, *place, size, rng.choice(styles), rng.choice(INKS), "print", "other", tracking=tracking)


def _title(rng: Random, styles: tuple[str, ...], side: float, y: float) -> tuple[list[Primitive], float]:
    size = rng.uniform(3.5, 9.0)
    found = _text(rng, styles, rng.choice(texts.TITLES), (0.0, y + size), size)
    left = max(1.0, (side - width(found)) / 2)
    return [Text(found.text, left, found.y, size, found.style, found.color, "print", "other")], size * rng.uniform(
        1.3, 2
    )


def _rows(rng: Random, styles: tuple[str, ...], side: float, y: float) -> tuple[list[Primitive], float]:
    """Lines under one another, some with a second text behind a gap."""
    size, gap = rng.uniform(1.8, 4.2), rng.choice(ROW_GAPS)
    style, left = (rng.choice(styles),), rng.uniform(1, side * 0.4)
    items: list[Primitive] = []
    top = y
    for _ in range(rng.randint(1, 6)):
        y += size * (1 + gap)
        x = left
        while x < side - 3 * size:
            found = _text(rng, style, rng.choice(LONG + SHORT)(rng), (x, y), size)
            if x + width(found) > side - 1:
                break
            items.append(found)
            x += width(found) + size * rng.choice((0.6, 1.0, 2.0, 5.0))
            if rng.random() < 0.5:
                break
    return items, y - top + size * rng.uniform(0.4, 1.5)


def _table(rng: Random, styles: tuple[str, ...], side: float, y: float) -> tuple[list[Primitive], float]:
    """Columns of short texts, close to one another, mostly ruled."""
    size, gap, step = rng.uniform(1.8, 3.4), rng.choice(COLUMN_GAPS), 1.0 + rng.choice(ROW_GAPS)
    style, x, top = (rng.choice(styles),), rng.uniform(1, 8), y
    rows, ruled = rng.randint(1, 7), rng.random() < 0.6
    items: list[Primitive] = []
    while x < side - 4 * size:
        draw = rng.choice(SHORT + SHORT + (texts.item_cell, texts.cell))
        column = [_text(rng, style, draw(rng), (x, y + size * (1 + row * step)), size) for row in range(rows)]
        column = [cell for cell in column if x + width(cell) < side - 1 and rng.random() < 0.92]
        items += column
        x += max((width(cell) for cell in column), default=2 * size) + gap * size
        if ruled:
            items.append(Rule(x - gap * size / 2, y, x - gap * size / 2, y + size * step * rows, 0.2, rng.choice(INKS)))
    if ruled:
        items += [
            Rule(1, y, side - 1, y, 0.25, rng.choice(INKS)),
            Rule(1, y + size * step * rows, side - 1, y + size * step * rows),
        ]
    return items, y - top + size * (rows * step + rng.uniform(0.4, 1.2))


def _ornaments(rng: Random, side: float, other: float) -> list[Primitive]:
    items: list[Primitive] = []
    if rng.random() < 0.5:
        edge = rng.uniform(10, 22)
        items.append(
            Qr(
                rng.uniform(0, max(1.0, side - edge)),
                rng.uniform(0, max(1.0, other - edge)),
                edge,
                figures.invoice_number(rng),
            )
        )
    if rng.random() < 0.5:
        x, y, r = rng.uniform(0, side), rng.uniform(0, other), rng.uniform(8, 18)
        for share in (1.0, 0.9):
            items.append(Oval(x, y, r * share, r * share * 0.75, 0.5, (200, 40, 40), "seal"))
    for _ in range(rng.randint(0, 4)):
        y = rng.uniform(0, other)
        items.append(Rule(0, y, side, y, rng.uniform(0.1, 0.4), rng.choice(INKS), dash=rng.choice((0.0, 0.0, 1.0))))
    return items
