import json
from pathlib import Path

import pytest

from invoiceocr.scoring.documents import find_sets, leaves


def put(folder: Path, labels: Path, name: str) -> None:
    """A file with its label."""
    labels.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"x")
    label = {"file": name, "invoices": [{"page": 1, "fields": {"number": "12345678"}}], "unsure": ["total"]}
    (labels / f"{name}.json").write_text(json.dumps(label), encoding="utf-8")


def test_a_folder_with_its_labels_is_one_set(tmp_path: Path) -> None:
    put(tmp_path / "票据", tmp_path / "票据" / "labels", "甲.pdf")
    (found,) = find_sets(tmp_path / "票据")
    assert found.name == "票据"
    assert found.documents[0].invoices == ({"number": "12345678"},)
    assert found.documents[0].unsure == {"total"}


def test_each_folder_of_labels_is_a_set_by_its_name(tmp_path: Path) -> None:
    put(tmp_path / "scans", tmp_path / "labels" / "scans", "a.jpg")
    put(tmp_path / "ofd", tmp_path / "labels" / "ofd", "b.ofd")
    assert [found.name for found in find_sets(tmp_path)] == ["ofd", "scans"]


def test_a_label_without_its_file_is_an_error_that_names_both(tmp_path: Path) -> None:
    put(tmp_path, tmp_path / "labels", "a.jpg")
    (tmp_path / "a.jpg").unlink()
    with pytest.raises(ValueError, match=r"a\.jpg\.json: there is no .*a\.jpg"):
        find_sets(tmp_path)


def test_a_folder_without_labels_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="labels"):
        find_sets(tmp_path)


def test_ofd_files_have_no_pixels_for_engines_and_pdf_files_must_be_drawn(tmp_path: Path) -> None:
    for name in ("a.JPG", "b.pdf", "c.ofd"):
        put(tmp_path, tmp_path / "labels", name)
    (found,) = find_sets(tmp_path)
    assert [(each.is_picture, each.has_pixels) for each in found.documents] == [
        (True, True),
        (False, True),
        (False, False),
    ]


def test_leaves_are_named_by_path_and_leave_lists_out() -> None:
    fields = {"number": "1", "buyer": {"name": "某某公司"}, "items": [{"name": "纸"}], "seller": None}
    assert dict(leaves(fields)) == {"number": "1", "buyer.name": "某某公司", "seller": None}
