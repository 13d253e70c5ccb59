import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from invoiceocr.sources.image_header import is_image, probe

FORMATS = ["JPEG", "PNG", "BMP", "TIFF", "WEBP"]
MAGICS = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"II*\0", b"MM\0*", b"RIFF\0\0\0\0WEBP"]


def encoded(file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (37, 23), "teal").save(buffer, file_format, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_size_is_known_from_the_header(file_format: str) -> None:
    header = probe(encoded(file_format))

    assert header is not None
    assert (header.format, header.sizes, header.complete) == (file_format.lower(), ((37, 23),), True)


@pytest.mark.parametrize("options", [{"lossless": True}, {"exif": Image.Exif()}, {"quality": 5}])
def test_every_flavor_of_webp_tells_its_size(options: dict[str, object]) -> None:
    header = probe(encoded("WEBP", **options))

    assert header is not None
    assert header.sizes == ((37, 23),)


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_file_without_its_last_byte_is_incomplete(file_format: str) -> None:
    header = probe(encoded(file_format)[:-1])

    assert header is None or not header.complete


def test_the_thumbnail_inside_a_cut_jpeg_does_not_make_it_whole() -> None:
    thumbnail = encoded("JPEG")
    exif = b"Exif\0\0" + thumbnail
    data = encoded("JPEG")
    segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif

    header = probe(data[:2] + segment + data[2:-20])

    assert header is not None
    assert not header.complete


def test_centimeters_are_told_from_inches() -> None:
    data = bytearray(encoded("JPEG", dpi=(118, 118)))
    data[13] = 2  # JFIF density unit: dots per centimeter

    header = probe(bytes(data))

    assert header is not None
    assert header.dpi == pytest.approx(118 * 2.54, abs=0.1)


def test_an_orientation_out_of_range_is_upright() -> None:
    exif = Image.Exif()
    exif[274] = 9

    header = probe(encoded("JPEG", exif=exif))

    assert header is not None
    assert header.orientation == 1


@pytest.mark.parametrize("data", [b"", b"BM", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE", b"II*\0\0\0\0\0", b"\xff\xd8\xff"])
def test_bytes_without_a_size_have_no_header(data: bytes) -> None:
    assert probe(data) is None


def test_text_is_no_image() -> None:
    assert not is_image("发票".encode())


@given(st.sampled_from(MAGICS), st.binary(max_size=200))
def test_no_bytes_make_the_header_reader_fail(magic: bytes, rest: bytes) -> None:
    header = probe(magic + rest)

    assert header is None or all(len(size) == 2 for size in header.sizes)


@given(st.sampled_from(FORMATS), st.floats(0, 1))
def test_no_cut_makes_the_header_reader_fail(file_format: str, kept: float) -> None:
    data = encoded(file_format)

    header = probe(data[: int(kept * (len(data) - 1))])

    assert header is None or header.sizes in ((), ((37, 23),))
