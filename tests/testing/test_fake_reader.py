import json
from pathlib import Path

import pytest
import samples

import invoiceocr
from invoiceocr.errors import CorruptFileError, SettingsError, TimedOutError
from invoiceocr.testing import OUTCOMES, FakeReader
from invoiceocr.testing.fake_reader import PLAN


@pytest.mark.parametrize(
    ("outcome", "verdict", "code"),
    [
        ("accepted", "accept", None),
        ("review", "review", None),
        ("rejected", "reject", None),
        ("duplicate", "review", None),
        ("corrupt", None, "corrupt_pdf"),
        ("timeout", None, "timed_out"),
    ],
)
def test_each_outcome_is_a_result_as_the_real_reader_gives_it(
    outcome: str, verdict: str | None, code: str | None
) -> None:
    result = FakeReader({"a.pdf": outcome}).read_one("in/a.pdf")  # type: ignore[dict-item]
    assert result == invoiceocr.ReadResult.model_validate_json(result.model_dump_json()).model_copy(
        update={"invoices": result.invoices}
    )
    assert [invoice.verdict for invoice in result.invoices] == ([verdict] if verdict else [])
    assert (result.error.code if result.error else None) == code


def test_every_outcome_is_tested() -> None:
    assert OUTCOMES == ("accepted", "review", "rejected", "duplicate", "corrupt", "timeout")


def test_what_is_for_review_says_why() -> None:
    for outcome in ("review", "rejected", "duplicate"):
        (invoice,) = FakeReader(default=outcome).read("a.pdf")
        assert invoice.findings


def test_reading_raises_what_the_real_reader_raises() -> None:
    reader = FakeReader({"a.*": "corrupt", "b.pdf": "timeout"})
    with pytest.raises(CorruptFileError) as caught:
        reader.read("a.jpg")
    assert caught.value.code == "corrupt_image"
    with pytest.raises(TimedOutError):
        reader.read("b.pdf")


def test_a_file_that_is_not_named_has_the_outcome_in_its_name() -> None:
    results = FakeReader().read_many(["my-review.pdf", "a.pdf"], jobs=4)
    assert [result.invoices[0].verdict for result in results] == ["review", "accept"]


def test_two_files_are_two_invoices_and_the_same_file_is_the_same() -> None:
    first, second, again = (FakeReader().read(name)[0].number for name in ("a.pdf", "b.pdf", "a.pdf"))
    assert first == again != second


def test_a_folder_tells_outcomes_and_whole_results(tmp_path: Path) -> None:
    (tmp_path / PLAN).write_text('{"a.pdf": "review"}')
    (tmp_path / "b.pdf.json").write_text(json.dumps(samples.accepted("b.pdf").model_dump(mode="json")))
    reader = FakeReader.of_folder(tmp_path)
    assert reader.read("x/a.pdf")[0].verdict == "review"
    (invoice,) = reader.read("x/b.pdf")
    assert (invoice.number, invoice.source) == (samples.NUMBER, "x/b.pdf")


@pytest.mark.parametrize("plan", ['{"a.pdf": "acepted"}', "[", "[1]"])
def test_a_plan_that_is_wrong_is_refused(tmp_path: Path, plan: str) -> None:
    (tmp_path / PLAN).write_text(plan)
    with pytest.raises(SettingsError):
        FakeReader.of_folder(tmp_path)


def test_a_single_path_is_not_many() -> None:
    with pytest.raises(TypeError):
        FakeReader().read_many("a.pdf")
