from fake_text_reader import PLACE

from invoiceocr.page import TextLine
from invoiceocr.pipeline.recognition import tangles


def line_of(text: str, mean_confidence: float = 0.99) -> TextLine:
    return TextLine(text, PLACE, "ocr", mean_confidence ** len(text))


def test_print_and_form_that_say_different_things_replace_their_tangle() -> None:
    tangle, printed, formed = line_of("规格型号ABC", 0.5), [line_of("ABC-12")], [line_of("规格型号")]

    assert tangles._apart(tangle, printed, formed) == [*printed, *formed]


def test_a_clear_line_stays_though_each_ink_by_itself_says_something_else() -> None:
    clear, printed, formed = line_of("12345ABC67", 0.999), [line_of("12345A'C67", 0.98)], [line_of("J", 0.99)]

    assert tangles._apart(clear, printed, formed) == [clear]


def test_words_of_the_form_that_run_through_a_clear_line_are_parted_from_it() -> None:
    tangle, printed, formed = line_of("金12.额50", 0.97), [line_of("12.60", 0.94)], [line_of("金额")]

    assert tangles._apart(tangle, printed, formed) == [*printed, *formed]


def test_a_single_word_of_the_form_that_runs_through_a_clear_line_is_parted_from_it() -> None:
    tangle, printed, formed = line_of("12元.50", 0.97), [line_of("12.60", 0.94)], [line_of("元")]

    assert tangles._apart(tangle, printed, formed) == [*printed, *formed]


def test_a_single_character_that_a_clear_line_does_not_have_is_a_scrap_of_its_print() -> None:
    clear, printed, formed = line_of("12345ABC67", 0.999), [line_of("12345A'C67", 0.98)], [line_of("B心", 0.99)]

    assert tangles._apart(clear, printed, formed) == [clear]


def test_a_clear_line_that_begins_with_the_words_of_the_form_stays() -> None:
    clear, printed, formed = line_of("识别号：123456", 0.999), [line_of("1234<6", 0.98)], [line_of("识别号：", 0.99)]

    assert tangles._apart(clear, printed, formed) == [clear]


def test_a_clear_line_keeps_the_value_whose_ink_by_itself_is_too_faint() -> None:
    clear, unclear, caption = line_of("开票人：张三", 0.996), line_of("开票人：张三", 0.8), line_of("开票人：")

    assert tangles._apart(clear, [], [caption]) == [clear]
    assert tangles._apart(unclear, [], [caption]) == [caption]


def test_inks_that_hold_little_of_a_line_do_not_replace_it() -> None:
    line = line_of("地址、电话：一个很长很长很长很长的地址", 0.7)

    assert tangles._apart(line, [line_of("号")], [line_of("地址")]) == [line]
    assert tangles._apart(line, [line_of("号")], []) == [line]
