from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from invoiceocr.invoice import VAT_KINDS
from invoiceocr.rules import RuleContext, load_pack
from invoiceocr.rules.explain import explain, in_words
from invoiceocr.rules.language import wording
from invoiceocr.rules.language.aggregates import AGGREGATES
from invoiceocr.rules.language.calls import SPECIAL
from invoiceocr.rules.language.functions import FUNCTIONS
from invoiceocr.rules.language.types import Type, invoice_fields, record_of
from invoiceocr.rules.packs.pack import Pack

Write = Callable[..., Path]
RULE = """
params: {{limit: "10.00", words: [烟, 酒]}}
let:
  net: total - total_tax
rules:
  - id: one
    title: {{zh: 标题, en: a title}}
    severity: {{error: total > 5, info: otherwise}}
    assert: {}
    message: {{zh: 一, en: one}}
"""


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        ("total == total_tax", "价税合计等于合计税额", "total equals total tax"),
        ("1 < total <= limit", "1小于价税合计，并且价税合计不大于10", "1 is less than total and total is at most 10"),
        ("has(buyer.name)", "有购买方的名称", "there is buyer's name"),
        (
            "not (has(code) or has(number))",
            "并非（有发票代码，或者有发票号码）",
            "not (there is code or there is number)",
        ),
        (
            "near(net * 2, total, 0.01)",
            "（价税合计 − 合计税额） × 2与价税合计相差不超过0.01",
            "(total − total tax) × 2 and total differ by at most 0.01",
        ),
        (
            "all(i.amount > -1 for i in items)",
            "项目各项都有“该项金额大于−1”",
            "each of items has [its amount is greater than −1]",
        ),
        (
            "sum(i.amount for i in items if has(i.unit)) == 1",
            "项目（限有该项单位）各项“该项金额”之和等于1",
            "the sum of [its amount] over items (where there is its unit) equals 1",
        ),
        ("contains(number, words)", "发票号码含有“烟”、“酒”", "number contains “烟”, “酒”"),
        (
            "kind in ['vat_ordinary', 'vat_special']",
            "票种属于“vat_ordinary”、“vat_special”",
            "kind is one of “vat_ordinary”, “vat_special”",
        ),
        (
            "max(total, 1) == (1 if has(code) else 2)",
            "价税合计、1中较大的等于若有发票代码则为1，否则为2",
            "the greatest of total, 1 equals 1 if there is code, otherwise 2",
        ),
        ("qr.amount != total", "二维码的金额不等于价税合计", "qr's amount differs from total"),
    ],
)
def test_expressions_are_said_in_both_languages(pack_file: Write, source: str, zh: str, en: str) -> None:
    (rule,) = load_pack(pack_file("mine", RULE.format(f'"{source}"'))).rules

    assert in_words(rule.assertion, rule, "zh") == zh
    assert in_words(rule.assertion, rule, "en") == en


def test_a_rule_is_said_whole(built_in: tuple[Pack, ...]) -> None:
    rule = next(rule for pack in built_in for rule in pack.rules if rule.id == "line-tax")

    text = explain(rule)

    assert text.startswith("line-tax: 每行税额应等于金额乘税率\n")
    for part in (
        "规则包：arithmetic",
        "级别：错误",
        "适用票种：全部增值税发票",
        "逐行判断：项目",
        "适用条件：",
        "要求：",
        "通过即佐证：是",
    ):
        assert part in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_built_in_rule_can_be_said(built_in: tuple[Pack, ...], language: Literal["zh", "en"]) -> None:
    for rule in (rule for pack in built_in for rule in pack.rules):
        assert explain(rule, language).startswith(f"{rule.id}: "), rule.id


def test_every_field_has_a_chinese_name() -> None:
    records = [Type("invoice", fields=invoice_fields(VAT_KINDS)), record_of(RuleContext)]
    while records:
        for name, field in records.pop().fields.items():
            assert name in wording.FIELDS
            inner = field.type.element or field.type
            records += [inner] if inner.fields else []


def test_every_function_can_be_said() -> None:
    assert {*FUNCTIONS, *SPECIAL} == set(wording.FUNCTIONS)
    assert set(AGGREGATES) == set(wording.AGGREGATES)
