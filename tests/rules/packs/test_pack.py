from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

import pytest

from invoiceocr.errors import PackError
from invoiceocr.kinds import builtin
from invoiceocr.rules import Engine, Pack, RuleContext, load_pack, load_packs
from invoiceocr.rules.packs.compiling import compile_rule
from invoiceocr.rules.packs.loading import without_tests
from invoiceocr.rules.quality.samples import invoice_of

Write = Callable[..., Path]
COMPILE = "invoiceocr.rules.packs.pack.compile_rule"
KINDS = ("digital_ordinary", "taxi", "train", "other")
RULE = """
rules:
  - id: total-small
    title: {{zh: 合计不大, en: the total is small}}
    severity: warning
    assert: {}
    message: {{zh: "{{total}} 太大", en: "{{total}} is too large"}}
"""


def test_a_pack_is_loaded_from_a_file(pack_file: Write) -> None:
    pack = load_pack(pack_file("mine", RULE.format("total < 100")))

    assert (pack.name, pack.version, [rule.id for rule in pack.rules]) == ("mine", 1, ["total-small"])
    assert pack.rules[0].kinds == ("vat_ordinary", "vat_special")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("totl < 100", "mine.yaml:8:13: unknown name totl; did you mean total?"),
        ("'total < totl'", "mine.yaml:8:22: unknown name totl; did you mean total?"),
        ('"total < totl"', "mine.yaml:8:22: unknown name totl; did you mean total?"),
        ("total <", "mine.yaml:8:20: not an expression: invalid syntax"),
        ("total < number", "mine.yaml:8:21: a number can't be compared with a text"),
        ("total", "mine.yaml:8:13: this must be a bool, not a number"),
    ],
)
def test_an_error_names_file_line_column_and_the_nearest_name(pack_file: Write, expression: str, message: str) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(pack_file("mine", RULE.format(expression)))

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("head", "body", "message"),
    [
        (
            "applies_to: [vat_ordinari]",
            RULE.format("has(total)"),
            "2:13: unknown kind vat_ordinari; did you mean vat_ordinary?",
        ),
        ("version: 1", RULE.format("has(total)"), "say which kinds"),
        (
            "applies_to: [toll]\nparms: {}",
            RULE.format("has(total)"),
            "3:8: parms: Extra inputs are not permitted; did you mean params?",
        ),
        ("applies_to: [toll]", RULE.format("has(total)").replace("severity", "severty"), "did you mean severity?"),
        ("applies_to: [toll]", RULE.format("has(total)").replace("warning", "fatal"), "7:15:"),
        (
            "applies_to: [toll]",
            RULE.format("has(total)").replace("    severity: warning\n", ""),
            "rule total-small lacks severity",
        ),
        (
            "applies_to: [toll]",
            RULE.format("has(total)").replace("{total} 太大", "{totl} 太大"),
            "9:21: unknown name totl",
        ),
        ("applies_to: [toll]", RULE.format("has(total)").replace("{total} 太大", "{total 太大"), "a brace is open"),
        (
            "applies_to: [toll]",
            RULE.format("has(total)").replace("en: the total is small", "fr: petit"),
            "rules.0.title.en: Field required",
        ),
        ("applies_to: [toll]", RULE.format("has(total)").replace("total-small", "Total_Small"), "rules.0.id"),
        (
            "applies_to: [toll]",
            RULE.format("has(total)") + RULE.format("has(total)").replace("rules:\n", ""),
            "a second rule total-small",
        ),
        ("applies_to: [toll]\nparams: {total: 1}", RULE.format("has(total)"), "the param total is also a field"),
        ("applies_to: [toll]\nparams: {list: []}", RULE.format("has(total)"), "3:16: a list param has 1 to"),
        (
            "applies_to: [toll]\nparams: {list: [2020-01-01, a]}",
            RULE.format("has(total)"),
            "members of a list must be of one type",
        ),
        ("applies_to: [toll]\nparams: {odd: {a: 1}}", RULE.format("has(total)"), "a param is a number"),
        ("applies_to: [toll]\nlet: {total: number}", RULE.format("has(total)"), "total already has a meaning"),
        ("applies_to: [toll]\nlet: {net: totl}", RULE.format("has(total)"), "3:12: unknown name totl"),
        ("applies_to: [toll]\nlet: {one: two, two: total}", RULE.format("has(total)"), "unknown name two"),
        ("applies_to: [toll]\nextends: vat-cor", RULE.format("has(total)"), "no pack vat-cor; did you mean vat-core?"),
        ("applies_to: [toll]\ndisable: [nothing]", RULE.format("has(total)"), "no rule nothing to disable"),
        ("applies_to: [toll]\nextends: mine", RULE.format("has(total)"), "no pack mine"),
        ("applies_to: [toll", RULE.format("has(total)"), "mine.yaml:"),
    ],
)
def test_a_broken_pack_says_what_and_where(pack_file: Write, head: str, body: str, message: str) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(pack_file("mine", body, head))

    assert "mine.yaml" in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("severity", "message"),
    [
        ("{error: total > 9}", "otherwise"),
        ("{error: otherwise, info: total > 9}", "otherwise"),
        ("{error: totl > 9, info: otherwise}", "7:23: unknown name totl"),
        ("{}", "severity"),
    ],
)
def test_severities_end_with_otherwise(pack_file: Write, severity: str, message: str) -> None:
    with pytest.raises(PackError, match=message):
        load_pack(pack_file("mine", RULE.format("total < 1").replace("warning", severity)))


@pytest.mark.parametrize("each", ["items", "i in total", "i in item", "number in items", "i in items if True"])
def test_each_names_a_variable_and_a_list(pack_file: Write, each: str) -> None:
    with pytest.raises(PackError, match=r"mine\.yaml:\d+:\d+"):
        load_pack(pack_file("mine", RULE.format("has(total)") + f"    each: {each}\n"))


@pytest.mark.parametrize("key", ["fields", "repair", "witness"])
def test_fields_repair_and_witness_are_paths(pack_file: Write, key: str) -> None:
    with pytest.raises(PackError, match="must be a field"):
        load_pack(pack_file("mine", RULE.format("has(total)") + f"    {key}: [total + 1]\n"))


def test_quoted_numbers_are_numbers_and_dates_dates(pack_file: Write) -> None:
    params = "{limit: '0.10', start: 2020-01-01, on: true, codes: {text: ['01']}, words: [烟, '5']}"
    head = f"applies_to: [toll]\nparams: {params}"

    pack = load_pack(
        pack_file("mine", RULE.format("total < limit and issue_date > start and on and number in codes"), head)
    )

    found = pack.rules[0].scope.params
    assert str(found["limit"].constant) == "0.10"
    assert found["codes"].constant == ("01",)
    assert found["words"].constant == ("烟", "5")


def test_a_pack_extends_disables_and_overrides_another(pack_file: Write) -> None:
    pack_file("ground", RULE.format("total < limit"), "applies_to: [toll]\nparams: {limit: '100'}")
    own = """
    rules:
      - {id: total-small, severity: error}
      - {id: number-there, title: {zh: 号, en: n}, severity: info, assert: has(number), message: {zh: 无, en: none}}
    """

    pack = load_pack(pack_file("mine", own, "extends: ground\nparams: {limit: '50'}"))
    small, there = pack.rules

    assert pack.extends == ("ground",)
    assert small.severities == (("error", None),)
    assert small.assertion.source == "total < limit"
    assert small.scope.params["limit"].constant == Decimal(50)
    assert there.kinds == ("toll",)


def test_a_rule_can_be_left_out(pack_file: Write) -> None:
    pack_file("ground", RULE.format("total < 1"))

    assert load_pack(pack_file("mine", "disable: [total-small]", "extends: ground")).rules == ()


def test_two_parents_may_not_differ_silently(pack_file: Write) -> None:
    for name, limit in (("first", 1), ("second", 2)):
        pack_file(name, f"params: {{limit: '{limit}'}}")

    with pytest.raises(PackError, match="limit differs from"):
        load_pack(pack_file("mine", "version: 1", "extends: [first, second]"))


def test_packs_in_a_circle_are_refused(pack_file: Write) -> None:
    pack_file("first", "version: 1", "extends: second")

    with pytest.raises(PackError, match="circle"):
        load_pack(pack_file("second", "version: 1", "extends: first"))


def test_the_company_s_own_pack_needs_no_copy_of_ours(pack_file: Write, today: RuleContext) -> None:
    own = pack_file("own", "version: 1", "extends: vat-core\ndisable: [seller-missing]\nparams: {largest_total: '50'}")

    engine = Engine.load([own])
    findings = engine.check(invoice_of({"total": "60.00", "number": "12345678"}, "vat_ordinary"), today).findings

    assert "amount-limit" in {finding.rule for finding in findings}
    assert "seller-missing" not in engine.rules
    assert "duplicate-claimed" in engine.rules


def test_packs_come_from_files_and_folders(pack_file: Write, tmp_path: Path) -> None:
    pack_file("one", RULE.format("total < 1"))
    pack_file("two", RULE.format("total < 2").replace("total-small", "total-tiny"))
    (tmp_path / "notes.txt").write_text("no pack", encoding="utf-8")

    assert [pack.name for pack in load_packs([tmp_path], builtin=False)] == ["one", "two"]
    assert [pack.name for pack in load_packs([tmp_path / "two.yaml"], builtin=False)] == ["two"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"nothing\.yaml: no such file"):
        load_packs([tmp_path / "nothing.yaml"])


def test_a_pack_without_its_tests_is_the_same_otherwise(pack_file: Write) -> None:
    tests = (
        "    tests:\n      - {name: a, given: {total: '1'}, expect: pass}\n\n      - name: b\n        expect: unknown\n"
    )
    other = RULE.format("total < 2").replace("rules:\n", "").replace("total-small", "total-tiny")
    file = pack_file("mine", RULE.format("total < 1") + tests + other)

    whole, lean = load_pack(file), load_pack(file, without_tests)

    assert [rule.id for rule in lean.rules] == ["total-small", "total-tiny"]
    assert [len(rule.tests) for rule in whole.rules] == [2, 0]
    assert [len(rule.tests) for rule in lean.rules] == [0, 0]
    assert [rule.place.line for rule in lean.rules] == [rule.place.line for rule in whole.rules]


def test_a_changed_file_is_read_anew(pack_file: Write) -> None:
    file = pack_file("mine", RULE.format("total < 1"))
    (before,) = load_packs([file], builtin=False)

    pack_file("mine", RULE.format("total < 1000"))
    (after,) = load_packs([file], builtin=False)

    assert [pack.rules[0].assertion.source for pack in (before, after)] == ["total < 1", "total < 1000"]


def test_our_packs_are_compiled_when_an_invoice_of_their_kinds_is_judged() -> None:
    with patch(COMPILE, wraps=compile_rule) as compiled:
        engine = Engine.load()
        before = compiled.call_count
        rules = engine.rules_of("digital_ordinary")
        after = compiled.call_count

    assert before == 0 < len(rules) <= after < 0.7 * len(engine.rules)


def test_a_pack_tells_whom_its_rules_judge_as_its_compiled_rules_do(built_in: tuple[Pack, ...]) -> None:
    told = {(rule.id, kind): each.judges(rule.id, kind) for each in built_in for rule in each.rules for kind in KINDS}

    assert told == {(rule.id, kind): kind in rule.kinds for each in built_in for rule in each.rules for kind in KINDS}
    assert set(told.values()) == {True, False}


def test_our_packs_are_compiled_at_once_for_a_user_s_kinds() -> None:
    changed = replace(builtin(), kinds={**builtin().kinds})

    with patch(COMPILE, wraps=compile_rule) as compiled:
        Engine.load(registry=changed)

    assert compiled.call_count >= len(Engine.load().rules)


def test_a_pack_of_a_user_that_does_not_compile_is_refused_when_it_is_loaded(pack_file: Write) -> None:
    with pytest.raises(PackError, match="unknown name totl"):
        Engine.load([pack_file("mine", RULE.format("totl < 100"))])
