import numpy as np

from invoiceocr.imaging import jpeg


def test_a_picture_comes_back_about_as_it_was_and_smaller() -> None:
    pixels = np.full((60, 200, 3), 255, np.uint8)
    pixels[20:40, 50:150] = (200, 30, 30)

    data = jpeg.encode(pixels)

    assert len(data) < pixels.nbytes / 10
    assert jpeg.decode(data).shape == pixels.shape
    assert np.abs(jpeg.decode(data).astype(int) - pixels).mean() < 3
