from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from invoiceocr.cli.app import run

Write = Callable[..., None]


def test_debug_writes_every_stage_as_a_picture_and_a_list(claims: Write) -> None:
    claims(**{"a.jpg": "accept"})
    assert run(["debug", "a.jpg", "-o", "看/一看"]) == 0
    names = ("lines", "cells", "pairs", "fields", "rows", "blocks")
    layers = {f"page-1-{layer}.{suffix}" for layer in names for suffix in ("png", "txt")}
    assert {path.name for path in Path("看/一看").iterdir()} == layers | {"page-1-0-original.png"}


def test_debug_lists_what_the_lines_say(claims: Write) -> None:
    claims(**{"a.jpg": "accept"})
    run(["debug", "a.jpg", "-o", "out"])
    assert Path("out/page-1-lines.txt").read_text() == "1\t20.0,30.0,200.0,50.0\t发票号码：01234567\n"


def test_debug_draws_over_the_last_picture(claims: Write) -> None:
    claims(**{"a.jpg": "accept"})
    run(["debug", "a.jpg", "-o", "out"])
    drawn = cv2.imdecode(np.frombuffer(Path("out/page-1-fields.png").read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert drawn is not None
    assert drawn.shape == (200, 300, 3)
    assert (drawn != 255).any()


def test_a_folder_that_can_not_be_made_is_a_usage_error(claims: Write) -> None:
    claims(**{"a.jpg": "accept", "file": "x"})
    assert run(["debug", "a.jpg", "-o", "file"]) == 2
