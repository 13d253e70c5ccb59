"""`invoiceocr print`: invoices on A4 sheets with a cover, ready for the printer."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from invoiceocr import kinds
from invoiceocr.batch.inputs import find_inputs
from invoiceocr.batch.pool import read_inputs
from invoiceocr.batch.streamed import Streamed, is_url
from invoiceocr.batch.tally import Tally
from invoiceocr.cli.commands.extract import Files, documents, told
from invoiceocr.cli.messages import message, say, summary
from invoiceocr.cli.options import Jobs, with_settings
from invoiceocr.cli.streams import output_stream
from invoiceocr.errors import NoDocumentsError
from invoiceocr.export.printing.entry import Entry, entries
from invoiceocr.settings import Settings

Output = Annotated[Path, typer.Option("--output", "-o", metavar="PDF", help="写入的 PDF · the PDF to write")]


@with_settings
def print_(files: Files, output: Output, jobs: Jobs = 1, *, settings: Settings) -> int:
    """拼版打印：封面清单，发票两张一页，车票四张一页 · Make a PDF to print: a cover, then two invoices or
    four tickets on a page.

    退出码与 extract 相同 · exit codes are those of extract.
    """
    from invoiceocr.export.printing.book import claims_pdf  # PDFium loads for this command only

    if output.suffix.lower() != ".pdf":
        wrong = f"{output} 应以 .pdf 结尾 · {output} must end with .pdf"
        raise typer.BadParameter(wrong, param_hint="--output")
    if any(map(is_url, files)):
        raise typer.BadParameter("只打印本机文件 · only files of this machine can be printed")
    inputs = find_inputs(files, leave_out=output, most=settings.max_file_bytes)
    registry, tally = kinds.load(settings.kinds), Tally()
    with output_stream(output) as stream:
        known = documents(inputs, read_inputs(inputs, settings, jobs), tally, settings.language)
        listed = entries(told(tally.counted(known), settings.language), registry)
        if not listed:
            raise NoDocumentsError(message("nothing", settings.language, where=", ".join(files)))
        _tell_copies(listed, settings.language)
        sources = {item.name: item.source for item in inputs if not isinstance(item.source, Streamed)}
        stream.write(claims_pdf(listed, sources, settings, registry, partial(_tell, language=settings.language)))
    say(summary(tally, settings.language))
    say(message("written", settings.language, path=output))
    return tally.exit_code


def _tell(entry: Entry, language: str) -> None:
    say(message("unprinted", language, source=entry.source, serial=entry.serial))


def _tell_copies(listed: list[Entry], language: str) -> None:
    for entry in listed:
        for copy in entry.copies:
            say(message("copy", language, source=copy, printed=entry.source))
