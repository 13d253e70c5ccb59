import json
from datetime import date
from decimal import Decimal

import pytest
from explained import misread_tax_id, trace_of
from repair_cases import TAX_ID

from invoiceocr.export.explanation.build import explain
from invoiceocr.export.explanation.plain import as_plain
from invoiceocr.export.titles import Title
from invoiceocr.geometry import Box


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Decimal("10.00"), "10.00"),
        (date(2025, 3, 5), "2025-03-05"),
        (Title("税", "tax"), {"zh": "税", "en": "tax"}),
        (Box(0, 1, 2, 3), [0, 1, 2, 3]),
        ((None, True, 1.5), [None, True, 1.5]),
    ],
)
def test_values_are_as_in_the_output_contract(value: object, plain: object) -> None:
    assert as_plain(value) == plain


def test_an_explanation_is_json_without_its_pictures() -> None:
    plain = json.loads(json.dumps(as_plain(explain(trace_of(misread_tax_id()), "seller.tax_id"))))

    (field,) = plain["fields"]
    assert "pictures" not in plain
    assert (field["proof"]["value"], field["proof"]["repaired"]) == (TAX_ID, True)
    assert field["repair"]["places"] == [[8, "8", "5"]]
    assert field["repair"]["constraints"][0]["rule"] == "seller-tax-id-checksum"
    assert field["readings"][0]["characters"][7]["alternatives"] == [["5", pytest.approx(0.2)]]
