"""Which characters of a PDF's text layer the page really shows.

Text can be there for programs only: in render mode 3, in the color of paper or of what lies under it, under a picture,
squeezed, cut off by a clip, in a layer that is switched off. The objects of the page tell where that may be so. Only
there the page is drawn twice, with and without its text: where both pictures are the same, nobody sees a character.
An object over text, in the color of its ground, may take away a part of a character, so that an 8 looks like a 3. There
the page is drawn without these objects, too. A clip or a mask may do so as well: there the text is drawn a little to
each side of its place, too. A character that shows less of its strokes than it has can't be trusted, nor can one that
is hidden between characters that are shown: without the point under a seal, 15.35 would be 1535.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from invoiceocr.geometry import Box, meet, union
from invoiceocr.page import UNREAD
from invoiceocr.sources.glyphs import SOLID, Glyph, is_illegible, is_meaningless
from invoiceocr.sources.hidden_glyphs import amid_seen, under_blocks
from invoiceocr.sources.pdf.covers import PAPER, Layout, layout_of
from invoiceocr.sources.pdf.ink import EDGE, ERASED, Canvas, Ink, without
from invoiceocr.sources.pdf.suspicions import Suspicion, Text, Texts, by_themselves, erasing, hiding
from invoiceocr.sources.pdf.text import Found, Run, is_drawn
from invoiceocr.sources.pdf.veils import Veils


@dataclass(frozen=True, slots=True)
class Sight:
    """The characters that a page shows, and those that it hides. Those shown only in part are UNREAD ones; `stated` are
    all that are shown as the text layer states them. Blanks are never hidden."""

    seen: Sequence[Found]
    unseen: Sequence[Found]
    stated: Sequence[Found]


def look(canvas: Canvas, found: Sequence[Found]) -> Sight:
    """What the page shows of the characters *found* on it."""
    layout = layout_of(canvas, _solid(found))
    texts = _texts(found, layout)
    veils = Veils(canvas.view, layered=canvas.layered)
    doubtful = _doubtful(veils, layout, texts, found)
    unseen = _hidden(canvas, layout, texts, found, doubtful)
    amid = amid_seen(unseen, [glyph for glyph, _ in found])
    unseen -= amid
    regions = _reached(erasing(layout, texts), texts, found)
    torn = amid.union(*(_torn(canvas, layout, region) for region in regions))
    cut = [texts[address] for address in doubtful if veils.may_cut(layout.texts.get(address), texts[address].box)]
    torn.update(*(_cut(canvas, part) for part in _reached(by_themselves(cut), texts, found)))
    return _sight(found, unseen, torn)


def _sight(found: Sequence[Found], unseen: Set[int], torn: Set[int]) -> Sight:
    """The characters *found*, of which some are *unseen* and others *torn*."""
    if not (unseen or torn):
        return Sight(found, (), found)
    seen = [i for i in range(len(found)) if i not in unseen]
    shown = [_unread(found[i]) if i in torn else found[i] for i in seen]
    return Sight(shown, [found[i] for i in sorted(unseen)], [found[i] for i in seen])


def _unread(pair: Found) -> Found:
    return pair[0]._replace(text=UNREAD), pair[1]


def _hidden(
    canvas: Canvas, layout: Layout, texts: Texts, found: Sequence[Found], doubtful: Collection[int]
) -> set[int]:
    """The indexes of those characters that the page hides, but for blanks; some texts are *doubtful* by themselves."""
    unseen = {i for i, (glyph, run) in enumerate(found) if not run.painted or is_illegible(glyph)}
    for suspicion in hiding(layout, texts, doubtful):
        ink = canvas.ink(suspicion.region, suspicion.texts)
        concerned = {i for address in suspicion.texts for i in texts[address].indexes} - unseen
        unseen |= {i for i in concerned if _is_hidden(*found[i], suspicion.region, ink)}
    unseen |= under_blocks([glyph for glyph, _ in found])
    return {i for i in unseen if not found[i][0].text.isspace()}


@dataclass(frozen=True, slots=True)
class _Erased:
    """Some texts, by their addresses, and the boxes of those of their characters that may have lost a part."""

    texts: frozenset[int]
    boxes: Mapping[int, Box]


def _reached(suspicions: Iterable[Suspicion], texts: Texts, found: Sequence[Found]) -> Iterator[_Erased]:
    """The *suspicions* with the characters that they concern."""
    for suspicion in suspicions:
        indexes = (i for address in suspicion.texts for i in texts[address].indexes)
        boxes = {i: found[i][0].box for i in indexes if meet(found[i][0].box, suspicion.region)}
        if boxes:
            yield _Erased(suspicion.texts, boxes)


def _torn(canvas: Canvas, layout: Layout, part: _Erased) -> list[int]:
    """The indexes of the characters that have lost a part."""
    region = union(part.boxes.values())
    shown = canvas.ink(region, part.texts)
    first = min(layout.painted_at.get(text, 0) for text in part.texts)
    later = [cover.item for cover in layout.erasers if cover.time > first]
    # of two texts that both may erase, one may take a part of the other
    apart = [item for item in later if item not in part.texts]
    wholes = [_without(canvas, items, region, part) for items in ([apart] if apart == later else [apart, later])]
    return [i for i, box in part.boxes.items() if any(shown.erased(whole, box) >= ERASED for whole in wholes)]


def _without(canvas: Canvas, erasers: Iterable[int], region: Box, part: _Erased) -> Ink:
    """What the texts change in *region* without the *erasers*."""
    with without(erasers):
        return canvas.ink(region, part.texts)


def _cut(canvas: Canvas, part: _Erased) -> list[int]:
    """The indexes of the characters from which masks or clips have taken a part."""
    return [i for boxes in _of_like_height(part.boxes) for i in _cut_of(canvas, part.texts, boxes)]


def _cut_of(canvas: Canvas, texts: frozenset[int], boxes: Mapping[int, Box]) -> list[int]:
    height = min(box.height for box in boxes.values())
    shown, whole = canvas.uncut_ink(union(boxes.values()), texts, height)
    return [i for i, box in boxes.items() if shown.erased(whole, box) >= ERASED]


def _of_like_height(boxes: Mapping[int, Box]) -> list[dict[int, Box]]:
    """The *boxes* in groups in which none is twice as high as another: how far a text is moved depends on its
    height."""
    groups: dict[int, dict[int, Box]] = {}
    for i, box in boxes.items():
        groups.setdefault(math.frexp(box.height)[1], {})[i] = box
    return list(groups.values())


def _is_hidden(glyph: Glyph, run: Run, region: Box, ink: Ink) -> bool:
    """Whether a character in *region* is hidden: it is white on white, or the page can draw it, but the text changes
    nothing there."""
    if not region.contains(glyph.box.cx, glyph.box.cy):
        return False
    if run.white and ink.brightness(glyph.box) > PAPER:
        return True
    return is_drawn(glyph, run) and not ink.is_seen(glyph.box, EDGE)


def _solid(found: Iterable[Found]) -> set[int]:
    """The text objects that can hide others: in the color of paper, or of characters that fill their place."""
    return {run.address for glyph, run in found if run.painted and (run.white or glyph.text in SOLID)}


def _texts(found: Sequence[Found], layout: Layout) -> Texts:
    parts: dict[int, tuple[Run, list[int], list[Box]]] = {}
    for i, (glyph, run) in enumerate(found):
        if run.painted and not glyph.text.isspace():
            if run.address not in parts:
                parts[run.address] = run, [], []
            _, indexes, boxes = parts[run.address]
            indexes.append(i)
            boxes.append(glyph.box)
    return {
        address: Text(run, layout.painted_at.get(address, 0), union(boxes), indexes)
        for address, (run, indexes, boxes) in parts.items()
    }


def _doubtful(veils: Veils, layout: Layout, texts: Texts, found: Iterable[Found]) -> list[int]:
    """The texts whose own settings may hide them, and those with characters that may stand for a blank."""
    broken = {run.address for glyph, run in found if glyph.unmapped or is_meaningless(glyph.text)}
    return [
        address
        for address, text in texts.items()
        if address in broken or text.run.is_faint or veils.may_hide(layout.texts.get(address), text.box)
    ]
