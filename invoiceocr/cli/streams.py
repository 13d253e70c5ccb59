"""Where a command writes its data: a file that is there whole or not at all, or standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import typer

from invoiceocr.errors import OutputError
from invoiceocr.export.files.output import NO_ROOM, whole_file

# what a shell reports of a program that a closed pipe ended
PIPE_CLOSED = 141


def output_stream(output: Path | None) -> AbstractContextManager[BinaryIO]:
    """A stream to the file *output*, to standard output if None; raises OutputError before any work."""
    return whole_file(output) if output else _standard_output()


def open_missing_streams() -> None:
    """Standard input and error that the parent closed lead to nothing, and no file that is opened later gets the number
    of a closed stream, where the print of a library would end in it."""
    for number in range(3):
        with suppress(OSError):
            os.fstat(number)
            continue
        # the lowest number that is free; children shall have it, too
        os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 (until the process ends)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def refuse_closed_output(zh: str, en: str) -> None:
    """Raises OutputError, which says what to do instead, if the parent closed standard output."""
    if sys.stdout is None:
        raise OutputError(f"standard output: it is closed; {en}", zh=f"标准输出已关闭，请{zh}")


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    refuse_closed_output("用 -o 指定输出文件", "give an output file with -o")
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the reader at the other end, such as `head`, has enough
        drop_standard_output()
        raise typer.Exit(PIPE_CLOSED) from None
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        drop_standard_output()
        raise OutputError(f"standard output: {error.strerror}; give an output file elsewhere with -o") from error


def drop_standard_output() -> None:
    """Let go of what standard output did not take, so that the interpreter doesn't fail on it when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
