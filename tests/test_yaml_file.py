from pathlib import Path

import pytest

from invoiceocr import yaml_file
from invoiceocr.errors import PackError, SchemaError

TEXT = """\
title: 电子发票
fields:
  - {path: number, type: identifier}
  - path: total
    flag: no
"""


def test_a_file_becomes_dicts_lists_and_scalars(tmp_path: Path) -> None:
    file = tmp_path / "规则.yaml"
    file.write_text("\ufeff" + TEXT, encoding="utf-8")

    data = yaml_file.load(file, SchemaError)

    assert data == {
        "title": "电子发票",
        "fields": [{"path": "number", "type": "identifier"}, {"path": "total", "flag": "no"}],
    }


def test_every_entry_knows_its_line_and_column() -> None:
    data = yaml_file.parse(TEXT, "a.yaml", SchemaError)

    assert yaml_file.position(data, "fields") == (2, 1)
    assert yaml_file.position(data["fields"], 1) == (4, 5)
    assert yaml_file.position(data["fields"][1], "flag") == (5, 5)
    assert yaml_file.position(data["fields"][0]) == (3, 5)


def test_what_has_no_place_stands_at_the_start() -> None:
    data = yaml_file.parse(TEXT, "a.yaml", SchemaError)

    assert yaml_file.position("text", "key") == (1, 1)
    assert yaml_file.position(data, "absent") == (1, 1)


@pytest.mark.parametrize("error", [SchemaError, PackError])
def test_malformed_text_raises_the_callers_error_with_line_and_column(error: type[SchemaError]) -> None:
    with pytest.raises(error, match=r"bad\.yaml:3:1: "):
        yaml_file.parse("a: 1\nb: [1, 2\n: :", "bad.yaml", error)


def test_a_key_named_twice_is_refused() -> None:
    with pytest.raises(PackError, match=r"bad\.yaml:2:1: .*duplicate"):
        yaml_file.parse("a: 1\na: 2\n", "bad.yaml", PackError)


def test_a_missing_file_raises_the_callers_error(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="absent"):
        yaml_file.load(tmp_path / "absent.yaml", SchemaError)


def test_bytes_of_another_encoding_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "gbk.yaml"
    file.write_bytes("名称: 值".encode("gbk"))

    with pytest.raises(SchemaError, match="UTF-8"):
        yaml_file.load(file, SchemaError)


def test_no_tag_makes_an_object_of_another_class() -> None:
    with pytest.raises(SchemaError, match=r"a\.yaml:1:4: the tag .* is not read"):
        yaml_file.parse('a: !!python/object/apply:os.system ["true"]', "a.yaml", SchemaError)


def test_an_empty_file_is_none() -> None:
    assert yaml_file.parse("", "a.yaml", SchemaError) is None
