from pathlib import Path

import pytest

from invoiceocr import resources


@pytest.mark.parametrize("name", ["schemas", "rules", "models"])
def test_the_data_folders_are_found(name: str) -> None:
    found = resources.folder(name)

    assert found.name == name
    assert any(found.iterdir())


def test_a_folder_that_the_installation_lacks_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"recipes/ .*reinstall"):
        resources.folder("recipes")


def test_the_folder_inside_the_package_wins_over_the_one_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "invoiceocr"
    inside, beside = package / "_data" / "rules", tmp_path / "rules"
    for folder in (inside, beside):
        folder.mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)

    assert resources.folder("rules") == inside

    inside.rmdir()
    assert resources.folder("rules") == beside
