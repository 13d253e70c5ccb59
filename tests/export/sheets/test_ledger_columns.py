import pytest

from invoiceocr.errors import SettingsError
from invoiceocr.export.sheets.ledger_columns import ledger_columns
from invoiceocr.kinds import builtin


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("number", "number"),
        ("序号", "no"),
        ("价税合计", "total"),
        ("价税 合计", "total"),
        ("供应商", "seller.name"),
        ("Total", "total"),
    ],
)
def test_a_column_is_known_by_its_name_and_by_what_it_is_called(title: str, path: str) -> None:
    (found,) = ledger_columns([title], builtin())
    assert found.column.path == path


def test_a_column_may_be_called_otherwise() -> None:
    (found,) = ledger_columns(["发票号码=票号"], builtin())
    assert found.column.path == "number"
    assert found.column.title.zh == "票号"


def test_an_unknown_column_is_told_with_the_nearest_one() -> None:
    with pytest.raises(SettingsError, match="do you mean 发票号") as told:
        ledger_columns(["发票号马"], builtin())
    assert told.value.zh == "columns：没有 发票号马 这一列，是不是 发票号？"
