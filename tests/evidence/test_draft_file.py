"""Drafts saved and loaded."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import lattices
import pytest

from invoiceocr.decoding.compact import compact
from invoiceocr.decoding.nbest import decode_nbest
from invoiceocr.errors import DraftError
from invoiceocr.evidence import draft_file
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft, FileFacts
from invoiceocr.geometry import Box
from invoiceocr.proof import Finding

FINDING = Finding(rule="signature-intact", severity="info", message="完好", message_en="intact")
READ = (
    Candidate("total", Decimal("106.00"), "¥106.00", "ocr", 0.9, 2, Box(1.5, 2.0, 3.0, 4.25), placed=False),
    Candidate("issue_date", date(2025, 6, 1), "2025年06月01日", "text_layer"),
    Candidate("number", None, "2531?", "ocr", 0.25, second=True, confirmed=True, unseen=True),
    Candidate("is_red_letter", False, "", "xml"),
    Candidate("amounts.0.box", (1.0, 2.0, 3.5, 4.0), "1250.67", "ocr"),
)


def draft(*candidates: Candidate) -> Draft:
    return Draft(
        "digital_ordinary",
        candidates or READ,
        expected=("total",),
        page=2,
        page_sizes=((2, (600.0, 390.5)),),
        outlines=((2, ((-10.0, 5.0), (590.0, -5.0), (610.0, 385.5), (10.0, 395.5))),),
        text="文",
        claims=(Candidate("drawer", "张三", "张三", "caller"),),
        reviewed=(Candidate("remarks", None, "", "reviewer"),),
        qr_codes=((2, "01,32,,25312000000012345678,113.00,20250601,,6F05"),),
        file=FileFacts("发票.pdf", True, (FINDING,)),
        unshown=True,
    )


def shown(item: Candidate) -> tuple[object, ...]:
    return tuple(getattr(item, name) for name in Candidate.__slots__ if name != "lattice")


def test_a_loaded_draft_says_what_the_saved_one_said() -> None:
    saved = draft()

    loaded = draft_file.loads(draft_file.dumps(saved))

    assert list(map(shown, loaded.candidates)) == list(map(shown, saved.candidates))
    assert list(map(shown, loaded.claims + loaded.reviewed)) == list(map(shown, saved.claims + saved.reviewed))
    parts = ("kind", "expected", "page", "page_sizes", "outlines", "text", "qr_codes", "file", "unshown")
    assert [getattr(loaded, part) for part in parts] == [getattr(saved, part) for part in parts]


def test_saving_a_loaded_draft_gives_the_same_text() -> None:
    lattice = lattices.of_steps(*[{"1": 0.9, "7": 0.1}, {"": 1.0}, {"": 1.0}, {"0": 0.99, "O": 0.01}])
    text = draft_file.dumps(draft(Candidate("total", Decimal(10), "10", "ocr", 0.8, lattice=lattice)))

    assert draft_file.dumps(draft_file.loads(text)) == text


def test_only_lattices_that_repair_looks_into_are_kept() -> None:
    lattice = lattices.of_steps(*[{"1": 0.9, "7": 0.1}])
    read = (Candidate(path, "1", "1", "ocr", lattice=lattice) for path in ("number", "buyer.name", "items.0.name"))

    loaded = draft_file.loads(draft_file.dumps(draft(*read)))

    assert [item.lattice is not None for item in loaded.candidates] == [True, True, False]


def test_a_compact_lattice_holds_the_same_texts_in_fewer_steps() -> None:
    silent = {"": 0.99999, "8": 0.00001}
    steps = [silent, {"1": 0.9, "7": 0.1}, silent, silent, {"1": 0.6, "l": 0.3999999, "|": 1e-7}, silent]
    lattice = lattices.of_steps(*steps)

    found = compact(lattice)

    assert len(found.characters) == 5
    assert [a.text for a in decode_nbest(found)] == [a.text for a in decode_nbest(lattice) if "|" not in a.text]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 99}', '{"format": 2}', draft_file.dumps(draft())[:-9]])
def test_what_is_no_draft_of_this_version_is_refused(text: str) -> None:
    with pytest.raises(DraftError) as refused:
        draft_file.loads(text)

    assert refused.value.code == "bad_draft"


def test_a_value_of_an_unknown_type_or_source_is_refused() -> None:
    text = draft_file.dumps(draft())

    for damaged in (text.replace('"decimal"', '"pickle"'), text.replace('"text_layer"', '"rumor"')):
        with pytest.raises(DraftError):
            draft_file.loads(damaged)


def test_the_place_of_a_paper_is_kept() -> None:
    placed = replace(draft(), box=Box(1.0, 2.0, 30.5, 40.0), rotation=270)

    loaded = draft_file.loads(draft_file.dumps(placed))

    assert (loaded.box, loaded.rotation) == (placed.box, 270)


def test_a_rotation_that_is_no_quarter_is_refused() -> None:
    with pytest.raises(DraftError):
        draft_file.loads(draft_file.dumps(draft()).replace('"rotation":0', '"rotation":45'))
