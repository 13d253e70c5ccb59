"""Names of parties without what was read together with them: a caption before, a seal or the name of the copy
behind."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from itertools import pairwise

import regex

from invoiceocr.geometry import Box
from invoiceocr.page import TextLine
from invoiceocr.text.lines import behind_gaps

# what is left of the probability of a name with foreign words in it, or with a gap
DOUBT = 0.3
# in heights: the gap between two characters of a name without a blank
MAX_GAP = 0.6
# share of a full character's advance: additional gap between two recognized characters of a name; at most 0.3
# on the real papers and pictures measured, at least 0.47 where one character was covered
READ_GAP = 0.4
# advances of its characters: how far apart values one below another begin; 0.4 on the forms measured
ALIGNED = 0.5
LATE = 0.7  # how far behind them a name begins that lost its first character
# advances between a caption and a name with no room for a character: if both were read as one line, and otherwise
ROOM_IN_LINE, ROOM = 0.2, 0.65
TOUCHING = 0.05
FEWEST = 4  # characters that show an advance
# a caption, of which one character may be misread before the colon
_BEFORE = regex.compile(
    r"^\s*(?:(?:名\s*)?称\s*[:：]?|名\s*\p{L}\s*[:：]|[销购]\p{Han}{1,2}方\s*名\s*\p{L}\s*[:：]?)\s*(?=\p{Han}{4})"
)
# what is left of a caption of a party's other values, if the print is shifted onto it
_CAPTION = regex.compile(r"^\s*(?:纳税人识别号?|(?:开户银?行)?及账号?|地址、?电话)\s*[:：]?\s*")
# the tax bureau's words in the seal over the head of a form
_BUREAU = regex.compile(r"^国家税务总局(?=\p{Han}{2}.*公司$)")
_BEHIND = regex.compile(
    r"(?<=\p{Han}{4})\s*(?:(?:发票|财务|合同|业务)专用章|(?:记账|发票|抵扣|存根)联"
    r"|统一社会信用代码|纳税人识别|开户行及账).*$"
    r"|(?<=\p{Han}{5})[*＊]+$|(?<=\p{Han}有限公司)\p{Han}$"
)
_HAN = regex.compile(r"\p{Han}")
_FOREIGN = regex.compile(
    r"名称|称[:：]|识别号|信用代码|专用章|开户行|(?:记|已|发|抵|存)[账票扣根]联$|\d{9}|公司[0-9A-Z]+$"
)


def own(text: str, *, exact: bool) -> str:
    """*text* without a caption or the head's seal at its start and the words of a seal, a copy or the next caption at
    its end. In *exact* characters captions are known, and what looks like one begins the name.

    >>> own("名称样例科技有限公司", exact=False), own("名称样例科技有限公司", exact=True)
    ('样例科技有限公司', '名称样例科技有限公司')
    >>> own("名体：样例科技有限公司", exact=False), own("销信方名作样例科技有限公司", exact=False)
    ('样例科技有限公司', '样例科技有限公司')
    >>> own("名体样例科技有限公司", exact=False), own("样例科技有限公司**", exact=False)
    ('名体样例科技有限公司', '样例科技有限公司')
    >>> own("样例科技有限公司大", exact=False), own("样例科技有限公司工会", exact=False)
    ('样例科技有限公司', '样例科技有限公司工会')
    >>> own("样例科技有限公司发票专用章", exact=False), own("国家税务总局样例科技有限公司", exact=False)
    ('样例科技有限公司', '样例科技有限公司')
    """
    return _BEHIND.sub("", _BUREAU.sub("", text if exact else _BEFORE.sub("", uncaptioned(text))))


def uncaptioned(text: str) -> str:
    """A recognized *text* of a party without a caption at its start of which most is legible.

    >>> uncaptioned("纳税人识别样例市样例路1号"), uncaptioned("及账号："), uncaptioned("样例银行账号6222")
    ('样例市样例路1号', '', '样例银行账号6222')
    """
    return _CAPTION.sub("", text)


def has_gap(lines: Iterable[TextLine]) -> bool:
    """Whether a character seems to be missing inside a name that stands in *lines*: two Chinese characters are
    separated by something other than a blank or, in pixels, by more than usual. Boxes of recognized characters are
    rough."""
    return any(behind_gaps(line, READ_GAP) if line.source == "ocr" else _has_gap(line) for line in lines)


def _has_gap(line: TextLine) -> bool:
    boxes = zip(line.text, line.character_boxes, strict=False)
    return any(
        _HAN.match(a) and _HAN.match(b) and right.x0 - left.x1 > MAX_GAP * left.height and right.cy < left.y1
        for (a, left), (b, right) in pairwise(boxes)
    )


def is_under(name: TextLine, others: Iterable[TextLine]) -> bool:
    """Whether *name* begins where one of the *others* does. A name whose first characters were lost or covered begins
    behind all of them."""
    left, advance = start(name)
    return any(are_aligned(left, start(other)[0], advance) for other in others)


def are_aligned(start: float, other: float, advance: float) -> bool:
    """Whether a name whose characters are *advance* apart begins at *start*, where an *other* text does."""
    return abs(start - other) <= ALIGNED * advance


def is_late(name: TextLine, others: Iterable[TextLine]) -> bool:
    """Whether a recognized *name* begins so far behind all *others* that one of its characters was lost."""
    left, advance = start(name)
    starts = [start(other)[0] for other in others]
    return name.source == "ocr" and bool(starts) and left - max(starts) > LATE * advance


def is_behind(name: TextLine, caption: Box) -> bool:
    """Whether *name* begins so close behind its *caption* that there is no character in between."""
    left, advance = start(name)
    room = ROOM_IN_LINE if name.box.x0 - caption.x1 < TOUCHING * advance else ROOM
    return left - caption.x1 <= room * advance


def start(line: TextLine) -> tuple[float, float]:
    """Where the print of *line* begins, and the advance of its characters. The first box of a recognized line reaches
    halfway to what stands before it."""
    if line.source != "ocr" or len(line.character_boxes) < FEWEST:
        return line.box.x0, line.box.height
    return line.character_boxes[0].cx - advance(line) / 2, advance(line)


def advance(line: TextLine) -> float:
    """How far apart the characters of *line* are; its height where it has too few to tell."""
    centers = [box.cx for box in line.character_boxes]
    steps = [after - before for before, after in pairwise(centers)]
    return statistics.median(steps) if len(centers) >= FEWEST else line.box.height


def is_mixed(name: str) -> bool:
    """Whether *name* holds words that no name has, so that it was read together with other print.

    >>> is_mixed("样例会已账联"), is_mixed("样例科技有限公司9111"), is_mixed("样例科技有限公司")
    (True, True, False)
    """
    return _FOREIGN.search(name) is not None
