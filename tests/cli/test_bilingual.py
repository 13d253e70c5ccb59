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


def test_each_paragraph_is_told_in_one_language() -> None:
    assert spoken("端口 · port\n\n退出码：0 · exit code: 0", "zh") == "端口\n\n退出码：0"
    assert spoken("端口（0 为任意）· port", "en") == "port"
    assert spoken("端口 · port", None) == "端口 · port"
    assert spoken("zh|en", "zh") == "zh|en"
