from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fake_reader import FakeReader

from invoiceocr.batch import factory

Write = Callable[..., None]


@pytest.fixture(autouse=True)
def fake_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands read with the fake, in a known language."""
    monkeypatch.setattr(factory, "build_reader", FakeReader)
    for name in ("INVOICEOCR_LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")


@pytest.fixture
def claims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes files into the current folder: claims(**{"a.pdf": "accept"})."""
    monkeypatch.chdir(tmp_path)

    def write(**files: str) -> None:
        for name, word in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(word)

    return write
