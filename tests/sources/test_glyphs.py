from glyph_runs import run

from invoiceocr.sources.glyphs import is_broken, is_usable


def test_a_layer_of_readable_text_is_usable() -> None:
    assert is_usable(run("电子发票增值税普通发票号码", 0, 0, 0))


def test_a_page_number_is_no_text_layer() -> None:
    assert not is_usable(run("第1页共2页", 0, 0, 0))


def test_a_layer_in_private_use_characters_is_broken() -> None:
    private = run("\ue000\ue001\ue002" * 6, 0, 20, 1)

    assert all(is_broken(glyph) for glyph in private)
    assert not is_usable(run("电子发票增值税普通发票号码", 0, 0, 0) + private)


def test_a_layer_without_a_mapping_is_broken_whatever_it_seems_to_say() -> None:
    assert not is_usable(run("abcdefghijklmnopqrstuvw", 0, 0, 0, unmapped=True))


def test_a_layer_whose_captions_alone_are_unreadable_is_still_usable() -> None:
    assert is_usable(run("25312000000012345678¥113.00", 0, 0, 0) + run("\x01\x02\x03\x04", 0, 20, 1))


def test_blanks_and_unreadable_glyphs_do_not_count_as_text() -> None:
    assert not is_usable(run("第1页" + " " * 40, 0, 0, 0))
