"""What a column of a register holds, by its caption. The captions of exports and of companies' own lists are built from
the same few words, such as a party and what is said about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

# words that stand before or after a caption without changing what it means
MARKS = re.compile(r"^[*＊]+|[*＊：:]+$")
# a caption that ends in brackets
BRACKETS = re.compile(r"([^（(\[【]*)[（(\[【]([^（()）]*)[)）\]】]")
# of an amount: whether the tax is in it, which other captions say in front
AMOUNTS = re.compile("(?:合计|总|发票|开票)?金额")
TAXED = re.compile("不?含税|未税|价税合计")
# in brackets: what makes it another thing than the caption before them says, or another measure of it
OTHERWISE = re.compile(
    "地址|电话|手机|邮箱|联系|开户|银行|[账帐]号|编[码号]|(?<!信用)代码|[万千亿]元|大写|美元|外币|原币|税率|抵扣|折|优惠|退|付(?!款[方人单])|差"
)
EITHER = re.compile(r"[/／|、或]")
PARTIES: Mapping[str, str] = {
    "seller": "销方|销售方|销货方|销售单位|销货单位|卖方|开票方|开票单位|供应商|供货商|供货方|供货单位",
    "buyer": "购方|购买方|购货方|购买单位|购货单位|买方|受票方|受票单位",
}
ABOUT: Mapping[str, str] = {
    "name": "(?:企业|单位|公司|纳税人)?(?:名称|全称)|",
    "tax_id": "(?:纳税人)?(?:识别号|税号|统一社会信用代码|信用代码)",
}
OTHERS: Mapping[str, str] = {
    "code": "发票代码",
    "digital": "(?:20位)?(?:数电|全电)(?:发?票)?号码?|20位发票号码",
    "number": "(?:电子)?发票号码?|发票编号|票号|票据号码",
    "issue_date": "(?:开票|开具|发票|票据)(?:日期|时间)|开票年月日",
    "amount": "(?:合计)?金额|(?:发票)?(?:不含税|未税|税前)(?:总?金?额|价款?|合计)|净额",
    "tax": "(?:合计|总)?税额|增值税额|税金|税款|进项税额",
    "total": "价税(?:合计|总额)(?:金额)?(?:小写)?|税价合计|含税(?:总?金?额|价|合计)|总金?额|合计",
    "origin": "发票来源",
    "kind": "(?:发票)?票种|发票(?:类型|种类)",
    "state": "(?:发票|票据)状态",
    "positive": "是否正数发票",
    "risk": "发票风险等级|管理状态",
    "drawer": "开票人",
    "remarks": "备注",
    "item": "(?:货物或应税劳务|货物或应税劳务、服务|商品|货物)名称",
    "item_detail": "税收分类编码|规格型号|单价|数量",
}
FIELDS: Mapping[str, re.Pattern[str]] = {
    **{name: re.compile(pattern) for name, pattern in OTHERS.items()},
    **{
        f"{party}_{about}": re.compile(f"(?:{words})(?:{said})")
        for party, words in PARTIES.items()
        for about, said in ABOUT.items()
    },
}


def caption(cell: object) -> str:
    """A caption without blanks, line breaks, marks, and brackets that hold a unit or a hint.

    >>> caption("*价税合计 （元）"), caption("金额（含税）"), caption("销方（税号）"), caption(None)
    ('价税合计', '含税金额', '销方税号', '')
    """
    text = MARKS.sub("", re.sub(r"\s", "", str(cell or "")))
    parts = BRACKETS.fullmatch(text)
    if parts is None:
        return text
    before, said = parts.groups()
    if AMOUNTS.fullmatch(before) and TAXED.fullmatch(said):
        return f"{said}金额"
    if field_of(f"{before}{said}"):
        return f"{before}{said}"
    return text if OTHERWISE.search(said) else before


@cache
def field_of(text: str) -> str | None:
    """The field that a column with this caption holds; None if it holds none that registers are read for. Of two
    captions for one column, the first that is known counts.

    >>> field_of("销货单位识别号"), field_of("发票号码/数电发票号码"), field_of("勾选状态")
    ('seller_tax_id', 'number', None)
    """
    for part in (text, *EITHER.split(text)):
        for name, pattern in FIELDS.items():
            if pattern.fullmatch(part):
                return name
    return None
