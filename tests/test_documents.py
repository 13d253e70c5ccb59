"""What the documents say is true: examples run, commands exist, fields and settings are all there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from invoiceocr.cli.app import run
from invoiceocr.export.columns import invoice_columns, list_fields, row_columns
from invoiceocr.kinds import builtin
from invoiceocr.specimens import make

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))))


def text(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def blocks(document: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text(document), re.DOTALL | re.MULTILINE)


def commands() -> Iterator[str]:
    for document in DOCUMENTS:
        for block in blocks(document, "console"):
            yield from (line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ invoiceocr "))


@pytest.fixture
def claims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder to work in as the documents assume it: claim.pdf, a pack of rules, and three files in claims/."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "claims").mkdir()
    specimen = make("digital_ordinary", seed=7, format="pdf").data
    for name in ("claim.pdf", "claims/a.pdf"):
        (tmp_path / name).write_bytes(specimen)
    (tmp_path / "claims" / "b.ofd").write_bytes(make("digital_special", seed=7, format="ofd").data)
    (tmp_path / "claims" / "c.pdf").write_bytes(make("toll", seed=7, format="pdf").data)
    (tmp_path / "company-rules.yaml").write_text(blocks("docs/rules.md", "yaml")[0], encoding="utf-8")


@pytest.mark.usefixtures("claims")
@pytest.mark.parametrize("document", [document for document in DOCUMENTS if blocks(document, "python")])
def test_the_python_examples_run(document: str) -> None:
    namespace: dict[str, object] = {}
    for block in blocks(document, "python"):
        exec(compile(block, document, "exec"), namespace)


@pytest.mark.usefixtures("claims")
@pytest.mark.parametrize("command", dict.fromkeys(commands()))
def test_the_commands_run(command: str) -> None:
    assert run(shlex.split(command)[1:]) in (0, 1)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files(document: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", text(document))
    assert not [link for link in links if not (ROOT / document).parent.joinpath(link).exists()]


def test_every_field_is_documented() -> None:
    described = text("docs/fields.md")
    paths = [column.path.replace("seller.", "buyer.") for column in invoice_columns()]
    paths += [f"{name}.N.{column.path}" for name in list_fields() for column in row_columns(name)]
    assert not [path for path in paths if f"`{path}`" not in described]


def test_every_kind_is_in_the_table_of_kinds() -> None:
    described = text("docs/fields.md")
    assert not [spec.kind for spec in builtin() if f"| `{spec.kind}` | {spec.title.zh} |" not in described]
