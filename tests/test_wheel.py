"""The wheel as a user gets it: built, installed into a fresh environment, run from a folder far from the checkout."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import invoiceocr
from invoiceocr.specimens import Format, make

ROOT = Path(__file__).parents[1]
SPECIMENS: dict[str, Format] = {"a.pdf": "pdf", "b.ofd": "ofd", "c.xml": "xml", "d.jpg": "jpg"}

pytestmark = [
    pytest.mark.wheel,
    pytest.mark.skipif(
        not (os.environ.get("CI") or os.environ.get("INVOICEOCR_TEST_WHEEL")),
        reason="takes minutes: CI runs it, and INVOICEOCR_TEST_WHEEL=1",
    ),
]


def ran(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "INVOICEOCR"))}
    return subprocess.run([*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    built = ran(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of an environment that has nothing but the wheel and what it depends on."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=True)
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    done = ran(programs / "python", "-m", "pip", "install", "--quiet", wheel, cwd=home)
    assert done.returncode == 0, done.stderr
    return programs


def test_the_wheel_holds_schemas_rules_models_and_licenses(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    folders = {name.split("/")[2] for name in names if name.startswith("invoiceocr/_data/")}
    assert folders >= {"schemas", "rules", "models"}
    assert "invoiceocr/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests/")]


def test_the_installed_command_says_its_version(installed: Path, tmp_path: Path) -> None:
    assert ran(installed / "invoiceocr", "--version", cwd=tmp_path).stdout == f"invoiceocr {invoiceocr.__version__}\n"


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    """A folder far from the checkout with an invoice in every sort of format."""
    for name, format in SPECIMENS.items():
        (tmp_path / name).write_bytes(make("digital_special", seed=7, format=format).data)
    return tmp_path


def test_the_installed_command_reads_every_format(installed: Path, claims: Path) -> None:
    done = ran(installed / "invoiceocr", "extract", ".", "--format", "jsonl", cwd=claims)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode in (0, 1), done.stderr
    assert [result["source"] for result in results] == list(SPECIMENS)
    assert {result["invoices"][0]["kind"] for result in results} == {"digital_special"}
    assert len({result["invoices"][0]["number"] for result in results}) == 1


def test_the_installed_package_reads_in_python(installed: Path, claims: Path) -> None:
    done = ran(installed / "python", "-c", "import invoiceocr; print(len(invoiceocr.read('a.pdf')))", cwd=claims)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr


def test_the_installed_package_says_which_extra_is_missing(installed: Path, tmp_path: Path) -> None:
    code = "from invoiceocr.specimens import make; make('digital_ordinary', seed=1, format='pdf')"
    done = ran(installed / "python", "-c", code, cwd=tmp_path)
    assert "invoiceocr[specimens]" in done.stderr
