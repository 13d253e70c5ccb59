import os
import stat
import sys
from pathlib import Path

import pytest

from invoiceocr.errors import OutputError
from invoiceocr.export.files.output import whole_file


def test_the_file_appears_with_its_whole_content(tmp_path: Path) -> None:
    with whole_file(tmp_path / "结果.csv") as stream:
        stream.write(b"all of it")
    assert (tmp_path / "结果.csv").read_bytes() == b"all of it"
    assert [path.name for path in tmp_path.iterdir()] == ["结果.csv"]


def test_nothing_stands_at_the_target_while_it_is_written(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with whole_file(target) as stream:
        stream.write(b"half")
        stream.flush()
        assert not target.exists()


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, OSError])
def test_a_failed_block_leaves_the_old_file_and_no_draft(tmp_path: Path, failure: type[BaseException]) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")

    def write_half() -> None:
        with whole_file(target) as stream:
            stream.write(b"new")
            raise failure

    with pytest.raises(failure):
        write_half()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="directory"), whole_file(tmp_path):
        pytest.fail("the block ran")


def test_a_missing_folder_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No such file"), whole_file(tmp_path / "none" / "out.csv"):
        pytest.fail("the block ran")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_file_is_refused_before_any_work(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"")
    target.chmod(0o400)
    with pytest.raises(OutputError), whole_file(target):
        pytest.fail("the block ran")


def test_a_link_goes_on_pointing_at_the_file_it_names(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(b"old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    with whole_file(tmp_path / "link.csv") as stream:
        stream.write(b"new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"new"


def test_the_permissions_of_a_replaced_file_stay(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")
    target.chmod(0o640)
    with whole_file(target) as stream:
        stream.write(b"new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is of Linux")
def test_a_full_disk_is_an_output_error_and_a_device_stays_a_device() -> None:
    with pytest.raises(OutputError, match="No space"), whole_file(Path("/dev/full")) as stream:
        stream.write(b"x")
    assert not Path("/dev/full").is_file()


def test_the_draft_of_a_run_that_was_killed_is_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".out.csv.deadbeef.part").write_bytes(b"half")
    (tmp_path / ".other.csv.deadbeef.part").write_bytes(b"half")
    with whole_file(tmp_path / "out.csv") as stream:
        stream.write(b"all")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".other.csv.deadbeef.part", "out.csv"]


@pytest.mark.skipif(os.name != "posix", reason="open files of other systems can't be removed anyhow")
def test_the_draft_of_a_run_that_lives_is_left_alone(tmp_path: Path) -> None:
    with whole_file(tmp_path / "out.csv") as first:
        first.write(b"first")
        with whole_file(tmp_path / "out.csv") as second:
            second.write(b"second")
    assert (tmp_path / "out.csv").read_bytes() == b"first"


def test_a_name_as_long_as_file_systems_allow_can_be_written(tmp_path: Path) -> None:
    target = tmp_path / f"{'票' * 83}.csv"

    with whole_file(target) as stream:
        stream.write(b"whole")

    assert [path.name for path in tmp_path.iterdir()] == [target.name]
