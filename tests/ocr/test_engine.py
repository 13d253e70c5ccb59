from concurrent.futures import ThreadPoolExecutor

import drawn
import numpy as np
import pytest

from invoiceocr.errors import ModelError
from invoiceocr.geometry import Box, Quad, box_quad
from invoiceocr.ocr import engine
from invoiceocr.ocr.ctc import Reading
from invoiceocr.ocr.engine import TextReader
from invoiceocr.ocr.recognizer import LineRecognizer
from invoiceocr.page import PageImage, Pixels
from invoiceocr.settings import Settings

PAGE = PageImage(
    drawn.paper(
        820,
        260,
        [
            (300, 20, "示例增值税普通发票"),
            (40, 90, "发票代码：123456789012"),
            (500, 90, "合计：¥1234.56"),
            (40, 190, "复核：张三"),
        ],
    )
)


def test_a_page_is_read_from_top_to_bottom(text_reader: TextReader) -> None:
    lines = text_reader(PAGE)

    assert [line.text for line in lines if line.box.y0 < 60] == ["示例增值税普通发票"]
    assert {line.text for line in lines if 60 < line.box.y0 < 150} == {"发票代码：123456789012", "合计：¥1234.56"}
    last = sorted((line for line in lines if line.box.y0 > 150), key=lambda line: line.box.x0)
    assert "".join(line.text for line in last) == "复核：张三"


def test_lines_say_that_they_come_from_pixels(text_reader: TextReader) -> None:
    assert all(line.source == "ocr" and line.quad and line.lattice for line in text_reader(PAGE))


def test_the_same_page_is_read_the_same_way_on_any_number_of_threads(text_reader: TextReader) -> None:
    alone = [(line.text, line.box) for line in text_reader(PAGE)]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: [(line.text, line.box) for line in text_reader(PAGE)], range(4)))

    assert together == [alone] * 4


def test_a_page_of_one_pixel_has_no_text(text_reader: TextReader) -> None:
    assert text_reader(PageImage(drawn.paper(1, 1))) == ()


def test_clear_print_is_sure_and_white_paper_is_not(text_reader: TextReader) -> None:
    quads = text_reader.detect(PAGE.pixels)

    assert text_reader.mean_confidence(PAGE, quads) > 0.9
    assert text_reader.mean_confidence(PageImage(drawn.paper(820, 260)), quads) == 0.0


def test_a_character_too_small_to_be_detected_is_seen_on_a_second_look(text_reader: TextReader) -> None:
    page = PageImage(drawn.paper(400, 120, [(150, 42, "8")], size=24))

    (line,) = text_reader.recognize_cells(page, [Box(100, 40, 220, 80), Box(300, 40, 380, 80)])

    assert line.text == "8"


def test_a_network_that_is_not_in_the_manifest_is_refused_when_the_reader_is_built() -> None:
    with pytest.raises(ModelError, match="unknown-rec"):
        TextReader(Settings(recognizer="unknown-rec"))


def test_only_so_much_of_a_page_is_read_a_second_time(text_reader: TextReader, monkeypatch: pytest.MonkeyPatch) -> None:
    # given: lines of noise, of which the fast recognizer is not sure
    noise = np.random.default_rng(1).integers(0, 256, (400, 900, 3), np.uint8)
    quads = tuple(box_quad(Box(20.0, 40.0 * i + 5, 880.0, 40.0 * i + 35)) for i in range(9))
    fallback = text_reader.recognize.fallback
    assert fallback is not None
    asked: list[int] = []
    ask = LineRecognizer._at

    def counted(recognizer: LineRecognizer, pixels: Pixels, quad: Quad, aspect: float) -> Reading:
        if recognizer.network is fallback.network:
            asked.append(1)
        return ask(recognizer, pixels, quad, aspect)

    monkeypatch.setattr(LineRecognizer, "_at", counted)

    # when
    text_reader.read(PageImage(noise), quads)
    all_of_it = len(asked)
    monkeypatch.setattr(engine, "MOST_REREAD", 100.0)
    text_reader.read(PageImage(noise), quads)

    # then: each line is 29 times as long as high
    assert 0 < len(asked) - all_of_it <= all_of_it / 2
