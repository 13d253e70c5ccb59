"""Elements of an issuer's XML by name, and the candidates that their texts state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import union
from invoiceocr.kinds.printed_values import said
from invoiceocr.proof import WitnessSource
from invoiceocr.sources import stated_values
from invoiceocr.sources.safe_xml import Node
from invoiceocr.sources.xml_mapping import Choices

# elements with text of their own, by Name and by Parent/Name
Index = Mapping[str, Sequence[Node]]


def index_of(record: Node, left_out: frozenset[str] = frozenset()) -> Index:
    """The elements with text below *record*, without those called one of *left_out* and everything below them."""
    found: dict[str, list[Node]] = defaultdict(list)
    stack = [(child, record.name) for child in reversed(record.children)]
    while stack:
        node, parent = stack.pop()
        if node.name in left_out:
            continue
        # text around elements with text of their own is no value
        if node.text and not any(child.text for child in node.children):
            found[node.name].append(node)
            found[f"{parent}/{node.name}"].append(node)
        stack.extend((child, node.name) for child in reversed(node.children))
    return found


def contradicted(record: Node) -> frozenset[int]:
    """The ids of the elements below *record* that a sibling with the same name contradicts."""
    found: set[int] = set()
    for parent in record.walk():
        texts: dict[str, set[str]] = defaultdict(set)
        for child in parent.children:
            if child.text:
                texts[child.name].add(child.text)
        found.update(id(child) for child in parent.children if len(texts[child.name]) > 1)
    return frozenset(found)


def choices_of(index: Index, choices: Choices) -> Iterator[list[Node]]:
    """The elements of each choice that has text."""
    for parts in choices:
        nodes = [index[name][0] for part in parts if (name := _spelled(part, index))]
        if nodes:
            yield nodes


def chosen(index: Index, choices: Choices) -> list[Node]:
    """The elements of the first choice that has text; empty if none has."""
    return next(choices_of(index, choices), [])


def _spelled(part: str, index: Index) -> str | None:
    """The element that *part* names, which may contain `*` for what taxonomies spell differently; the first that
    fits."""
    if "*" not in part:
        return part if part in index else None
    return next((name for name in index if "/" not in name and fnmatchcase(name, part)), None)


def candidate(path: str, nodes: Sequence[Node], source: WitnessSource) -> Candidate | None:
    """What *nodes* together state about the field at *path*; None if they state no value of its type."""
    parts = [node.text for node in nodes if len(nodes) == 1 or _is_part(node.text)]
    stated = " ".join(parts)
    value = stated_values.parse(path, stated)
    if value is None:
        return None
    boxes = [node.box for node in nodes if node.box]
    box = union(boxes) if boxes else None
    return Candidate(path, value, stated, source, page=nodes[0].page or 1, box=box)


def _is_part(text: str) -> bool:
    """Whether *text* states something of a value that stands in several elements."""
    return text not in stated_values.ABSENT and bool(said(text))
