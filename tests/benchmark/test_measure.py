from pathlib import Path

import pytest

from invoiceocr.benchmark.cases import Case, cases
from invoiceocr.benchmark.command import main
from invoiceocr.benchmark.measure import Figures, measured
from invoiceocr.benchmark.tools import OFDKIT_NAMES, Command, Renamed, kind_called, printed
from invoiceocr.scoring.documents import Fields, Labeled

LABEL: Fields = {"kind": "taxi", "number": "12345678", "total": "35.00", "code": "111002381002"}


def case() -> Case:
    return Case("taxi", "scan", Labeled(Path("a.jpg"), (LABEL,)))


def answer(confidence: float, **fields: str) -> Fields:
    found = {**LABEL, **fields}
    return {**found, "evidence": {path: {"confidence": confidence} for path in LABEL}}


def test_the_same_seeds_make_the_same_files(tmp_path: Path) -> None:
    first, second = (
        [found.document.path.read_bytes() for found in cases(["toll"], ["pdf", "clean"], 1, tmp_path)] for _ in range(2)
    )
    assert first == second
    assert len(first) == 2


def test_what_does_not_exist_is_left_out(tmp_path: Path) -> None:
    assert [found.condition for found in cases(["train"], ["xml", "pdf"], 1, tmp_path)] == ["pdf"]


def test_wrong_fields_are_risk_where_they_are_sure() -> None:
    figures = Figures()
    figures.add(case(), [answer(0.9)], 10.0)
    figures.add(case(), [answer(0.99, number="86420975")], 10.0)
    risk = dict(figures.risk())
    assert risk[0.5] == pytest.approx(1 / 3)
    assert risk[1.0] == pytest.approx(1 / 6)
    assert figures.calibration_error() is not None


def test_a_tool_without_confidence_has_no_curve() -> None:
    figures = Figures()
    figures.add(case(), [LABEL], 10.0)
    assert figures.tally.key_counts() == (4, 4)
    assert [wrong for _, wrong in figures.risk()] == [None] * 5
    assert figures.calibration_error() is None


def test_a_tool_that_fails_read_nothing() -> None:
    class Broken:
        name = "broken"

        def __call__(self, path: Path) -> list[Fields]:
            raise OSError(path)

    ((_, found, _),) = measured(Broken(), [case()])
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        '{"invoices": [{"total": "1.00", "confidence": {"total": 0.9}}]}',
        '[{"total": "1.00", "confidence": {"total": 0.9}}]',
        'warming up\n{"total": "1.00", "confidence": {"total": 0.9}}\n',
    ],
)
def test_a_command_may_print_an_object_a_list_or_lines(text: str) -> None:
    (invoice,) = printed(text)
    assert (invoice["total"], invoice["evidence"]) == ("1.00", {"total": {"confidence": 0.9}})


def test_a_command_is_run_on_the_file(tmp_path: Path) -> None:
    file = tmp_path / "a b.json"
    file.write_text('{"total": "2.00"}')
    assert Command(("cat", "{file}"), "cat")(file) == [{"total": "2.00"}]


def test_a_run_writes_a_report_for_people_and_one_for_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--kinds", "toll", "--conditions", "xml", "--seeds", "1", "--out", str(tmp_path)]
    assert main(given) == 0
    assert "| xml | 1 | 100.0 |" in capsys.readouterr().out
    assert '"tool": "invoiceocr' in (tmp_path / "report.json").read_text()
    assert (tmp_path / "report.md").is_file()


def test_a_command_without_a_place_for_the_file_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--tool", "command", "--command", "cat"]) == 2
    assert "{file}" in capsys.readouterr().err


def test_a_library_with_other_names_is_scored_by_ours() -> None:
    found: Fields = {"invoice_number": "12345678", "total_amount": "35.00", "items": []}
    tool = Renamed(lambda path: found if path.suffix == ".ofd" else None, OFDKIT_NAMES, "another")
    assert tool(Path("a.ofd")) == [{"number": "12345678", "total": "35.00", "items": []}]
    assert tool(Path("a.pdf")) == []


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("电子发票（增值税专用发票）", "digital_special"),
        ("湖南增值税电子专用发票", "e_vat_special"),
        ("收据", None),
    ],
)
def test_a_kind_is_told_by_the_title_of_the_paper(title: str, kind: str | None) -> None:
    assert kind_called(title) == kind
