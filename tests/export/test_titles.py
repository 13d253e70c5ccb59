from typing import get_args

import pytest

from invoiceocr import errors, proof
from invoiceocr.export import titles
from invoiceocr.export.columns import invoice_columns, invoice_models, list_fields, row_columns
from invoiceocr.export.json_schema import kinds_of


def documented_codes() -> set[str]:
    """The codes that the tree in the docstring of errors.py names."""
    branches = [line for line in (errors.__doc__ or "").splitlines() if "──" in line]
    words = " ".join(line.split("Error", 1)[1] for line in branches).replace(",", " ").split()
    return {word for word in words if "_" in word and word.islower() and word.isidentifier()}


def test_every_field_has_a_title_in_both_languages() -> None:
    names = {name for column in (*invoice_columns(), *row_columns()) for name in column.path.split(".")}
    assert names | set(list_fields()) <= set(titles.FIELDS)


def test_every_kind_has_a_title() -> None:
    assert {kind for model in invoice_models() for kind in kinds_of(model)} <= set(titles.KINDS)


def test_every_error_code_has_a_title() -> None:
    assert len(documented_codes()) > 15
    assert documented_codes() <= set(titles.ERRORS)


@pytest.mark.parametrize(
    ("literal", "table"),
    [
        (proof.Verdict, titles.VERDICTS),
        (proof.Status, titles.STATUSES),
        (proof.Severity, titles.SEVERITIES),
        (proof.WitnessSource, titles.WITNESSES),
    ],
)
def test_every_word_of_the_contract_has_a_title(literal: object, table: dict[str, titles.Title]) -> None:
    assert set(get_args(literal)) == set(table)


def test_an_unknown_name_stands_for_itself() -> None:
    assert titles.title(titles.FIELDS, "new_field") == ("new_field", "new field")
