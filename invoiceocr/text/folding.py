"""Printed text: compatibility forms folded, Chinese punctuation as printed, wrapped lines joined.

Unicode's NFKC alone would not do: it turns （ into (, ㎡ into m2, ① into 1 and the mark 通行费, which some
toll invoices store as U+FE4A..U+FE4C, into overlines. So only forms that mean the same are folded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import reduce

import regex

from invoiceocr.text.lazy_pattern import lazily

# full-width forms that are no Chinese punctuation
SYMBOLS = "％＊＋－．／＝＃＆＠＿＄￥｜＜＞＼＾"
FOLDED_RANGES = (
    # CJK and Kangxi radicals: stand for 金 电 人 方 in several PDF text layers
    (0x2E80, 0x2FDF),
    (0xF900, 0xFAFF),  # CJK compatibility ideographs
    (0xFB00, 0xFB06),  # Latin ligatures
    (0xFF10, 0xFF19),  # full-width digits
    (0xFF21, 0xFF3A),
    (0xFF41, 0xFF5A),
)
SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
# Radicals that Unicode leaves without a decomposition, and the characters they look like
# (Equivalent_Unified_Ideograph of the Unicode character database, those that are words of their own).
# U+2F3E decomposes to 戶, but simplified Chinese fonts use its glyph for 户.
RADICALS = dict(
    zip(
        "⺁⺊⺎⺒⺓⺜⺝⺟⺠⺧⺩⺫⺬⺶⺼⻁⻃⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳⼾",
        "厂卜兀巳幺日月母民牛王目示羊肉虎西西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟户",
        strict=True,
    )
)
VERTICAL = dict(zip("︵︶﹙﹚﹐﹑﹔﹕﹖﹗", "（）（），、；：？！", strict=True))

_FOLDS = str.maketrans(
    {
        chr(point): unicodedata.normalize("NFKC", chr(point))
        for low, high in FOLDED_RANGES
        for point in range(low, high + 1)
    }
    | {symbol: unicodedata.normalize("NFKC", symbol) for symbol in SYMBOLS}
    | dict.fromkeys(SPACES, " ")
    | {"\u2028": "\n", "\u2029": "\n"}
    | RADICALS
    | VERTICAL
)
_INVISIBLE = re.compile(
    "[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
CHINESE = "\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\ufe30-\ufe4f\U00020000-\U0003ffff“”‘’…—·"
_SPACE_IN_CHINESE = lazily(f"(?<=[{CHINESE}]) (?=[{CHINESE}])")
_CLOSING = {"(": ")", "（": "）"}
_OPEN = re.compile(r"(?<![(（])[(（](?=[^()（）]+$)")
_MIXED_PAIR = lazily("[(（]([\u4e00-\u9fff]+)[》〉】〕]|[《〈【〔]([\u4e00-\u9fff]+)[)）]")
_OPEN_PLACE = lazily("[(（][\u4e00-\u9fff]{2,4}?(?=有限责?任?公司|股份有限)")
_NEW_WORD = re.compile(r"[a-z][.:]?\n[A-Z]|[,;]\n[A-Za-z]")


def fold(text: str) -> str:
    """*text* with compatibility forms folded to what they stand for and invisible characters dropped.

    Full-width letters, digits and signs become half width, radicals become characters, every kind of blank a
    space; Chinese punctuation and forms with a meaning of their own (① ㎡ № ²) stay. Line feeds stay.

    >>> fold("⾦额：１２．５０％（含税）")
    '金额：12.50%（含税）'
    """
    if text.isascii() and text.isprintable():  # as most figures are, and there is nothing to fold
        return text
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text).translate(_FOLDS))


def squeeze(text: str) -> str:
    """*text* folded, runs of white space as one space, none between Chinese characters.

    >>> squeeze(" 名  称： 上海 ABC  公司 ")
    '名称：上海 ABC 公司'
    """
    return _SPACE_IN_CHINESE.sub("", " ".join(fold(text).split()))


def join_wrapped(parts: Iterable[str]) -> str:
    """The lines of one wrapped value as one text: without a space at the wrap, unless Latin words need one.

    Cells break inside words and numbers, so a space is put only where one stood at the wrap, or where a
    comma or a capital shows that a new word begins.

    >>> join_wrapped(["某某科技有限", "公司"]), join_wrapped(["Acme Tra", "ding Co.,", "Ltd"])
    ('某某科技有限公司', 'Acme Trading Co., Ltd')
    """
    return squeeze(reduce(_join, (fold(part).replace("\n", " ") for part in parts), ""))


def compact(text: str) -> str:
    """*text* as `squeeze` leaves it.

    >>> compact("备 注")
    '备注'
    """
    return squeeze(text)


def closed(text: str) -> str:
    """*text* with a bracket that stands open at its end closed.

    >>> closed("复印纸（加厚"), closed("A4(80g"), closed("（加厚）复印纸")
    ('复印纸（加厚）', 'A4(80g)', '（加厚）复印纸')
    """
    opened = _OPEN.search(text)
    return f"{text}{_CLOSING[opened[0]]}" if opened else text


def with_round_brackets(name: str) -> str:
    """A company's *name* with what recognizers lose of its brackets: the one behind its place, and the round shape of
    one of a pair.

    >>> with_round_brackets("某某传媒（兰州有限公司"), with_round_brackets("某某（兰州）有限公司")
    ('某某传媒（兰州）有限公司', '某某（兰州）有限公司')
    >>> with_round_brackets("某某（兰州》有限公司"), with_round_brackets("《某某》")
    ('某某（兰州）有限公司', '《某某》')
    """
    paired = _MIXED_PAIR.sub(_as_round, name)
    return _OPEN_PLACE.sub(lambda found: found[0] + _CLOSING[found[0][0]], paired)


def _as_round(pair: regex.Match[str]) -> str:
    opening, closing = pair[0][0], pair[0][-1]
    opening = opening if opening in _CLOSING else "（"
    return f"{opening}{pair[0][1:-1]}{closing if closing in _CLOSING.values() else _CLOSING[opening]}"


def parse(text: str) -> str | None:
    """The folded text, or None when nothing legible is left.

    >>> parse(" Ａ４ 复印纸 "), parse(" \\u200b")
    ('A4 复印纸', None)
    """
    return squeeze(text) or None


def is_valid(text: str) -> bool:
    """Whether *text* holds anything to read.

    >>> is_valid("　")
    False
    """
    return parse(text) is not None


def to_text(value: str) -> str:
    """*value* itself.

    >>> to_text("餐饮服务")
    '餐饮服务'
    """
    return value


def name_key(name: str) -> str:
    """A name without blanks, brackets and punctuation, in half width and upper case: names are equal if this is.

    >>> name_key("某某（青岛）Trading Co., Ltd.")
    '某某青岛TRADINGCOLTD'
    """
    folded = unicodedata.normalize("NFKC", name).upper()
    return "".join(character for character in folded if character.isalnum())


def _join(left: str, right: str) -> str:
    head, tail = left.rstrip(), right.lstrip()
    stood = left != head or right != tail
    if stood or _NEW_WORD.search(f"{head[-2:]}\n{tail[:1]}"):
        return f"{head} {tail}"
    return head + tail


def edits(a: str, b: str) -> int:
    """The Levenshtein distance of *a* and *b*: the fewest insertions, deletions and replacements between them.

    >>> edits("纳税人别", "纳税人识别号")
    2
    """
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]
