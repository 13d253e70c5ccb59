from pathlib import Path

import kind_pages as pages
import pytest

from invoiceocr.errors import SchemaError
from invoiceocr.page import Page

BODY = """
fields:
  legs: {type: rows, fields: {origin: {type: text}, goal: {type: text}, flight: {type: flight_number}}}
phrases: {from: [^自:], to: [^至:]}
blocks:
  - legs:
      rows: legs
      from: origin
      to: goal
      stops: {label: [from, to], like: ['^(?!VOID)(\\p{Han}{2,8})']}
      patterns: ['(?P<flight>[A-Z]{2}\\d{4})']
"""


def journey(*flights: float) -> Page:
    """Three places, and flights at these levels."""
    captions = [("自:", "东山"), ("至:", "西河"), ("至:", "南江"), ("至:", "VOID")]
    places = [
        pages.line(text, x, 100 + 40 * i)
        for i, pair in enumerate(captions)
        for text, x in zip(pair, (60, 110), strict=True)
    ]
    rides = [pages.line(f"XX123{i}", 400, y) for i, y in enumerate(flights)]
    return pages.page(*places, *rides)


def test_each_ride_goes_from_its_place_to_the_next(tmp_path: Path) -> None:
    found = pages.values(pages.reader(tmp_path, BODY)(journey(100, 140))[1])

    assert found == {
        "legs.0.origin": "东山",
        "legs.0.goal": "西河",
        "legs.0.flight": "XX1230",
        "legs.1.origin": "西河",
        "legs.1.goal": "南江",
        "legs.1.flight": "XX1231",
    }


def test_print_a_line_low_is_counted_not_measured(tmp_path: Path) -> None:
    found = pages.values(pages.reader(tmp_path, BODY)(journey(136, 176))[1])

    assert (found["legs.0.flight"], found["legs.1.flight"]) == ("XX1230", "XX1231")


def test_where_a_ride_is_lost_the_other_belongs_to_the_nearest_place(tmp_path: Path) -> None:
    found = pages.values(pages.reader(tmp_path, BODY)(journey(142))[1])

    assert "legs.0.flight" not in found
    assert found["legs.1.flight"] == "XX1230"


def test_one_place_is_no_journey(tmp_path: Path) -> None:
    page = pages.rows([("自:", 60), ("东山", 110), ("XX1234", 400)])

    assert pages.values(pages.reader(tmp_path, BODY)(page)[1]) == {}


def test_a_field_that_the_rows_lack_is_told(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"did you mean 'legs\.goal'"):
        pages.reader(tmp_path, BODY.replace("to: goal", "to: goals"))
