from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from training.checkpoint import built, resume, save, start  # noqa: E402
from training.widen import widen  # noqa: E402


def test_a_widened_network_reads_as_the_narrow_one() -> None:
    narrow, wide = built("crnn-id-narrow").eval(), built("crnn-id").eval()
    widen(wide, narrow.state_dict())
    pixels = torch.rand(2, 3, 32, 160) * 2 - 1
    with torch.inference_mode():
        assert torch.allclose(narrow(pixels), wide(pixels), atol=1e-5)


def test_what_is_new_in_a_widened_network_learns() -> None:
    narrow, wide = built("crnn-id-narrow"), built("crnn-id")
    widen(wide, narrow.state_dict())
    wide(torch.rand(1, 3, 32, 160)).square().sum().backward()
    new_columns = wide.classes.weight.grad[:, wide.memory.hidden_size - 1]
    assert new_columns.abs().sum() > 0


def test_a_run_of_a_wider_network_goes_on_where_the_narrow_one_stood(tmp_path: Path) -> None:
    run = start("crnn-id-narrow")
    run.seen = 640
    save(run, tmp_path / "narrow")
    wider = resume("crnn-id", tmp_path / "wide", base=tmp_path / "narrow" / "checkpoint.pt")
    assert wider.seen == 640
    pixels = torch.zeros(1, 3, 32, 64)
    with torch.inference_mode():
        assert torch.allclose(run.best(pixels), wider.best(pixels), atol=1e-5)
