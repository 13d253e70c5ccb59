"""`joined`: one value from cells that stand apart."""

from pathlib import Path

import kind_pages as pages

BODY = """\
phrases:
  place: [^地址]
  phone: [^电话]
blocks:
  - joined:
      field: seller.address_phone
      parts: [{label: place}, {label: phone, like: ['[0-9-]{7,}']}]
"""


def test_the_parts_are_joined_in_the_order_of_the_block(tmp_path: Path) -> None:
    page = pages.rows([("电话", 500), ("0256-1234567", 600)], [("地址", 100), ("西河市某某路8号", 200)])

    _, found = pages.reader(tmp_path, BODY)(page)

    assert pages.values(found) == {"seller.address_phone": "西河市某某路8号 0256-1234567"}


def test_a_part_that_is_not_printed_is_left_out(tmp_path: Path) -> None:
    _, found = pages.reader(tmp_path, BODY)(pages.rows([("地址", 100), ("西河市某某路8号", 200)], [("电话", 500)]))

    assert pages.values(found) == {"seller.address_phone": "西河市某某路8号"}


def test_nothing_is_said_where_no_part_is_found(tmp_path: Path) -> None:
    _, found = pages.reader(tmp_path, BODY)(pages.rows([("地址", 100)], [("电话", 500)]))

    assert pages.values(found) == {}
