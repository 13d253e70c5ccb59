from collections import Counter

import pytest

from invoiceocr.batch.line import State
from invoiceocr.cli.batch_progress import Reporter


def test_files_of_earlier_runs_are_part_of_the_total(capsys: pytest.CaptureFixture[str]) -> None:
    Reporter(total=1, before=6, language="en").finish(Counter({State.ACCEPTED: 6}))

    assert "6/6" in capsys.readouterr().err
