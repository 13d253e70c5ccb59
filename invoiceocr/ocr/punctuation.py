"""Chinese punctuation for texts of recognizers that don't distinguish full-width forms."""

from __future__ import annotations

import re

FULL = {ord(half): ord(half) + 0xFEE0 for half in "(),:;!?"}
CHINESE = "一-鿿"
PAIR = re.compile(rf"\([^()]*[{CHINESE}][^()]*\)")
OPENING = re.compile(rf"\((?=[{CHINESE}])")
BEHIND = re.compile(rf"(?<=[{CHINESE}）])[),:;!?]")
# the end of a volume, and the colon before the dose in it: tall and thin signs side by side (5ml:0.2g)
VOLUME = re.compile(r"(?<=\dm) 1(?=\d+(?:\.\d+)?(?:m|μ|u)?g)")
# one half of a Chinese dash, the other half read as the numeral one
DASH = re.compile("—一|一—")


def restored(text: str) -> str:
    """*text* with full-width brackets around Chinese, full-width signs behind it and whole dashes, character for
    character.

    >>> restored("示例(上海)有限公司"), restored("价税合计(小写):¥1,234.50"), restored("RJ45(8P)")
    ('示例（上海）有限公司', '价税合计（小写）：¥1,234.50', 'RJ45(8P)')
    >>> restored("样例—一入门"), restored("第一章")
    ('样例——入门', '第一章')
    >>> restored("5m 10.2g"), restored("5m 12个")
    ('5ml:0.2g', '5m 12个')
    """
    text = PAIR.sub(lambda found: f"（{found[0][1:-1]}）", text)
    for pattern in (OPENING, BEHIND):
        text = pattern.sub(lambda found: found[0].translate(FULL), text)
    return VOLUME.sub("l:", DASH.sub("——", text))
