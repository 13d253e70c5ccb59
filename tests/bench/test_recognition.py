from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.confusion import misreads
from bench.recognition import amounts_right, blanks, characters_right, grouped, lines_right
from bench.recognizers import Read, Recognizer, compared, given, prepared, read
from bench.reliability import plot, reliability_rows, within
from invoiceocr.ocr.ctc import Reading
from invoiceocr.page import Lattice
from invoiceocr.text.folding import edits
from training.lines.line import Line

CHARACTERS = (("1", "I", "", "", ""), ("8", "", "B", "3", ""))
PROBABILITIES = np.array([[0.9, 0.1, 0, 0, 0], [0.5, 0.2, 0.2, 0.1, 0]], np.float32)


def reading(truth: str, *, confidence: float = 0.5) -> Read:
    """A line that was read as 18."""
    found = Reading("18", confidence, (0.9, 0.5), (0, 1), (1.0,) * 3, Lattice(CHARACTERS, PROBABILITIES))
    return Read(found, truth, "18", 1.0)


def line(face: str) -> Line:
    return Line(np.zeros((8, 40, 3), np.uint8), "18", "amount", face, 8.0, "light14")


@pytest.mark.parametrize(
    ("text", "truth", "count"),
    [("18", "18", 0), ("18", "1B", 1), ("18", "1", 1), ("18", "", 2), ("", "18", 2), ("1234", "2345", 2)],
)
def test_edits_are_the_fewest_changes(text: str, truth: str, count: int) -> None:
    assert edits(text, truth) == count


def test_the_rank_of_the_right_character_leaves_the_blank_out() -> None:
    found = misreads([reading("1B"), reading("13"), reading("1Z"), reading("18")])
    assert found.exchanged == 3
    assert found.ranks == [1, 0, 1, 1, 0, 0]


def test_lost_and_added_characters_are_not_exchanged_ones() -> None:
    found = misreads([reading("1"), reading("180")])
    assert (found.exchanged, found.lost, found.added) == (0, 1, 1)


def test_shares_count_lines_and_characters() -> None:
    found = [reading("18"), reading("1B")]
    assert lines_right(found) == (1, 2)
    assert characters_right(found) == (3, 4)


def test_amounts_in_words_are_read_where_the_lattice_holds_one() -> None:
    characters = (("壶", "壹", "", "", ""), ("圆", "", "", "", ""), ("整", "", "", "", ""))
    lattice = Lattice(
        characters, np.array([[0.7, 0.2, 0.1, 0, 0], [0.9, 0.1, 0, 0, 0], [0.9, 0.1, 0, 0, 0]], np.float32)
    )
    found = [Read(Reading("壶圆整", 0.5, (), (), (), lattice), truth, "壶圆整", 1.0) for truth in ("壹圆整", "贰圆整")]
    assert lines_right(found) == (0, 2)
    assert amounts_right(found) == (1, 2)


def test_signs_that_mean_the_same_make_no_difference() -> None:
    assert compared("№ ４２(Ⅵ)ⓧ") == compared("No42 (VI)⊗")
    assert compared("壹") != compared("壶")


def test_blanks_are_counted_in_lines_that_are_right_but_for_them() -> None:
    def said(text: str) -> Read:
        found = Reading(text, 0.5, (), (), (), Lattice(CHARACTERS, PROBABILITIES))
        return Read(found, "ProMax12", compared(text), 1.0)

    lines = [replace(line("song"), text="Pro Max 12")] * 3

    assert blanks(lines, [said("Pro Max12"), said("P ro Max 12"), said("Pro Mox 12")]) == (4, 3, 1)


def test_a_grouped_table_has_a_column_a_value() -> None:
    told = grouped([line("song"), line("kai")], {"ours": [reading("18"), reading("1B")]}, lambda each: each.face)
    assert told.splitlines()[0] == "| recognizer | song | kai |"
    assert told.splitlines()[2] == "| ours | 100.0 | 0.0 |"


def test_a_confidence_of_one_is_in_the_last_bin() -> None:
    found = [reading("18", confidence=1.0), reading("1B", confidence=0.9)]
    assert within(found, 0.9, 1.0) == found
    assert within(found, 0.5, 0.9) == []
    assert list(reliability_rows({"ours": found}, [(0.9, 1.0)])) == [["ours", "50.0 (2)"]]


def test_the_plot_names_every_recognizer() -> None:
    told = plot({"a<b": [reading("18")], "ours": [reading("1B")]})
    assert told.startswith("<svg")
    assert "a&lt;b" in told
    assert told.count("<polyline") == 2


def test_a_foreign_recognizer_is_a_title_a_file_and_a_height(tmp_path: Path) -> None:
    (tmp_path / "v2.onnx").write_bytes(b"network")
    found = given(f"v2={tmp_path}/v2.onnx:32:keys.txt")
    assert (found.title, found.data, found.height) == ("v2", b"network", 32)
    assert found.dictionary == Path("keys.txt")
    with pytest.raises(ValueError, match="TITLE=FILE:HEIGHT"):
        given("models/v2.onnx")


def test_lines_are_read_at_the_height_of_the_network() -> None:
    assert prepared(np.zeros((20, 200, 3), np.uint8), 32).shape == (32, 320, 3)


def test_a_dictionary_that_does_not_fit_its_network_is_refused(tmp_path: Path) -> None:
    from invoiceocr.ocr import manifest

    entry = manifest.entry("ppocrv6-small-rec", "recognizer")
    wrong = tmp_path / "keys.txt"
    wrong.write_text("a\nb\n", encoding="utf-8")
    recognizer = Recognizer("small", entry.load(), 48, wrong)
    with pytest.raises(ValueError, match="18710 classes, 4"):
        read(recognizer, [(np.full((48, 96, 3), 255, np.uint8), "")])


def test_the_work_of_a_line_is_counted_by_what_its_nodes_multiply() -> None:
    pytest.importorskip("onnx", reason="onnx is not installed: pip install 'invoiceocr[training]'")
    from bench.recognizers import multiplications, of_manifest

    assert multiplications(of_manifest("crnn-id")) == 39_495_680
    assert multiplications(of_manifest("crnn-id"), 640) == 2 * 39_495_680
