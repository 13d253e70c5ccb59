import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from child import environment

from invoiceocr.batch.run import share_of_memory
from invoiceocr.cli.app import run
from invoiceocr.cli.commands.batch import Engine, Reading, Running, _work
from invoiceocr.settings import Settings

Capture = pytest.CaptureFixture[bytes]
Write = Callable[..., None]
FAKED = (
    "import fake_reader, invoiceocr.batch.factory as f; f.build_reader = fake_reader.FakeReader; "
    "from invoiceocr.cli import main; main()"
)


def start(*arguments: str) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-c", FAKED, "batch", *arguments]
    return subprocess.Popen(
        program, env=environment(LANG="en_US.UTF-8"), stderr=subprocess.PIPE, start_new_session=True
    )


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def results(out: str = "out") -> list[dict[str, object]]:
    return [line for path in sorted(Path(out).glob("results-*.jsonl")) for line in lines(path)]


def names(found: list[dict[str, object]]) -> list[str]:
    return sorted(Path(str(line["source"])).name for line in found)


def test_a_batch_has_a_line_a_file_a_list_of_failures_and_a_manifest(claims: Write) -> None:
    claims(**{"box/a.pdf": "accept", "box/b.pdf": "review", "box/c.pdf": "broken", "box/notes.txt": "alien"})

    assert run(["batch", "box", "--out", "out", "--jobs", "2"]) == 3

    manifest = json.loads(Path("out/manifest.json").read_text())
    assert names(results()) == ["a.pdf", "b.pdf", "c.pdf", "notes.txt"]
    assert names(lines(Path("out/failed.jsonl"))) == ["c.pdf"]
    assert (manifest["state"], manifest["files"], manifest["accepted"], manifest["skipped"]) == ("done", 4, 1, 1)


def test_a_file_whose_name_is_no_utf8_is_read_once(claims: Write) -> None:
    claims(**{"\udcb7\udca2.pdf": "accept"})
    arguments = ["batch", "\udcb7\udca2.pdf", "--out", "out", "--jobs", "1"]

    assert [run(arguments), run(arguments)] == [0, 0]
    assert [line["source"] for line in results()] == ["\udcb7\udca2.pdf"]


def test_files_that_kill_or_hang_their_worker_are_quarantined(claims: Write) -> None:
    claims(**{"box/a.pdf": "accept", "box/b.pdf": "crash", "box/c.pdf": "slow", "box/d.pdf": "accept"})

    assert run(["batch", "box", "--out", "out", "--jobs", "2", "--timeout", "2"]) == 4

    codes = {Path(str(line["source"])).name: line["error"]["code"] for line in lines(Path("out/failed.jsonl"))}  # type: ignore[index]
    assert codes == {"b.pdf": "crashed", "c.pdf": "timed_out"}
    assert names(results()) == ["a.pdf", "b.pdf", "c.pdf", "d.pdf"]


def test_a_second_run_reads_only_what_is_new(claims: Write) -> None:
    claims(**{"box/a.pdf": "accept"})
    run(["batch", "box", "--out", "out", "--jobs", "1"])
    claims(**{"box/a.pdf": "review", "box/b.pdf": "accept"})

    assert run(["batch", "box", "--out", "out", "--jobs", "1"]) == 0
    assert names(results()) == ["a.pdf", "b.pdf"]


def test_files_of_an_earlier_run_that_are_not_given_again_count_too(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"box/a.pdf": "accept", "box/b.pdf": "accept"})
    run(["batch", "box", "--out", "out", "--jobs", "1"])
    claims(**{"box/c.pdf": "accept"})

    run(["batch", "box/b.pdf", "box/c.pdf", "--out", "out", "--jobs", "1"])

    assert capsysbinary.readouterr().err.splitlines()[-1].startswith(b"3/3 ")


def test_a_batch_with_other_settings_goes_on_only_when_told_to(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"box/a.pdf": "accept"})
    run(["batch", "box", "--out", "out", "--jobs", "1"])

    assert run(["batch", "box", "--out", "out", "--jobs", "1", "--max-pages", "7"]) == 2
    assert b"--resume" in capsysbinary.readouterr().err
    assert run(["batch", "box", "--out", "out", "--jobs", "1", "--max-pages", "7", "--resume"]) == 0


def test_an_output_folder_inside_the_input_is_no_input(claims: Write) -> None:
    claims(**{"a.pdf": "accept"})
    run(["batch", ".", "--out", "out", "--jobs", "1"])
    run(["batch", ".", "--out", "out", "--jobs", "1"])
    assert names(results()) == ["a.pdf"]


def test_merge_sorts_and_exports_without_what_was_passed_over(claims: Write, capsysbinary: Capture) -> None:
    claims(**{"box/b.pdf": "accept", "box/a.pdf": "review", "box/notes.txt": "alien"})
    run(["batch", "box", "--out", "out", "--jobs", "2"])

    assert run(["batch", "merge", "out", "-o", "all.jsonl"]) == 1
    assert [line["source"] for line in lines(Path("all.jsonl"))] == ["box/a.pdf", "box/b.pdf"]
    assert "crc32" not in lines(Path("all.jsonl"))[0]


def test_merging_a_folder_that_holds_no_batch_is_an_error(claims: Write) -> None:
    claims(**{"box/a.pdf": "accept"})
    assert run(["batch", "merge", "box", "-o", "all.csv"]) == 3
    assert not Path("all.csv").exists()


def test_results_survive_kills_at_any_moment(claims: Write) -> None:
    claims(**{f"box/{number}.pdf": "pause" for number in range(60)})
    chance = random.Random(5)
    for _ in range(4):
        process = start("box", "--out", "out", "--jobs", "2")
        time.sleep(chance.uniform(0.5, 4))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    process = start("box", "--out", "out", "--jobs", "2")
    process.communicate(timeout=120)
    assert names(results()) == sorted(f"{number}.pdf" for number in range(60))


def test_a_signal_ends_a_batch_cleanly(claims: Write) -> None:
    claims(**{f"box/{number}.pdf": "pause" for number in range(500)})
    process = start("box", "--out", "out", "--jobs", "2")
    while not Path("out/results-00001.jsonl").exists() or not Path("out/results-00001.jsonl").stat().st_size:
        assert process.poll() is None
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=30)

    assert process.returncode == 143
    assert b"Traceback" not in told
    assert json.loads(Path("out/manifest.json").read_text())["state"] == "interrupted"


def test_members_of_an_archive_and_paths_of_a_list_have_a_line_each(claims: Write) -> None:
    claims(**{"a.pdf": "accept", "list.txt": "a.pdf\n"})
    with zipfile.ZipFile("claims.zip", "w") as archive:
        archive.writestr("b.pdf", "accept")
        archive.writestr("c.pdf", "review")

    assert run(["batch", "claims.zip", "--files-from", "list.txt", "--out", "out", "--jobs", "1"]) == 1
    assert names(results()) == ["a.pdf", "b.pdf", "c.pdf"]


def test_the_address_of_a_cluster_without_the_engine_is_refused(claims: Write) -> None:
    claims(**{"a.pdf": "accept"})
    assert run(["batch", "a.pdf", "--out", "out", "--address", "auto"]) == 2


def test_a_batch_of_nothing_is_refused() -> None:
    assert run(["batch", "--out", "out"]) == 2


def test_a_duplicate_is_named_and_for_review(claims: Write) -> None:
    from invoiceocr.testing import FakeReader

    claims(**{"in/a.pdf": "x", "in/乙.ofd": "y", "canned/outcomes.json": "{}"})
    told = FakeReader().read_one("one.pdf").model_dump_json()
    Path("canned/outcomes.json").write_text("{}")
    for name in ("a.pdf", "乙.ofd"):
        Path("canned", f"{name}.json").write_text(told, encoding="utf-8")
    words = ["batch", "in", "--out", "out", "--jobs", "1", "--fake", "canned", "--ledger", "l.db"]
    assert run(words) == 1
    told = json.dumps(results())
    assert told.count('"duplicate-claimed"') == 1
    assert run(words) == 1
    assert len(results()) == 2


def test_the_memory_of_this_machine_limits_no_worker_of_a_cluster(tmp_path: Path) -> None:
    """A share of the driver's memory for each of many workers elsewhere would end them for nothing."""
    settings = Settings()
    there = _work(settings, Reading(fake=tmp_path), Running(jobs=64, engine=Engine.RAY))
    here = _work(settings, Reading(fake=tmp_path), Running(jobs=64))
    asked = _work(settings, Reading(fake=tmp_path), Running(jobs=64, engine=Engine.RAY, memory=500))
    assert there.limits.memory_bytes is None
    assert here.limits.memory_bytes == share_of_memory(64)
    assert asked.limits.memory_bytes == 500_000_000


def test_of_a_batch_that_is_done_no_time_is_left(claims: Write, capsys: pytest.CaptureFixture[str]) -> None:
    claims(**{"in/a.pdf": "accept"})
    for _ in range(2):
        assert run(["batch", "in", "--out", "out"]) == 0
    told = capsys.readouterr().err.splitlines()[-1]
    assert "0:00:00" in told
    assert "?" not in told
