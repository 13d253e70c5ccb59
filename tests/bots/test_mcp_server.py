import asyncio
import shutil
import sys
from pathlib import Path

import pytest

pytest.importorskip("mcp")

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from invoiceocr.bots.allowed import Allowed
from invoiceocr.errors import SettingsError, SourceError

EXAMPLES = Path(__file__).parents[2] / "examples"
PDF = "digital_ordinary-000101.pdf"


async def _asked(folder: Path, tool: str, arguments: dict[str, object]) -> tuple[bool, str]:
    program = ["-m", "invoiceocr", "mcp", "--allow", str(folder), "--language", "en"]
    parameters = StdioServerParameters(command=sys.executable, args=program, cwd=str(EXAMPLES.parent))
    async with stdio_client(parameters) as (receiving, sending), ClientSession(receiving, sending) as session:
        await session.initialize()
        assert {found.name for found in (await session.list_tools()).tools} == {
            "read_invoice",
            "explain_field",
            "check_duplicates",
        }
        answer = await session.call_tool(tool, arguments)
        return bool(answer.is_error), "".join(getattr(part, "text", "") for part in answer.content)


def asked(folder: Path, tool: str, **arguments: object) -> tuple[bool, str]:
    return asyncio.run(_asked(folder, tool, arguments))


def test_an_invoice_in_an_allowed_folder_is_read_over_stdio() -> None:
    failed, told = asked(EXAMPLES, "read_invoice", path=PDF)
    assert not failed
    assert '"verdict"' in told


def test_a_field_is_explained() -> None:
    failed, told = asked(EXAMPLES, "explain_field", path=PDF, field="total")
    assert not failed
    assert "witnesses" in told


def test_the_same_invoice_twice_is_told(tmp_path: Path) -> None:
    shutil.copy(EXAMPLES / PDF, tmp_path / "a.pdf")
    shutil.copy(EXAMPLES / PDF, tmp_path / "b.pdf")
    failed, told = asked(tmp_path, "check_duplicates", paths=["a.pdf", "b.pdf"])
    assert not failed
    assert '"duplicates": 1' in told


def test_what_can_not_be_read_is_an_error_with_its_code() -> None:
    failed, told = asked(EXAMPLES, "read_invoice", path="none.pdf")
    assert failed
    assert "file_not_found" in told


@pytest.mark.parametrize("name", ["../secret.pdf", "/etc/passwd", "link.pdf", "sub/../../secret.pdf"])
def test_a_file_outside_the_allowed_folders_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "allowed"
    folder.mkdir()
    (tmp_path / "secret.pdf").write_bytes(b"x")
    (folder / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    with pytest.raises(SourceError) as caught:
        Allowed.of([folder]).path(name)
    assert caught.value.code == "not_allowed"


def test_a_file_inside_is_found_by_its_relative_and_its_absolute_name(tmp_path: Path) -> None:
    allowed = Allowed.of([tmp_path])
    assert allowed.path("票.pdf") == allowed.path(str(tmp_path / "票.pdf")) == tmp_path.resolve() / "票.pdf"


def test_a_folder_that_is_not_there_can_not_be_allowed(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        Allowed.of([tmp_path / "none"])


def test_a_file_is_named_from_any_allowed_folder_or_from_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    file = tmp_path / "second" / "a.pdf"
    file.write_bytes(b"%PDF")
    allowed = Allowed.of([tmp_path / "first", tmp_path / "second"])

    assert [allowed.path(name) for name in ("a.pdf", "second/a.pdf", str(file))] == [file.resolve()] * 3
