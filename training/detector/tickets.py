"""Ticket-like sheets: slips of meters and tills, and tickets with values struck faintly beside their printed labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from invoiceocr.specimens.drawing import BLACK, Color, Drawing, Layer, Oval, Primitive, Qr, Rule, Text
from invoiceocr.specimens.fonts import width
from invoiceocr.specimens.lines import figures, texts
from training.detector.sheets import LONG, PAPERS, SHORT

FAINT: tuple[Color, ...] = ((70, 70, 78), (104, 104, 116), (120, 122, 140), (88, 100, 170), (150, 150, 158), BLACK)
FORM_INKS: tuple[Color, ...] = ((170, 60, 50), (60, 60, 70), (90, 110, 150), BLACK, (150, 120, 90))
SHEETS: tuple[Color, ...] = (*PAPERS, (226, 214, 196), (236, 204, 204), (204, 222, 236), (210, 210, 206))
# of the labels' size: meters strike digits as far apart as their rows
TRACKINGS = (0.0, 0.0, 0.1, 0.25, 0.4)
TICKET = (86.0, 54.0)  # mm, of a magnetic ticket


@dataclass(frozen=True, slots=True)
class Hand:
    """How a ticket prints: the typeface, size and ink of its labels and of its values, and how far apart the
    characters of its values stand (mm)."""

    label: tuple[str, float, Color]
    value: tuple[str, float, Color]
    tracking: float = 0.0


def draw_ticket(rng: Random, styles: tuple[str, ...]) -> Drawing:
    """A slip of 40 to 90 mm, or a ticket lying on its long side, on white or tinted paper."""
    size, faint = rng.uniform(2.2, 4.0), rng.choice(FAINT)
    hand = Hand(
        (rng.choice(styles), size, rng.choice(FORM_INKS)),
        (rng.choice(styles), size * rng.choice((1.0, 1.0, 1.15, 1.5)), faint),
        size * rng.choice(TRACKINGS),
    )
    drawn = _slip(rng, hand) if rng.random() < 0.6 else _ticket(rng, hand)
    side, other, items = drawn
    if rng.random() < 0.5:
        x, y, reach = rng.uniform(0, side), rng.uniform(0, other), rng.uniform(8, 16)
        items += [Oval(x, y, reach * share, reach * share * 0.7, 0.5, (200, 40, 40), "seal") for share in (1.0, 0.9)]
    return Drawing(side, other, tuple(items), rng.choice(SHEETS))


def _slip(rng: Random, hand: Hand) -> tuple[float, float, list[Primitive]]:
    """Rows of label and value under one another below a title or two, as meters and tills print them."""
    side, rows = rng.uniform(40, 90), rng.randint(8, 22)
    pitch = hand.label[1] * rng.uniform(1.15, 2.1)
    items: list[Primitive] = []
    y, left = rng.uniform(5, 12), rng.uniform(2, 6)
    for _ in range(rng.randint(1, 3)):
        title = _put(rng.choice(texts.TITLES), 0, y, hand.label, "form")
        items.append(_moved(title, max(1.0, (side - width(title)) / 2), y))
        y += pitch * 1.2
    column, shift = left + hand.label[1] * rng.uniform(2.5, 5.5), rng.uniform(-0.35, 0.35) * pitch
    for _ in range(rows):
        label = _put(rng.choice(texts.LABELS if rng.random() < 0.5 else texts.TITLES)[:4], left, y, hand.label, "form")
        value = replace(_put(rng.choice(SHORT + LONG)(rng), 0, y, hand.value, "print"), tracking=hand.tracking)
        x = rng.choice(
            (
                column,
                max(column, left + width(label) + 0.3 * hand.label[1]),
                side - 2 - width(value),
                left + width(label) + 0.3 * hand.label[1],
            )
        )
        items += [label] if rng.random() < 0.85 else []
        items += [_moved(value, x, y + shift)] if x > left and x + width(value) < side - 1 else []
        y += pitch * rng.choice((1.0, 1.0, 1.0, 1.5))
    return side, y + rng.uniform(3, 25), items


def _ticket(rng: Random, hand: Hand) -> tuple[float, float, list[Primitive]]:
    """Short texts of several sizes side by side in free rows, a code in a corner."""
    side, other = TICKET[0] * rng.uniform(0.9, 1.8), TICKET[1] * rng.uniform(0.9, 1.7)
    items: list[Primitive] = []
    y = rng.uniform(3, 8)
    while y < other - 4:
        scale, x = rng.choice((0.8, 1.0, 1.0, 1.5, 2.2)), rng.uniform(3, 12)
        look = (hand.value[0], hand.value[1] * scale, hand.value[2])
        y += look[1] * rng.uniform(1.1, 1.8)
        while x < side - 8 and y < other - 2:
            found = _put(rng.choice(LONG + SHORT)(rng), x, y, look, rng.choice(("print", "print", "form")))
            if x + width(found) > side - 2:
                break
            items.append(found)
            x += width(found) + look[1] * rng.choice((0.6, 1.5, 4.0))
    if rng.random() < 0.6:
        edge = rng.uniform(14, 22)
        items.append(Qr(side - edge - 3, other - edge - 3, edge, figures.invoice_number(rng)))
        items = [
            item for item in items if not (isinstance(item, Text) and _meets(item, side - edge - 4, other - edge - 4))
        ]
    items += [Rule(0, line, side, line, 0.12, rng.choice(FORM_INKS)) for line in _guilloche(rng, other)]
    return side, other, items


def _guilloche(rng: Random, other: float) -> list[float]:
    step = rng.uniform(1.2, 3.0)
    return [step * row for row in range(int(other / step))] if rng.random() < 0.25 else []


def _meets(item: Primitive, x: float, y: float) -> bool:
    return isinstance(item, Text) and item.x + width(item) > x and item.y > y


def _put(words: str, x: float, y: float, look: tuple[str, float, Color], layer: Layer) -> Text:
    return Text(words, x, y, look[1], look[0], look[2], layer, "other")


def _moved(text: Text, x: float, y: float) -> Text:
    return replace(text, x=x, y=y)
