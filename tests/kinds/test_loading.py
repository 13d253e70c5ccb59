from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest

from invoiceocr import kinds
from invoiceocr.errors import SchemaError

HEAD = "kind: delivery_note\nextends: _invoice\ntitle: {zh: 送货单, en: delivery note}\n"


def note(folder: Path, text: str) -> kinds.KindSpec:
    """The kind of delivery_note.yaml in *folder* with *text*."""
    (folder / "delivery_note.yaml").write_text(text, encoding="utf-8")
    return kinds.load((folder,))["delivery_note"]


def test_a_kind_has_its_own_fields_behind_those_of_the_file_it_extends(tmp_path: Path) -> None:
    spec = note(tmp_path, HEAD + "fields:\n  driver: {type: person}\n")

    assert list(spec.fields)[:3] == ["code", "number", "issue_date"]
    assert list(spec.fields)[-1] == "driver"


def test_an_attribute_given_again_changes_only_itself(tmp_path: Path) -> None:
    spec = note(tmp_path, HEAD + "fields:\n  total: {expected: true}\n")

    total = spec.fields["total"]
    assert (total.expected, total.type.name, total.title.zh) == (True, "sum", "价税合计")


def test_a_part_of_a_party_can_be_a_key_field(tmp_path: Path) -> None:
    spec = note(tmp_path, HEAD + "fields:\n  carrier: {type: party, fields: {name: {key: true}}}\n")

    assert "carrier.name" in spec.key_fields
    assert "carrier.tax_id" not in spec.key_fields


def test_the_cells_of_rows_are_found_with_row_numbers(tmp_path: Path) -> None:
    spec = note(tmp_path, HEAD + "fields:\n  goods: {type: rows, fields: {weight: {type: measure}}}\n")

    weight = spec.field("goods.11.weight")
    assert weight is not None
    assert (weight.path, weight.group) == ("goods.weight", "item_figures")


def test_own_blocks_can_stand_around_inherited_ones(tmp_path: Path) -> None:
    (tmp_path / "_slip.yaml").write_text("extends: _invoice\nblocks: [{mark: {}}]\n")
    spec = note(tmp_path, HEAD.replace("_invoice", "_slip") + "blocks: {before: [{a: {}}], after: [{z: {}}]}\n")

    assert [next(iter(cast("Mapping[str, object]", block))) for block in spec.blocks] == ["a", "mark", "z"]


def test_a_node_of_a_block_knows_the_file_it_stands_in(tmp_path: Path) -> None:
    (tmp_path / "_slip.yaml").write_text("extends: _invoice\nblocks:\n  - mark: {}\n")
    spec = note(tmp_path, HEAD.replace("_invoice", "_slip"))

    assert spec.place(spec.blocks[0], "mark") == f"{tmp_path / '_slip.yaml'}:3:5"


def test_a_family_stands_for_its_kinds(tmp_path: Path) -> None:
    note(tmp_path, HEAD + "family: logistics\nfields: {driver: {type: person}}\n")

    registry = kinds.load((tmp_path,))
    assert registry.members(("logistics", "toll", "delivery_note")) == ("delivery_note", "toll")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("kind: receipt\n", ":1:1: kind is 'receipt'; it must be the file's name, 'delivery_note'"),
        (HEAD + "feilds: {}\n", ":4:1: 'feilds' is not known; did you mean 'fields'?"),
        (HEAD + "fields:\n  a: {typ: text}\n", ":5:7: 'typ' is not known; did you mean 'type'?"),
        (HEAD + "fields:\n  a: {type: mony}\n", ":5:7: 'mony' is not known; did you mean 'money'?"),
        (HEAD + "fields:\n  a: {}\n", ":5:6: a has no type; known types: text"),
        (HEAD + "fields:\n  a: text\n", ":5:3: a must map names to values"),
        (HEAD + "fields:\n  Total: {type: sum}\n", ":5:3: 'Total' can't be a field"),
        (HEAD + "fields:\n  page: {type: text}\n", ":5:3: 'page' can't be a field"),
        (HEAD + "fields:\n  a: {type: text, key: often}\n", ":5:19: key is true or false"),
        (HEAD + "fields:\n  a: {type: text, group: nmes}\n", ":5:19: 'nmes' is not known; did you mean 'names'?"),
        (HEAD + "fields:\n  a: {type: text, decimals: -1}\n", ":5:19: decimals is a whole number"),
        (HEAD + "fields:\n  a: {type: text, witnesses: [xlm]}\n", "'xlm' is not known; did you mean 'xml'?"),
        (HEAD + "fields:\n  a: {type: rows}\n", ":5:7: rows have fields"),
        (HEAD + "fields:\n  a: {type: text, fields: {b: {type: text}}}\n", "only fields of type party and rows"),
        (HEAD + "fields:\n  a: {type: text, model: A}\n", "only a field of type rows has a model"),
        (HEAD + "fields:\n  total: {type: text}\n", ":5:3: total is a Decimal in every kind; text is a str"),
        (HEAD + "fields:\n  buyer: {fields: {nam: {key: true}}}\n", ":5:20: 'nam' is not known; did you mean 'name'?"),
        (HEAD.replace("_invoice", "_invoce"), ":2:1: '_invoce' is not known; did you mean '_invoice'?"),
        (HEAD.replace("_invoice", "delivery_note"), ":2:1: 'delivery_note' extends this file"),
        (HEAD.replace(", en: delivery note", ""), ":3:1: write title: {zh: 中文名称, en: English name}"),
        (HEAD + "family: {a: b}\n", ":4:1: family is a name or a list of names"),
        (HEAD + "model: note\n", ":4:1: model is the name of a class"),
        (HEAD + "order: first\n", ":4:1: order is a whole number"),
        (HEAD + "fields:\n  a: {type: rows, fields: {b: {type: party}}}\n", "a cell of a row can't be of type party"),
        (HEAD + "blocks: none\n", ":4:1: blocks is a list"),
        (HEAD + "blocks: [key_value]\n", ":4:10: a block maps its type to its entries"),
        (HEAD + "blocks: {after: [5]}\n", ":4:18: a block maps its type to its entries"),
        (HEAD + "blocks: {befor: []}\n", ":4:10: 'befor' is not known; did you mean 'before'?"),
        (HEAD + "match: [title]\n", ":4:1: match must map names to values"),
        ("kind: [\n", "delivery_note.yaml:2:1: "),
        ("- kind\n", ":1:1: a kind is a mapping"),
        ("kind: delivery_note\ntitle: {zh: 甲, en: a}\n", "fields is missing"),
    ],
)
def test_a_wrong_file_says_where_and_what_to_write(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(SchemaError) as raised:
        note(tmp_path, text)

    assert str(raised.value).startswith(f"{tmp_path / 'delivery_note.yaml'}:")
    assert problem in str(raised.value)


def test_a_folder_without_kinds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="no kinds here"):
        kinds.load((tmp_path,))
