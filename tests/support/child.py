"""Processes that tests start, and that import what tests share."""

from __future__ import annotations

import os
from pathlib import Path

SUPPORT = Path(__file__).parent
ROOT = SUPPORT.parents[1]


def environment(**more: str) -> dict[str, str]:
    """The variables of such a process: those of this one, with the project and what tests share on the import path."""
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(SUPPORT)])} | more
