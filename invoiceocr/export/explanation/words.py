"""The words of explanations, in Chinese and English."""

from __future__ import annotations

from invoiceocr.adjudication.repair.correction import SECOND_PRINT, SECOND_PRINT_EN
from invoiceocr.adjudication.trace import Outcome
from invoiceocr.export.explanation.model import Reading, Repair
from invoiceocr.export.titles import WITNESSES as WITNESS_TITLES
from invoiceocr.export.titles import Title, title

TITLE = Title("识别说明", "How it was read")
TEXT = Title("原文", "as read")
VALUE = Title("取值", "value")
WITNESSES = Title("佐证", "witnesses")
SECOND = Title("图像复读", "second reading")
CHARACTERS = Title("字符", "characters")
READINGS = Title("各处读数", "readings")
RULES = Title("规则", "rules")
REPAIR = Title("纠正", "repair")
FINDINGS = Title("发现", "findings")
VERDICT = Title("结论", "verdict")
PAGE = Title("第 {page} 页", "page {page}")
PLACE = Title("第 {place} 位", "character {place}")
GAP = Title("第 {place} 位之后", "after character {place}")
START = Title("首位之前", "before the first character")
NOTHING = Title("无", "nothing")
NO_VALUE = Title("不成值", "no value")
NOT_FOUND = Title("没有找到", "not found")
SUPPORTS = Title("佐证此项", "evidence for it")
NO_INVOICE = Title("没有发票", "no invoice")
NO_FIELDS = Title("没有字段", "no fields")
WEIGHT = Title(
    "新读法的概率为原读法的 {share}，出错的可能为 {error}",
    "the new reading is {share} as probable as the first one; the chance that it is wrong is {error}",
)
BLANK = "␣"
LANGUAGES = {"zh": "中文", "en": "English"}
OUTCOME_MARKS: dict[Outcome, str] = {"fail": "✗", "pass": "✓", "unknown": "?", "skip": "–"}
OUTCOME_TITLES: dict[Outcome, Title] = {
    "fail": Title("不通过", "failed"),
    "pass": Title("通过", "passed"),
    "unknown": Title("无法判断", "can't tell"),
    "skip": Title("不适用", "doesn't apply"),
}
AGREES = {True: "✓", False: "✗"}


def filled(words: Title, **values: object) -> Title:
    """*words* with their values filled in."""
    return Title(words.zh.format(**values), words.en.format(**values))


def source(reading: Reading) -> Title:
    """Who read."""
    return SECOND if reading.second else title(WITNESS_TITLES, reading.source)


def place(number: int, text: str) -> Title:
    """Where a character or, without *text*, a gap stands."""
    if text:
        return filled(PLACE, place=number)
    return filled(GAP, place=number) if number else START


def character(text: str) -> str:
    """*text* so that a blank can be seen."""
    return BLANK if text.isspace() else text


def repair(found: Repair) -> Title:
    """What was changed and what forced it: 第 7 位 8→3：校验码、价税合计一致."""
    titles = [constraint.title for constraint in found.constraints] or [Title(SECOND_PRINT, SECOND_PRINT_EN)]
    change, reasons = found.change, Title("、".join(t.zh for t in titles), "; ".join(t.en for t in titles))
    return Title(f"{change.zh}：{reasons.zh}", f"{change.en}: {reasons.en}")


def percent(probability: float) -> str:
    """A probability in percent, with a digit behind the point where it is not 100: 8.2%."""
    return f"{100 * probability:.2g}%" if probability < 0.1 else f"{100 * probability:.1f}%"
