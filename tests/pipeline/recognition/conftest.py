import pytest
from fake_text_reader import FakeTextReader

from invoiceocr.ocr import engine


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeTextReader]:
    """No models: what is tested is what happens around them."""
    monkeypatch.setattr(engine, "TextReader", FakeTextReader)
    FakeTextReader.built = []
    return FakeTextReader
