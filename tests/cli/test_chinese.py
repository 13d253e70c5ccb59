from pathlib import Path

import pytest

from invoiceocr import kinds
from invoiceocr.cli.chinese import told
from invoiceocr.errors import PackError, SchemaError
from invoiceocr.rules.packs.pack import load_packs

PACK = """pack: own
version: 1
applies_to: [train]
rules:
  - id: dear
    title: {zh: 一, en: one}
    severity: error
    assert: total > 1
    message: {zh: 一, en: one}
"""
KIND = "kind: note\nextends: _invoice\ntitle: {zh: 单, en: note}\nfields:\n  number: {type: text}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PACK.replace("total >", "totl >"), "own.yaml:8:13：没有 totl，是不是 total？"),
        (PACK.replace("severity: error", "severity: eror"), "rules.0.severity 应为 'error', 'warning' or 'info'"),
        (PACK.replace("> 1", '> "1"'), "number 不能与 text 比较"),
        (PACK.replace("> 1", ">"), "不是表达式：invalid syntax"),
        (PACK.replace("    severity: error\n", ""), "规则 dear 缺少 severity"),
    ],
)
def test_the_usual_mistakes_in_a_rule_pack_are_told_in_chinese(tmp_path: Path, text: str, said: str) -> None:
    (file := tmp_path / "own.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(PackError) as raised:
        load_packs([file])

    assert told(raised.value).endswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (KIND.replace("type: text", "typ: text"), "note.yaml:5:12：没有 typ，是不是 type？"),
        (KIND.replace("type: text", "type: text, key: 1"), "key 应为 true 或 false"),
        (KIND.split("fields")[0] + "fields: 1\n", "fields 应写成“名称: 值”"),
    ],
)
def test_the_usual_mistakes_in_a_kind_are_told_in_chinese(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "note.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(SchemaError) as raised:
        kinds.load((tmp_path,))

    assert told(raised.value).endswith(said)


def test_what_nobody_has_put_in_chinese_keeps_its_place_and_its_words() -> None:
    assert told(PackError("own.yaml:1:2: something odd")) == "own.yaml:1:2：something odd"
