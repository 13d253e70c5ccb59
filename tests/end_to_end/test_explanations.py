"""`invoiceocr explain` on specimens of every sort: what it says is what was read."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from ofd_builder import zipped

from invoiceocr.batch import factory
from invoiceocr.cli.app import run
from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens import make
from invoiceocr.specimens.truth import Truth

PALE = (0.12, 0.15, 0.18, 0.2, 0.22)  # what is left of the ink of a worn digit; with one of these it is misread
TEXT_LAYER_SEED, WORN_SEED = 3, 11
Explain = Callable[..., str]


@pytest.fixture
def explain(reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Explain:
    """Explains a file of these bytes to an output of that name and gives what was written."""
    monkeypatch.setattr(factory, "build_reader", lambda settings: reader)
    monkeypatch.chdir(tmp_path)

    def explained(name: str, data: bytes, *arguments: str, output: str = "out.json") -> str:
        Path(name).write_bytes(data)
        assert run(["explain", name, "-o", output, *arguments]) in (0, 1)
        return Path(output).read_text(encoding="utf-8")

    return explained


def fields(text: str, invoice: int = 0) -> dict[str, Any]:
    return {field["path"]: field for field in json.loads(text)["invoices"][invoice]["fields"]}


def truth(kind: str, seed: int) -> dict[str, Any]:
    found: dict[str, Any] = make(kind, seed, format="xml").truth["invoices"][0]["fields"]
    return found


def test_an_xml_file_states_its_fields_and_shows_no_picture(explain: Explain) -> None:
    data = make("digital_ordinary", TEXT_LAYER_SEED, format="xml").data

    total = fields(explain("a.xml", data))["total"]
    page = explain("a.xml", data, output="out.html")

    assert total["proof"]["value"] == truth("digital_ordinary", TEXT_LAYER_SEED)["total"]
    assert [reading["source"] for reading in total["readings"]] == ["xml"]
    assert "<img" not in page
    assert "<svg" not in page


def test_a_pdf_file_with_text_shows_crops_of_the_drawn_page(explain: Explain) -> None:
    data = make("digital_ordinary", TEXT_LAYER_SEED, format="pdf").data

    page = explain("发票 一.pdf", data, output="说明.html")
    total = fields(explain("发票 一.pdf", data, "--field", "total"))["total"]

    assert page.count('class="crop"') == len(re.findall("<rect ", page)) > 10
    assert {reading["source"] for reading in total["readings"]} == {"text_layer", "qr"}
    assert not any(reading["characters"] for reading in total["readings"])


def test_an_ofd_file_is_told_with_the_picture_of_its_drawn_page(explain: Explain) -> None:
    page = explain("a.ofd", make("digital_special", 2, format="ofd").data, output="out.html")

    assert truth("digital_special", 2)["number"] in page
    assert "<img" in page


def test_every_invoice_of_an_archive_is_told_under_the_name_of_its_file(explain: Explain) -> None:
    members = {f"{seed}.xml": make("digital_ordinary", seed, format="xml").data for seed in (1, 2)}

    found = json.loads(explain("全部.zip", zipped(members)))["invoices"]
    page = explain("全部.zip", zipped(members), output="out.html")

    assert [invoice["number"] for invoice in found] == [truth("digital_ordinary", seed)["number"] for seed in (1, 2)]
    assert [invoice["source"] for invoice in found] == ["全部.zip/1.xml", "全部.zip/2.xml"]
    assert page.count("<section>") == 2


def test_a_worn_digit_is_told_with_what_was_read_what_it_became_and_why(explain: Explain) -> None:
    # given: the left half of an 8 in the seller's tax id is worn
    specimen = make("digital_ordinary", WORN_SEED, format="png")

    # when
    told = (explain("a.png", worn(specimen.data, specimen.truth, ink), "--field", "seller.tax_id") for ink in PALE)
    field = next(field for field in (fields(text)["seller.tax_id"] for text in told) if field["repair"])

    # then
    right = truth("digital_ordinary", WORN_SEED)["seller"]["tax_id"]
    assert (field["proof"]["value"], field["repair"]["new_text"]) == (right, right)
    ((place, old, new),) = field["repair"]["places"]
    assert (new, right[place - 1]) == ("8", "8")
    assert [constraint["rule"] for constraint in field["repair"]["constraints"]] == ["seller-tax-id-checksum"]
    doubtful = [each["characters"][place - 1] for each in field["readings"] if each["characters"]]
    assert old in [each["text"] for each in doubtful]
    assert "8" in [name for each in doubtful for name in (each["text"], *(other for other, _ in each["alternatives"]))]


def worn(data: bytes, truth: Truth, ink: float) -> bytes:
    """The picture with only a share of the *ink* left on the left half of the last 8 of the seller's tax id."""
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    line = next(line for line in truth["pages"][0]["lines"] if line["path"] == "seller.tax_id")
    (left, top), _, (right, bottom), _ = line["quad"]
    width = (right - left) / len(line["text"])
    start = left + width * line["text"].rindex("8")
    half = pixels[int(top) : int(bottom), int(start) - 1 : int(start + width / 2)]
    half[:] = (half * ink + 255 * (1 - ink)).astype(np.uint8)
    return bytes(cv2.imencode(".png", pixels)[1])
