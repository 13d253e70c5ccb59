"""What the words in the columns for state and risk of a register say about an invoice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum

NORMAL = "正常"
RISKLESS = frozenset({NORMAL, "无", "无风险", "-", "--", "—"})
REVERSAL = "红冲|冲红|冲销|开具?红[字票]"
# that the reversal was not a whole one leaves open one in part
NOT_WHOLE = f"未被?全额(?:{REVERSAL})"


class State(IntEnum):
    """What a state means for a claim, the gravest last."""

    UNTOLD = 0
    HARMLESS = 1
    ABNORMAL = 2
    PARTLY_REVERSED = 3
    REVERSED = 4
    VOIDED = 5


WORDS: Mapping[State, re.Pattern[str]] = {
    State.VOIDED: re.compile("作废"),
    State.PARTLY_REVERSED: re.compile(f"部分.*(?:{REVERSAL})|(?:{REVERSAL}).*部分"),
    State.REVERSED: re.compile(f"(?<!未全额)(?<!未被全额)(?:{REVERSAL})"),
    State.ABNORMAL: re.compile(f"失控|异常|[非不]正常|停用|{NOT_WHOLE}"),
}
DENIED = re.compile(
    "(?:未|没有?|不|无|非|可以?|允许)(?:曾|被|能|可|得|予以?|法|是|有|须|需要?|发现|发生|存在|进行|部分)*"
    f"(?:作废|失控|异常|停用|{REVERSAL})"
)


def state_of(words: str | None) -> State:
    """What *words* in the column for the state say.

    >>> state_of("已红冲-部分").name, state_of("尚未被作废").name, state_of(None).name
    ('PARTLY_REVERSED', 'HARMLESS', 'UNTOLD')
    """
    if not words:
        return State.UNTOLD
    told = DENIED.sub("", words)
    return next((state for state, pattern in WORDS.items() if pattern.search(told)), State.HARMLESS)


def is_risk(words: str | None) -> bool:
    """Whether *words* in the column for the risk warn of one."""
    return words is not None and words not in RISKLESS


def graver(a: str | None, b: str | None) -> str | None:
    """Of two states of one invoice the one that weighs more, the first where both weigh the same."""
    return max(a, b, key=state_of)


def riskier(a: str | None, b: str | None) -> str | None:
    """Of two risks of one invoice one that warns, else one that is told, the first where both do the same."""
    return max(a, b, key=lambda words: (is_risk(words), words is not None))
