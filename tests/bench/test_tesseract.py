from bench.workers.tesseract import as_json

HEADER = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
PAGE = "1\t1\t0\t0\t0\t0\t0\t0\t800\t600\t-1\t"


def word(text: str, left: int, line: int = 1) -> str:
    """A word 20 px wide and high."""
    return f"5\t1\t1\t1\t{line}\t1\t{left}\t{line * 40}\t20\t20\t90\t{text}"


def texts(*rows: str) -> list[str]:
    return [line[0] for line in as_json("\n".join([HEADER, PAGE, *rows]))["lines"]]


def test_words_far_apart_on_one_line_are_pieces_of_their_own() -> None:
    assert texts(word("数量", 0), word("单价", 300)) == ["数量", "单价"]


def test_chinese_words_are_joined_without_a_blank_and_others_with_one() -> None:
    assert texts(word("开票", 0), word("日期", 22)) == ["开票日期"]
    assert texts(word("Acme", 0), word("Ltd", 25)) == ["Acme Ltd"]


def test_words_of_two_lines_are_never_one_piece() -> None:
    assert texts(word("甲", 0, line=1), word("乙", 22, line=2)) == ["甲", "乙"]


def test_a_page_has_its_size_and_a_piece_its_corners_and_score() -> None:
    page = as_json("\n".join([HEADER, PAGE, word("甲", 0), word(" ", 40), word('"乙', 22)]))
    assert (page["width"], page["height"]) == (800, 600)
    assert page["lines"] == [['甲"乙', 0.9, [[0.0, 40.0], [42.0, 40.0], [42.0, 60.0], [0.0, 60.0]]]]
