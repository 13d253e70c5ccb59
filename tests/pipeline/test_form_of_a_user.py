"""A user's form with parties, a ruled table and sums, told by YAML alone and read from a drawn page."""

from decimal import Decimal
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn import paper

from invoiceocr.invoice import Invoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings

KIND = r"""
kind: supply_bill
extends: _invoice
family: [supply]
title: {zh: 供货结算单, en: supply bill}
fields:
  number: {type: identifier, key: true, expected: true, title: {zh: 结算单号, en: bill number}}
  shipper: {type: party, title: {zh: 供货方, en: shipper}}
  receiver: {type: party, title: {zh: 收货方, en: receiver}}
  sum_of_goods: {type: sum, title: {zh: 货款, en: sum of goods}}
  sum_of_freight: {type: sum, title: {zh: 运费, en: sum of freight}}
  goods:
    type: rows
    model: SuppliedGood
    title: {zh: 货物, en: goods}
    fields:
      article: {type: text, title: {zh: 品名, en: article}}
      count: {type: quantity, title: {zh: 件数, en: count}}
      price: {type: unit_price, title: {zh: 单价, en: price}}
      worth: {type: money, title: {zh: 货款, en: worth}}
      freight: {type: money, title: {zh: 运费, en: freight}}
  memo: {type: text, title: {zh: 附言, en: memo}}
match:
  titles: [{pattern: ^供货结算单$, weight: 6}]
phrases:
  bill_number: [^结算单号]
  shipper_side: [^供货方$]
  receiver_side: [^收货方$]
  firm: [^单位名称]
  firm_id: [^信用代码]
  article: [^品名$]
  pieces: [^件数$]
  price: [^单价$]
  worth: [^货款$]
  freight: [^运费$]
  totals: [^总计$]
  spelled: [^应付总额]
  figure: [^小写]
  memo: [^附言]
layout:
  header: header
  lines:
    header: [article, pieces, price, worth, freight]
    totals: [totals]
    spelled: [spelled]
  regions:
    shipper: {bottom: header, right: receiver_side, split: [firm, firm_id]}
    receiver: {bottom: header, left: receiver_side, split: [firm, firm_id]}
    memo: {top: spelled, left: memo}
blocks:
  - key_value: {fields: {number: {label: bill_number, like: ['^[A-Z]{2}\d{6}$']}}}
  - parties:
      regions: {shipper: shipper, receiver: receiver}
      rows: {name: {label: firm}, tax_id: {label: firm_id}}
  - ruled_table:
      rows: goods
      header: header
      above: spelled
      ends: [totals]
      starts: worth
      leading: article
      product: {of: [count, price], is: worth}
      columns:
        article: {label: article, always: true}
        count: {label: pieces}
        price: {label: price}
        worth: {label: worth, always: true}
        freight: {label: freight}
  - totals:
      words: {field: total_in_words, label: spelled}
      total: {field: total, label: figure}
      sums: {line: totals, label: totals, columns: {sum_of_goods: worth, sum_of_freight: freight}}
  - text_region: {field: memo, region: memo}
"""

TITLE = (560, 15, "供货结算单")
TEXTS = (
    (980, 80, "结算单号：GH240017"),
    (20, 172, "供货方"),
    (150, 140, "单位名称：安平示例建材有限公司"),
    (150, 205, "信用代码：91110105MA01ABCD5F"),
    (690, 172, "收货方"),
    (820, 140, "单位名称：临溪样品施工有限公司"),
    (820, 205, "信用代码：91350100M000100Y43"),
    (120, 260, "品名"), (500, 260, "件数"), (700, 260, "单价"), (930, 260, "货款"), (1180, 260, "运费"),
    (60, 320, "钢卷尺五米"), (510, 320, "12"), (690, 320, "15.50"), (920, 320, "186.00"), (1180, 320, "9.30"),
    (60, 370, "防护手套"), (510, 370, "40"), (690, 370, "3.25"), (920, 370, "130.00"), (1180, 370, "6.50"),
    (120, 450, "总计"), (900, 450, "¥316.00"), (1170, 450, "¥15.80"),
    (60, 510, "应付总额"), (240, 510, "叁佰叁拾壹圆捌角整"), (900, 510, "小写"), (1000, 510, "¥331.80"),
    (60, 580, "附言"), (160, 580, "货到三日内验收"),
)  # fmt: skip
BORDERS, TABLE = (40, 440, 620, 860, 1110, 1340), (245, 430)


def drawn() -> bytes:
    """The bill as a picture, its table ruled."""
    pixels = np.minimum(paper(1400, 660, TEXTS, size=28), paper(1400, 660, [TITLE], size=44))
    for x in BORDERS:
        cv2.line(pixels, (x, TABLE[0]), (x, TABLE[1]), (60, 60, 60), 2)
    return cv2.imencode(".png", pixels)[1].tobytes()


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> Invoice:
    """What is read of the picture by the kind's file alone."""
    folder: Path = tmp_path_factory.mktemp("kinds")
    (folder / "supply_bill.yaml").write_text(KIND, encoding="utf-8")
    with Reader(Settings(kinds=(folder,))) as reader:
        (found,) = reader.read(drawn())
    return found


def test_the_kind_is_known_by_its_title(bill: Invoice) -> None:
    assert (bill.kind, bill.number) == ("supply_bill", "GH240017")


def test_each_party_has_what_stands_in_its_region(bill: Invoice) -> None:
    found = bill.model_dump()

    assert (found["shipper"]["name"], found["shipper"]["tax_id"]) == ("安平示例建材有限公司", "91110105MA01ABCD5F")
    assert (found["receiver"]["name"], found["receiver"]["tax_id"]) == ("临溪样品施工有限公司", "91350100M000100Y43")


def test_the_rows_of_the_ruled_table_have_their_cells(bill: Invoice) -> None:
    rows = [tuple(row.values()) for row in bill.model_dump()["goods"]]

    assert rows == [
        ("钢卷尺五米", Decimal(12), Decimal("15.50"), Decimal("186.00"), Decimal("9.30")),
        ("防护手套", Decimal(40), Decimal("3.25"), Decimal("130.00"), Decimal("6.50")),
    ]


def test_the_sums_are_told_apart_by_their_columns(bill: Invoice) -> None:
    found = bill.model_dump()

    assert (found["sum_of_goods"], found["sum_of_freight"]) == (Decimal("316.00"), Decimal("15.80"))
    assert (bill.total, bill.total_in_words) == (Decimal("331.80"), "叁佰叁拾壹圆捌角整")


def test_the_text_of_a_region_is_one_value(bill: Invoice) -> None:
    assert bill.model_dump()["memo"] == "货到三日内验收"
