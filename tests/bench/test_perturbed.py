import json
from pathlib import Path
from random import Random

import numpy as np

from bench.perturbed import DRAWN, PICTURES, page_of, perturbed, read
from invoiceocr.pipeline.reader import Reader
from invoiceocr.scoring.documents import find_sets
from invoiceocr.specimens import Order, deliver


def test_the_same_seed_gives_the_same_picture_and_another_seed_another() -> None:
    pixels = np.full((120, 200, 3), 255, np.uint8)
    pixels[40:60, 30:150] = 0

    once, again, other = (perturbed(pixels.copy(), PICTURES["askew"], Random(seed)) for seed in (1, 1, 2))

    assert np.array_equal(once, again)
    assert once.shape != other.shape or not np.array_equal(once, other)


def test_a_file_with_characters_is_drawn_and_one_without_a_page_is_left_out(tmp_path: Path) -> None:
    for form in ("pdf", "xml"):
        (tmp_path / f"one.{form}").write_bytes(deliver(Order("digital_ordinary", 61, form)).data)

    drawn, nothing = page_of(tmp_path / "one.pdf"), page_of(tmp_path / "one.xml")

    assert drawn is not None
    assert (drawn[1], nothing) == (DRAWN, None)


def test_labeled_files_are_counted_by_condition(tmp_path: Path, reader: Reader) -> None:
    specimen = deliver(Order("digital_rail", 61, "pdf"))
    (tmp_path / "one.pdf").write_bytes(specimen.data)
    (tmp_path / "labels").mkdir()
    label = {"file": "one.pdf", "invoices": [{"page": 1, "fields": specimen.truth["invoices"][0]["fields"]}]}
    (tmp_path / "labels" / "one.json").write_text(json.dumps(label, ensure_ascii=False), encoding="utf-8")

    counts = read(reader, find_sets(tmp_path)[0], 1)

    assert set(counts) == set(DRAWN)
    assert all(count.kinds == {True: 1} and not count.verified[False] for count in counts.values())
