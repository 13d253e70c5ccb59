"""How much memory a process holds, where the system tells without further packages."""

from __future__ import annotations

import os
import sys
from pathlib import Path

UNKNOWN = 0


def resident_bytes(pid: int) -> int:
    """The resident bytes of a process; 0 where the system is not Linux, or the process is gone."""
    if sys.platform != "linux":
        return UNKNOWN
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return UNKNOWN
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def total_bytes() -> int:
    """The memory of the machine, or what its container may take if that is less; 0 if unknown."""
    if sys.platform != "linux":
        return UNKNOWN
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        allowed = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return machine
    return min(machine, int(allowed)) if allowed.isdigit() else machine
