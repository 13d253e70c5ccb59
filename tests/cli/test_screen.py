import io
from pathlib import Path

import pytest
import samples
from serving import weigh_bill

from invoiceocr.adjudication.build import build
from invoiceocr.cli.screen import write_table
from invoiceocr.kinds import load
from invoiceocr.proof import Finding
from invoiceocr.result import ReadResult


class Terminal(io.BytesIO):
    def isatty(self) -> bool:
        return True


def shown(*results: ReadResult, language: str = "zh", stream: io.BytesIO | None = None) -> str:
    stream = stream or io.BytesIO()
    write_table(results, stream, language)
    return stream.getvalue().decode()


def test_a_row_says_what_who_how_much_and_whether_to_trust_it() -> None:
    text = shown(samples.accepted())
    assert all(part in text for part in ("电子发票（普通发票）", samples.NUMBER, "2025-03-05", "113.00", "通过"))


def test_headings_and_remarks_follow_the_language() -> None:
    assert "issue date" in shown(samples.reviewed(), language="en")
    assert "100.00 + 6.00 is not 186.00" in shown(samples.reviewed(), language="en")
    assert "100.00 + 6.00 ≠ 186.00" in shown(samples.reviewed())


def test_a_remark_names_a_field_of_a_user_s_kind_by_its_title(tmp_path: Path) -> None:
    kinds, stream = load(weigh_bill(tmp_path)), io.BytesIO()
    finding = Finding(
        rule="own", severity="warning", fields=("load",), message="load 过大", message_en="load: too large"
    )
    bill = build("weigh_bill", {}, "", kinds).model_copy(update={"findings": (finding,), "verdict": "review"})

    write_table([ReadResult(source="a.png", invoices=(bill,))], stream, "zh", kinds)  # type: ignore[arg-type]

    assert "净重 过大" in stream.getvalue().decode()


def test_what_is_not_known_is_a_dash() -> None:
    assert "—" in shown(samples.reviewed())


def test_an_identifier_is_never_cut_however_narrow_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert samples.NUMBER in shown(samples.accepted(), stream=Terminal())


@pytest.mark.parametrize(("columns", "has_both"), [("80", False), ("120", True)])
def test_a_narrow_terminal_leaves_room_for_the_seller_instead_of_kind_and_buyer(
    monkeypatch: pytest.MonkeyPatch, columns: str, has_both: bool
) -> None:
    monkeypatch.setenv("COLUMNS", columns)

    text = shown(samples.accepted(), stream=Terminal())

    assert ("票种" in text, "购买方" in text) == (has_both, has_both)
    assert "销售方" in text


def test_colors_are_for_terminals_only() -> None:
    assert "\x1b[" not in shown(samples.accepted())
    assert "\x1b[32m" in shown(samples.accepted(), stream=Terminal())


def test_what_an_invoice_says_can_not_steer_the_terminal() -> None:
    invoice = samples.accepted_invoice(number="1\x1b[2J", buyer=None)
    result = ReadResult(source="[red]a\x1b[2J", invoices=(invoice,))
    text = shown(result)
    assert "\x1b" not in text
    assert "[red]a" in text
