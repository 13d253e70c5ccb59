from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.adjudication.judging.calibration import (
    Block,
    Calibration,
    Stratum,
    cell_of,
    cell_of_evidence,
    cells,
    group_of,
    load,
)
from invoiceocr.errors import ModelError
from invoiceocr.proof import Evidence, Status, Witness, WitnessSource

CELL = Stratum("ocr", "read", "names")
BLOCKS = (Block(0.2, 50, 20, 0.6), Block(0.8, 100, 5, 0.94), Block(0.99, 400, 1, 0.995))
ROWS = "[[0.2, 50, 20, 0.6], [0.8, 100, 5, 0.94]]"


def table(folder: Path, rows: dict[str, str], *, leave_out: str = "") -> Path:
    """A table whose cells all have ROWS, but those of *rows*."""
    names = [".".join(cell) for cell in cells() if ".".join(cell) != leave_out]
    file = folder / "calibration.toml"
    lines = [f'"{name}" = {rows.get(name, ROWS)}' for name in names]
    file.write_text("\n".join(["[provenance]", 'command = "test"', "[cells]", *lines]), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("score", "confidence"), [(0.0, 0.6), (0.2, 0.6), (0.79, 0.6), (0.8, 0.94), (0.99, 0.995), (1.0, 0.995)]
)
def test_a_score_has_the_confidence_of_its_block(score: float, confidence: float) -> None:
    assert Calibration({CELL: BLOCKS}, {}).confidence(CELL, score) == confidence


@given(st.sampled_from(cells()), st.floats(0, 1), st.floats(0, 1))
def test_the_table_that_ships_is_complete_rising_and_never_certain(
    cell: tuple[str, str, str], one: float, other: float
) -> None:
    low, high = (load().confidence(Stratum(*cell), score) for score in sorted((one, other)))

    assert 0.0 < low <= high < 1.0


def test_no_confidence_is_surer_than_the_fields_can_show() -> None:
    blocks = [block for cell in load().blocks.values() for block in cell]

    assert all(block.confidence < 1 - 1 / (load().provenance["fields"] + 2) for block in blocks)
    assert sum(block.count for block in blocks) == load().provenance["fields"]


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("buyer.tax_id", "identifiers"), ("issue_date", "dates"), ("total_in_words", "money"), ("seller.name", "names"),
        ("drawer", "people"), ("remarks", "text"), ("buyer.bank_account", "text"), ("items.0.name", "item_texts"),
        ("items.12.amount", "item_figures"),
    ],
)  # fmt: skip
def test_each_field_has_a_group(path: str, group: str) -> None:
    assert group_of(path, None) == group


@pytest.mark.parametrize(
    ("sources", "source"),
    [
        ({"ocr", "qr"}, "ocr"), ({"text_layer", "qr", "ocr"}, "text"), ({"ofd"}, "text"), ({"xml", "qr"}, "stated"),
        ({"qr"}, "stated"),
    ],
)  # fmt: skip
def test_a_field_belongs_to_the_surest_print_that_agrees(sources: set[str], source: str) -> None:
    assert cell_of("total", sources, "read", None) == Stratum(source, "read", "money")


def test_evidence_knows_its_cell() -> None:
    def witness(source: WitnessSource, agrees: bool) -> Witness:
        return Witness(source=source, value="1", agrees=agrees)

    status: Status = "verified"
    evidence = Evidence(status=status, witnesses=(witness("ocr", False), witness("xml", True), witness("qr", True)))

    assert cell_of_evidence("number", evidence, None) == Stratum("stated", "verified", "identifiers")


def test_a_missing_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"calibration\.toml: .*reinstall"):
        load(tmp_path / "calibration.toml")


@pytest.mark.parametrize(
    "rows",
    [
        "[]",
        "[[0.2, 9, 1, 0.9], [0.5, 9, 1, 0.8]]",
        "[[0.5, 9, 1, 0.8], [0.5, 9, 1, 0.9]]",
        "[[0.5, 9, 0, 1.0]]",
        "[[1]]",
    ],
)
def test_a_table_that_does_not_rise_or_is_certain_is_an_error(tmp_path: Path, rows: str) -> None:
    with pytest.raises(ModelError):
        load(table(tmp_path, {".".join(CELL): rows}))


def test_a_table_without_a_cell_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"ocr\.read\.names"):
        load(table(tmp_path, {}, leave_out=".".join(CELL)))


def test_a_complete_table_is_read(tmp_path: Path) -> None:
    found = load(table(tmp_path, {}))

    assert (found.confidence(CELL, 0.9), found.provenance) == (0.94, {"command": "test"})
