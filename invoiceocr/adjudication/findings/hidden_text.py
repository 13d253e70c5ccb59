"""What a page states without showing it, compared with what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from invoiceocr.adjudication.findings.conflicts import is_key
from invoiceocr.adjudication.fusion import comparable
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import NUMBER
from invoiceocr.evidence.finding import finding
from invoiceocr.evidence.reading import Reading
from invoiceocr.evidence.row_paths import ITEM
from invoiceocr.geometry import Box, overlap
from invoiceocr.kinds import OTHER, KindSpec, is_sum
from invoiceocr.page import Page, TextLine
from invoiceocr.proof import Finding, Severity

HIDDEN = "text-hidden"
SAME_PLACE = 0.3  # share of the smaller of two boxes
MAX_LAYERS = 3  # of hidden lines over one another that are read
MAX_COMPARED = 500  # hidden lines of a page; a full sheet has some 200


def uncovered(page: Page) -> Iterator[Page]:
    """*page* with its hidden lines in place of the lines that cover them. Hidden lines that stand over one another, as
    those of two texts printed at one place, are on pages of their own."""
    for layer in _layers(page.hidden):
        stands_there = _at([line.box for line in layer])
        shown = (line for line in page.lines if not stands_there(line.box))
        lines = sorted((*shown, *layer), key=lambda line: (line.box.cy, line.box.x0))
        yield replace(page, lines=tuple(lines), image=None, hidden=tuple(layer))


def _layers(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """*lines* in at most MAX_LAYERS groups, in all but the last of which none stands over another; all together if
    there are too many to compare."""
    if len(lines) > MAX_COMPARED:
        return [list(lines)]
    places, levels = [line.box for line in lines], list[int]()
    for i, place in enumerate(places):
        taken = {level for level, box in zip(levels, places[:i], strict=True) if _stand_over(place, box)}
        levels.append(next((level for level in range(MAX_LAYERS) if level not in taken), MAX_LAYERS - 1))
    return [[line for line, at in zip(lines, levels, strict=True) if at == level] for level in sorted(set(levels))]


def _stand_over(one: Box, other: Box) -> bool:
    return overlap(one, other) > SAME_PLACE * min(one.area, other.area)


def of_hidden(reading: Reading) -> tuple[Candidate, ...]:
    """The candidates of a `reading` of uncovered lines that come from hidden lines."""
    stands_there = _at([line.box for line in reading.page.hidden])
    return tuple(c for c in reading.candidates if c.box is not None and stands_there(c.box))


def _at(places: Sequence[Box]) -> Callable[[Box], bool]:
    """Whether a box is at one of the *places*; a malicious page may have thousands of them."""
    x0, y0, x1, y1 = np.array([box.as_tuple() for box in places]).reshape(-1, 4).T
    areas = (x1 - x0) * (y1 - y0)

    def stands_there(box: Box) -> bool:
        across = np.minimum(x1, box.x1) - np.maximum(x0, box.x0)
        down = np.minimum(y1, box.y1) - np.maximum(y0, box.y0)
        shared = np.maximum(across, 0) * np.maximum(down, 0)
        return bool(np.any(shared > SAME_PLACE * np.minimum(areas, box.area)))

    return stands_there


def compared(reading: Reading, stated: Iterable[Candidate], spec: KindSpec | None) -> Reading:
    """*reading*, of a page with a text layer, compared with what its hidden text *stated*: a finding for each field of
    which hidden text says something else, or which it alone states, and the value if nothing shows one. Such a field is
    doubtful."""
    odd = [candidate for candidate in _first_of_each(stated) if not _is_shown(reading, candidate, spec)]
    alone = [candidate for candidate in odd if not _values(reading, candidate.path)]
    notes = [_note(candidate, reading, _gravity(candidate, spec)) for candidate in odd]
    told = dict.fromkeys((*reading.notes, *notes, *_crowded(reading.page)))
    return replace(reading, candidates=(*reading.candidates, *alone), notes=tuple(told))


def _crowded(page: Page) -> Iterator[Finding]:
    """A finding if the *page* hides so many lines that those over one another are not told apart."""
    if len(page.hidden) > MAX_COMPARED:
        words = (
            f"文件中有 {len(page.hidden)} 行看不见的文字，过多而未能逐一比较",
            f"the file holds {len(page.hidden)} lines of hidden text, too many to compare all of them",
        )
        yield finding(HIDDEN, "error", words)


def ambiguous(reading: Reading, spec: KindSpec | None) -> Reading:
    """*reading*, of a page with a text layer in a file that different programs show differently: nobody knows what
    others see, so all key fields and rows are doubtful."""
    paths = dict.fromkeys(c.path for c in reading.candidates if is_key(c.path, spec) or ITEM.match(c.path))
    zh = (
        "文件含各软件显示不一的内容（混合模式、自动切换的图层、仅打印的批注、动态表单、文件包，"
        "或 OFD 的复合对象、版本、同名成员、次序颠倒的图层），"
        "不同软件看到的票面可能不同"
    )
    en = (
        "programs show the file differently, by its blend modes, layers that switch, annotations for paper only, "
        "a dynamic form, a folder of files, or an OFD's composed objects, versions, members of one name or layers "
        "out of order: what one shows, another hides"
    )
    return replace(reading, notes=(*reading.notes, finding(HIDDEN, "error", (zh, en), tuple(paths))))


def compared_scan(reading: Reading, stated: Iterable[Candidate], spec: KindSpec | None) -> Reading:
    """*reading*, of a scan with hidden text. The hidden text is an earlier recognition of the picture and gives no
    value; a finding says where it differs."""
    odd = [c for c in _first_of_each(stated) if is_key(c.path, spec) and not _is_shown(reading, c, spec)]
    if reading.kind == OTHER:
        # an invoice has at least a number or a sum
        alone = [candidate for candidate in odd if candidate.path == NUMBER or is_sum(candidate.path, spec)]
        return replace(reading, notes=(*reading.notes, *_unshown(alone)))
    notes = (_note(candidate, reading, "warning") for candidate in odd if _values(reading, candidate.path))
    return replace(reading, notes=(*reading.notes, *notes))


def _first_of_each(stated: Iterable[Candidate]) -> Iterator[Candidate]:
    """The first value for each path."""
    first: dict[str, Candidate] = {}
    for candidate in stated:
        if candidate.value is not None and candidate.path != "kind":
            first.setdefault(candidate.path, candidate)
    return iter(first.values())


def _values(reading: Reading, path: str) -> list[object]:
    return [c.value for c in reading.candidates if c.path == path and c.value is not None]


def _is_shown(reading: Reading, stated: Candidate, spec: KindSpec | None) -> bool:
    said = comparable(stated.path, stated.value, spec)
    return any(comparable(stated.path, value, spec) == said for value in _values(reading, stated.path))


def _gravity(stated: Candidate, spec: KindSpec | None) -> Severity:
    return "error" if is_key(stated.path, spec) or ITEM.match(stated.path) else "warning"


def _note(stated: Candidate, reading: Reading, severity: Severity) -> Finding:
    path, shown = stated.path, _values(reading, stated.path)
    if shown:
        zh = f"{path} 票面显示 {shown[0]}，而文件中有看不见的文字 {stated.value}"
        en = f"the page shows {shown[0]} for {path}, but the file holds {stated.value} as hidden text"
    else:
        zh = f"{path} 为 {stated.value}，但这段文字在票面上看不见"
        en = f"{path} is {stated.value} by text that the page does not show"
    return finding(HIDDEN, severity, (zh, en), (path,))


def _unshown(stated: Sequence[Candidate]) -> Iterator[Finding]:
    if stated:
        said = ", ".join(f"{c.path} {c.value}" for c in stated)
        words = (
            f"文件中看不见的文字是一张发票（{said}），票面未显示",
            f"hidden text makes an invoice that is not shown: {said}",
        )
        yield finding(HIDDEN, "warning", words)
