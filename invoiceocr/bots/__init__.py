"""For programs that run unattended: a watched folder, a Robot Framework library, an MCP server."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from invoiceocr.bots.robot_library import RobotLibrary as RobotLibrary

__all__ = ["RobotLibrary"]


def __getattr__(name: str) -> object:
    if name != "RobotLibrary":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module("invoiceocr.bots.robot_library").RobotLibrary
