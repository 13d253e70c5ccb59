"""The `layout` of a kind's file, compiled: the printed lines and the regions of its form.

layout:
  phrases: all                     # look for all key phrases of schemas/labels.yaml, not only those that are named
  print: 0.55                      # mean probability of characters; fainter is a seal or a pattern
  slips:                           # print may lie off the form; how far is shown by values that can't be mistaken:
    ids: party_tax_id              # tax ids, beside these key phrases ...
    behind: [cipher, remarks]      # ... and left of these; further words, total, sum, date
  papers:                          # several papers on a page, by key phrases that all kinds share:
    first: column_name             # the first column of the header
    sums: words                    # stand once below each table
    head: [number, issue_date]
    foot: [drawer]
  header: table                    # the line that is the header of the table
  lines:                           # from top to bottom, by the key phrases that stand on them
    table: [column_name, column_amount]
    words: [words, total]
    foot: {phrases: [drawer], outside: remarks}    # not where a text behind that caption quotes them
  regions:                         # top, bottom: a line; left, right: a key phrase; the page's edge where left out
    buyer: {bottom: table, right: seller_side, split: [party_name]}
    remarks: {top: words, bottom: foot, left: remarks}
  borders: {cipher: [remarks]}     # key phrases on the same vertical line, for when one is illegible
  edge: cipher                     # a shape: print that stands behind such a border
  once: [[words, total], [number, issue_date]]     # where one of each stands there twice, so does another paper
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from invoiceocr.extraction.blocks.node import Node
from invoiceocr.layout.plan import FREE_FORM, MIN_CHARACTER, FormPlan, LinePlan, PaperPlan, RegionPlan, SlipPlan

PHRASES = "phrases"
KEYS = (PHRASES, "print", "slips", "header", "lines", "regions", "borders", "edge", "papers", "once")
SLIP_KEYS = ("ids", "behind", "words", "total", "sum", "date")
PAPER_KEYS = ("first", "sums", "head", "foot")
LINE_KEYS, REGION_KEYS = ("phrases", "outside"), ("top", "bottom", "left", "right", "split")


def compile_plan(node: Node) -> FormPlan:
    """The plan of the `layout` at *node*; that of a free form if it names no line."""
    node.check(KEYS)
    if "lines" not in node.data:
        return FREE_FORM
    lines, regions, borders = node.node("lines"), node.node("regions"), node.node("borders")
    found = {name: _line(lines, name) for name in lines.data}
    header = node.known("header", node.get("header"), found) if "header" in node.data else ""
    columns = frozenset(found[header].phrases) if header else frozenset()
    return FormPlan(
        lines=found,
        regions={name: _region(regions.node(name), found) for name in regions.data},
        borders={borders.phrase(name): borders.phrases(name) for name in borders.data},
        edge=_edge(node),
        header=columns,
        least=node.number("print", MIN_CHARACTER),
        slips=_slips(node.node("slips")) if "slips" in node.data else None,
        papers=_papers(node.node("papers"), columns) if "papers" in node.data else PaperPlan(),
        once=tuple(_groups(node)),
    )


def _line(lines: Node, name: str) -> LinePlan:
    if not isinstance(lines.data[name], Mapping):
        return LinePlan(lines.phrases(name))
    node = lines.node(name)
    node.check(LINE_KEYS)
    outside = node.phrase(node.text("outside"), "outside") if "outside" in node.data else None
    return LinePlan(node.phrases("phrases"), outside)


def _region(node: Node, lines: Mapping[str, LinePlan]) -> RegionPlan:
    node.check(REGION_KEYS)
    ends = {side: node.known(side, node.data[side], lines) for side in ("top", "bottom") if side in node.data}
    sides = {side: node.phrase(node.data[side], side) for side in ("left", "right") if side in node.data}
    return RegionPlan(**ends, **sides, split=node.phrases("split"))


def _slips(node: Node) -> SlipPlan:
    node.check(SLIP_KEYS)
    return SlipPlan(**{key: node.phrases(key) for key in SLIP_KEYS})


def _papers(node: Node, columns: frozenset[str]) -> PaperPlan:
    node.check(PAPER_KEYS)
    return PaperPlan(columns, **{key: frozenset(node.phrases(key)) for key in PAPER_KEYS})


def _groups(node: Node) -> Iterator[tuple[str, ...]]:
    groups = node.list("once")
    for index, group in enumerate(groups):
        if not isinstance(group, list):
            raise node.error(index, "once is a list of lists of key phrases", groups)
        yield tuple(node.known(at, name, node.scope.phrases, group) for at, name in enumerate(group))


def _edge(node: Node) -> Callable[[str], bool] | None:
    if "edge" not in node.data:
        return None
    shape = node.scope.schemas.shapes[node.known("edge", node.data["edge"], node.scope.schemas.shapes)]
    return lambda text: shape.fit(text) == 1.0
