from datetime import date
from pathlib import Path

import kind_pages as pages
import pytest

from invoiceocr.errors import SchemaError

BODY = """
fields:
  lease: {type: rows, fields: {place: {type: text}, start: {type: date}}}
phrases: {remarks: [^备注], drawer: ['开票人:']}
blocks:
  - running_text:
      region: {top: [remarks], bottom: [drawer]}
      rows: lease
      fields:
        place: {like: ['地址:([^;]+)']}
        start: {like: ['租赁期:(\\d{4}-\\d\\d-\\d\\d)']}
"""


def test_a_value_that_wraps_is_one(tmp_path: Path) -> None:
    page = pages.rows(
        [("备注", 60)],
        [("地址：某省东山市江北区某某路一百", 100)],
        [("号二楼；租赁期：2025-", 100)],
        [("01-02", 100)],
        [("开票人：李测试", 100)],
    )

    assert pages.values(pages.reader(tmp_path, BODY)(page)[1]) == {
        "lease.0.place": "某省东山市江北区某某路一百号二楼",
        "lease.0.start": date(2025, 1, 2),
    }


def test_what_stands_outside_the_region_says_nothing(tmp_path: Path) -> None:
    page = pages.rows([("地址：某省西河市", 100)], [("备注", 60)], [("无", 100)], [("开票人：李测试", 100)])

    assert pages.values(pages.reader(tmp_path, BODY)(page)[1]) == {}


def test_a_field_without_a_pattern_is_told(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="'like' is missing"):
        pages.reader(tmp_path, BODY.replace("{like: ['地址:([^;]+)']}", "{}"))


def test_a_number_behind_a_caption_of_several_parties_is_not_placed(tmp_path: Path) -> None:
    body = """
    fields: {tax_number: {type: tax_id}}
    blocks: [{running_text: {SHARED fields: {tax_number: {like: ['税号:([0-9A-Z]{18})']}}}}]
    """
    page = pages.rows([("收款方税号：91110105MA01ABCD5F", 60)])

    def is_placed(shared: str) -> list[bool]:
        return [found.placed for found in pages.reader(tmp_path, body.replace("SHARED", shared))(page)[1]]

    assert (is_placed("shared: true,"), is_placed("")) == ([False], [True])
