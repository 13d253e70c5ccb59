"""Text of unknown encoding from Chinese programs."""

from __future__ import annotations

import pytest

from invoiceocr.text.charsets import decoded, decodings


@pytest.mark.parametrize("charset", ["utf-8", "gbk", "gb18030"])
def test_text_is_told_in_the_charsets_of_chinese_programs(charset: str) -> None:
    assert decoded("增值税发票.pdf".encode(charset)) == "增值税发票.pdf"


def test_utf_8_comes_first_where_both_charsets_fit() -> None:
    assert [charset for charset, _ in decodings("票据".encode())] == ["utf-8", "gb18030"]


def test_bytes_of_neither_charset_are_no_text() -> None:
    assert decoded(b"\xff\xfe") is None
