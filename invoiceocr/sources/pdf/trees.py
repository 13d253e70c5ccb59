"""Trees and chains in a PDF that share branches or have no end: page trees, form fields, names, layer conditions, and
masks that are drawn with masks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from invoiceocr.errors import TooLargeError
from invoiceocr.sources.pdf.file import PdfFile, entry, is_drawn, referred, with_referred
from invoiceocr.sources.pdf.objects import PdfObject

# nodes of a tree (pages, form fields, names) each as often as it is reached, and levels
MAX_NODES, MAX_TREE_LEVELS = 100_000, 50
# what a layer's visibility hangs on (ISO 32000-1, 8.11.2.2)
_CONDITION = re.compile(rb"\s*\[\s*/(?:And|Or|Not)\b")
_MASK = re.compile(rb"/S\s{0,8}/(?:Luminosity|Alpha)\b")
GROUP = re.compile(rb"/G\s{0,8}(\d{1,10})\s{1,8}\d{1,5}\s{1,8}R\b")
MAX_MASK_LEVELS = 4  # masks drawn with masks, each of which takes a picture of the page's size


def check_trees(file: PdfFile) -> None:
    """Nodes that share their children multiply from level to level."""
    counts: dict[int, int] = {}
    for number in file.objects:
        _count_nodes(file, number, counts, 0)


def _children(item: PdfObject | None) -> bytes:
    """The references of an object to the nodes below it; empty where it is no node of a tree."""
    if item is None or item.stream:
        return b""
    if b"/Kids" in item.text:
        return entry(item.text, b"/Kids")
    return item.text if _CONDITION.match(item.text) else b""


def _count_nodes(file: PdfFile, number: int, counts: dict[int, int], level: int) -> int:
    """How often nodes are reached below the one of this *number*; *counts* are those known."""
    children = _children(file.objects.get(number))
    if not children:
        return 1
    if level > MAX_TREE_LEVELS or counts.get(number) == 0:
        raise TooLargeError(f"{file.name}: a tree deeper than {MAX_TREE_LEVELS} levels", code="too_complex")
    if number not in counts:
        counts[number] = 0  # until it is counted: a node below itself has no end
        below = referred(file, children)
        counts[number] = 1 + sum(_count_nodes(file, kid, counts, level + 1) for kid in below)
    if counts[number] > MAX_NODES:
        raise TooLargeError(f"{file.name}: a tree of more than {MAX_NODES} nodes", code="too_complex")
    return counts[number]


def count_masks(file: PdfFile) -> int:
    """How many masks the file has; TooLargeError too_complex if one is drawn with itself, or with too many others in a
    row."""
    masks = [item.text for item in file.objects.values() if _MASK.search(item.text)]
    known: dict[int, int] = {}
    for number in _groups(file, masks):
        _mask_levels(file, number, known)
    return len(masks)


def _groups(file: PdfFile, texts: Iterable[bytes]) -> list[int]:
    """The forms that masks among *texts* are drawn with."""
    numbers = (int(number) for text in texts if _MASK.search(text) for number in GROUP.findall(text))
    return [number for number in numbers if number in file.objects and is_drawn(file.objects[number])]


def _mask_levels(file: PdfFile, number: int, known: dict[int, int], depth: int = 1) -> int:
    """How many masks within one another the form *number* is drawn with, itself included; *known* are those told. It
    is itself the mask of that *depth*: a row of thousands is not followed to its end."""
    if known.get(number) == 0:
        raise TooLargeError(f"{file.name}: a mask that is drawn with itself", code="too_complex")
    if number not in known and depth <= MAX_MASK_LEVELS:
        known[number] = 0  # until it is counted
        inside = _groups(file, with_referred(file, file.objects[number].text))
        known[number] = 1 + max((_mask_levels(file, group, known, depth + 1) for group in inside), default=0)
    levels = known.get(number, depth)
    if levels > MAX_MASK_LEVELS:
        raise TooLargeError(f"{file.name}: masks nested deeper than {MAX_MASK_LEVELS}", code="too_complex")
    return levels
