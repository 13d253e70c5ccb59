from dataclasses import replace
from decimal import Decimal

from explained import HOSTILE, MISREAD, misread_tax_id, printed, trace_of
from lattices import of_steps, read_again, recognized
from repair_cases import TAX_ID
from witnesses import said

from invoiceocr.adjudication.trace import InvoiceTrace
from invoiceocr.export.explanation.build import explain
from invoiceocr.export.explanation.text import as_text
from invoiceocr.invoice import OtherDocument


def told(trace: InvoiceTrace, field: str, language: str = "zh") -> str:
    return as_text(explain(trace, field), language)


def test_a_field_is_told_in_chinese() -> None:
    text = told(trace_of(misread_tax_id()), "seller.tax_id")

    assert text.startswith("a.png · 电子发票（普通发票） · 第 1 页 · 结论：复核\n")
    assert f"销售方税号 seller.tax_id：{TAX_ID} · 已识别 99." in text
    assert f"  原文  {MISREAD}\n" in text
    assert f"  佐证  ✗ 图像识别 {MISREAD}\n" in text
    assert "  纠正  第 8 位 8→5：销售方税号的校验位应正确\n" in text
    assert "  字符  第 8 位 8 79.9%：5 20.0%\n" in text
    assert f"  各处读数  ✗ 图像识别 {MISREAD} " in text
    assert "✓ seller-tax-id-checksum 销售方税号的校验位应正确" in text


def test_a_title_that_is_the_path_is_told_once() -> None:
    assert "\ntotal: " in told(trace_of(misread_tax_id()), "total", "en")


def test_a_field_is_told_in_english() -> None:
    text = told(trace_of(misread_tax_id()), "seller.tax_id", "en")

    assert text.startswith("a.png · fully digital ordinary invoice · page 1 · verdict: review\n")
    assert f"seller tax id seller.tax_id: {TAX_ID} · read 99." in text
    assert "  repair  character 8 8 → 5: " in text
    assert "  characters  character 8 8 79.9%: 5 20.0%\n" in text
    assert "销售方" not in text


def test_a_failed_rule_tells_severity_title_and_message() -> None:
    text = told(trace_of(recognized("total", "186.00")), "total")

    assert "✗ [错误] total-adds-up 价税合计应等于金额加税额：" in text


def test_a_witness_against_the_value_has_a_cross() -> None:
    trace = trace_of(said("total", "186.00", "xml"), said("total", "113.00", "text_layer"))

    assert "✗ PDF 文字层 113.00" in told(trace, "total")


def test_a_gap_that_may_not_be_empty_is_told_behind_its_character() -> None:
    gap = of_steps({"1": 0.999}, {"": 0.8, "1": 0.0, ".": 0.2}, {"3": 0.999})
    total = replace(printed("total", "13", Decimal(13)), lattice=gap)

    assert "第 1 位之后 无 80.0%：. 20.0%" in told(trace_of(total), "total")
    assert "after character 1 nothing 80.0%: . 20.0%" in told(trace_of(total), "total", "en")


def test_a_blank_can_be_seen_and_what_is_stated_outright_has_no_page() -> None:
    pixels = replace(printed("total", "1 3", Decimal(113)), lattice=of_steps({" ": 0.7, "": 0.3}))

    text = told(trace_of(pixels, said("total", "113.00", "xml")), "total", "en")

    assert "  characters  character 1 ␣ 70.0%: nothing 30.0%\n" in text
    assert "  readings  ✓ XML 113.00\n" in text


def test_a_field_that_was_not_found_says_so() -> None:
    assert "发票号码 number：没有找到 · 缺失\n" in told(trace_of(), "number")


def test_what_a_page_prints_does_not_control_the_terminal() -> None:
    text = told(trace_of(printed("seller.name", "\x1b[2J\nfree", HOSTILE + "\x1b[2J")), "seller.name")

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "  原文  [2J free\n" in text


def test_a_document_without_fields_says_so() -> None:
    trace = InvoiceTrace(OtherDocument(source="a.png"), {})

    assert as_text(explain(trace), "en") == "a.png · other · verdict: review\n\nno fields\n"


def test_the_second_reading_is_told_among_witnesses_and_readings() -> None:
    first = recognized("total", "113.00")
    trace = trace_of(first, read_again(first, "¥118.00"))

    assert "  佐证  ✓ 图像识别 113.00\n        ✗ 图像复读 118.00\n" in told(trace, "total")
    assert "✗ second reading 118.00 “¥118.00”" in told(trace, "total", "en")
    assert "two recognizers read total differently: 113.00; 118.00" in told(trace, "total", "en")
