import pytest

torch = pytest.importorskip("torch")

from torch import Tensor  # noqa: E402
from torch.nn import functional  # noqa: E402

from training import ctc  # noqa: E402

STEPS, CLASSES = 14, 40
LENGTHS = torch.tensor([3, 6, 1, 9])


def case() -> tuple[Tensor, Tensor]:
    """Logits of four lines, and their classes; the last line needs more steps than there are."""
    torch.manual_seed(5)
    classes = torch.randint(1, 6, (int(LENGTHS.sum()),))
    classes[-9:] = 3
    return torch.randn(len(LENGTHS), STEPS, CLASSES, requires_grad=True), classes


def reference(logits: Tensor, classes: Tensor) -> Tensor:
    likelihoods, steps = logits.log_softmax(-1).transpose(0, 1), torch.full((len(LENGTHS),), STEPS)
    return functional.ctc_loss(likelihoods, classes, steps, LENGTHS, reduction="none", zero_infinity=True)


def test_the_loss_is_that_of_pytorch_over_all_classes() -> None:
    logits, classes = case()

    assert torch.allclose(ctc.loss(logits, classes, LENGTHS), reference(logits, classes), atol=1e-5)


def test_the_gradient_is_that_of_pytorch_and_a_line_too_long_has_none() -> None:
    logits, classes = case()
    weights = torch.tensor([1.0, 0.5, 2.0, 1.0])

    (ours,) = torch.autograd.grad((ctc.loss(logits, classes, LENGTHS) * weights).sum(), logits)
    (theirs,) = torch.autograd.grad((reference(logits, classes) * weights).sum(), logits)

    assert torch.allclose(ours, theirs, atol=1e-5)
    assert float(ours[3].abs().max()) == 0.0 < float(ours[0].abs().max())
