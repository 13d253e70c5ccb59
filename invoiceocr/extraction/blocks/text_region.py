"""`text_region`: all text of a region as one value.

- text_region: {field: remarks, region: {top: sum, left: remarks}}
- text_region:
    field: remarks
    region: remarks
    captions: true                 # what looks like a caption there is part of the text
    seal: {words: '专用章', echoes: seller}     # what seals over the region say: such words, or print of that region
    within:                        # values that the text states: the groups that are found, joined by a blank
      buyer.bank_account: '开户行:(\\S+) 账号:(\\d+)'
- text_region: {field: remarks, region: remarks, within: remarks}     # those of a party, in schemas/remarks.yaml
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction import seals
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.candidates import Target, candidate
from invoiceocr.extraction.seals import SealWords
from invoiceocr.geometry import Box
from invoiceocr.kinds import remarks
from invoiceocr.layout.form import FormLayout
from invoiceocr.layout.segments import has_characters, is_stamped
from invoiceocr.page import KeyMatch, TextLine
from invoiceocr.text.folding import join_wrapped
from invoiceocr.text.lines import vertical_text

# characters of a recognized text that must be legible; a seal or a blot is read as fewer
SHORT, LEGIBLE = 3, 0.9
REMARKS = "remarks"  # the patterns that kinds share
TWO_LINES = 1.6  # text heights: lower is a value of one line


@dataclass(frozen=True, slots=True, eq=False)
class TextRegion:
    """The compiled block. `captions` are key phrases beside the region, which by themselves are no text of it if what
    looks like a caption counts as text; None if captions are no text."""

    target: Target
    region: Region
    captions: tuple[str, ...] | None
    seal: SealWords | None
    within: tuple[tuple[str, regex.Pattern[str]], ...]


def compile_block(node: Node) -> TextRegion:
    """The block of *node*."""
    node.check(("field", "type", "region", "captions", "seal", "within"))
    node.get("region")
    path = node.text("field")
    return TextRegion(
        target=Target(path, node.type(node.field("field", path))),
        region=compile_region(node),
        captions=_captions(node) if node.flag("captions") else None,
        seal=_seal(node.node("seal")) if "seal" in node.data else None,
        within=tuple(_within(node)),
    )


def _within(node: Node) -> Iterator[tuple[str, regex.Pattern[str]]]:
    """The values that the text states, with their patterns."""
    if node.data.get("within") == REMARKS:
        yield from ((node.field("within", name).path, pattern) for name, pattern in remarks.patterns().items())
        return
    within = node.node("within")
    yield from ((within.field(name, name).path, within.compile(name, within.data[name])) for name in within.data)


def _captions(node: Node) -> tuple[str, ...]:
    """The key phrases at the sides of the region."""
    name = node.text("region") if isinstance(node.data["region"], str) else ""
    plan = node.scope.plan.regions.get(name)
    return tuple(phrase for phrase in (plan.left, plan.right) if phrase) if plan else ()


def _seal(node: Node) -> SealWords:
    node.check(("words", "echoes"))
    return SealWords(node.compile("words", node.get("words")), node.region("echoes") if "echoes" in node.data else None)


def read(form: FormLayout, block: TextRegion) -> Iterator[Candidate]:
    """The print of the region, row by row, without what seals say, and the values that it states."""
    parts = [segment for row in form.rows(_printed(form, block)) for segment in row]
    text = join_wrapped(part.text for part in parts)
    value = block.target.type.parse(text) if text else None
    if value is None:
        return
    whole = candidate(block.target, value, text, parts, form.page)
    if whole.source == "ocr" and len(text) <= SHORT and whole.confidence < LEGIBLE:
        return
    yield whole
    found = ((path, pattern.search(text[: remarks.MAX_LENGTH])) for path, pattern in block.within)
    yield from (_stated(whole, path, match) for path, match in found if match is not None)


def _stated(whole: Candidate, path: str, match: regex.Match[str]) -> Candidate:
    """The value of the field at *path* that a *match* in the text of *whole* states: its groups, joined by a blank."""
    return replace(whole, path=path, value=remarks.value_of(match), text=match.group(), lattice=None)


def _printed(form: FormLayout, block: TextRegion) -> Sequence[TextLine]:
    """The print of the region: what is left of its lines or, if captions are included, all of them."""
    inside = block.region.test(form)
    if block.captions is None:
        return [segment for segment in form.segments if inside(segment.box) and not is_stamped(segment)]
    lines = _with_captions(form, form.labels(*block.captions), inside)
    return seals.without(lines, block.seal, form) if block.seal else lines


def _with_captions(form: FormLayout, beside: Sequence[KeyMatch], inside: Callable[[Box], bool]) -> list[TextLine]:
    """All lines of the region but the captions *beside* it, values that reach into it and what runs down the page."""
    reaching, vertical = _reaching(form, inside), vertical_text(form.page.lines)
    found = (line for line in form.page.lines if has_characters(line, form.plan.least) and inside(line.box))
    lines = [line for line in found if not any(seals.is_caption(label, line) for label in beside)]
    lines = [line for line in lines if not any(box.contains(line.box.cx, line.box.cy) for box in reaching)]
    return [line for line in lines if line.source == "ocr" or line.box not in vertical]


def _reaching(form: FormLayout, inside: Callable[[Box], bool]) -> list[Box]:
    """The values of several lines that reach into the region."""
    values = (said.box for said in form.said if said.box is not None)
    return [box for box in values if box.height > TWO_LINES * form.size and _reaches_in(box, inside)]


def _reaches_in(box: Box, inside: Callable[[Box], bool]) -> bool:
    """Whether a value of several lines begins above the region and ends in it, as an amount in words may."""
    half = box.height / 2
    top, bottom = Box(box.x0, box.y0, box.x1, box.y0 + half), Box(box.x0, box.y0 + half, box.x1, box.y1)
    return inside(bottom) and not inside(top)
