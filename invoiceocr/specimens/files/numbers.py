"""Numbers as page descriptions write them: short, without exponents."""

from __future__ import annotations


def plain(value: float) -> str:
    """*value* with at most three decimals and no zeros at its end; never -0."""
    return f"{round(value, 3) + 0.0:.3f}".rstrip("0").rstrip(".")
