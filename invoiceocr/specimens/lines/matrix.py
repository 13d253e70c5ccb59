"""Digits of nine-pin printers, 5×7 dots each, which taxi meters and tills print and no outline face has."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# Rows from the top, each a binary number of five dots.
ROWS: dict[str, tuple[int, ...]] = {
    "0": (14, 17, 17, 17, 17, 17, 14), "1": (4, 12, 4, 4, 4, 4, 14), "2": (14, 17, 1, 2, 4, 8, 31),
    "3": (31, 2, 4, 2, 1, 17, 14), "4": (2, 6, 10, 18, 31, 2, 2), "5": (31, 16, 30, 1, 1, 17, 14),
    "6": (6, 8, 16, 30, 17, 17, 14), "7": (31, 1, 2, 4, 8, 8, 8), "8": (14, 17, 17, 14, 17, 17, 14),
    "9": (14, 17, 17, 15, 1, 2, 12), ".": (0, 0, 0, 0, 0, 12, 12), ":": (0, 12, 12, 0, 12, 12, 0),
    "-": (0, 0, 0, 31, 0, 0, 0), "/": (0, 1, 2, 4, 8, 16, 0), "¥": (17, 10, 4, 31, 4, 31, 4),
    "A": (14, 17, 17, 17, 31, 17, 17), "B": (30, 17, 17, 30, 17, 17, 30), "T": (31, 4, 4, 4, 4, 4, 4),
}  # fmt: skip
FINE = 6  # pixels a dot
PITCH = 6 / 10  # em from one character to the next
CAP = 0.72  # em that seven dots are high


@lru_cache(maxsize=128)
def dots(char: str, reach: float, em: int) -> NDArray[np.uint8] | None:
    """The coverage of *char* for *em* pixels per em, dots of *reach* pitches in radius; None if there is none."""
    if char not in ROWS:
        return None
    pattern = np.array([[(row >> bit) & 1 for bit in range(4, -1, -1)] for row in ROWS[char]], np.uint8)
    y, x = np.mgrid[:FINE, :FINE] - (FINE - 1) / 2
    disc = (np.hypot(x, y) <= reach * FINE).astype(np.uint8) * 255
    whole = np.kron(pattern, disc)
    height, width = round(CAP * em), round(PITCH * em * 5 / 6)
    rows, columns = (np.arange(count) * size // count for count, size in ((height, 7 * FINE), (width, 5 * FINE)))
    return np.asarray(whole[np.ix_(rows, columns)], np.uint8)
