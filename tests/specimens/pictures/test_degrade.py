from random import Random

import cv2
import numpy as np
import pytest
import zxingcpp
from drawn import decoded

from invoiceocr.page import Pixels
from invoiceocr.specimens import Options, Specimen, make
from invoiceocr.specimens.drawing import Drawing, Text
from invoiceocr.specimens.pictures import secondhand
from invoiceocr.specimens.pictures.camera import STEPS, Shot
from invoiceocr.specimens.pictures.degrade import RECIPES
from invoiceocr.specimens.pictures.press import Plate, printed
from invoiceocr.specimens.truth import TruthLine

SMALL = Options(dpi=110)


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_same_seed_degrades_to_the_same_picture(recipe: str) -> None:
    first, second = (make("vat_ordinary", 3, format="jpg", degradation=recipe, options=SMALL) for _ in range(2))

    assert first.data == second.data
    assert first.truth == second.truth


def test_steps_can_be_joined() -> None:
    both = make("toll", 3, degradation="grey+quarter", options=SMALL)

    picture = decoded(both.data)
    assert both.truth["rotation"] in (90, 180, 270)
    assert np.array_equal(picture[..., 0], picture[..., 2])


@pytest.mark.parametrize("seed", range(4))
def test_turning_a_picture_by_its_rotation_makes_its_text_level(seed: int) -> None:
    truth = make("toll", seed, degradation="quarter", options=SMALL).truth
    (x0, y0), (x1, y1), *_ = next(line["quad"] for line in truth["pages"][0]["lines"] if line["path"] == "buyer.name")

    direction = complex(x1 - x0, y1 - y0) * 1j ** (truth["rotation"] // 90)

    assert direction.real > 10 * abs(direction.imag)


def test_an_unknown_degradation_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="hard_photo"):
        make("toll", 3, degradation="coffee")


@pytest.mark.parametrize("step", STEPS)
def test_the_transform_follows_what_a_camera_step_does_to_a_dot(step: str) -> None:
    pixels = np.full((600, 900, 3), 255, np.uint8)
    cv2.circle(pixels, (300, 200), 14, (0, 0, 0), -1)
    shot = STEPS[step](Shot(pixels, {"print": np.eye(3)}), Random(5))

    x, y, w = shot.transforms["print"] @ (300, 200, 1)

    patch = shot.pixels[round(y / w) - 3 : round(y / w) + 4, round(x / w) - 3 : round(x / w) + 4]
    assert patch.size
    assert patch.mean() < 150


def test_misprinted_values_lie_where_the_truth_says() -> None:
    plain, off = (make("vat_special", 8, degradation=name) for name in (None, "misprint"))

    before, after = line(plain, "seller.name"), line(off, "seller.name")

    assert np.abs(np.array(before["quad"]) - np.array(after["quad"])).max() > 10
    assert ink(off, after) > 0.03


def test_a_value_printed_beside_the_paper_is_not_to_be_scored() -> None:
    specimens = [make("vat_special", seed, degradation="misprint", options=Options(dpi=60)) for seed in range(12)]

    cut = [path for specimen in specimens for path in specimen.truth["unsure"]]

    assert cut
    assert all(path.split(".")[0] in specimens[0].truth["invoices"][0]["fields"] for path in cut)


def test_a_dot_matrix_print_consists_of_dots() -> None:
    drawing = Drawing(20.0, 8.0, (Text("12345", 2.0, 6.0, 4.0),))
    laser, impact = Plate(drawing, dpi=720), Plate(drawing, dpi=720, pins=24, pin_reach=0.44)

    plain, dotted = (blobs(printed(plate, Random(1))) for plate in (laser, impact))

    assert plain <= 6
    assert dotted > 100


def test_a_stamp_adds_red() -> None:
    plain, stamped = (decoded(make("digital_ordinary", 2, degradation=name).data) for name in (None, "stamp"))

    assert redness(stamped) > redness(plain) + 3000


def test_a_fax_is_black_and_white_and_keeps_the_print() -> None:
    plain, faxed = (make("vat_ordinary", 3, degradation=name) for name in ("dots", "dots+fax"))

    assert set(np.unique(decoded(faxed.data))) == {0, 255}
    assert ink(faxed, line(faxed, "total")) > ink(plain, line(plain, "total")) / 2


def test_a_photo_of_a_screen_has_colored_stripes() -> None:
    sheet = Shot(np.full((300, 500, 3), 220, np.uint8), {"print": np.eye(3)})

    pixels = secondhand.screen(sheet, Random(1)).pixels.astype(int)

    assert np.abs(pixels[..., 0] - pixels[..., 2]).max() > 10
    assert abs(pixels.mean() - 220) < 5


def test_a_photo_of_a_clean_seed_still_shows_its_code() -> None:
    specimen = make("e_vat_ordinary", 6, format="jpg", degradation="photo")

    codes = zxingcpp.read_barcodes(decoded(specimen.data))

    assert [code.text.split(",")[3] for code in codes] == [specimen.truth["invoices"][0]["fields"]["number"]]


def line(specimen: Specimen, path: str) -> TruthLine:
    return next(line for line in specimen.truth["pages"][0]["lines"] if line["path"] == path)


def ink(specimen: Specimen, line: TruthLine) -> float:
    (x0, y0), _, (x1, y1), _ = line["quad"]
    grey = cv2.cvtColor(decoded(specimen.data), cv2.COLOR_BGR2GRAY)
    return float((grey[int(y0) : int(y1), int(x0) : int(x1)] < 170).mean())


def blobs(picture: Pixels) -> int:
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return cv2.connectedComponents((grey < 128).astype(np.uint8))[0]


def redness(picture: Pixels) -> int:
    blue, green, red = (picture[..., channel].astype(int) for channel in range(3))
    return int(((red - green > 60) & (red - blue > 60)).sum())
