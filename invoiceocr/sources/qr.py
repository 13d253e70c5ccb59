"""QR codes of a picture: zxing-cpp behind one door."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from invoiceocr.page import Pixels

Grey = NDArray[np.uint8]


def decode(pixels: Pixels) -> tuple[str, ...]:
    """The texts of the QR codes found."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    return tuple(code.text for code in zxingcpp.read_barcodes(grey, zxingcpp.BarcodeFormat.QRCode) if code.text)
