import json
from pathlib import Path
from typing import cast

import cv2
import pypdfium2
import pytest
import zxingcpp
from drawn import decoded

from invoiceocr.specimens import KINDS, make, save
from invoiceocr.specimens.specimen import Format


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_draws_the_same_picture(kind: str) -> None:
    first, second = make(kind, 4), make(kind, 4)

    assert first.data == second.data
    assert first.truth == second.truth


def test_another_seed_draws_another_invoice() -> None:
    assert make("vat_special", 1).truth["invoices"] != make("vat_special", 2).truth["invoices"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_qr_code_of_the_picture_reads_with_the_true_number(kind: str) -> None:
    specimen = make(kind, 11)

    payloads = [code.text for code in zxingcpp.read_barcodes(decoded(specimen.data))]

    number = specimen.truth["invoices"][0]["fields"]["number"]
    assert [payload.split(",")[3] for payload in payloads] == [number]


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_layer_of_the_pdf_holds_every_true_line(kind: str) -> None:
    specimen = make(kind, 12, format="pdf")

    document = pypdfium2.PdfDocument(specimen.data)
    text = squeezed("".join(page.get_textpage().get_text_range() for page in document))

    lines = [line["text"] for page in specimen.truth["pages"] for line in page["lines"] if line["path"]]
    assert len(lines) > 15
    assert [line for line in lines if squeezed(line) not in text] == []


def test_a_true_line_lies_on_ink_of_the_picture() -> None:
    specimen = make("digital_ordinary", 3)
    grey = cv2.cvtColor(decoded(specimen.data), cv2.COLOR_BGR2GRAY)

    for line in specimen.truth["pages"][0]["lines"]:
        (x0, y0), _, (x1, y1), _ = line["quad"]
        patch = grey[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1]
        assert patch.min() < 215, line


def test_a_saved_specimen_has_its_label_beside_it(tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()

    path = save(tmp_path, make("toll", 2))

    label = json.loads((tmp_path / "labels" / f"{path.name}.json").read_text(encoding="utf-8"))
    assert label["file"] == path.name
    assert label["invoices"][0]["fields"]["kind"] == "toll"


def test_a_specimen_is_saved_without_label_if_none_is_wanted(tmp_path: Path) -> None:
    path = save(tmp_path / "new", make("toll", 2), labels=False)

    assert list((tmp_path / "new").iterdir()) == [path]


def test_an_unknown_format_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="gif"):
        make("toll", 1, format=cast(Format, "gif"))


def squeezed(text: str) -> str:
    return "".join(text.split())
