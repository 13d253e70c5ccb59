"""`invoiceocr schema`: the JSON Schema of the output."""

from __future__ import annotations

from typing import Annotated

import typer

from invoiceocr.cli.options import Kinds
from invoiceocr.cli.streams import output_stream
from invoiceocr.export.json_schema import as_text, kind_schema, result_schema
from invoiceocr.kinds import load

Kind = Annotated[str | None, typer.Option("--kind", help="某一票种的发票，如 digital_ordinary · invoices of one kind")]


def schema(kind: Kind = None, kinds: Kinds = None) -> None:
    """输出结果的 JSON Schema · Print the JSON Schema of a line of output, or of one kind of invoice."""
    document = kind_schema(kind, load(tuple(kinds or ()))) if kind else result_schema()
    with output_stream(None) as stream:
        stream.write(as_text(document).encode())
