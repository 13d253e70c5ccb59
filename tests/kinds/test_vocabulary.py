"""The public lists that fields name."""

from __future__ import annotations

import pytest

from invoiceocr import resources
from invoiceocr.kinds import builtin
from invoiceocr.kinds.vocabulary import FOLDER, letters, names, vocabulary


@pytest.mark.parametrize("name", names())
def test_every_list_names_its_source_and_holds_each_name_once(name: str) -> None:
    head, *lines = (resources.folder("schemas") / FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()

    assert head.startswith("# ")
    assert len(lines) == len(vocabulary(name).entries)


def test_every_list_is_the_vocabulary_of_a_field() -> None:
    used = {field.vocabulary for spec in builtin() for field in spec.leaves()}

    assert used - {""} == set(names())


@pytest.mark.parametrize(
    ("name", "entry", "known"),
    [
        ("stations", "北京南", "beijingnan"), ("divisions", "南京市", ""), ("divisions", "南京", ""),
        ("airports", "PEK", "Beijing"), ("carriers", "东航", "MU"), ("seat_classes", "二等座", ""),
        ("copies", "抵扣联", ""),
    ],
)  # fmt: skip
def test_what_is_known_of_a_name(name: str, entry: str, known: str) -> None:
    assert vocabulary(name).entries[entry] == known


def test_all_beginnings_of_names_are_known() -> None:
    stations = vocabulary("stations")

    assert {"", "北", "北京", "北京南"} <= stations.beginnings
    assert "北京甫" not in stations.beginnings


def test_names_in_letters_are_compared_without_case_and_signs() -> None:
    assert letters("Xi'an Bei") == letters("xianbei")
