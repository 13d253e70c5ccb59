"""Sets text into its place: aligned, spread, narrowed or wrapped to a width, upright below each other."""

from __future__ import annotations

from dataclasses import replace

from invoiceocr.specimens.drawing import Text
from invoiceocr.specimens.fonts import advance, width
from invoiceocr.specimens.layout.forms import Align

# of the form's own size: what software shrinks a long value to before it condenses it
SMALLEST = 0.72


def aligned(text: Text, align: Align) -> Text:
    """The text ending at its x ("right"), centered on it ("center") or beginning there."""
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
    return replace(text, x=text.x - width(text) * share)


def fitted(text: Text, room: float) -> Text:
    """The text no wider than *room* mm: smaller first, then condensed; *room* 0 is without limit."""
    excess = width(text) / room if room else 0.0
    if excess <= 1.0:
        return text
    size = max(1.0 / excess, SMALLEST)
    return replace(text, size=text.size * size, stretch=text.stretch / (excess * size))


def spread(text: Text, span: tuple[float, float]) -> Text:
    """The text from span[0] to span[1] mm with even gaps between its characters."""
    gaps = max(len(text.text) - 1, 1)
    natural = width(replace(text, tracking=0.0))
    return replace(text, x=span[0], tracking=(span[1] - span[0] - natural) / gaps)


def upright(text: Text, step: float) -> list[Text]:
    """Each character as a text of its own, *step* mm below the one before."""
    return [
        replace(text, text=char, y=text.y + index * step) for index, char in enumerate(text.text) if not char.isspace()
    ]


def wrapped(text: Text, room: float, leading: float) -> list[Text]:
    """The text in lines of at most *room* mm, *leading* mm apart, broken anywhere as invoice software does."""
    pieces: list[str] = []
    for paragraph in text.text.split("\n"):
        pieces += _broken(paragraph, text, room)
    return [replace(text, text=piece, y=text.y + index * leading) for index, piece in enumerate(pieces)]


def _broken(paragraph: str, text: Text, room: float) -> list[str]:
    pieces, length = [""], 0.0
    for char in paragraph:
        step = advance(text.style, char) * text.size * text.stretch + text.tracking
        if pieces[-1] and length + step > room:
            pieces.append("")
            length = 0.0
        pieces[-1] += char
        length += step
    return pieces
