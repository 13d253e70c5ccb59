"""`invoiceocr rules`: check, test, mutate, list and explain rule packs, and run them over stored results."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from invoiceocr.cli.bilingual import spoken
from invoiceocr.cli.options import Kinds, named_language
from invoiceocr.errors import PackError
from invoiceocr.kinds import Registry
from invoiceocr.kinds import load as load_kinds
from invoiceocr.proof import Language
from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.engine import Engine
from invoiceocr.rules.explain import explain as in_words
from invoiceocr.rules.language.scope import nearest
from invoiceocr.rules.packs.loading import pack_files
from invoiceocr.rules.packs.pack import Pack, load_packs
from invoiceocr.rules.packs.rule import Rule
from invoiceocr.rules.quality.coverage import backtest as compare
from invoiceocr.rules.quality.coverage import coverage as count
from invoiceocr.rules.quality.coverage import never_applied, stored_invoices
from invoiceocr.rules.quality.mutation import mutate as mutate_rules
from invoiceocr.rules.quality.mutation import mutation_score
from invoiceocr.rules.quality.testing import cases, missing_tests, run_tests

FAILED = 1
OUTCOMES = ("pass", "fail", "unknown", "skip")

app = typer.Typer(help="规则包：检查、测试、变异、说明、覆盖、回测 · Rule packs.", no_args_is_help=True)

Packs = Annotated[
    list[Path] | None,
    typer.Argument(
        help="规则包或目录；不给则为内置规则 · packs or folders, by default the built-in ones", show_default=False
    ),
]
Results = Annotated[Path, typer.Argument(help="extract 输出的 jsonl 文件或目录 · results, a jsonl file or a folder")]
Extra = Annotated[
    list[Path] | None, typer.Option("--rules", help="附加规则包或目录，可重复 · additional packs, repeatable")
]
Today = Annotated[
    datetime | None,
    typer.Option("--today", formats=["%Y-%m-%d"], help="日期规则所用的“今天” · the day with which date rules compare"),
]
LanguageOption = Annotated[str, typer.Option("--language", "-l", help="zh 或 en · zh or en")]
Threshold = Annotated[
    float, typer.Option("--threshold", min=0, max=1, help="最低变异得分 · lowest acceptable mutation score")
]
RuleIds = Annotated[list[str] | None, typer.Argument(help="规则 id；不给则为全部 · rule ids, by default all")]


@app.command()
def check(packs: Packs = None, kinds: Kinds = None) -> None:
    """装载并检查类型，列出缺测试的规则 · Load and type-check; name rules that lack a passing or failing test."""
    table = _table("规则包 pack", "规则 rules", "测试 tests", "缺少 missing")
    incomplete = False
    for pack in _packs(packs, kinds):
        lacking = [f"{rule.id}: {', '.join(missing)}" for rule in pack.rules if (missing := missing_tests(rule))]
        tests = sum(len(cases(rule)) for rule in pack.rules)
        table.add_row(pack.name, str(len(pack.rules)), str(tests), "\n".join(lacking))
        incomplete = incomplete or bool(lacking)
    _print(table)
    raise typer.Exit(FAILED if incomplete else 0)


@app.command("test")
def run_embedded_tests(packs: Packs = None, kinds: Kinds = None) -> None:
    """运行规则自带的测试 · Run the tests in the packs."""
    results = list(run_tests(_own_rules(packs, kinds)))
    failures = [result for result in results if not result.passed]
    table = _table("规则 rule", "测试 test", "期望 expected", "实际 got", "位置 place")
    for result in failures:
        place = f"{result.place.file.name}:{result.place.line}"
        table.add_row(result.rule, result.test, result.expect, result.outcome, place)
    _finish(
        table,
        failures,
        _spoken(f"测试 {len(results)} 项，未通过 {len(failures)} 项 · {len(results)} tests, {len(failures)} failed"),
    )


@app.command()
def mutate(packs: Packs = None, kinds: Kinds = None, threshold: Threshold = 0.95) -> None:
    """变异测试：改动规则，列出测试没有察觉的改动 · Change rules and list the changes that no test notices."""
    results = list(mutate_rules(_own_rules(packs, kinds)))
    table = _table("规则 rule", "改动 change")
    for result in results:
        for change in result.survivors:
            table.add_row(result.rule, change)
    score = mutation_score(results)
    total = sum(result.total for result in results)
    if table.row_count:
        _print(table)
    typer.echo(_spoken(f"变异 {total} 处，察觉 {score:.1%} · {total} mutants, score {score:.1%}"))
    raise typer.Exit(FAILED if score < threshold else 0)


@app.command("list")
def list_rules(packs: Packs = None, kinds: Kinds = None, language: LanguageOption = "zh") -> None:
    """列出规则 · List the rules."""
    table = _table("规则 rule", "规则包 pack", "级别 severity", "内容 title")
    for rule in _rules(_packs(packs, kinds)):
        severities = "/".join(severity for severity, _ in rule.severities)
        table.add_row(rule.id, rule.pack, severities, rule.title[_language(language)])
    _print(table)


@app.command()
def explain(ids: RuleIds = None, rules: Extra = None, kinds: Kinds = None, language: LanguageOption = "zh") -> None:
    """用中文或英文说明规则 · Describe rules in Chinese or English."""
    known = Engine(load_packs(rules or (), registry=_registry(kinds))).rules
    for identifier in ids or known:
        if identifier not in known:
            zh = f"没有规则 {identifier}；invoiceocr rules list 列出全部"
            raise PackError(f"no rule {identifier}; {nearest(identifier, known)}", zh=zh)
        typer.echo(in_words(known[identifier], _language(language)))


@app.command()
def coverage(results: Results, rules: Extra = None, kinds: Kinds = None, today: Today = None) -> None:
    """统计每条规则通过、不通过、无法判断、不适用的次数 · Count how often each rule passed, failed, was unknown or
    did not apply."""
    registry = _registry(kinds)
    engine = Engine.load(rules or (), registry=registry)
    counts = count(engine, stored_invoices(_existing(results), registry), _context(today))
    table = _table("规则 rule", *OUTCOMES)
    for rule, found in counts.items():
        table.add_row(rule, *(str(found[outcome]) for outcome in OUTCOMES))  # type: ignore[index]
    _print(table)
    unused = never_applied(counts)
    named = ", ".join(unused) or "-"
    zh = f"{len(counts)} 条规则中有 {len(unused)} 条从未适用：{named}"
    typer.echo(_spoken(f"{zh} · {len(unused)} of {len(counts)} rules never applied: {named}"))


@app.command()
def backtest(
    results: Results,
    old: Annotated[list[Path], typer.Option("--old", help="旧规则包或目录，可重复 · the older packs, repeatable")],
    new: Annotated[list[Path], typer.Option("--new", help="新规则包或目录，可重复 · the newer packs, repeatable")],
    kinds: Kinds = None,
    today: Today = None,
) -> None:
    """比较两版规则在同一批结果上的发现 · Compare the findings of two versions of packs on the same results."""
    registry = _registry(kinds)
    before, after = (Engine(load_packs(paths, builtin=False, registry=registry)) for paths in (old, new))
    changes = list(compare(before, after, stored_invoices(_existing(results), registry), _context(today)))
    table = _table("", "文件 source", "规则 rule", "级别 severity", "消息 message")
    for change in changes:
        sign, place = "+" if change.added else "-", f"{change.source}#{change.index}"
        table.add_row(sign, place, change.rule, change.severity, change.message)
    _finish(table, changes, _spoken(f"检查结果不同 {len(changes)} 处 · {len(changes)} findings differ"))


def _registry(folders: list[Path] | None) -> Registry:
    return load_kinds(tuple(folders or ()))


def _packs(paths: list[Path] | None, kinds: list[Path] | None) -> tuple[Pack, ...]:
    return load_packs(paths or (), builtin=not paths, registry=_registry(kinds))


def _rules(packs: Iterable[Pack]) -> tuple[Rule, ...]:
    rules: Mapping[str, Rule] = Engine(packs).rules
    return tuple(rules.values())


def _own_rules(paths: list[Path] | None, kinds: list[Path] | None) -> tuple[Rule, ...]:
    """The rules whose tests stand in the given files: a pack may change what those it extends were tested for."""
    if not paths:
        return _rules(_packs(paths, kinds))
    files = set(pack_files(paths))
    return tuple(rule for rule in _rules(_packs(paths, kinds)) if rule.tests_file in files)


def _context(today: datetime | None) -> RuleContext:
    return RuleContext(today.date() if today else date.today())


def _existing(path: Path) -> Path:
    if not path.exists():
        raise PackError(f"{path}: no such file or folder of results", zh=f"{path}：没有这个结果文件或目录")
    return path


def _language(text: str) -> Language:
    if text == "zh":
        return "zh"
    if text == "en":
        return "en"
    raise typer.BadParameter("zh | en", param_hint="--language")


def _spoken(text: str) -> str:
    """*text* in the language of the locale, in both where it names none."""
    return spoken(text, named_language(os.environ))


def _table(*columns: str) -> Table:
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _print(table: Table) -> None:
    Console().print(table)


def _finish(table: Table, failures: Sequence[object], summary: str) -> None:
    """Print what failed and the summary, and exit with 1 if anything did."""
    if failures:
        _print(table)
    typer.echo(summary)
    raise typer.Exit(FAILED if failures else 0)
