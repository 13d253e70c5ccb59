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


class Connection:
    """Keeps what is sent, and answers."""

    status = 200

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> None:
        self.sent.append(body)

    def getresponse(self) -> "Connection":
        return self

    def read(self) -> bytes:
        return b"{}"


def test_the_form_of_a_measured_call_is_made_before_and_sent_at_the_call() -> None:
    connection = Connection()
    call = service.posting(connection, "/ocr", "image", b"a picture")  # type: ignore[arg-type]
    assert connection.sent == []
    call()
    assert b'name="image"; filename="a"\r\n\r\na picture\r\n--' in connection.sent[0]


def test_a_measured_call_that_is_refused_is_no_time() -> None:
    connection = Connection()
    connection.status = 422
    with pytest.raises(RuntimeError, match="422"):
        service.posting(connection, "/ocr", "image", b"")()  # type: ignore[arg-type]
