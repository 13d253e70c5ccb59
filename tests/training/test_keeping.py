import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

from training import checkpoint, feed, keeping, reading, train  # noqa: E402

STEPS, CLASSES = 6, 5
TEXTS, LENGTHS = torch.tensor([1, 2, 1, 2]), torch.tensor([2, 2])


def logits(sureness: float) -> Tensor:
    """Two lines that say 1, 2, with that logit at each step."""
    said = torch.tensor([1, 0, 0, 2, 0, 0]).expand(2, STEPS)
    return sureness * nn.functional.one_hot(said, CLASSES).float()


def test_a_line_that_was_read_surely_is_to_stay_as_it_was() -> None:
    before, after = logits(9.0), logits(4.0)

    assert torch.equal(keeping.drift(before, before, TEXTS, LENGTHS), torch.zeros(2))
    assert (keeping.drift(before, after, TEXTS, LENGTHS) > 0.01).all()


def test_a_line_that_was_read_wrong_or_unsurely_is_free_to_change() -> None:
    wrong = torch.tensor([2, 1, 2, 1])

    assert torch.equal(keeping.drift(logits(1.0), logits(9.0), TEXTS, LENGTHS), torch.zeros(2))
    assert torch.equal(keeping.drift(logits(9.0), logits(4.0), wrong, LENGTHS), torch.zeros(2))


def test_a_text_too_long_for_its_steps_was_not_read_surely() -> None:
    longest = torch.tensor([1] * (STEPS + 1))

    drifted = keeping.drift(logits(9.0)[:1], logits(4.0)[:1], longest, torch.tensor([STEPS + 1]))

    assert torch.equal(drifted, torch.zeros(1))


def test_a_step_with_the_earlier_network_goes_back_to_what_that_one_said(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setattr(keeping, "SURE", 1e-300)  # an untrained network is sure of nothing
    run, free = checkpoint.start("crnn-id"), checkpoint.start("crnn-id")
    before = keeping.frozen(run.network)
    batch = next(feed.batches(run.shape, 0, 4))
    given = train.Taught(
        reading.normalized(batch.pixels), torch.from_numpy(batch.classes), torch.from_numpy(batch.lengths)
    )

    def drifted(network: nn.Module) -> float:
        with torch.no_grad():
            said = before(given.pixels), network.eval()(given.pixels)
        return keeping.drift(*said, given.classes, given.lengths).sum().item()

    for each in (run, free):
        with torch.no_grad():
            each.network.classes.bias.add_(torch.linspace(-2, 2, each.network.classes.out_features))
    began = drifted(run.network)
    for _ in range(3):
        train.step(run, given, 1e-3, before)
        train.step(free, given, 1e-3)
    assert drifted(run.network) < min(began, drifted(free.network))
    assert all(value.grad is None for value in before.parameters())
