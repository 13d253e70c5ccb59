"""Trains the detector on a pool of drawn pages, with checkpoints that survive.

python -m training.detector.pages work/pages --count 3000
python -m training.detector.train work/pages --out work/detector --minutes 90
"""

from __future__ import annotations

import argparse
import math
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from training.detector.base import load_exported
from training.detector.net import DetectorNet, kernels, loss, parameters
from training.detector.pages import DrawnPage, load
from training.detector.targets import draw_maps
from training.detector.tiny import TinyDetectorNet, take_weights

SIDE = 512  # pixels of a training window
BATCH = 6
HELD_OUT = 40  # pages of the pool that are for validation only
PEAK = 4e-3  # learning rate
WARM_UP = 200  # steps
# pixels: the median print of a window is brought between these
TEXT_HEIGHT = (8.0, 26.0)
AVERAGED = 0.998  # decay of the averaged weights
BASE_BATCHES = 12  # to measure the statistics of the network that a training begins with
REPORTED = 100  # steps between validations and checkpoints
# quarter turns of a window; heads and feet are harder to tell than sides
TURNS = (0, 0, 0, 0, 1, 2, 2, 2, 3)
THIN = 0.15  # share of the windows through which the back of the paper shows
SHRUNK = 0.6  # scale below which warping alone would alias

Detector = DetectorNet | TinyDetectorNet
NETWORKS: dict[str, type[Detector]] = {"small": DetectorNet, "tiny": TinyDetectorNet}

Sample = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]


def window(page: DrawnPage, rng: Random) -> Sample:
    """A window of *page*: scaled, slightly turned, by quarters too, lit anew; with its maps."""
    heights = np.linalg.norm(page.quads[:, 3] - page.quads[:, 0], axis=1)
    median = float(np.median(heights)) if len(heights) else 16.0
    low, high = (math.log(bound) for bound in TEXT_HEIGHT)
    scale = math.exp(rng.uniform(low, high)) / max(median, 4.0)
    turn = np.deg2rad(rng.gauss(0, 1.5)) + math.pi / 2 * (quarters := rng.choice(TURNS))
    center = _center(page, rng)
    cos, sin = math.cos(turn) * scale, math.sin(turn) * scale
    move = np.array([[cos, -sin, 0], [sin, cos, 0]], np.float64)
    move[:, 2] = SIDE / 2 - move[:, :2] @ center
    gray, warp = page.gray, move
    if scale < SHRUNK:
        factor = max(scale, 0.2)
        gray = np.asarray(cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
        warp = move @ np.diag([1 / factor, 1 / factor, 1.0])
    shown = cv2.warpAffine(gray, warp, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderValue=rng.choice((0, 127, 255)))
    quads = (page.quads @ move[:, :2].T.astype(np.float32) + move[:, 2].astype(np.float32)).astype(np.float32)
    inside = (quads.max(axis=1) > 0).all(axis=1) & (quads.min(axis=1) < SIDE).all(axis=1)
    # a page that stands upright after q quarter turns needs q - quarters after it was turned by *quarters*
    half, coarse = draw_maps(quads[inside], (page.quarters - quarters) % 4, (SIDE, SIDE))
    return _lit(np.asarray(shown, np.float32) / np.float32(255), rng), half, coarse


def _center(page: DrawnPage, rng: Random) -> NDArray[np.float64]:
    if len(page.quads) and rng.random() < 0.9:
        return np.asarray(rng.choice(list(page.quads)).mean(axis=0), np.float64) + np.array(
            [rng.gauss(0, 60), rng.gauss(0, 60)]
        )
    return np.array([rng.uniform(0, page.gray.shape[1]), rng.uniform(0, page.gray.shape[0])])


def _lit(gray: NDArray[np.float32], rng: Random) -> NDArray[np.float32]:
    """Contrast, brightness, blur and noise of another camera, and on thin paper the print of its back."""
    if rng.random() < THIN:
        back = np.asarray(cv2.GaussianBlur(gray[:, ::-1], (0, 0), rng.uniform(0.7, 2.0)), np.float32)
        gray = gray - rng.uniform(0.1, 0.4) * np.clip(np.median(back) - back, 0, 1)
    gray = (gray - 0.5) * rng.uniform(0.5, 1.2) + 0.5 + rng.uniform(-0.2, 0.2)
    if rng.random() < 0.25:
        gray = np.asarray(cv2.GaussianBlur(gray, (0, 0), rng.uniform(0.4, 1.3)), np.float32)
    if rng.random() < 0.3:
        noise = np.random.default_rng(rng.getrandbits(32)).standard_normal(gray.shape).astype(np.float32)
        gray = gray + noise * rng.uniform(0.01, 0.06)
    return np.clip(gray, 0, 1).astype(np.float32)


def batch(paths: list[Path], rng: Random) -> tuple[Tensor, Tensor, Tensor]:
    """Windows of random pages of the pool."""
    samples = [window(load(rng.choice(paths)), rng) for _ in range(BATCH)]
    gray, half, coarse = (torch.from_numpy(np.stack(part)) for part in zip(*samples, strict=True))
    return gray[:, None], half, coarse


def validate(network: Detector, paths: list[Path]) -> tuple[float, float, float]:
    """(pixel F1 of the kernels, right share of lying, right share of upside down) on held-out pages."""
    network.eval()
    hit = said = true = 0.0
    turned: list[tuple[bool, bool]] = []
    with torch.no_grad():
        for index, path in enumerate(paths):
            gray, half, coarse = window(load(path), Random(index))
            logits = network(torch.from_numpy(gray)[None, None])
            score, truth = kernels(logits)[0, 0] > 0, torch.from_numpy(half[0]) > 0.5
            hit, said, true = hit + float((score & truth).sum()), said + float(score.sum()), true + float(truth.sum())
            place = torch.from_numpy(coarse[3]) > 0
            if place.sum() > 50:
                votes = (logits[0, 5:7][:, place].mean(dim=1) > 0).tolist()
                turned.append((votes[0] == bool(coarse[1, 0, 0]), votes[1] == bool(coarse[2, 0, 0])))
    network.train()
    first, second = (sum(pair[i] for pair in turned) / max(len(turned), 1) for i in (0, 1))
    return 2 * hit / max(said + true, 1), first, second


class Run:
    """The state of a training: network, averaged network, optimizer, steps and minutes so far."""

    def __init__(self, folder: Path, network: Detector) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "last.pt"
        self.network = network.to(memory_format=torch.channels_last)  # a quarter faster on a CPU
        self.averaged = AveragedModel(self.network, multi_avg_fn=get_ema_multi_avg_fn(AVERAGED), use_buffers=True)
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=PEAK, weight_decay=1e-4)
        self.step, self.spent, self.loss = 0, 0.0, 0.0
        if self.file.exists():
            saved = torch.load(self.file, weights_only=True)
            for name in ("network", "averaged", "optimizer"):
                getattr(self, name).load_state_dict(saved[name])
            self.step, self.spent = saved["step"], saved["spent"]

    def begin(self, base: Path, pages: list[Path], rng: Random) -> None:
        """Takes the weights of *base*: an exported detector, or PP-OCRv6 tiny for the network that is built on it."""
        if isinstance(self.network, TinyDetectorNet):
            take_weights(self.network, base)
        else:
            load_exported(self.network, base, torch.cat([batch(pages, rng)[0] for _ in range(BASE_BATCHES)]))
        self.averaged.module.load_state_dict(self.network.state_dict())

    def learn(self, samples: tuple[Tensor, Tensor, Tensor], rate: float) -> None:
        """One step on *samples* at the learning *rate*."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        pictures = samples[0].contiguous(memory_format=torch.channels_last)
        value = loss(self.network(pictures), samples[1], samples[2])
        self.optimizer.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        self.averaged.update_parameters(self.network)
        self.loss = 0.98 * self.loss + 0.02 * value.item() if self.loss else value.item()
        self.step += 1

    def save(self, minutes: float) -> None:
        """Writes the checkpoint, whole or not at all."""
        state = {name: getattr(self, name).state_dict() for name in ("network", "averaged", "optimizer")}
        torch.save(state | {"step": self.step, "spent": minutes}, self.file.with_suffix(".part"))
        self.file.with_suffix(".part").replace(self.file)


def main() -> None:
    """Trains for the given minutes; goes on from OUT/last.pt where there is one."""
    options = argparse.ArgumentParser(prog="python -m training.detector.train")
    options.add_argument("pool", type=Path)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument(
        "--base", type=Path, help="an exported detector or PP-OCRv6 tiny to begin with, if OUT has no checkpoint"
    )
    options.add_argument("--network", choices=tuple(NETWORKS), default="small")
    options.add_argument("--peak", type=float, default=PEAK, help="highest learning rate")
    options.add_argument("--threads", type=int, default=1)
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    cv2.setNumThreads(1)
    run, began = Run(given.out, NETWORKS[given.network]()), time.monotonic()
    pages = sorted(given.pool.glob("*.npz"))
    held, pages, rng = pages[:HELD_OUT], pages[HELD_OUT:], Random(f"windows {run.step}")
    if given.base and run.step == 0:
        run.begin(given.base, pages, rng)
    print(f"{parameters(run.network):,} parameters, {len(pages)} pages, from step {run.step}", flush=True)
    minutes = run.spent
    drawer = ThreadPoolExecutor(1)  # draws the next windows while the network learns from these
    ahead = drawer.submit(batch, pages, rng)
    while minutes < given.minutes:
        samples, ahead = ahead.result(), drawer.submit(batch, pages, rng)
        rate = (
            given.peak * min((run.step + 1) / WARM_UP, 1.0) * (0.5 + 0.5 * math.cos(math.pi * minutes / given.minutes))
        )
        run.learn(samples, rate)
        minutes = run.spent + (time.monotonic() - began) / 60
        if run.step % REPORTED == 0:
            f1, lying, upside = validate(run.network, held)
            told = f"loss {run.loss:.3f} f1 {f1:.4f} lying {lying:.3f} upside down {upside:.3f}"
            print(f"{minutes:6.1f} min step {run.step} {told}", flush=True)
            run.save(minutes)
            pages = sorted(given.pool.glob("*.npz"))[HELD_OUT:]  # it may have grown
    drawer.shutdown(cancel_futures=True)
    run.save(minutes)


if __name__ == "__main__":
    main()
