from typing import get_args

import pytest

from invoiceocr import errors, proof
from invoiceocr.export import titles
from invoiceocr.kinds import builtin


def documented_codes() -> set[str]:
    """The codes that the tree in the docstring of errors.py names."""
    branches = [line for line in (errors.__doc__ or "").splitlines() if "──" in line]
    words = " ".join(line.split("Error", 1)[1] for line in branches).replace(",", " ").split()
    return {word for word in words if "_" in word and word.islower() and word.isidentifier()}


def test_every_field_of_every_kind_has_a_title_in_both_languages() -> None:
    fields = [field for spec in builtin() for top in spec.fields.values() for field in (top, *top.fields)]

    assert not [field.path for field in fields if field.title.zh.isascii() and field.title.zh != "VIN"]
    assert not [field.path for field in fields if not field.title.en.isascii()]


def test_every_kind_has_a_title_in_both_languages() -> None:
    assert not [spec.kind for spec in builtin() if spec.title.zh.isascii() or not spec.title.en.isascii()]


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
    assert titles.field_title("new_field") == ("new_field", "new field")
    assert titles.kind_title("new_kind") == ("new_kind", "new kind")
