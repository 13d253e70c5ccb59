"""Names of files that every system takes."""

import pytest
import samples

from invoiceocr.errors import SettingsError
from invoiceocr.export.files.naming import LONGEST_BYTES, pattern, safe_name
from invoiceocr.export.sheets.ledger_columns import Listed
from invoiceocr.invoice import Party, VatInvoice
from invoiceocr.kinds import builtin


def listed(invoice: VatInvoice) -> Listed:
    return Listed(samples.accepted(), invoice, 1, builtin())


def path(text: str, **changes: object) -> tuple[str, ...]:
    return pattern(text, builtin()).path(listed(samples.accepted_invoice(**changes)))


def test_a_name_is_made_of_the_fields() -> None:
    named = path("{issue_date}_{seller.name}_{total}_{number}")

    assert named == (f"2025-03-05_样例软件（上海）有限公司_113.00_{samples.NUMBER}",)


def test_a_slash_of_the_pattern_parts_folders_but_one_of_a_value_does_not() -> None:
    assert path("{issue_date:%Y-%m}/{seller.name}", seller=Party(name="甲/乙\\..")) == ("2025-03", "甲_乙_")


@pytest.mark.parametrize(
    "name", ["CON", "com1.txt", "nul", "..", " ", "a.", ".hidden", 'a<>:"|?*b', "a\u202eb", "长" * 300]
)
def test_a_name_is_one_that_every_system_takes(name: str) -> None:
    safe = safe_name(name)

    assert safe
    assert len(safe.encode()) <= LONGEST_BYTES + 1
    assert not set(safe) & set('<>:"/\\|?*\u202e')
    assert not safe.endswith((".", " "))
    assert not safe.startswith(".")
    assert safe.lower() not in ("con", "nul", "com1.txt")


def test_a_doubtful_or_empty_field_of_the_pattern_is_told() -> None:
    names = pattern("{code}_{total}_{seller.name}", builtin())

    assert names.doubts(listed(samples.doubtful_invoice())) == ("价税合计", "销售方名称")
    assert names.doubts(listed(samples.accepted_invoice(code="1"))) == ()


@pytest.mark.parametrize("text", ["invoice", "{seller.nam}", "{number", "/{number}", "{number}/../x", "{number}//x"])
def test_a_pattern_that_makes_no_names_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        pattern(text, builtin())
