from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

pytest.importorskip("requests")
from bench import service


class Reader:
    """Reads everything at once."""

    def __init__(self, _: object) -> None:
        pass

    def read_many(self, files: Iterable[bytes], jobs: int) -> Iterator[SimpleNamespace]:
        return (SimpleNamespace(error=None) for _ in files)


def test_clients_read_a_file_at_each_turn_however_few_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(service, "make", lambda *_, **__: SimpleNamespace(data=b"<a>"))
    monkeypatch.setattr(service, "running", lambda *_: nullcontext(SimpleNamespace(url="")))
    monkeypatch.setattr(service, "_asked", lambda *_: True)
    monkeypatch.setattr(service, "Reader", Reader)
    service.clients(1, "xml")
    told = capsys.readouterr().out
    assert told.count("(1 read)") == service.TURNS
    assert told.endswith(" 0 errors\n")
