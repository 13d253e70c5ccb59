"""What the documents say is true: examples run, commands exist, fields and settings are all there."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from invoiceocr.cli.app import run
from invoiceocr.export.sheets.columns import invoice_columns, list_fields, row_columns
from invoiceocr.kinds import builtin
from invoiceocr.specimens import make

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
DOCUMENTS = ("README.md", "README_ZH.md", *(path.relative_to(ROOT).as_posix() for path in PAGES))


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


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the Python examples of each document as one script."""
    folder = tmp_path_factory.mktemp("scripts")
    for document in DOCUMENTS:
        if found := blocks(document, "python"):
            name = re.sub(r"\W", "_", document.removesuffix(".md"))
            (folder / f"{name}.py").write_text("\n".join(found), encoding="utf-8")
    return folder


def test_the_python_examples_pass_mypy_strict(scripts: Path) -> None:
    files = [path.name for path in sorted(scripts.glob("*.py"))]
    # as `make lint` has it, whose cache spares the package a second check
    settings = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".mypy_cache"), "--strict"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *settings, *files], cwd=scripts, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(find_spec("pyright") is None, reason="needs pyright (extra dev)")
def test_the_python_examples_pass_pyright_strict(scripts: Path) -> None:
    config = {
        "typeCheckingMode": "strict",
        "include": ["."],
        "extraPaths": [str(ROOT)],
        "reportMissingTypeStubs": False,
    }
    (scripts / "pyrightconfig.json").write_text(json.dumps(config), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=scripts, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.usefixtures("claims")
@pytest.mark.parametrize("command", dict.fromkeys(commands()))
def test_the_commands_of_the_documents_run(command: str) -> None:
    assert run(shlex.split(command)[1:]) in (0, 1)


@pytest.mark.parametrize("document", ["docs/rules.md", "docs/zh/rules.md"])
def test_the_rule_pack_of_the_guide_passes_its_tests(document: str, tmp_path: Path) -> None:
    pack = tmp_path / "company-rules.yaml"
    pack.write_text(blocks(document, "yaml")[0], encoding="utf-8")
    assert run(["rules", "test", str(pack)]) == 0


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files(document: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", text(document))
    assert not [link for link in links if not (ROOT / document).parent.joinpath(link).exists()]


def test_the_keys_of_the_filter_of_an_export_are_documented() -> None:
    pytest.importorskip("fastapi")
    from invoiceocr.service.api.exporting import ExportFilter

    (row,) = (line for line in text("docs/service.md").splitlines() if line.startswith("| `POST /v1/export`"))
    assert not [key for key in ExportFilter.model_fields if f"`{key}`" not in row]


def test_every_field_is_documented() -> None:
    described = text("docs/fields.md")
    paths = [column.path.replace("seller.", "buyer.") for column in invoice_columns()]
    paths += [f"{name}.N.{column.path}" for name in list_fields() for column in row_columns(name)]
    assert not [path for path in paths if f"`{path}`" not in described]


def test_every_rule_pack_is_in_the_table_of_packs() -> None:
    described = text("docs/rules.md")
    assert not [pack.stem for pack in (ROOT / "rules").glob("*.yaml") if f"| `{pack.stem}` |" not in described]


def test_every_kind_is_in_the_table_of_kinds() -> None:
    described = text("docs/fields.md")
    assert not [spec.kind for spec in builtin() if f"| `{spec.kind}` | {spec.title.zh} |" not in described]
