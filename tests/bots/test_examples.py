import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
BOTS = ROOT / "examples" / "bots"
FAKE = str(BOTS / "outcomes")


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BOTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize(
    ("files", "code", "first"),
    [
        (["claim.pdf"], 0, "accept claim.pdf"),
        (["claim.pdf", "review.pdf"], 1, "accept claim.pdf"),
        (["corrupt.pdf", "review.pdf"], 3, "unread corrupt.pdf corrupt_pdf"),
    ],
)
def test_the_claim_desk_says_what_can_be_booked(files: list[str], code: int, first: str) -> None:
    words = [sys.executable, str(BOTS / "claim_desk.py"), "--fake", *files]
    done = subprocess.run(words, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert done.stdout.startswith(first)


@pytest.mark.parametrize(
    ("name", "verdict"), [("a.pdf", "accept"), ("review.pdf", "review"), ("corrupt.pdf", "unread")]
)
def test_the_module_for_yingdao_returns_a_dictionary(name: str, verdict: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = module("yingdao_module").read(name, fake=FAKE)
    assert found["verdict"] == verdict
    assert found["code"] == {"accept": 0, "review": 1, "unread": 3}[verdict]
    assert (found["reasons"] == []) == (verdict == "accept")


def test_the_tasks_for_robot_framework_pass(tmp_path: Path) -> None:
    pytest.importorskip("robot")
    words = ["-m", "robot", "--outputdir", str(tmp_path), "--variable", f"FAKE:{FAKE}", str(BOTS / "robot")]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "claims.xlsx").exists()


def test_the_canned_outcomes_are_those_that_the_page_names() -> None:
    outcomes = json.loads((BOTS / "outcomes" / "outcomes.json").read_text())
    assert set(outcomes.values()) == {"review", "rejected", "duplicate", "corrupt", "timeout"}


def test_every_file_of_the_page_exists() -> None:
    page = (BOTS / "README.md").read_text(encoding="utf-8")
    for name in ("claim_desk.py", "curl.sh", "robot/claims.robot", "uipath.md", "power-automate.md", "yingdao.md"):
        assert f"`{name}`" in page
        assert (BOTS / name).exists()
