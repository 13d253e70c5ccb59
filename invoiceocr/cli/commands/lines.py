"""`invoiceocr lines`: pictures that are one cut line each to what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from invoiceocr.batch import factory
from invoiceocr.batch.inputs import Input, find_inputs
from invoiceocr.batch.tally import ALL_ACCEPTED, SOME_NOT_ACCEPTED, SOME_UNREAD
from invoiceocr.cli.messages import message, say, unread_line
from invoiceocr.cli.options import with_settings
from invoiceocr.cli.streams import output_stream
from invoiceocr.errors import EmptyFileError, NoDocumentsError, SourceError, TooLargeError, UnsupportedFormatError
from invoiceocr.export.plain_text import screen_text
from invoiceocr.result import ReadError
from invoiceocr.settings import Settings

if TYPE_CHECKING:
    from invoiceocr.ocr.recognizer import LineRecognizer
    from invoiceocr.page import Pixels, TextLine

Record = dict[str, Any]
ALTERNATIVES = 3  # other texts that are told
# probability below which a text is no alternative
FAINTEST = 0.001
LONGEST = 200  # times as long as high: more is no line

Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="单行文字图片、目录、通配符 · pictures of one line each")
]


class Format(StrEnum):
    """The values of `--format`."""

    JSONL = "jsonl"
    TEXT = "text"


FormatOption = Annotated[Format, typer.Option("--format", "-f", help="输出格式 · format")]


@with_settings
def lines(files: Files, output_format: FormatOption = Format.JSONL, *, settings: Settings) -> int:
    """识别已裁切的单行文字图片 · Read pictures that are one cut line of text each.

    退出码：0 每张都有文字，1 有图片没有可辨认的文字，2 用法错误，3 有文件读不了，4 内部错误 ·
    exit codes: 0 text in all, 1 no legible text in some, 2 usage error, 3 some files could not be read, 4 internal
    error.
    """
    inputs = find_inputs(files)
    recognize = factory.build_recognizer(settings)
    code, empty = ALL_ACCEPTED, True
    with output_stream(None) as stream:
        for record in _records(inputs, recognize, settings):
            code, empty = max(code, _gravity(record)), False
            stream.write(_WRITTEN[output_format](record).encode() + b"\n")
    if empty:
        raise NoDocumentsError(message("nothing", settings.language, where=", ".join(files)))
    return code


def _records(inputs: list[Input], recognize: LineRecognizer, settings: Settings) -> Iterator[Record]:
    """What each picture says, or why it can't be read; files met in a folder that are no pictures are passed over."""
    for item in inputs:
        try:
            for pixels in _pictures(item, settings):
                yield _record(item.name, recognize(pixels, _whole(pixels)))
        except UnsupportedFormatError as error:
            if not item.walked:
                yield _failure(item.name, error, settings)
        except SourceError as error:
            yield _failure(item.name, error, settings)


def _pictures(item: Input, settings: Settings) -> Iterator[Pixels]:
    """The pictures of a file, mostly one."""
    # OpenCV loads for this command only
    from invoiceocr.sources.image import open_image
    from invoiceocr.sources.inputs import read_source

    data = read_source(item.source, item.name, settings)
    if not data:
        raise EmptyFileError(f"{item.name}: the file is empty")
    for page in open_image(data, item.name, settings).pages:
        if page.image is None:
            continue
        pixels = page.image.pixels
        height, width = pixels.shape[:2]
        if max(height, width) > LONGEST * min(height, width):
            raise TooLargeError(f"{item.name}: {width}×{height} pixels are no line of text; cut out one line")
        yield pixels


def _whole(pixels: Pixels) -> Any:
    from invoiceocr.geometry import Box, box_quad

    return box_quad(Box(0.0, 0.0, float(pixels.shape[1]), float(pixels.shape[0])))


def _record(source: str, line: TextLine) -> Record:
    confidence = round(line.confidence, 4)
    return {"source": source, "text": line.text, "confidence": confidence, "alternatives": _alternatives(line)}


def _alternatives(line: TextLine) -> list[Record]:
    """The other texts that the recognizer holds possible, likeliest first; blanks make no difference."""
    from invoiceocr.decoding.nbest import decode_nbest, folded

    if line.lattice is None:
        return []
    found = decode_nbest(line.lattice, folded(_without_blanks), most=ALTERNATIVES + 1)
    text = _without_blanks(line.text)
    others = [other for other in found if other.text != text and other.probability > FAINTEST]
    return [{"text": other.text, "confidence": round(other.probability, 4)} for other in others[:ALTERNATIVES]]


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _failure(source: str, error: SourceError, settings: Settings) -> Record:
    told = ReadError(code=error.code, message=str(error))
    say(unread_line(source, told, settings.language))
    nothing: Record = {"source": source, "text": "", "confidence": 0.0, "alternatives": []}
    return nothing | {"error": told.model_dump(mode="json")}


def _gravity(record: Record) -> int:
    if "error" in record:
        return SOME_UNREAD
    return ALL_ACCEPTED if record["text"].strip() else SOME_NOT_ACCEPTED


_WRITTEN = {
    Format.JSONL: lambda record: json.dumps(record, ensure_ascii=False),
    Format.TEXT: lambda record: f"{screen_text(record['source'])}\t{screen_text(record['text'])}",
}
