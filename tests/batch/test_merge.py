"""`merge`: the results of a journal, sorted and compared."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
import samples
from witnesses import STANDARD

from invoiceocr.batch.inputs import Input
from invoiceocr.batch.journal import Journal
from invoiceocr.batch.line import line_of
from invoiceocr.batch.merge import merged, write_merged_jsonl
from invoiceocr.batch.tally import Tally
from invoiceocr.errors import CorruptFileError, NoDocumentsError
from invoiceocr.export.tabular import json_bytes
from invoiceocr.pipeline.batch_checks import Comparison
from invoiceocr.result import ReadResult
from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.engine import Engine

NAMES = ("c.pdf", 'quoted "a".pdf', "b\\c.pdf", "发票.pdf", "not-utf8-\udcff.pdf", "a.pdf")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.load()


def comparison(engine: Engine) -> Comparison:
    return Comparison(engine, RuleContext(today=date(2026, 1, 1)), STANDARD)


def of_another_day(name: str, day: int) -> ReadResult:
    """An accepted invoice that has nothing in common with those of other days."""
    made = samples.accepted(name)
    changed = {"number": f"2531200000001234{day:04}", "issue_date": date(2025, 3, day)}
    return made.model_copy(update={"invoices": tuple(found.model_copy(update=changed) for found in made.invoices)})


def journal(folder: Path, *results: ReadResult) -> Path:
    with Journal(folder) as opened:
        for result in results:
            opened.append(line_of(Input(Path(result.source)), result))
    return folder


def written(folder: Path, engine: Engine) -> tuple[list[bytes], Tally]:
    stream, tally = io.BytesIO(), Tally()
    write_merged_jsonl(folder, stream, comparison(engine), tally)
    return stream.getvalue().splitlines(), tally


def test_lines_that_are_copied_are_those_that_would_be_written_anew(tmp_path: Path, engine: Engine) -> None:
    made = [of_another_day(name, day) for day, name in enumerate(NAMES, start=1)]
    folder = journal(tmp_path, *made, samples.unread("gone.pdf", "corrupt_pdf"))

    lines, tally = written(folder, engine)
    anew = list(map(comparison(engine).result, merged(folder)))

    assert lines == [json_bytes(result) for result in anew]
    assert [result.source for result in anew] == sorted([*NAMES, "gone.pdf"])
    assert (tally.files, tally.errors, tally.verdicts) == (len(NAMES) + 1, {"corrupt_pdf": 1}, {"accept": len(NAMES)})


def test_the_copy_of_an_invoice_is_told_in_its_line(tmp_path: Path, engine: Engine) -> None:
    lines, _ = written(journal(tmp_path, samples.accepted("a.pdf"), samples.accepted("b.pdf")), engine)

    assert [found["rule"] for line in lines for found in json.loads(line)["invoices"][0]["findings"]] == [
        "duplicate-in-batch"
    ]


def test_what_is_copied_is_not_read_in_full(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = journal(tmp_path, samples.accepted("a.pdf"), samples.unread("b.pdf"))
    monkeypatch.setattr("invoiceocr.batch.merge.result_of_line", None)

    assert len(written(folder, engine)[0]) == 2


def test_a_line_that_was_damaged_since_it_was_found_is_an_error_in_words(tmp_path: Path) -> None:
    results = merged(journal(tmp_path, samples.accepted("a.pdf")))
    path = tmp_path / "results-00001.jsonl"
    path.write_bytes(path.read_bytes().replace(b"113.00", b"118.00"))

    with pytest.raises(CorruptFileError, match=r"a\.pdf is damaged"):
        list(results)


def test_a_journal_without_results_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(NoDocumentsError):
        merged(journal(tmp_path))
