from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("fastapi")
from fastapi.testclient import TestClient
from serving import Json

EXAMPLES = Path(__file__).parents[3] / "examples"
PICTURE = EXAMPLES / "digital_special-000116.png"


def post(client: TestClient, data: bytes, **fields: object) -> tuple[int, Json]:
    answer = client.post("/ocr", files={"image": ("a.png", data)}, data=fields)
    return answer.status_code, answer.json()


def test_a_picture_comes_back_as_lines_with_their_places(client: TestClient) -> None:
    status, body = post(client, PICTURE.read_bytes(), return_confidence=True)
    assert (status, body["success"]) == (200, True)
    assert body["total_time"] > 0
    line = next(line for line in body["results"] if "22442000000027218887" in line["text"])
    assert list(line) == ["text", "confidence", "bbox"]
    assert 0.5 < line["confidence"] <= 1.0


def test_confidences_are_left_out_on_request(client: TestClient) -> None:
    _, body = post(client, PICTURE.read_bytes(), return_confidence="False")
    assert body["results"]
    assert all(list(line) == ["text", "bbox"] for line in body["results"])


def test_places_are_those_of_the_picture_as_it_came(client: TestClient) -> None:
    pixels = np.asarray(cv2.imread(str(PICTURE)))
    small = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    turned = np.rot90(small, 2)
    _, straight = post(client, PICTURE.read_bytes())
    _, upside_down = post(client, cv2.imencode(".png", turned)[1].tobytes())
    box = next(line["bbox"] for line in straight["results"] if line["text"].startswith("¥1323561"))
    other = next(line["bbox"] for line in upside_down["results"] if line["text"].startswith("¥1323561"))
    height, width = small.shape[:2]
    expected = [width - box[2] / 2, height - box[3] / 2, width - box[0] / 2, height - box[1] / 2]
    assert other == pytest.approx(expected, abs=12)


@pytest.mark.parametrize("fields", [{"return_confidence": "maybe"}, {"resize_height": "7"}, {"resize_height": "x"}])
def test_a_parameter_out_of_range_is_named(client: TestClient, fields: dict[str, str]) -> None:
    status, body = post(client, PICTURE.read_bytes(), **fields)
    assert status == 422
    assert body["success"] is False
    assert next(iter(fields)) in body["error"]


def test_what_is_no_picture_fails_with_a_reason(client: TestClient) -> None:
    status, body = post(client, b"no picture")
    assert 400 <= status < 500
    assert body["success"] is False
    assert body["error"]


def test_a_form_without_a_picture_fails(client: TestClient) -> None:
    answer = client.post("/ocr", data={"return_confidence": "true"})
    assert answer.status_code == 422
    assert answer.json()["success"] is False


def test_the_height_of_lines_is_honored_by_the_classic_preparation(client: TestClient) -> None:
    texts = {}
    for height in ("32", "9"):
        _, body = post(client, PICTURE.read_bytes(), preprocess="classic", resize_height=height)
        texts[height] = "".join(line["text"] for line in body["results"])
    assert "22442000000027218887" in texts["32"]
    assert "22442000000027218887" not in texts["9"]
