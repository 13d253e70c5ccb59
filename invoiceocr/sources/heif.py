"""HEIF pictures, as phones take them (HEIC), to pixels; the only module that uses pi-heif (extra `heic`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from invoiceocr.errors import CorruptFileError, MissingExtraError

EXTRA = "heic"


def decode(data: bytes, index: int, name: str) -> NDArray[Any]:
    """The main picture, upright, as H×W×3 or H×W×4 8-bit BGR; *index* is 0, further pictures are not read. Raises
    MissingExtraError without the extra, and CorruptFileError corrupt_image."""
    try:
        import pi_heif  # the extra is optional
    except ImportError as error:
        raise MissingExtraError(f"{name}: HEIC pictures need pip install 'invoiceocr[{EXTRA}]'") from error
    try:
        picture = pi_heif.open_heif(data, convert_hdr_to_8bit=True, bgr_mode=True)
        return np.array(picture, np.uint8)
    except Exception as error:  # libheif's errors have no common class
        raise CorruptFileError(f"{name}: damaged HEIF picture ({error})", code="corrupt_image") from error
