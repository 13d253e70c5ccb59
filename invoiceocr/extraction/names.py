"""Names of parties without what was read together with them: a caption before, a seal or the copy's name behind."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import regex

from invoiceocr.page import TextLine

# of the probability that is left to a name with foreign words in it
DOUBT = 0.3
# of its height: what is left between two characters of a name that no blank parts
MAX_GAP = 0.6
_BEFORE = regex.compile(r"^\s*(?:名\s*)?称\s*[:：]?\s*(?=\p{Han}{4})")
# the tax bureau's words in the seal over the head of a form
_BUREAU = regex.compile(r"^国家税务总局(?=\p{Han}{2}.*公司$)")
_BEHIND = regex.compile(
    r"(?<=\p{Han}{4})\s*(?:(?:发票|财务|合同|业务)专用章|(?:记账|发票|抵扣|存根)联|统一社会信用代码|纳税人识别号).*$"
)
_HAN = regex.compile(r"\p{Han}")
_FOREIGN = regex.compile(r"名称|称[:：]|识别号|信用代码|专用章|开户行|(?:记|已|发|抵|存)[账票扣根]联$|\d{9}")


def own(text: str, *, exact: bool) -> str:
    """*text* without a caption or the head's seal at its start and the words of a seal, a copy or the next caption at
    its end. In *exact* characters captions are known, and what looks like one begins the name.

    >>> own("名称样例科技有限公司", exact=False), own("名称样例科技有限公司", exact=True)
    ('样例科技有限公司', '名称样例科技有限公司')
    >>> own("样例科技有限公司发票专用章", exact=False), own("国家税务总局样例科技有限公司", exact=False)
    ('样例科技有限公司', '样例科技有限公司')
    """
    return _BEHIND.sub("", _BUREAU.sub("", text if exact else _BEFORE.sub("", text)))


def has_gap(lines: Iterable[TextLine]) -> bool:
    """Whether a character seems to be missing inside a name that stands in *lines*: something else than a blank parts
    two Chinese characters. Boxes of recognized characters are too rough to tell."""
    return any(line.source != "ocr" and _has_gap(line) for line in lines)


def _has_gap(line: TextLine) -> bool:
    boxes = zip(line.text, line.character_boxes, strict=False)
    return any(
        _HAN.match(a) and _HAN.match(b) and right.x0 - left.x1 > MAX_GAP * left.height and right.cy < left.y1
        for (a, left), (b, right) in pairwise(boxes)
    )


def is_mixed(name: str) -> bool:
    """Whether *name* holds words that no name has, so that it was read together with other print.

    >>> is_mixed("样例会已账联"), is_mixed("样例科技有限公司")
    (True, False)
    """
    return _FOREIGN.search(name) is not None
