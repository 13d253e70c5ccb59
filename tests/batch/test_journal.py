import json
import os
import random
from pathlib import Path

import pytest
import samples

from invoiceocr.batch import journal as journal_module
from invoiceocr.batch import segment
from invoiceocr.batch.inputs import Input
from invoiceocr.batch.journal import FAILED, Journal
from invoiceocr.batch.line import Line, State, input_key, line_of, parse_line, result_of_line
from invoiceocr.errors import OutputError


def accepted(name: str) -> Line:
    return line_of(Input(Path(name)), samples.accepted(name))


def unread(name: str) -> Line:
    return line_of(Input(Path(name)), samples.unread(name))


def written(folder: Path, *lines: Line) -> Path:
    with Journal(folder) as journal:
        for line in lines:
            journal.append(line)
    return folder / "results-00001.jsonl"


def sources(results: Path) -> list[str]:
    return [json.loads(line)["source"] for line in results.read_bytes().splitlines()]


def test_a_line_is_the_result_with_its_key_and_a_checksum() -> None:
    line = accepted("a.pdf")
    assert parse_line(line.data) == line
    assert result_of_line(line).invoices[0].number == samples.NUMBER
    assert json.loads(line.data)["source"] == "a.pdf"


@pytest.mark.parametrize("cut", [1, 2, 15, 300])
def test_a_torn_line_is_none(cut: int) -> None:
    assert parse_line(accepted("a.pdf").data[:-cut]) is None


def test_a_line_in_which_a_byte_changed_is_none() -> None:
    assert parse_line(accepted("a.pdf").data.replace(b"113.00", b"118.00", 1)) is None


def test_what_is_recorded_is_known_when_the_journal_is_opened_again(tmp_path: Path) -> None:
    written(tmp_path, accepted("a.pdf"), unread("b.pdf"))
    with Journal(tmp_path) as journal:
        assert input_key(Input(Path("a.pdf"))) in journal
        assert input_key(Input(Path("c.pdf"))) not in journal
        assert journal.states == {State.ACCEPTED: 1, State.UNREAD: 1}


def test_a_file_is_recorded_once(tmp_path: Path) -> None:
    assert sources(written(tmp_path, accepted("a.pdf"), accepted("a.pdf"))) == ["a.pdf"]


def test_a_torn_last_line_is_cut_and_written_again(tmp_path: Path) -> None:
    results = written(tmp_path, accepted("a.pdf"), accepted("b.pdf"))
    os.truncate(results, results.stat().st_size - 7)
    written(tmp_path, accepted("b.pdf"), accepted("c.pdf"))
    assert sources(results) == ["a.pdf", "b.pdf", "c.pdf"]


@pytest.mark.parametrize("left", [0, 1, 33, 64])
def test_an_index_that_is_behind_or_torn_loses_nothing(tmp_path: Path, left: int) -> None:
    results = written(tmp_path, accepted("a.pdf"), unread("b.pdf"), accepted("c.pdf"))
    os.truncate(segment.index_path(results), left)
    (tmp_path / FAILED).write_bytes(b"")
    written(tmp_path, accepted("a.pdf"), unread("b.pdf"), accepted("c.pdf"))
    assert sources(results) == ["a.pdf", "b.pdf", "c.pdf"]


def test_an_index_that_knows_lines_that_a_power_cut_took_is_not_believed(tmp_path: Path) -> None:
    results = written(tmp_path, accepted("a.pdf"), accepted("b.pdf"))
    os.truncate(results, len(accepted("a.pdf").data))
    written(tmp_path, accepted("b.pdf"))
    assert sources(results) == ["a.pdf", "b.pdf"]


def test_failed_lines_stand_in_a_file_of_their_own_once(tmp_path: Path) -> None:
    results = written(tmp_path, accepted("a.pdf"), unread("b.pdf"))
    segment.index_path(results).unlink()
    (tmp_path / FAILED).write_bytes(unread("b.pdf").data[:50])
    written(tmp_path, unread("b.pdf"), unread("c.pdf"))
    assert sources(tmp_path / FAILED) == ["b.pdf", "c.pdf"]


def test_a_full_results_file_is_followed_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "SEGMENT_BYTES", 5000)
    names = [f"{number}.pdf" for number in range(5)]
    written(tmp_path, *map(accepted, names))
    written(tmp_path, *map(accepted, names))
    files = sorted(tmp_path.glob("results-*.jsonl"))
    assert len(files) > 1
    assert [source for file in files for source in sources(file)] == names


@pytest.mark.skipif(os.name != "posix", reason="locks of other systems are not by open file")
def test_two_batches_do_not_share_a_folder(tmp_path: Path) -> None:
    with Journal(tmp_path), pytest.raises(OutputError, match="another batch"):
        Journal(tmp_path)


def test_a_full_disk_leaves_whole_lines_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    with Journal(tmp_path) as journal:
        journal.append(accepted("a.pdf"))
        monkeypatch.setattr(os, "write", lambda file, data: write(file, bytes(data)[:40]) and full())
        with pytest.raises(OutputError, match="No space"):
            journal.append(accepted("b.pdf"))
        monkeypatch.undo()
    assert sources(written(tmp_path, accepted("b.pdf"))) == ["a.pdf", "b.pdf"]


def full() -> int:
    raise OSError(28, "No space left on device")


def test_after_any_cut_of_both_files_every_result_is_there_once(tmp_path: Path) -> None:
    chance, names = random.Random(1), [f"{number}.pdf" for number in range(12)]
    results = tmp_path / "results-00001.jsonl"
    for _ in range(40):
        written(tmp_path, *map(accepted, names[: chance.randint(0, 12)]))
        os.truncate(results, chance.randint(0, results.stat().st_size))
        index = segment.index_path(results)
        os.truncate(index, chance.randint(0, index.stat().st_size))
    written(tmp_path, *map(accepted, names))
    assert sorted(sources(results)) == sorted(names)
