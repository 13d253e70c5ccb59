"""Trains a recognizer: `python -m training.train crnn-id --lines 1000000`.

The run lies in out/training/NAME/ (ignored by git): a checkpoint, from which the same command goes on, and curve.csv.
`--lines` is the length of the learning-rate schedule; `--minutes` ends this command earlier. With `--source atlas`
lines are composed and degraded on the device itself (training/atlas), which a GPU needs to be kept busy.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from training import checkpoint, ctc, feed, keeping, reading
from training.checkpoint import Run
from training.crnn import SHAPES

FOLDER = Path("out/training")
WARM_UP = 0.04  # of the schedule
LAST_RATE = 0.01  # of the highest
# loss per character from which a line teaches nothing once most lines are read better
ILLEGIBLE = 6.0
CLIP = 2.0  # norm of the gradient
REPORT = 200  # steps


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run goes: lines of the whole schedule, highest learning rate, minutes of this command, lines between
    validations, how many lines a validation has of each condition, and the network as it was *before*, if what that one
    knew is to be kept (keeping)."""

    lines: int
    rate: float = 2e-3
    minutes: float = math.inf
    every: int = 50_000
    validation: int = 100
    before: nn.Module | None = None


@dataclass(frozen=True, slots=True)
class Taught:
    """A batch on its device: pixels N×3×H×W in -1..1, classes one after another, lengths."""

    pixels: Tensor
    classes: Tensor
    lengths: Tensor


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.train", description=__doc__)
    parser.add_argument("model", choices=tuple(SHAPES))
    parser.add_argument("--lines", type=int, required=True, help="lines of the whole schedule")
    parser.add_argument("--minutes", type=float, default=math.inf, help="end this command after so many")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--every", type=int, default=50_000, help="lines between validations")
    parser.add_argument("--source", choices=("drawn", "atlas"), default="drawn")
    parser.add_argument("--pool", type=Path, help="folder of training.cuts: a third of the lines are cut out of pages")
    parser.add_argument("--first", type=int, default=0, help="seed of the first line")
    parser.add_argument("--keep", type=Path, help="exported network: what it reads surely is to be read as it does")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw lines")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--folder", type=Path, help=f"of the run; {FOLDER}/MODEL if not given")
    parser.add_argument(
        "--base",
        type=Path,
        help="what to begin with: for crnn-zh an ONNX file, its own or that of PP-OCRv6 tiny, else the checkpoint of a "
        "narrower network",
    )
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    folder = given.folder or FOLDER / given.model
    run = checkpoint.resume(given.model, folder, given.device, given.base)
    before = checkpoint.start(given.model, given.device, given.keep).network if given.keep else None
    plan = Plan(given.lines, given.rate, given.minutes, given.every, before=before and keeping.frozen(before))
    train(run, plan, source(run, given), folder)


def source(run: Run, given: argparse.Namespace) -> Iterator[Taught]:
    """The batches for *run* as the command line wants them, beginning where the run stands."""
    if given.source == "atlas":
        from training.atlas.compose import batches

        seen = given.first + run.seen
        yield from (Taught(*parts) for parts in batches(run.name, seen, given.batch, given.device))
        return
    for batch in feed.in_background(run.name, given.first + run.seen, given.batch, given.workers, given.pool):
        pixels = reading.normalized(batch.pixels).to(given.device, non_blocking=True)
        yield Taught(pixels, torch.from_numpy(batch.classes), torch.from_numpy(batch.lengths))


def train(run: Run, plan: Plan, batches: Iterable[Taught], folder: Path) -> None:
    """Goes on with *run* until its schedule or the plan's minutes end; writes checkpoint and curve into *folder*."""
    began, before, losses = time.monotonic(), run.seconds, []
    for number, batch in enumerate(batches):
        if run.seen >= plan.lines or time.monotonic() - began > 60 * plan.minutes:
            break
        losses.append(step(run, batch, rate(plan, run.seen), plan.before))
        validated = run.seen // plan.every
        run.seen += len(batch.lengths)
        run.seconds = before + time.monotonic() - began
        if number % REPORT == REPORT - 1:
            _report(run, folder, {"loss": sum(losses) / len(losses), "rate": rate(plan, run.seen)})
            losses.clear()
            checkpoint.save(run, folder)
        if run.seen // plan.every > validated:
            device = str(next(run.network.parameters()).device)
            found = reading.scores(run.best, run.shape, plan.validation, device)
            _report(run, folder, {name: score.share for name, score in found.items()})
    checkpoint.save(run, folder)


def step(run: Run, batch: Taught, learning_rate: float, before: nn.Module | None = None) -> float:
    """One step of the optimizer; the loss (negative log-likelihood a character) before it. With the network as it was
    *before*, what that one read surely is kept."""
    for group in run.optimizer.param_groups:
        group["lr"] = learning_rate * group["pace"]
    run.network.train()
    with torch.autocast(batch.pixels.device.type, torch.bfloat16, enabled=_halves(batch.pixels.device)):
        logits = run.network(batch.pixels)
    lines = ctc.loss(logits, batch.classes, batch.lengths)
    each = lines / batch.lengths.to(lines.device)
    loss = each.clamp(max=max(ILLEGIBLE, 3 * each.median().item())).mean()
    run.optimizer.zero_grad(set_to_none=True)
    (loss + _drift(before, logits, batch)).backward()
    torch.nn.utils.clip_grad_norm_(run.network.parameters(), CLIP)
    run.optimizer.step()
    run.average.update_parameters(run.network)
    return loss.item()


def _drift(before: nn.Module | None, logits: Tensor, batch: Taught) -> Tensor | float:
    """How far the network has moved from what it said *before*, a character."""
    if before is None:
        return 0.0
    with torch.inference_mode(), torch.autocast(batch.pixels.device.type, torch.bfloat16, _halves(batch.pixels.device)):
        told = before(batch.pixels)
    lines = keeping.drift(told, logits, batch.classes, batch.lengths)
    return (lines / batch.lengths.to(lines.device)).mean()


def _halves(device: torch.device) -> bool:
    """Whether *device* multiplies 16-bit floats faster: with AVX512-BF16 a step takes a third less time."""
    return device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()


def rate(plan: Plan, seen: int) -> float:
    """The learning rate of a one-cycle schedule after *seen* lines: it rises linearly and falls in a half cosine."""
    progress = min(1.0, seen / plan.lines)
    if progress < WARM_UP:
        return plan.rate * (0.1 + 0.9 * progress / WARM_UP)
    fall = 0.5 * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP)))
    return plan.rate * (LAST_RATE + (1 - LAST_RATE) * fall)


def _report(run: Run, folder: Path, figures: dict[str, float]) -> None:
    """Appends the measured *figures* to the curve, one a line, and prints them."""
    folder.mkdir(parents=True, exist_ok=True)
    told = " ".join(f"{name} {value:.4f}" for name, value in figures.items())
    print(f"{run.seen} lines, {run.seconds:.0f} s: {told}", flush=True)
    with (folder / "curve.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{run.seen},{run.seconds:.0f},{name},{value:.6f}\n" for name, value in figures.items())


if __name__ == "__main__":
    main()
