from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from invoiceocr.rules import load_pack
from invoiceocr.rules.quality.mutants import mutated_sources
from invoiceocr.rules.quality.mutation import MutationResult, mutate, mutation_score

Write = Callable[..., Path]
RULE = """
params: {{limit: "10"}}
let:
  large: total > limit
rules:
  - id: small
    title: {{zh: 小, en: small}}
    severity: warning
    assert: not large
    message: {{zh: 大, en: large}}
    tests: [{}]
"""


@pytest.mark.parametrize(
    ("source", "mutants"),
    [
        ("total < 1", {"total <= 1", "total > 1", "total < 0", "total < 2"}),
        ("total == 0.10", {"total != 0.10", "total == 0.09", "total == 0.11"}),
        ("has(total) and has(code)", {"has(total) or has(code)", "has(total)", "has(code)"}),
        ("total + total_tax == 1", {"total - total_tax == 1", "total == 1", "total_tax == 1"}),
        ("not has(total)", {"has(total)"}),
        ("all(has(i.name) for i in items if has(i.unit))", {"any((has(i.name) for i in items if has(i.unit)))"}),
        ("all(has(i.name) for i in items if has(i.unit))", {"all((has(i.name) for i in items))"}),
        (
            "kind in ['toll', 'vat_roll']",
            {"kind not in ['toll', 'vat_roll']", "kind in ['toll']", "kind in ['vat_roll']"},
        ),
        ("issue_date < date('2020-01-01')", {'issue_date < date("2019-12-31")', 'issue_date < date("2020-01-02")'}),
        ("1 if True else 2", {"2 if True else 1", "1 if False else 2"}),
        (r"matches(number, '\d+')", {'matches(number, "~")'}),
        ("round(total, 0.00001) == 1", {r"round(total, 0.00002) == 1"}),
    ],
)
def test_every_part_of_an_expression_is_changed(source: str, mutants: set[str]) -> None:
    found = {text for _, text in mutated_sources(source)}

    assert mutants <= found
    assert source not in found


def result_of(pack_file: Write, tests: str) -> MutationResult:
    (result,) = mutate(load_pack(pack_file("mine", RULE.format(tests))).rules)
    return result


def test_tests_at_the_boundary_notice_every_change(pack_file: Write) -> None:
    at, above = "{name: a, given: {total: '10'}, expect: pass}", "{name: b, given: {total: '11'}, expect: fail}"

    result = result_of(pack_file, f"{at}, {above}")

    assert result.survivors == ()
    assert result.killed == result.total == 5


def test_tests_away_from_the_boundary_miss_some(pack_file: Write) -> None:
    result = result_of(pack_file, "{name: a, given: {total: '1'}, expect: pass}")

    assert "large: Gt becomes GtE in total > limit" in result.survivors
    assert "limit: 10 becomes 11" in result.survivors
    assert "assert: not large without its sign" not in result.survivors


def test_without_tests_nothing_is_noticed(pack_file: Write) -> None:
    assert result_of(pack_file, "").killed == 0


def test_the_score_is_the_share_noticed() -> None:
    assert mutation_score([MutationResult("a", 3, ("x",)), MutationResult("b", 0, ())]) == 0.75
    assert mutation_score([]) == 1.0
