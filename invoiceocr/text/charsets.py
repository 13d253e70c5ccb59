"""Text of unknown encoding from Chinese programs: UTF-8, or the code page of a Chinese Windows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

UTF_8 = "utf-8"
GB18030 = "gb18030"  # contains GBK and GB 2312
CHARSETS = (UTF_8, GB18030)


def decodings(data: bytes) -> Iterator[tuple[str, str]]:
    """The charsets in which *data* is text, the likelier one first, each with that text.

    >>> list(decodings("发票".encode("gbk")))
    [('gb18030', '发票')]
    """
    for charset in CHARSETS:
        with suppress(UnicodeDecodeError):
            yield charset, data.decode(charset)


def decoded(data: bytes) -> str | None:
    """*data* as text; None if it is in neither charset."""
    return next((text for _, text in decodings(data)), None)
