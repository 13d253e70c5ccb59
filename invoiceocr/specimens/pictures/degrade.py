"""Recipes: chains of press and camera steps that turn a drawing into a picture of a certain sort."""

from __future__ import annotations

from random import Random

from invoiceocr.specimens.pictures import camera, press, secondhand, wear
from invoiceocr.specimens.pictures.camera import Shot
from invoiceocr.specimens.pictures.press import Plate, printed

# steps of recipes that are left out where no impact printer filled the form
IMPACT_ONLY = frozenset({"dots", "fade", "misprint", "nudge", "ink"})
# the steps of each recipe; "step?odds" is taken with that probability
RECIPES: dict[str, tuple[str, ...]] = {
    "screenshot": ("resolution?0.6", "jpeg?0.5"),
    "scan": ("dots", "nudge", "stamp?0.3", "paper?0.5", "grey?0.25", "angle", "noise", "blur?0.3", "jpeg"),
    "misprint_scan": ("dots", "misprint", "fade?0.4", "paper", "angle", "noise", "jpeg"),
    "photo": (
        "dots", "ink?0.5", "nudge", "stamp?0.4", "paper", "crease?0.3", "desk", "light", "shadow?0.5", "blur?0.4",
        "noise", "jpeg",
    ),
    "hard_photo": (
        "dots", "ink?0.5", "misprint?0.6", "fade?0.5", "stamp?0.7", "paper", "crease?0.5", "desk", "light", "shadow",
        "resolution?0.6", "motion?0.4", "blur?0.5", "noise", "jpeg", "quarter?0.25",
    ),
    "copy": ("dots", "nudge", "grey", "pale", "angle", "noise", "jpeg"),
    "fax": ("dots", "nudge", "fax", "angle?0.5"),
    "screen_photo": ("resolution?0.3", "screen", "light", "noise", "jpeg"),
    "slip_scan": ("dots", "nudge?0.7", "thermal?0.3", "sign?0.2", "paper?0.5", "angle", "noise", "blur?0.3", "jpeg"),
    "slip_photo": (
        "dots", "nudge?0.7", "fade?0.3", "thermal?0.3", "sign?0.3", "paper", "crumple?0.4", "crease?0.3", "desk",
        "light",
        "shadow?0.4", "resolution?0.3", "blur?0.4", "noise", "jpeg", "quarter?0.2", "cover?0.15",
    ),
}  # fmt: skip
# how well the result can be read; recipes that are not listed are "fair"
QUALITIES = {"screenshot": "good", "scan": "good", "slip_scan": "good", "hard_photo": "poor"}
PRESS = {**press.STEPS, "sign": wear.sign, "thermal": wear.thermal}
CAMERA = {
    **camera.STEPS,
    "crumple": wear.crumple,
    "cover": wear.cover,
    "fax": secondhand.fax,
    "screen": secondhand.screen,
}
STEPS = (*PRESS, *CAMERA)


def check(degradation: str) -> None:
    """ValueError if *degradation* names neither recipes nor steps joined by "+"."""
    for part in degradation.split("+"):
        if part not in RECIPES and part not in STEPS:
            raise ValueError(f"no degradation {part!r}; recipes: {', '.join(RECIPES)}; steps: {', '.join(STEPS)}")


def develop(plate: Plate, degradation: str | None, rng: Random) -> Shot:
    """The picture of *plate* after *degradation*: recipes or steps joined by "+", press steps always first."""
    steps = _drawn(plate, degradation, rng) if degradation else []
    for name in steps:
        if name in PRESS:
            plate = PRESS[name](plate, rng)
    shot = Shot(printed(plate, rng), plate.transforms(), quality=_quality(degradation), unread=plate.unread)
    for name in steps:
        if name in CAMERA:
            shot = CAMERA[name](shot, rng)
    return shot


def _quality(degradation: str | None) -> str:
    """How well the picture can be read: that of the worst recipe."""
    found = {QUALITIES.get(part, "fair") for part in degradation.split("+")} if degradation else {"good"}
    return next(quality for quality in ("poor", "fair", "good") if quality in found)


def _drawn(plate: Plate, degradation: str, rng: Random) -> list[str]:
    """The steps to take: those of a recipe as their odds and the form allow, single steps always."""
    check(degradation)
    steps: list[str] = []
    for part in degradation.split("+"):
        for entry in RECIPES.get(part, (part,)):
            name, _, odds = entry.partition("?")
            suits = part not in RECIPES or plate.impact or name not in IMPACT_ONLY
            if rng.random() < float(odds or 1) and suits:
                steps.append(name)
    return steps
