import re

import pytest

from invoiceocr.cli.app import run
from invoiceocr.cli.bilingual import spoken

Capture = pytest.CaptureFixture[str]
COMMANDS = [["--help"], ["extract", "-h"], ["batch", "-h"], ["ledger", "-h"], ["ledger", "add", "-h"], ["rules", "-h"]]


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 80 columns and no language."""
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("INVOICEOCR_LANGUAGE", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("arguments", COMMANDS)
def test_help_in_english_has_no_chinese_in_it(
    arguments: list[str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert run(arguments) == 0
    assert not [character for character in capsys.readouterr().out if "\u4e00" <= character <= "\u9fff"]


@pytest.mark.parametrize("arguments", COMMANDS)
@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "C"])
def test_help_in_chinese_and_in_both_languages_is_never_cut_off(
    arguments: list[str], locale: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert run(arguments) == 0
    shown = capsys.readouterr().out
    assert "…" not in shown
    assert any("\u4e00" <= character <= "\u9fff" for character in shown)
    assert (" · " in shown) == (locale == "C")


def test_a_usage_error_is_told_in_the_language_of_the_locale(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = ["extract", "a.pdf", "-o", "a.xlsx", "--format", "csv"]
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert run(wrong) == 2
    told = capsys.readouterr().err
    assert "a.xlsx 的扩展名与格式 csv 不符" in told
    assert "contradicts" not in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["extract"], "缺少 'FILE...'"),
        (["extrakt"], "没有命令 'extrakt'，是不是 'extract'？"),
        (["--nope"], "没有选项 --nope"),
        (["extract", "a.pdf", "--crop"], "没有选项 --crop，是不是 "),
        (["extract", "a.pdf", "-o"], "选项 '-o' 后面要有值"),
        (["extract", "a.pdf", "--jobs", "many"], "'--jobs' / '-j' 有误：应为整数"),
        (["extract", "a.pdf", "--jobs", "-1"], "'--jobs' / '-j' 有误：不能小于 0"),
        (["ledger", "list", "--verdict", "good"], "'--verdict' 有误：没有 'good'，可选 'accept', 'review', 'reject'"),
        (["ledger", "list", "--since", "2025"], "'--since' 有误：'2025' 不是日期"),
        (["schema", "superfluous"], "多余的参数：superfluous"),
    ],
)
def test_wrong_usage_is_told_in_chinese(
    arguments: list[str], told: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")
    assert run(arguments) == 2
    said = capsys.readouterr().err
    assert told in said
    assert not re.search("Error|Usage|Try|Invalid|Missing", said)


def test_what_frames_help_is_in_the_language_of_the_help(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    for locale, known, foreign in (("zh_CN.UTF-8", "选项", "Options"), ("en_US.UTF-8", "Options", "选项")):
        monkeypatch.setenv("LC_ALL", locale)
        assert run(["extract", "-h"]) == 0
        shown = capsys.readouterr().out
        assert known in shown
        assert foreign not in shown


def test_each_paragraph_is_told_in_one_language() -> None:
    assert spoken("端口 · port\n\n退出码：0 · exit code: 0", "zh") == "端口\n\n退出码：0"
    assert spoken("端口（0 为任意）· port", "en") == "port"
    assert spoken("端口 · port", None) == "端口 · port"
    assert spoken("zh|en", "zh") == "zh|en"
