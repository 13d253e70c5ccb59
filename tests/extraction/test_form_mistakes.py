"""Mistakes in the form, the blocks and the match of a kind are told when its file is loaded, with place and name."""

import re
from pathlib import Path

import kind_pages as pages
import pytest

from invoiceocr import kinds, resources
from invoiceocr.errors import SchemaError
from invoiceocr.extraction import schema
from invoiceocr.extraction.extractor import Extractor
from invoiceocr.extraction.match_spec import compile_match

FORM = r"""
phrases:
  caption: [^名称]
  amount: [^金额$]
  spelled: [^大写]
match:
  titles: [{pattern: 小票, weight: 6}]
  above: [caption]
  form: {titled: 1, untitled: 2}
  becomes: {slip: {phrases: [caption]}}
layout:
  header: table
  lines:
    table: [amount]
    words: {phrases: [spelled], outside: caption}
  regions:
    head: {bottom: table}
    sides: {top: table, bottom: words, left: caption, split: [caption]}
  borders: {caption: [spelled]}
  edge: cipher
  slips: {ids: caption, behind: [spelled]}
  papers: {sums: spelled}
  once: [[amount], [spelled]]
blocks:
  - key_value: {region: head, fields: {number: {label: caption}}}
  - parties: {regions: {seller: sides}, rows: {name: {label: caption}}}
  - totals:
      words: {field: total_in_words, label: spelled}
      sums: {line: words, label: spelled, columns: {total: amount}}
  - text_region: {field: number, region: head, seal: {words: 章, echoes: sides}, within: {buyer.name: '买方(.*)'}}
  - shaped_lines: {field: number, region: head, shape: cipher}
  - mark: {field: number, label: caption, unless: {shape: name}}
"""
MISTAKES = [
    ("header: table", "header: tabel", "'tabel' is not known; did you mean 'table'"),
    ("table: [amount]", "table: [amuont]", "'amuont' is not known; did you mean 'amount'"),
    ("outside: caption", "outside: captoin", "'captoin' is not known; did you mean 'caption'"),
    ("bottom: words", "bottom: wrods", "'wrods' is not known; did you mean 'words'"),
    ("split: [caption]", "split: [captain]", "'captain' is not known; did you mean 'caption'"),
    ("borders: {caption", "borders: {captions", "'captions' is not known; did you mean 'caption'"),
    ("edge: cipher", "edge: cypher", "'cypher' is not known; did you mean 'cipher'"),
    ("slips: {ids: caption", "slips: {ids: captoin", "'captoin' is not known; did you mean 'caption'"),
    ("slips: {ids:", "slips: {id:", "'id' is not known; did you mean 'ids'"),
    ("papers: {sums: spelled}", "papers: {sums: speled}", "'speled' is not known; did you mean 'spelled'"),
    ("papers: {sums:", "papers: {sum:", "'sum' is not known; did you mean 'sums'"),
    ("once: [[amount], [spelled]]", "once: [amount, spelled]", "once is a list of lists"),
    ("titles: [{pattern: 小票, weight: 6}]", "titles: 小票", ":10:3: entry 1 must map names to values"),
    ("titles: [{pattern: 小票, weight: 6}]", "titles:", ":10:3: 'titles' is empty"),
    ("weight: 6}]", "weight: .nan}]", "weight is a number"),
    ("{pattern: 小票,", "{pattern: [小票],", "is no regular expression"),
    ("fields: {number: {label: caption}}}", "fields: {number: {label: }}}", "'label' is empty"),
    ("region: head, fields: {number: {label: caption}}", "region: head", "'fields' is missing"),
    ("regions: {seller: sides}", "regions: {}", "regions names no party"),
    ("region: head, fields", "region: haed, fields", "'haed' is not known; did you mean 'head'"),
    ("{seller: sides}", "{saler: sides}", "'saler' is not known; did you mean 'seller'"),
    ("{name: {label: caption}}", "{nmae: {label: caption}}", "is not known"),
    ("line: words", "line: wodrs", "'wodrs' is not known; did you mean 'words'"),
    ("{total: amount}", "{total: amuont}", "'amuont' is not known; did you mean 'amount'"),
    ("echoes: sides", "echoes: side", "'side' is not known; did you mean 'sides'"),
    ("{buyer.name: '", "{buyer.nmae: '", "is not known"),
    ("shape: cipher}", "shape: cypher}", "'cypher' is not known; did you mean 'cipher'"),
    ("unless: {shape: name}", "unless: {shap: name}", "'shap' is not known; did you mean 'shape'"),
    ("above: [caption]", "above: [capton]", "'capton' is not known; did you mean 'caption'"),
    ("{titled: 1", "{titel: 1", "'titel' is not known; did you mean 'titled'"),
    ("{titled: 1, untitled: 2}", "{titled: 1}", "'untitled' is missing"),
    ("{titled: 1, untitled: 2}", "{untitled: 2, coded: 1}", "'titled' is missing"),
    ("{slip: {phrases", "{slip: {phrase", "'phrase' is not known; did you mean 'phrases'"),
]


def test_the_form_loads_as_it_stands(tmp_path: Path) -> None:
    compile_match(pages.reader(tmp_path, FORM))


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES, ids=[new for _, new, _ in MISTAKES])
def test_a_mistake_is_told_with_its_file_and_the_nearest_name(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in FORM

    with pytest.raises(SchemaError, match=re.escape(message)) as caught:
        compile_match(pages.reader(tmp_path, FORM.replace(old, new, 1)))

    assert "slip.yaml:" in str(caught.value)


def test_a_mistake_in_a_block_is_told_before_any_page_is_read(tmp_path: Path) -> None:
    (tmp_path / "slip.yaml").write_text(
        "kind: slip\nextends: _invoice\ntitle: {zh: 小票, en: slip}\nblocks: [{key_values: {}}]\n", encoding="utf-8"
    )

    with pytest.raises(SchemaError, match="did you mean 'key_value'"):
        Extractor(schema.load(resources.folder("schemas")), kinds.load((tmp_path,)))
