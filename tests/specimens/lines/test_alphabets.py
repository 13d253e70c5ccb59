import pytest

from invoiceocr.specimens.lines.alphabets import FILE, UNKNOWN, alphabet, folded


@pytest.mark.parametrize(("name", "least", "most"), [("id", 50, 64), ("zh", 7000, 8000)])
def test_alphabets_are_as_large_as_planned_and_have_each_character_once(name: str, least: int, most: int) -> None:
    classes = alphabet(name).classes
    assert least <= len(classes) <= most
    assert len(set(classes)) == len(classes)


@pytest.mark.parametrize("name", ["id", "zh"])
def test_the_metadata_hold_one_character_a_line(name: str) -> None:
    letters = alphabet(name)
    assert letters.classes == ("", *letters.metadata.split("\n"), " ")
    assert all(len(char) == 1 for char in letters.dictionary)


def test_every_block_of_characters_says_why_it_is_there() -> None:
    import tomllib

    blocks = [block for each in tomllib.loads(FILE.read_text(encoding="utf-8")).values() for block in each]
    assert blocks
    assert all(block["reason"] for block in blocks)


def test_the_chinese_alphabet_has_all_of_gb_2312_and_the_names_beyond_it() -> None:
    known = set(alphabet("zh").dictionary)
    assert {"啊", "齄", "翀", "旻", "赟", "№", "㎡", "⊗", "①"} <= known


def test_full_width_forms_and_blanks_make_no_difference() -> None:
    assert folded("￥１，２３４．５０ 元") == "¥1,234.50元"
    assert folded("开票①") == "开票①"


def test_what_an_alphabet_lacks_is_spelled_as_unknown() -> None:
    letters = alphabet("id")
    assert letters.spelled("开票日期：2024") == f"{UNKNOWN * 2}日{UNKNOWN}:2024"
    assert [letters.classes[place] for place in letters.encoded("¥1元")] == ["¥", "1", "元"]


@pytest.mark.parametrize(
    ("printed", "spelled"),
    [
        ("Type C  Pro", "Type C Pro"),
        ("12345 67890", "12345 67890"),
        ("2024 年 05 月", "2024年05月"),
        ("数   量", "数 量"),
        ("合 计", "合计"),
        ("税额：  12.00 ", "税额:12.00"),
    ],
)
def test_the_chinese_alphabet_spells_blanks_between_words_of_latin_letters_and_wide_gaps(
    printed: str, spelled: str
) -> None:
    assert alphabet("zh").spelled(printed) == spelled
    assert alphabet("id").spelled("12345 67890") == "1234567890"
