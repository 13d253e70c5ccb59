"""Scales pictures to a size at which the stages work well and fast."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from invoiceocr.page import PageImage

# pixels: print of a form 240 mm wide is then some 35 pixels high, enough to recognize
MAX_SIDE = 2880
MAX_PIXELS = 100_000_000  # the most pixels to which a picture is enlarged
# pixels: smaller pictures are enlarged, because their print is under 16 pixels high
MIN_SIDE = 1000


def working_size(image: PageImage) -> PageImage:
    """*image* with its longer side between MIN_SIDE and MAX_SIDE."""
    side = max(image.width, image.height)
    factor = min(1.0, MAX_SIDE / side) if side > MIN_SIDE else min(2.0, MIN_SIDE / side)
    return image if factor == 1.0 else scaled(image, factor)


def scaled(image: PageImage, factor: float) -> PageImage:
    """*image* with its sides multiplied by *factor*, as far as MAX_PIXELS allows."""
    factor = min(factor, (MAX_PIXELS / (image.width * image.height)) ** 0.5)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    pixels = np.asarray(cv2.resize(image.pixels, size, interpolation=method), np.uint8)
    back = np.diag([image.width / size[0], image.height / size[1], 1.0])
    return replace(image, pixels=pixels, transform=image.transform @ back, dpi=image.dpi and image.dpi * factor)
