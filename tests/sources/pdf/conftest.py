import pytest

from invoiceocr.sources.pdf import probe as pdf_probe


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that another process is asked to draw first, in place of drawing them there."""
    names: list[str] = []
    monkeypatch.setattr(pdf_probe, "check", lambda data, name, pages: names.append(name))
    return names
