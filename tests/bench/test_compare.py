from pathlib import Path

from bench import compare, engines
from bench.compare import Plan, remarks, sections
from bench.engines import Engine
from bench.report import Measured
from invoiceocr.scoring.documents import Labeled


def test_an_engine_that_is_not_installed_has_no_version(tmp_path: Path) -> None:
    assert engines.rapidocr(str(tmp_path / "bin" / "python")) == ""


def test_pictures_are_read_themselves_and_nothing_is_drawn_for_them(tmp_path: Path) -> None:
    picture = Labeled(tmp_path / "a.png", ())
    assert compare.picture_tasks([picture], tmp_path / "drawn", 200) == [
        {"id": str(picture.path), "pictures": [str(picture.path)]}
    ]


def test_the_remarks_name_versions_and_what_was_not_measured() -> None:
    engine = Engine("Somebody's OCR", "somebody", lambda python: "1.2", own_environment=False)
    text = remarks(Plan({"somebody": engine}, Path("venv"), 0, 200.0), ["Tesseract"])
    assert "Somebody's OCR: 1.2" in text
    assert "EasyOCR" in text
    assert "Tesseract (not installed here" in text


def test_the_sections_are_a_table_a_set_and_one_of_evidence() -> None:
    first, second = sections({"scans": [Measured("invoiceocr"), Measured("invoiceocr, pictures")]})
    assert first.startswith("**scans**")
    assert "| scans, pictures only |" in second


def test_the_command_is_told_without_folders_of_this_machine_and_files_to_write() -> None:
    given = compare.parser().parse_args(
        ["/home/somebody/set", "--limit", "3", "--write", "a.md", "--sets", "pdf", "ofd"]
    )
    assert compare.command(given) == "python -m bench.compare set --threads 0 --sets pdf ofd --limit 3"
