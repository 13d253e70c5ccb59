import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from invoiceocr.errors import CorruptFileError, TooLargeError, UnsupportedFormatError
from invoiceocr.page import Pixels
from invoiceocr.settings import Settings
from invoiceocr.sources.image import from_array, from_pil, open_image, to_bgr

SETTINGS = Settings()
EXIF_ORIENTATION = 274


def scene(width: int = 64, height: int = 48) -> Image.Image:
    """A picture of which every corner has its own color."""
    picture = Image.new("RGB", (width, height), "white")
    for x, y, color in ((0, 0, "red"), (width // 2, 0, "green"), (0, height // 2, "blue")):
        picture.paste(color, (x, y, x + width // 2, y + height // 2))
    return picture


def encoded(picture: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, file_format, **options)
    return buffer.getvalue()


def opened(data: bytes, settings: Settings = SETTINGS) -> list[Pixels]:
    return [page.image.pixels for page in open_image(data, "a.bin", settings).pages if page.image is not None]


def bgr(picture: Image.Image) -> Pixels:
    return np.asarray(picture.convert("RGB"))[:, :, ::-1]


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds no pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("file_format", ["PNG", "BMP", "TIFF"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
def test_the_pixels_of_lossless_formats_come_out_as_they_went_in(file_format: str, mode: str) -> None:
    picture = scene().convert(mode)

    (pixels,) = opened(encoded(picture, file_format))

    assert np.array_equal(pixels, bgr(picture))


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP"])
def test_the_pixels_of_lossy_formats_come_out_nearly_as_they_went_in(file_format: str) -> None:
    (pixels,) = opened(encoded(scene(), file_format, quality=95))

    assert np.abs(pixels.astype(int) - bgr(scene())).mean() < 6


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_and_mirrored_as_exif_says(file_format: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    upright = {
        1: scene(),
        2: scene().transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: scene().transpose(Image.Transpose.ROTATE_180),
        4: scene().transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: scene().transpose(Image.Transpose.TRANSPOSE),
        6: scene().transpose(Image.Transpose.ROTATE_270),
        7: scene().transpose(Image.Transpose.TRANSVERSE),
        8: scene().transpose(Image.Transpose.ROTATE_90),
    }[orientation]

    (pixels,) = opened(encoded(scene(), file_format, exif=exif))

    assert pixels.shape == bgr(upright).shape
    assert np.abs(pixels.astype(int) - bgr(upright)).mean() < 12


def test_what_is_transparent_shows_white_paper() -> None:
    picture = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    picture.putpixel((1, 1), (10, 20, 30, 255))

    (pixels,) = opened(encoded(picture, "PNG"))

    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[1, 1].tolist() == [30, 20, 10]


def test_sixteen_bit_gray_is_brought_to_eight() -> None:
    values = (np.arange(100, dtype=np.uint16) * 600).reshape(10, 10)

    (pixels,) = opened(encoded(Image.fromarray(values), "PNG"))

    assert np.array_equal(pixels[:, :, 0], values >> 8)


def test_every_page_of_a_tiff_is_a_page() -> None:
    pages = [scene(), scene(30, 90), scene().convert("1")]

    document = open_image(encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:]), "scan.tif", SETTINGS)

    assert [(page.number, page.width, page.height) for page in document.pages] == [
        (1, 64, 48),
        (2, 30, 90),
        (3, 64, 48),
    ]


def test_a_single_pixel_is_a_page() -> None:
    (pixels,) = opened(encoded(Image.new("RGB", (1, 1), "red"), "PNG"))

    assert pixels.shape == (1, 1, 3)


def test_a_picture_over_the_limit_is_refused_before_it_is_decoded() -> None:
    bomb = png_header(60_000, 60_000)  # decoding it would fail as corrupt_image

    with pytest.raises(TooLargeError) as refused:
        open_image(bomb, "bomb.png", SETTINGS)

    assert refused.value.code == "too_large"
    assert "60000×60000" in str(refused.value)


def test_a_tiff_of_too_many_pages_is_refused() -> None:
    data = encoded(scene(), "TIFF", save_all=True, append_images=[scene(), scene()])

    with pytest.raises(TooLargeError) as refused:
        open_image(data, "scan.tif", Settings(max_pages=2))

    assert refused.value.code == "too_many_pages"


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "BMP", "TIFF", "WEBP"])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_file_cut_off_is_corrupt(file_format: str, kept: float) -> None:
    data = encoded(scene(200, 200), file_format)

    with pytest.raises(CorruptFileError) as refused:
        opened(data[: int(len(data) * kept)])

    assert refused.value.code == "corrupt_image"


def test_a_jpeg_without_its_last_rows_is_corrupt_though_decoders_fill_them_in_gray() -> None:
    data = encoded(scene(400, 400), "JPEG", progressive=True)

    with pytest.raises(CorruptFileError):
        opened(data[:-2])


def test_a_jpeg_followed_by_what_a_camera_appends_is_whole() -> None:
    (pixels,) = opened(encoded(scene(), "JPEG") + b"maker notes")

    assert pixels.shape == (48, 64, 3)


def test_a_picture_of_no_size_is_corrupt() -> None:
    with pytest.raises(CorruptFileError):
        open_image(png_header(0, 10), "empty.png", SETTINGS)


def test_damaged_pixels_are_corrupt() -> None:
    with pytest.raises(CorruptFileError):
        opened(png_header(10, 10))


def test_bytes_of_another_format_are_refused() -> None:
    with pytest.raises(UnsupportedFormatError):
        open_image(b"%PDF-1.7", "a.pdf", SETTINGS)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "TIFF", "BMP"])
def test_a_resolution_that_is_stated_is_known(file_format: str) -> None:
    document = open_image(encoded(scene(), file_format, dpi=(300, 300)), "scan", SETTINGS)

    image = next(document.pages).image
    assert image is not None
    assert image.dpi == pytest.approx(300, abs=0.5)


def test_the_resolution_that_software_writes_when_it_does_not_know_is_unknown() -> None:
    document = open_image(encoded(scene(), "JPEG", dpi=(72, 72)), "photo", SETTINGS)

    image = next(document.pages).image
    assert image is not None
    assert image.dpi is None


def test_equal_bytes_have_equal_digests() -> None:
    data = encoded(scene(), "PNG")

    assert open_image(data, "a", SETTINGS).sha256 == open_image(data, "b", SETTINGS).sha256


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 1), (5, 7, 3), (5, 7, 4)])
def test_arrays_of_every_layout_become_bgr(shape: tuple[int, ...]) -> None:
    (page,) = from_array(np.full(shape, 255, np.uint8)).pages

    assert page.image is not None
    assert page.image.pixels.shape == (5, 7, 3)
    assert page.image.pixels.min() == 255


def test_booleans_are_black_and_white() -> None:
    pixels = to_bgr(np.array([[True, False]]))

    assert pixels[:, :, 0].tolist() == [[255, 0]]


@pytest.mark.parametrize("array", [np.zeros((4, 4)), np.zeros((4, 4, 2), np.uint8), np.zeros((0, 4), np.uint8)])
def test_arrays_that_are_no_picture_are_refused(array: np.ndarray) -> None:
    with pytest.raises(CorruptFileError) as refused:
        from_array(array)

    assert refused.value.code == "corrupt_image"


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1", "RGBA", "CMYK", "LA"])
def test_pillow_images_of_every_mode_become_bgr(mode: str) -> None:
    picture = scene().convert(mode)

    (page,) = from_pil(picture).pages

    assert page.image is not None
    assert np.array_equal(page.image.pixels, bgr(picture.convert("RGBA")))


def test_the_exif_orientation_of_a_pillow_image_is_applied() -> None:
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6
    picture = Image.open(io.BytesIO(encoded(scene(), "PNG", exif=exif)))

    (page,) = from_pil(picture).pages

    assert page.image is not None
    assert np.array_equal(page.image.pixels, bgr(scene().transpose(Image.Transpose.ROTATE_270)))


def test_sixteen_bit_pillow_images_are_not_clipped() -> None:
    (page,) = from_pil(Image.fromarray(np.full((2, 2), 0x8000, np.uint16))).pages

    assert page.image is not None
    assert page.image.pixels.max() == 0x80


def test_an_opaque_picture_with_a_channel_for_opacity_is_as_without_one() -> None:
    color = np.random.default_rng(1).integers(0, 256, (600, 4, 3), dtype=np.uint8)
    opaque = np.dstack([color, np.full(color.shape[:2], 255, np.uint8)])

    assert np.array_equal(to_bgr(opaque), color)
