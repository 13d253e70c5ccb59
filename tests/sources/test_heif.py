from __future__ import annotations

import base64
import sys

import pytest

from invoiceocr.errors import CorruptFileError, MissingExtraError
from invoiceocr.settings import Settings
from invoiceocr.sources.image import open_image

# 64×48 pixels, the upper half red; encoded by libheif
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERA"
    "AAEAAQAAAAABoQABAAAAAAAAACwAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAA"
    "AHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq"
    "5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAA"
    "MAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAADRtZGF0AAAAKCgBrxmA94UN/8m2e8uD"
    "Vbh+TgYFy9xkZ7DTWV22GfoBdkGAMZSjXRg="
)


def test_a_phones_picture_is_read() -> None:
    pytest.importorskip("pi_heif")

    (page,) = open_image(HEIC, "照片.heic", Settings()).pages

    assert page.image is not None
    assert page.image.pixels.shape == (48, 64, 3)
    blue, _, red = (int(value) for value in page.image.pixels[10, 30])
    assert red > 150 > blue


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)

    with pytest.raises(MissingExtraError, match=r"invoiceocr\[heic\]"):
        next(open_image(HEIC, "a.heic", Settings()).pages)


def test_a_damaged_picture_is_corrupt() -> None:
    pytest.importorskip("pi_heif")

    with pytest.raises(CorruptFileError):
        next(open_image(HEIC[:420], "a.heic", Settings()).pages)
