"""The `invoiceocr` command: its subcommands, and one way out for every error."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from invoiceocr.batch.tally import INTERNAL
from invoiceocr.cli.chinese import told
from invoiceocr.cli.command_group import Commands
from invoiceocr.cli.messages import error_title, message, say
from invoiceocr.cli.options import locale_language, named_language, with_flags
from invoiceocr.cli.signals import INTERRUPTED, STOPPED, stops_are_exits
from invoiceocr.cli.streams import PIPE_CLOSED, drop_standard_output, open_missing_streams
from invoiceocr.errors import InvoiceOCRError, OutputError
from invoiceocr.export.files.output import NO_ROOM

app = typer.Typer(
    name="invoiceocr",
    cls=Commands,
    help="中国发票识别：图片、PDF、OFD、XML → 可信的结构化数据 · Chinese invoices to typed, checked data, offline.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from invoiceocr import __version__

        typer.echo(f"invoiceocr {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="版本 · show the version")
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; *arguments* are those of the process if None."""
    open_missing_streams()
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """The exit code of the command line with these arguments: 0 to 4 as in the output contract, 130 after Ctrl-C."""
    language = locale_language(os.environ)
    try:
        with stops_are_exits():
            app(with_flags(arguments), prog_name="invoiceocr", obj=named_language(os.environ))
    except SystemExit as ended:
        return _ended(ended, language)
    except KeyboardInterrupt:
        return _ended(SystemExit(INTERRUPTED), language)
    except InvoiceOCRError as error:
        return _failed(error, language)
    except OSError as error:
        return _output_failed(error, language)
    except Exception as error:
        return _defect(error, language)
    return 0


def _output_failed(error: OSError, language: str) -> int:
    """What a full disk or a closed pipe behind standard output ends with; anything else is a defect."""
    if isinstance(error, BrokenPipeError):
        drop_standard_output()
        return PIPE_CLOSED
    if error.errno in NO_ROOM:
        drop_standard_output()
        return _failed(OutputError(f"standard output: {error.strerror or error}"), language)
    return _defect(error, language)


def _failed(error: InvoiceOCRError, language: str) -> int:
    say(_error_line(error.code, str(error) if language == "en" else told(error), language))
    return error.exit_code


def _defect(error: Exception, language: str) -> int:
    traceback.print_exc()
    say(_error_line(InvoiceOCRError.code, f"{type(error).__name__}: {error}", language))
    return INTERNAL


def _ended(ended: SystemExit, language: str) -> int:
    if ended.code in STOPPED:
        say(message("interrupted", language))
    return ended.code if isinstance(ended.code, int) else 0


def _error_line(code: str, told: str, language: str) -> str:
    return message("error", language, title=error_title(code, language), code=code, message=told)
