from collections import Counter

import pytest

from invoiceocr.batch.line import State
from invoiceocr.cli.batch_progress import Reporter


def test_files_of_earlier_runs_are_part_of_the_total(capsys: pytest.CaptureFixture[str]) -> None:
    Reporter(fresh=1, before=6, language="en").finish(Counter({State.ACCEPTED: 7}))

    assert "7/7 files" in capsys.readouterr().err
