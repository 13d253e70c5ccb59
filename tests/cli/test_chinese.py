from pathlib import Path

import pytest

from invoiceocr.cli.app import run
from invoiceocr.cli.chinese import told
from invoiceocr.errors import LedgerError, MissingExtraError, OutputError

Capture = pytest.CaptureFixture[str]


def test_what_the_system_says_of_a_file_is_told_in_chinese() -> None:
    assert told(OutputError("a.xlsx: No space left on device; give another output file")) == "a.xlsx：磁盘已满"


def test_a_missing_extra_is_told_by_the_command_that_installs_it() -> None:
    error = MissingExtraError("parquet needs pyarrow: pip install 'invoiceocr[parquet]'")
    assert told(error) == "请运行 pip install 'invoiceocr[parquet]'"


def test_an_error_without_chinese_is_told_as_it_is() -> None:
    assert told(LedgerError("what nobody has translated")) == "what nobody has translated"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["extract", "nowhere.pdf"], "未读：文件不存在（file_not_found）：nowhere.pdf（请检查路径和权限）"),
        (["extract", "a.pdf", "-o", "nowhere/a.xlsx"], "nowhere/a.xlsx：路径不存在"),
        (["extract", "a.pdf", "--accept-confidence", "2"], "设置 accept_confidence：不能大于 1.0"),
        (["schema", "--kind", "taksi"], "没有票种 taksi"),
        (["extract", "a.pdf", "--config", "nowhere.toml"], "nowhere.toml：路径不存在"),
        (["extract", "a.pdf", "--template", "nowhere.xlsx", "-o", "a.xlsx"], "nowhere.xlsx：路径不存在"),
    ],
)
def test_a_chinese_user_is_told_in_chinese(
    arguments: list[str], expected: str, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    run(arguments)
    assert expected in capsys.readouterr().err
