import sys
from collections.abc import Iterator

import pytest

from invoiceocr.errors import MissingExtraError
from invoiceocr.specimens import Options, fonts, make
from invoiceocr.specimens.content.words import words
from invoiceocr.specimens.drawing import Text

NOT_TEXT = ("code", "digital", "from", "bands", "band", "goods", "price")


def test_every_character_of_the_word_lists_is_in_both_faces() -> None:
    characters = sorted(set("".join(strings(words()))))

    for face in ("serif", "sans"):
        font = fonts.font(fonts.bundled(face), 32)
        missing = bytes(font.getmask(fonts.MISSING))
        assert [char for char in characters if not char.isspace() and bytes(font.getmask(char)) == missing] == []


def test_a_pitch_makes_digits_half_a_chinese_character_wide() -> None:
    assert fonts.width(Text("12", 0, 0, 3.0, "song")) == fonts.width(Text("一", 0, 0, 3.0, "song"))


def test_the_quad_of_a_turned_text_turns_with_it() -> None:
    (x0, y0), (x1, y1), *_ = fonts.quad(Text("一二三", 10.0, 10.0, 4.0, angle=90.0))

    assert x0 == pytest.approx(x1)
    assert y1 - y0 == pytest.approx(12.0)


def test_without_the_fonts_package_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts.bundled.cache_clear()
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)

    with pytest.raises(MissingExtraError, match=r"invoiceocr\[specimens\]"):
        fonts.bundled("serif")


def test_an_installed_face_without_a_character_falls_back_to_the_bundled_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "installed_files", lambda: {"gbsn00lp.ttf": fonts.bundled("serif")})
    fonts.face_file.cache_clear()

    assert fonts.face_file("song", "票", "installed") == fonts.bundled("serif")
    assert fonts.face_file("song", "\U0001f600", "installed") == fonts.bundled("serif")
    fonts.face_file.cache_clear()


def test_installed_faces_change_no_truth() -> None:
    bundled, installed = (make("toll", 3, options=Options(faces=faces, dpi=60)) for faces in ("bundled", "installed"))

    assert bundled.truth == installed.truth


def strings(data: object, key: str = "") -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from strings(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value, key)
    elif isinstance(data, str) and key not in NOT_TEXT:
        yield data
