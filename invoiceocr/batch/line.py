"""A line of the journal: the JSON of a result, the key of its input, and a checksum that tells a whole line."""

from __future__ import annotations

import json
import os
import re
import zlib
from dataclasses import dataclass
from enum import IntEnum

from pydantic import ValidationError

from invoiceocr.batch.inputs import STANDARD_INPUT, Input, place_key
from invoiceocr.batch.streamed import is_url
from invoiceocr.batch.tally import internal_codes
from invoiceocr.errors import UnsupportedFormatError
from invoiceocr.export.tabular import json_bytes
from invoiceocr.result import Outline, ReadResult

KEY_BYTES = 16
_SOURCE = re.compile(rb'\{"source": ("(?:[^"\\]|\\.)*")')
_TAIL = re.compile(rb', "key": "([0-9a-f]{32})", "state": ([0-9]+), "crc32": "([0-9a-f]{8})"\}\n?\Z')


class State(IntEnum):
    """What a file came to. Those up to INTERNAL are numbered like the exit codes."""

    ACCEPTED = 0
    REVIEW = 1
    UNREAD = 3
    INTERNAL = 4
    SKIPPED = 5
    """Met in a folder and no format of ours."""


@dataclass(frozen=True, slots=True)
class Line:
    """A result as it goes into the journal; `data` ends with a line feed."""

    key: bytes
    state: State
    data: bytes

    @property
    def failed(self) -> bool:
        """Whether the file could not be read."""
        return self.state in (State.UNREAD, State.INTERNAL)


def input_key(item: Input) -> bytes:
    """What tells an input from others, wherever the batch goes on: its absolute path, or its URL."""
    return place_key(item.name if item.name == STANDARD_INPUT or is_url(item.name) else os.path.abspath(item.name))


def line_of(item: Input, result: ReadResult) -> Line:
    """The line of what *item* came to."""
    key, state = input_key(item), state_of(item, result)
    return keyed_line(key, state, json_bytes(result))


def keyed_line(key: bytes, state: State, result: bytes) -> Line:
    """The line of a *result* in JSON."""
    body = b'%s, "key": "%s", "state": %d' % (result[:-1], key.hex().encode(), state)
    return Line(key, state, b'%s, "crc32": "%08x"}\n' % (body, zlib.crc32(body)))


def parse_line(data: bytes) -> Line | None:
    """The line that *data* is; None where it is torn or damaged."""
    found = _TAIL.search(data[-120:])
    if found is None or not data.endswith(b"\n"):
        return None
    body = data[: data.rindex(b', "crc32": ')]
    if zlib.crc32(body) != int(found.group(3), 16):
        return None
    return Line(bytes.fromhex(found.group(1).decode()), State(int(found.group(2))), data)


def json_of_line(line: Line) -> bytes:
    """The JSON of the result that a line holds, as it was written."""
    return line.data[: line.data.rindex(b', "key": ')] + b"}"


def source_of_line(line: Line) -> str:
    """The source of the result that a line holds: it stands first."""
    found = _SOURCE.match(line.data)
    return str(json.loads(found.group(1))) if found else result_of_line(line).source


def outline_of_line(line: Line) -> Outline | ReadResult:
    """What is compared and counted of the result that a line holds."""
    try:
        return Outline.model_validate_json(line.data)
    except ValidationError:  # a lone surrogate of a file name, which only json reads
        return result_of_line(line)


def result_of_line(line: Line) -> ReadResult:
    """The result that a line holds."""
    return result_of_json(line.data)


def result_of_json(data: bytes) -> ReadResult:
    """The result that was written as *data*."""
    try:
        return ReadResult.model_validate_json(data)
    except ValidationError:  # as above
        return ReadResult.model_validate(json.loads(data))


def state_of(item: Input, result: ReadResult) -> State:
    """What *result* came to."""
    if result.error is not None:
        if item.walked and result.error.code == UnsupportedFormatError.code:
            return State.SKIPPED
        return State.INTERNAL if result.error.code in internal_codes() else State.UNREAD
    accepted = result.invoices and all(invoice.verdict == "accept" for invoice in result.invoices)
    return State.ACCEPTED if accepted else State.REVIEW
