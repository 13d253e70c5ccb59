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


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
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
