import os
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from invoiceocr.bots import claims as claims_module
from invoiceocr.bots.claims import PLAN, STATES, Claims

ClaimsOf = Callable[[Path, Path], Claims]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a process can't be made to look dead here")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "票.pdf").write_bytes(b"bytes")
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def claims_of() -> Iterator[ClaimsOf]:
    """Makes claims as a process does; those that the test leaves open end as if it was killed."""
    made: list[Claims] = []

    def make(inbox: Path, out: Path) -> Claims:
        made.append(Claims(inbox, out))
        return made[-1]

    yield make
    for claims in made:
        die(claims)


def die(claims: Claims) -> None:
    """What the system does when a process is killed: its lock is gone, nothing else happens."""
    claims._lock.close()


def files(folder: Path) -> dict[str, bytes]:
    """Everything below *folder* that isn't of the watcher itself."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found if "/." not in str(path)}


def test_a_claimed_file_is_gone_from_the_inbox_and_can_be_read(inbox: Path, out: Path, claims_of: ClaimsOf) -> None:
    claim = claims_of(inbox, out).take(inbox / "票.pdf")
    assert claim is not None
    assert claim.path.read_bytes() == b"bytes"
    assert files(inbox) == {}


def test_two_processes_do_not_claim_the_same_file(inbox: Path, out: Path, claims_of: ClaimsOf) -> None:
    assert claims_of(inbox, out).take(inbox / "票.pdf") is not None
    assert claims_of(inbox, out).take(inbox / "票.pdf") is None


def test_a_finished_file_lies_beside_its_side_car(inbox: Path, out: Path, claims_of: ClaimsOf) -> None:
    claims = claims_of(inbox, out)
    claim = claims.take(inbox / "票.pdf")
    assert claim is not None
    claims.finish(claim, "done", b"{}")
    claims.close()
    assert files(out) == {"done/票.pdf": b"bytes", "done/票.pdf.json": b"{}"}
    assert not (out / ".claims").exists()


def test_a_file_of_the_same_name_replaces_nothing(inbox: Path, out: Path, claims_of: ClaimsOf) -> None:
    for content in (b"first", b"second"):
        (inbox / "票.pdf").write_bytes(content)
        claims = claims_of(inbox, out)
        claim = claims.take(inbox / "票.pdf")
        assert claim is not None
        claims.finish(claim, "done", content)
        claims.close()
    assert files(out) == {
        "done/票.pdf": b"first",
        "done/票.pdf.json": b"first",
        "done/票 (2).pdf": b"second",
        "done/票 (2).pdf.json": b"second",
    }


def test_what_is_not_read_is_given_back(inbox: Path, out: Path, claims_of: ClaimsOf) -> None:
    claims = claims_of(inbox, out)
    claims.take(inbox / "票.pdf")
    claims.close()
    assert files(inbox) == {"票.pdf": b"bytes"}


def test_an_unread_file_of_a_dead_process_is_read_again(inbox: Path, out: Path, claims_of: ClaimsOf) -> None:
    dead = claims_of(inbox, out)
    dead.take(inbox / "票.pdf")
    die(dead)
    (claim,) = claims_of(inbox, out).adopt()
    assert (claim.name, claim.tries, claim.path.read_bytes()) == ("票.pdf", 2, b"bytes")


def test_a_file_of_a_living_process_is_left_to_it(inbox: Path, out: Path, claims_of: ClaimsOf) -> None:
    living = claims_of(inbox, out)
    living.take(inbox / "票.pdf")
    assert list(claims_of(inbox, out).adopt()) == []


@pytest.mark.parametrize("steps", range(4))
def test_a_file_that_was_read_is_brought_to_its_end_after_a_kill_between_any_two_steps(
    inbox: Path, out: Path, claims_of: ClaimsOf, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = claims_of(inbox, out)
    claim = dead.take(inbox / "票.pdf")
    assert claim is not None
    kill_after(steps, monkeypatch)
    with pytest.raises(Killed):
        dead.finish(claim, "review", b"{}")
    monkeypatch.undo()
    die(dead)

    left = list(claims_of(inbox, out).adopt())

    assert left == []
    assert files(out) == {"review/票.pdf": b"bytes", "review/票.pdf.json": b"{}"}
    assert not list(out.rglob(PLAN))
    assert not list((out / ".names").iterdir())


class Killed(BaseException):
    pass


def kill_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let *steps* of what follows the plan happen, then nothing more."""
    left = iter(range(steps))

    def counted(real: object) -> object:
        def step(*arguments: object, **options: object) -> object:
            if next(left, None) is None:
                raise Killed
            return real(*arguments, **options)  # type: ignore[operator]

        return step

    monkeypatch.setattr(claims_module, "_move", counted(claims_module._move))
    monkeypatch.setattr(claims_module, "_remove", counted(claims_module._remove))
    if steps == 3:
        monkeypatch.setattr(claims_module, "_remove", lambda folder: (_ for _ in ()).throw(Killed()))


def test_a_name_that_a_dead_process_reserved_is_free_again(inbox: Path, out: Path, claims_of: ClaimsOf) -> None:
    dead = claims_of(inbox, out)
    claim = dead.take(inbox / "票.pdf")
    assert claim is not None
    dead._reserve(claim)
    die(dead)

    living = claims_of(inbox, out)
    (again,) = living.adopt()
    living.finish(again, "done", b"{}")
    assert files(out) == {"done/票.pdf": b"bytes", "done/票.pdf.json": b"{}"}


def test_states_are_the_folders_of_the_contract(inbox: Path, out: Path, claims_of: ClaimsOf) -> None:
    claims_of(inbox, out)
    assert {path.name for path in visible(out)} == set(STATES)


def visible(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if not path.name.startswith("."))


@pytest.mark.parametrize(
    "name", [os.fsdecode(b"\xb7\xa2\xc6\xb1.pdf"), f"{'票' * 83}.pdf", f"{'x' * 251}.pdf", f"a.{'x' * 253}"]
)
def test_a_file_whose_name_is_no_text_or_leaves_no_room_comes_to_its_end(
    inbox: Path, out: Path, claims_of: ClaimsOf, name: str
) -> None:
    (inbox / name).write_bytes(b"other")
    claims = claims_of(inbox, out)
    claim = claims.take(inbox / name)
    assert claim is not None

    sidecar = claims.finish(claim, "done", b"{}")

    assert sidecar.read_bytes() == b"{}"
    kept = sidecar.with_name(sidecar.name.removesuffix(".json"))
    assert kept.read_bytes() == b"other"
    assert name.startswith(kept.name.removesuffix(".pdf"))


def test_two_long_names_with_one_beginning_stay_two_files(inbox: Path, out: Path, claims_of: ClaimsOf) -> None:
    claims = claims_of(inbox, out)
    for end in "ab":
        name = f"{'x' * 250}{end}.pdf"
        (inbox / name).write_bytes(end.encode())
        claim = claims.take(inbox / name)
        assert claim is not None
        claims.finish(claim, "done", b"{}")

    assert sorted(path.read_bytes() for path in (out / "done").glob("*.pdf")) == [b"a", b"b"]


def test_a_link_that_cannot_be_made_anew_is_claimed_as_it_is(
    inbox: Path, out: Path, claims_of: ClaimsOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    (inbox / "link.pdf").symlink_to("../elsewhere.pdf")
    claims = claims_of(inbox, out)
    monkeypatch.setattr(Path, "symlink_to", refuse)

    claim = claims.take(inbox / "link.pdf")

    assert claim is not None
    claims.finish(claim, "failed", b"{}")
    assert (out / "failed" / "link.pdf").is_symlink()


def test_a_relative_link_of_a_process_that_died_as_it_took_it_leads_to_its_file(
    inbox: Path, out: Path, claims_of: ClaimsOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox.parent / "elsewhere.pdf").write_bytes(b"linked")
    (inbox / "link.pdf").symlink_to("../elsewhere.pdf")
    dead = claims_of(inbox, out)
    with monkeypatch.context() as patched:
        patched.setattr(os, "readlink", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            dead.take(inbox / "link.pdf")
    die(dead)

    (claim,) = claims_of(inbox, out).adopt()

    assert claim.path.read_bytes() == b"linked"


def test_a_relative_link_leads_to_its_file_from_where_it_is_moved(inbox: Path, out: Path, claims_of: ClaimsOf) -> None:
    (inbox.parent / "elsewhere.pdf").write_bytes(b"linked")
    (inbox / "link.pdf").symlink_to("../elsewhere.pdf")
    claims = claims_of(inbox, out)

    claim = claims.take(inbox / "link.pdf")

    assert claim is not None
    assert claim.path.read_bytes() == b"linked"
    claims.finish(claim, "done", b"{}")
    assert (out / "done" / "link.pdf").read_bytes() == b"linked"
