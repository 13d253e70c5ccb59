"""How badly lines are printed and photographed: the ranges that chance draws from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

Range = tuple[float, float]
FORM_MARKS = {"patterned": 0.06, "ruled": 0.22, "neighbored": 0.18, "sealed": 0.08}
SEALED = FORM_MARKS | {"sealed": 0.15}


@dataclass(frozen=True, slots=True)
class Condition:
    """Ranges of em size (pixels), blur (pixels), noise (gray levels), JPEG quality and contrast; odds of each press
    step, of marks of the form, of colored ink, of motion and of pictures without color; how loosely lines are cut
    out (`margin`, in heights of their ink), how far they are turned and distorted (`tilt`, in heights), and whether
    they are handwriting."""

    size: Range
    blur: Range
    noise: Range
    jpeg: Range
    contrast: Range = (1.0, 1.0)
    press: Mapping[str, float] = field(default_factory=dict)
    marks: Mapping[str, float] = field(default_factory=dict)
    ink: float = 0.0
    motion: float = 0.0
    gray: float = 0.0
    light: float = 0.0
    stretch: Range = (0.9, 1.1)
    margin: Range = (0.06, 0.26)
    tilt: float = 0.02
    by_hand: bool = False


CONDITIONS: dict[str, Condition] = {
    "light14": Condition((14, 14), (0.2, 0.7), (2, 6), (70, 95)),
    "light20": Condition((20, 20), (0.2, 0.7), (2, 6), (70, 95)),
    "light32": Condition((32, 32), (0.2, 0.7), (2, 6), (70, 95)),
    "hard16": Condition((16, 16), (0.7, 1.2), (8, 16), (35, 60)),
    "form": Condition(
        (16, 30), (0.3, 0.8), (2, 8), (55, 90), (0.7, 1.0), {"dots": 0.7, "fade": 0.3}, FORM_MARKS | {"ruled": 0.5},
        ink=0.6, light=0.6,
    ),
    "mild": Condition(
        (13, 44), (0.0, 0.8), (0, 7), (60, 98), (0.6, 1.0), {"dots": 0.2, "fade": 0.1, "weight": 0.25}, SEALED,
        ink=0.3, gray=0.15, light=0.5, stretch=(0.72, 1.3), margin=(0.0, 0.34), tilt=0.04,
    ),
    "severe": Condition(
        (10, 22), (0.3, 1.15), (2, 17), (30, 75), (0.35, 1.0), {"dots": 0.25, "fade": 0.2, "weight": 0.25}, SEALED,
        ink=0.35, motion=0.08, gray=0.15, light=0.6, stretch=(0.72, 1.3), margin=(0.0, 0.34), tilt=0.05,
    ),
    "tiny": Condition((10, 10), (0.2, 0.5), (2, 6), (70, 95)),
    "written": Condition(
        (16, 48), (0.2, 0.8), (1, 9), (50, 95), (0.6, 1.0), {"fade": 0.1, "weight": 0.4},
        {"ruled": 0.35, "patterned": 0.06, "neighbored": 0.1, "sealed": 0.12}, ink=0.8, gray=0.15, light=0.5,
        stretch=(0.72, 1.25), margin=(0.0, 0.3), tilt=0.06, by_hand=True,
    ),
}  # fmt: skip
WRITTEN = "written"  # texts of its own: texts.WRITTEN
TRAINING = {"mild": 0.6, "severe": 0.4}
VALIDATION = ("light14", "light20", "light32", "hard16", "form", "tiny")


def training_condition(rng: Random) -> str:
    """The name of a condition that lines of training are drawn in."""
    return rng.choices(list(TRAINING), list(TRAINING.values()))[0]
