from pathlib import Path

import pytest

from invoiceocr.errors import SettingsError
from invoiceocr.export.json_schema import files, kind_schema
from invoiceocr.kinds import builtin

FOLDER = Path(__file__).parents[2] / "schemas" / "json"


@pytest.mark.parametrize("name", files())
def test_the_schema_in_the_repository_is_fresh(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == files()[name], "run: make schemas"


def test_every_kind_has_a_schema() -> None:
    for kind in builtin().kinds:
        assert kind in str(kind_schema(kind)["properties"]["kind"])


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(SettingsError, match="digital_ordinary"):
        kind_schema("nonsense")
