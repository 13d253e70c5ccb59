import pytest

from invoiceocr.export.explanation.paths import in_order, is_known, nearest_path


def test_paths_stand_in_the_order_of_the_contract_rows_behind_and_the_unknown_last() -> None:
    paths = ["weather", "items.10.name", "items.2.amount", "items.2.name", "total", "code", "total"]

    assert in_order(paths) == ["code", "total", "items.2.name", "items.2.amount", "items.10.name", "weather"]


@pytest.mark.parametrize("path", ["total", "buyer.tax_id", "buyer", "items", "items.3", "items.3.amount", "copy"])
def test_fields_and_what_holds_them_are_known(path: str) -> None:
    assert is_known(path)


@pytest.mark.parametrize("path", ["", "totl", "buyer.", "items.x", "items.0.total", "kind", "evidence", "total.x"])
def test_anything_else_is_not(path: str) -> None:
    assert not is_known(path)


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("totl", "total"),
        ("buyer.taxid", "buyer.tax_id"),
        ("items.4.amuont", "items.4.amount"),
        ("buyer_tax_id", "buyer.tax_id"),
    ],
)
def test_the_nearest_path_is_that_which_was_meant(path: str, meant: str) -> None:
    assert nearest_path(path) == meant
