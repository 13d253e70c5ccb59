from dataclasses import replace
from itertools import pairwise
from typing import cast

import cv2
import drawn
import numpy as np
import pytest

from invoiceocr.geometry import Box, Quad, box_quad
from invoiceocr.ocr import ctc, recognizer
from invoiceocr.ocr.engine import TextReader
from invoiceocr.ocr.recognizer import LineRecognizer, open_recognizer
from invoiceocr.ocr.session import Floats, Network
from invoiceocr.page import Pixels, TextLine


def read(recognize: LineRecognizer, text: str, *, size: int = 24) -> TextLine:
    """The line that is read where *text* is set."""
    width, height = drawn.extent(text, size=size)
    page = drawn.paper(round(width) + 80, round(height) + 40, [(40, 10, text)], size=size)
    return recognize(page, drawn.around(40, 10, text, size=size))


def stacked(text: str, size: int = 32) -> Pixels:
    """Characters under each other."""
    return drawn.paper(
        size + 12, len(text) * (size + 6) + 12, [(6, i * (size + 6), c) for i, c in enumerate(text)], size=size
    )


@pytest.mark.parametrize(
    "text",
    [
        "发票代码",
        "购买方名称：示例科技有限公司",
        "91310000MA1FL00001",
        "¥1,234.56",
        "壹仟贰佰叁拾肆圆伍角陆分",
        "2024年03月05日",
        "7",
        "*信息技术服务*软件开发费",
    ],
)
def test_clear_print_is_read_and_surely(text_reader: TextReader, text: str) -> None:
    line = read(text_reader.recognize, text)

    assert line.text == text
    assert line.confidence > 0.5


@pytest.mark.parametrize("digits", ["100000000000", "00001111000011110000", "2222888800000000"])
def test_runs_of_one_digit_keep_their_length(text_reader: TextReader, digits: str) -> None:
    assert read(text_reader.recognize, digits).text == digits


def test_each_character_has_a_box_around_it(text_reader: TextReader) -> None:
    line = read(text_reader.recognize, "发票代码")

    assert len(line.character_boxes) == len(line.character_confidences) == len(line.character_steps) == 4
    for index, box in enumerate(line.character_boxes):
        assert box.contains(40 + 24 * (index + 0.5), line.box.cy)


def test_the_lattice_leads_from_steps_to_characters(text_reader: TextReader) -> None:
    line = read(text_reader.recognize, "2024年03月05日")

    assert line.lattice is not None
    best = [line.lattice.characters[step][0] for step in line.character_steps]
    assert "".join(best) == line.text


def test_characters_under_each_other_are_read_downwards(text_reader: TextReader) -> None:
    page = stacked("购买方")

    line = text_reader.recognize(page, box_quad(Box(0, 0, page.shape[1], page.shape[0])))

    assert line.text == "购买方"
    tops = [box.y0 for box in line.character_boxes]
    assert tops == sorted(tops)
    assert line.character_boxes[0].height < page.shape[0] / 2


@pytest.mark.parametrize("turns", [1, 3])
def test_a_line_on_its_side_is_read(text_reader: TextReader, turns: int) -> None:
    page = np.ascontiguousarray(np.rot90(drawn.paper(340, 44, [(10, 4, "全国统一发票监制")], size=26), turns))

    line = text_reader.recognize(page, box_quad(Box(0, 2, 44, 250)) if turns == 3 else box_quad(Box(0, 90, 44, 338)))

    assert line.text == "全国统一发票监制"


def test_a_lonely_digit_is_no_column(text_reader: TextReader) -> None:
    page = drawn.paper(60, 60, [(20, 6, "1")], size=32)

    assert text_reader.recognize(page, box_quad(Box(18, 14, 40, 50))).text == "1"


def test_white_paper_reads_as_nothing(text_reader: TextReader) -> None:
    line = text_reader.recognize(drawn.paper(200, 40), box_quad(Box(5, 5, 190, 35)))

    assert (line.text, line.confidence, line.character_boxes) == ("", 0.0, ())


def test_a_line_of_a_hundred_characters_is_read_whole(text_reader: TextReader) -> None:
    text = "开户行及账号示例银行股份有限公司1234567890" * 4

    assert read(text_reader.recognize, text).text == text


def test_a_quad_of_no_height_reads_as_nothing_and_does_not_fail(text_reader: TextReader) -> None:
    assert text_reader.recognize(drawn.paper(200, 40), box_quad(Box(5, 5, 5, 5))).text == ""


def test_another_recognizer_reads_what_the_first_is_not_sure_of_and_only_that(text_reader: TextReader) -> None:
    text = "0123456789"
    page = drawn.paper(400, 80, [(40, 20, text)], size=32)
    blurred = np.asarray(cv2.GaussianBlur(page, (0, 0), 4.5), np.uint8)
    quad = drawn.around(40, 20, text, size=32)
    figures, small = open_recognizer("crnn-id"), open_recognizer("ppocrv6-small-rec")
    both = replace(figures, fallback=small)

    read, alone = both(page, quad).lattice, figures.recognize_full_width(page, quad).lattice
    assert read is not None
    assert alone is not None
    assert read.probabilities.shape == alone.probabilities.shape
    assert both(blurred, quad).confidence > figures.recognize_full_width(blurred, quad).confidence
    assert both.characters == frozenset("".join((*figures.charset, *small.charset)))


@pytest.mark.parametrize(("text", "readings"), [("0123456789", 2), ("购买方名称", 1)])
def test_the_other_recognizer_reads_numbers_a_second_time_where_it_is_unsure_and_words_only_once(
    monkeypatch: pytest.MonkeyPatch, text: str, readings: int
) -> None:
    # given: no recognizer is sure
    page, quad = drawn.paper(400, 80, [(40, 20, text)], size=32), drawn.around(40, 20, text, size=32)
    small = open_recognizer("ppocrv6-small-rec")
    asked: list[float] = []

    def at(self: LineRecognizer, pixels: Pixels, quad: Quad, aspect: float) -> ctc.Reading:
        asked.extend([aspect] if self is small else [])
        return replace(ctc.NOTHING, text=text, confidence=0.2)

    monkeypatch.setattr(LineRecognizer, "_at", at)
    monkeypatch.setattr(recognizer, "_text_line", lambda *_: None)

    # when
    replace(open_recognizer("crnn-id"), fallback=small)(page, quad)

    # then
    assert len(asked) == readings


def test_a_recognizer_reads_long_lines_first_at_the_width_that_the_manifest_says() -> None:
    text = "示例科技有限公司示例科技有限公司"
    own, small = open_recognizer("crnn-zh"), open_recognizer("ppocrv6-small-rec")
    steps = [len(lattice.characters) for each in (own, small) if (lattice := read(each, text).lattice)]

    assert steps[1] == pytest.approx(0.7 * steps[0], abs=1)


def test_of_a_long_line_only_the_doubtful_part_is_read_again() -> None:
    text = "购买方名称：示例科技有限公司地址电话北京市某某区某某路一百二十三号"
    page = drawn.paper(1000, 80, [(40, 20, text)], size=24)
    page[:, 400:450] = cv2.GaussianBlur(page, (0, 0), 2.4)[:, 400:450]
    widths: list[int] = []
    small = open_recognizer("ppocrv6-small-rec")
    both = replace(
        open_recognizer("crnn-zh"), fallback=replace(small, network=cast(Network, Watched(small.network, widths)))
    )

    line = both(page, drawn.around(40, 20, text, size=24))

    assert line.text[:13] == text[:13]
    assert line.text[-12:] == text[-12:]
    assert len(line.character_boxes) == len(line.text)
    assert all(a.cx < b.cx for a, b in pairwise(line.character_boxes))
    assert widths
    assert sum(widths) < 0.5 * 48 * len(text)


@pytest.mark.parametrize(("text", "width", "calls"), [("一" * 12, 400, 1), ("一" * 12, 200, 2), ("一" * 3, 400, 2)])
def test_a_long_line_that_is_mostly_clear_is_not_read_again_from_closer(
    monkeypatch: pytest.MonkeyPatch, text: str, width: int, calls: int
) -> None:
    # given: the more characters a line has, the clearer each of them
    doubtful = replace(ctc.NOTHING, text=text, confidence=0.2)
    asked: list[float] = []

    def at(self: object, pixels: Pixels, quad: Quad, aspect: float) -> ctc.Reading:
        asked.append(aspect)
        return doubtful

    monkeypatch.setattr(LineRecognizer, "_at", at)
    monkeypatch.setattr(recognizer, "_text_line", lambda *_: None)

    # when
    open_recognizer("crnn-id").recognize_horizontal(drawn.paper(500, 60), box_quad(Box(10, 10, 10 + width, 40)))

    # then
    assert len(asked) == calls


class Watched:
    """A network that notes the widths of what it reads."""

    def __init__(self, network: Network, widths: list[int]) -> None:
        self._network, self._widths = network, widths
        self.entry = network.entry

    def __call__(self, pixels: Floats) -> Floats:
        self._widths.append(pixels.shape[-1])
        return self._network(pixels)


@pytest.mark.parametrize("text", ["iPhone 16 Pro Max", "示例      合计"])
@pytest.mark.parametrize("name", ["crnn-zh", "ppocrv6-small-rec"])
def test_blanks_between_words_and_between_columns_are_read(name: str, text: str) -> None:
    assert read(open_recognizer(name), text).text.split() == text.split()


def test_blurred_print_is_read_less_surely(text_reader: TextReader) -> None:
    text = "91310000MA1FL00001"
    width, _ = drawn.extent(text)
    page = drawn.paper(round(width) + 80, 60, [(40, 10, text)])
    blurred = np.asarray(cv2.GaussianBlur(page, (0, 0), 4), np.uint8)

    clear, faint = (text_reader.recognize(p, drawn.around(40, 10, text)) for p in (page, blurred))

    assert faint.confidence < 0.5 < clear.confidence
