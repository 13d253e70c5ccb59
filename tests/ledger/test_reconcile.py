from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import registers
from claimed import NUMBER, invoice, paper, result

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.ledger import Ledger
from invoiceocr.ledger.reconcile import Compared


def reconciled(ledger: Ledger, folder: Path, *rows: dict[str, object]) -> tuple[Compared, ...]:
    return ledger.reconcile(registers.workbook(folder / "全量发票.xlsx", rows), by="erin").lines


def test_an_invoice_in_both_agrees_and_is_verified(any_ledger: Ledger, tmp_path: Path) -> None:
    any_ledger.add(result("a.jpg", invoice(status="read")))

    (line,) = reconciled(any_ledger, tmp_path, registers.row())

    assert (line.state, line.differences) == ("both", ())
    proof = any_ledger.invoice(1).evidence["total"]
    assert (proof.status, proof.witnesses[-1].source) == ("verified", "register")
    assert not any_ledger.verify().problems


def test_each_side_s_own_invoices_are_named(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add(result("a.jpg", paper()))
    seller = {"销方识别号": "91350100M000100Y43", "销方名称": "另一公司"}
    other = registers.row(数电发票号码="25112000000099999999", 价税合计="7.00", **seller)

    lines = reconciled(ledger, tmp_path, other)

    assert [(line.state, line.number) for line in lines] == [
        ("only_theirs", "25112000000099999999"),
        ("only_ours", "12345678"),
    ]


def test_of_two_rows_with_one_number_the_one_with_the_code_has_the_entry(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add(result("a.jpg", paper("12345678", code="031001900204")))
    ledger.add(result("b.jpg", paper("76543210").model_copy(update={"code": None})))

    lines = reconciled(
        ledger,
        tmp_path,
        *(
            registers.row(数电发票号码=None, 发票号码=number, 发票代码=code)
            for number in ("12345678", "76543210")
            for code in (None, "031001900104", "031001900204")
        ),
    )

    assert [(line.state, line.entry_id) for line in lines] == [
        ("only_theirs", None),
        ("only_theirs", None),
        ("both", 1),
        ("both", 2),
        ("only_theirs", None),
        ("only_theirs", None),
    ]


def test_what_the_register_does_not_list_is_not_missed_there(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add(result("a.jpg"))
    ledger.add(result("old.jpg", paper(issue_date=None)))

    assert [line.state for line in reconciled(ledger, tmp_path, registers.row())] == ["both"]


def test_differences_are_named_field_by_field(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add(result("a.jpg"))

    (line,) = reconciled(ledger, tmp_path, registers.row(价税合计="118.00", 购买方名称="另一公司"))

    assert {(item.path, item.ours, item.theirs) for item in line.differences} == {
        ("total", "113.00", "118.00"),
        ("buyer.name", "测试采购有限公司", "另一公司"),
    }
    found = ledger.invoice(1)
    assert (found.verdict, found.evidence["total"].status) == ("review", "doubtful")
    told = {finding.fields: finding.message for finding in found.findings if finding.rule == "register-differs"}
    assert told["total",].startswith("价税合计与税务数字账户不一致")
    assert told["buyer.name",].startswith("购买方名称与")
    assert ledger.history(1)[-1].reason in ("不一致：价税合计、购买方名称", "不一致：购买方名称、价税合计")


@pytest.mark.parametrize(
    ("state", "rule"),
    [
        ("已作废", "register-voided"),
        ("已红冲-全额", "register-reversed"),
        ("已红冲-部分", "register-reversed"),
        ("失控", "register-abnormal"),
    ],
)
def test_voided_reversed_and_abnormal_invoices_are_findings(
    ledger: Ledger, tmp_path: Path, state: str, rule: str
) -> None:
    ledger.add(result("a.jpg"))

    (line,) = reconciled(ledger, tmp_path, registers.row(发票状态=state))

    assert [finding.rule for finding in line.findings] == [rule]
    assert ledger.invoice(1).verdict == "review"


@pytest.mark.parametrize("states", [("未作废", "已作废"), ("已作废", "有效"), ("已红冲-部分", "已作废")])
def test_an_invoice_that_one_of_two_rows_calls_voided_is_voided(
    ledger: Ledger, tmp_path: Path, states: tuple[str, str]
) -> None:
    ledger.add(result("a.jpg"))

    (line,) = reconciled(ledger, tmp_path, *(registers.row(发票状态=state) for state in states))

    assert [finding.rule for finding in line.findings] == ["register-voided"]
    assert ledger.invoice(1).verdict == "review"


@pytest.mark.parametrize("state", ["未作废", "未红冲", "无异常"])
def test_a_state_that_denies_them_is_no_finding(ledger: Ledger, tmp_path: Path, state: str) -> None:
    (line,) = reconciled(ledger, tmp_path, registers.row(发票状态=state, 发票风险等级="无"))

    assert line.findings == ()


@pytest.mark.parametrize("number", ["2.5112E+19", 2.5112000000012346e19])
def test_two_rows_with_one_rounded_number_are_two_invoices(ledger: Ledger, tmp_path: Path, number: object) -> None:
    ledger.add(result("a.jpg", invoice(status="read")))
    ledger.add(result("b.jpg", invoice("25112000000012345679", status="read")))
    row = registers.row(数电发票号码=number)

    lines = reconciled(ledger, tmp_path, row, row)

    assert sorted((line.state, line.entry_id) for line in lines) == [("both", 1), ("both", 2)]
    assert ledger.invoice(1).evidence["total"].status == "read"


def test_a_rounded_number_is_not_that_of_another_seller_or_beginning(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add(result("a.jpg"))
    other = registers.row(数电发票号码="2.5112E+19", 销方名称="另一公司", 销方识别号="91350100M000100Y43")

    lines = reconciled(ledger, tmp_path, other, registers.row(数电发票号码="2.6112E+19"))

    assert [line.state for line in lines] == ["only_theirs", "only_theirs", "only_ours"]


def test_the_row_with_the_number_of_an_entry_comes_before_one_that_is_like_it(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add(result("a.jpg", invoice(status="read")))
    alike = registers.row(数电发票号码="2511200000001234567")

    lines = reconciled(ledger, tmp_path, alike, registers.row())

    assert [(line.state, line.number) for line in lines] == [("only_theirs", "2511200000001234567"), ("both", NUMBER)]


def test_a_risk_is_a_warning(ledger: Ledger, tmp_path: Path) -> None:
    (line,) = reconciled(ledger, tmp_path, registers.row(发票风险等级="疑点发票"))

    assert [(finding.rule, finding.severity) for finding in line.findings] == [("register-risk", "warning")]


def test_a_misread_number_is_found_by_the_rest(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add(result("a.jpg", invoice("25112000000012345878", status="read")))

    (line,) = reconciled(ledger, tmp_path, registers.row())

    assert [(item.path, item.theirs) for item in line.differences] == [("number", NUMBER)]


def test_a_rounded_number_is_compared_by_what_is_left(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add(result("a.jpg"))

    (line,) = reconciled(ledger, tmp_path, registers.row(数电发票号码=float(NUMBER)))

    assert line.state == "both"
    assert "number" not in line.agreeing


def test_a_paper_with_both_numbers_is_known_by_either(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add(result("a.jpg", paper()))

    (line,) = reconciled(ledger, tmp_path, registers.row(发票代码="031001900104", 发票号码="12345678"))

    assert (line.state, line.entry_id) == ("both", 1)


def test_reconciling_again_changes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add(result("a.jpg", invoice(status="read")))

    first = reconciled(ledger, tmp_path, registers.row())
    revision = ledger.entry(1).revision
    second = reconciled(ledger, tmp_path, registers.row())

    assert (first, ledger.entry(1).revision) == (second, revision)


def test_the_history_says_what_the_register_changed(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add(result("a.jpg", invoice(status="read")))

    reconciled(ledger, tmp_path, registers.row())

    event = ledger.history(1)[-1]
    assert (event.action, event.by) == ("reconciled", "erin")
    assert event.new["status"]["total"] == "verified register"  # type: ignore[index]


def test_a_later_claim_of_a_voided_invoice_says_so(ledger: Ledger, tmp_path: Path) -> None:
    reconciled(ledger, tmp_path, registers.row(发票状态="已作废"))

    (marked,) = ledger.mark(result("a.pdf")).invoices

    assert [finding.rule for finding in marked.findings] == ["register-voided"]
    assert marked.verdict == "review"


# witnesses of what is read


def fused(**fields: object) -> dict[str, Fused]:
    said = {path.replace("__", "."): value for path, value in fields.items()}
    found = {path: Candidate(path, value, str(value), "ocr", 0.99) for path, value in said.items()}
    return {path: Fused(candidate, (candidate,)) for path, candidate in found.items()}


READ = {"number": NUMBER, "total": Decimal("113.00"), "issue_date": invoice().issue_date}
SELLER = {"seller__name": "样例商贸(北京)有限公司", "seller__tax_id": "91110105MA01ABCD5F"}


def said(ledger: Ledger, **fields: object) -> list[tuple[str, str]]:
    return [(candidate.path, candidate.source) for candidate in ledger.witnesses(fused(**fields))]


def test_the_register_is_a_witness_of_what_is_read_later(any_ledger: Ledger, tmp_path: Path) -> None:
    reconciled(any_ledger, tmp_path, registers.row())

    assert said(any_ledger, **READ) == [("number", "register"), ("issue_date", "register"), ("total", "register")]


def test_the_register_is_no_witness_of_a_number_alone(ledger: Ledger, tmp_path: Path) -> None:
    reconciled(ledger, tmp_path, registers.row())

    assert said(ledger, number=NUMBER, total=Decimal("118.00")) == []


def test_a_seller_verified_before_is_a_witness(any_ledger: Ledger) -> None:
    any_ledger.add(result("a.pdf"))
    account = {"seller__bank_account": "某某银行 11012345678901"}

    assert said(any_ledger, number="25112000000099999999", **SELLER, **account) == [
        ("seller.name", "ledger"),
        ("seller.tax_id", "ledger"),
        ("seller.bank_account", "ledger"),
    ]


def test_an_invoice_is_no_witness_of_itself(ledger: Ledger) -> None:
    ledger.add(result("a.pdf"))

    assert said(ledger, number=NUMBER, **SELLER) == []


def test_an_unverified_seller_is_no_witness(ledger: Ledger) -> None:
    ledger.add(result("a.jpg", invoice(status="read")))

    assert said(ledger, number="25112000000099999999", **SELLER) == []


def test_another_name_has_no_witness(ledger: Ledger) -> None:
    ledger.add(result("a.pdf"))

    assert said(ledger, number="25112000000099999999", **{**SELLER, "seller__name": "另一公司"}) == []


def test_an_id_of_an_unsure_place_has_no_witness(ledger: Ledger) -> None:
    ledger.add(result("a.pdf"))
    fields = fused(number="25112000000099999999", **SELLER)
    unplaced = replace(fields["seller.tax_id"].chosen, placed=False)
    fields["seller.tax_id"] = Fused(unplaced, (unplaced,))

    assert ledger.witnesses(fields) == ()
