"""The loss of connectionist temporal classification for thousands of classes, of which a line has a few."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor
from torch.nn import functional


class _Ctc(torch.autograd.Function):
    """PyTorch's own loss, computed for only those classes that a line has: of the others nothing but their softmax is
    needed. A step of the training of crnn-zh takes an eighth less time than with all classes."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor, classes: Tensor, lengths: Tensor) -> Tensor:
        """T×N×C logits, N×L classes, N lengths to N losses; 0 where a text is too long for its steps."""
        likelihoods = logits.log_softmax(-1)
        columns, targets = _columns(classes)
        columns = columns.to(logits.device).expand(len(logits), -1, -1)
        few = likelihoods.gather(2, columns)
        losses, expected = _few(few, targets, lengths)
        ctx.save_for_backward(likelihoods, columns, expected, losses)
        return losses

    @staticmethod
    def backward(ctx: Any, *given: Tensor) -> tuple[Tensor, None, None]:
        """The softmax minus how often each class is expected at each step."""
        likelihoods, columns, expected, losses = ctx.saved_tensors
        weights = (given[0] * (losses > 0))[None, :, None]
        gradient = likelihoods.exp().mul_(weights)
        return gradient.scatter_add_(2, columns, expected * -weights), None, None


def loss(logits: Tensor, classes: Tensor, lengths: Tensor) -> Tensor:
    """The negative log-likelihood of each line: N×T×C logits, the classes of all lines one after another, how many
    each has. 0, with no gradient, for a line whose text needs more steps than there are."""
    texts = torch.nn.utils.rnn.pad_sequence(list(classes.cpu().split(lengths.tolist())), batch_first=True)
    return cast(Tensor, _Ctc.apply(logits.float().transpose(0, 1).contiguous(), texts, lengths))


def _columns(classes: Tensor) -> tuple[Tensor, Tensor]:
    """The blank and the N×L classes as N×(L+1) columns of a small table, and the N×L columns that stand for the
    classes; equal classes share the first one's."""
    same = classes[:, :, None] == classes[:, None, :]
    targets = same.to(torch.uint8).argmax(-1) + 1
    return torch.cat((torch.zeros(len(classes), 1, dtype=torch.long), classes), 1), targets


def _few(likelihoods: Tensor, targets: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
    """The losses, and how often each column is expected at each step (T×N×columns; without meaning for a line
    without a loss). PyTorch's gradient is exp(likelihood) less that."""
    steps = torch.full((likelihoods.shape[1],), len(likelihoods), dtype=torch.long)
    with torch.enable_grad():
        given = likelihoods.detach().requires_grad_()
        losses = functional.ctc_loss(given, targets, steps, lengths, reduction="none", zero_infinity=True)
        (gradient,) = torch.autograd.grad(losses.sum(), given)
    return losses.detach(), likelihoods.exp() - gradient
