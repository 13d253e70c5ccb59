"""`invoiceocr debug`: what every stage saw, as pictures to look at and lists to search."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from invoiceocr.batch import factory
from invoiceocr.cli.messages import message, say
from invoiceocr.cli.options import with_settings
from invoiceocr.errors import OutputError
from invoiceocr.export.files.output import whole_file
from invoiceocr.settings import Settings

if TYPE_CHECKING:
    from invoiceocr.geometry import Box
    from invoiceocr.pipeline.page_reader import PageTrace

File = Annotated[Path, typer.Argument(metavar="FILE", help="要查看的文件 · the file to examine")]
Folder = Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="输出目录 · folder for the pictures")]


@with_settings
def debug(file: File, output: Folder, *, settings: Settings) -> int:
    """逐步输出中间结果：每一步的图片，以及文字行、单元格、标签与值、字段的标注图和列表 ·
    Write each stage's picture, and lines, cells, pairs and fields drawn over the page and listed."""
    _make_folder(output)
    for trace in factory.build_reader(settings).trace(file):
        _write_page(trace, output / f"page-{trace.number}")
    say(message("written", settings.language, path=output))
    return 0


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror or error}; give another folder") from error


def _write_page(trace: PageTrace, stem: Path) -> None:
    # OpenCV loads for this command only
    from invoiceocr.export import overlay

    for index, (name, picture) in enumerate(trace.pictures):
        _write(stem, f"{index}-{name}.png", overlay.png(picture.pixels))
    sheet = trace.pictures[-1][1].pixels if trace.pictures else None
    for layer, found in _layers(trace).items():
        marks = [overlay.Mark(box, label) for box, label in found]
        _write(stem, f"{layer}.png", overlay.png(overlay.annotate(trace.page, sheet, marks)))
        _write(stem, f"{layer}.txt", overlay.listing(marks).encode())


def _layers(trace: PageTrace) -> dict[str, Sequence[tuple[Box, str]]]:
    lines = [(line.box, line.text) for line in trace.page.lines]
    found = {"lines": lines, "cells": trace.cells, "pairs": trace.pairs, "fields": trace.fields}
    return found | {"rows": trace.rows, "blocks": trace.blocks}


def _write(stem: Path, ending: str, data: bytes) -> None:
    with whole_file(stem.with_name(f"{stem.name}-{ending}")) as stream:
        stream.write(data)
