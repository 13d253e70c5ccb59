"""The `invoiceocr` command: its subcommands, and one way out for every error."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from invoiceocr.batch.tally import INTERNAL
from invoiceocr.cli import ledger, rules
from invoiceocr.cli.debug import debug
from invoiceocr.cli.explain import explain
from invoiceocr.cli.extract import extract
from invoiceocr.cli.lines import lines
from invoiceocr.cli.messages import error_title, message, say
from invoiceocr.cli.options import locale_language
from invoiceocr.cli.organize import organize
from invoiceocr.cli.schema import schema
from invoiceocr.errors import InvoiceOCRError

INTERRUPTED = 130

app = typer.Typer(
    name="invoiceocr",
    help="中国发票识别：图片、PDF、OFD、XML → 可信的结构化数据 · Chinese invoices to typed, checked data, offline.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(extract)
app.command()(explain)
app.command()(debug)
app.command()(lines)
app.command()(organize)
app.command()(schema)
app.add_typer(rules.app, name="rules")
app.add_typer(ledger.app, name="ledger")


def _print_version(wanted: bool) -> None:
    if wanted:
        from invoiceocr import __version__

        typer.echo(f"invoiceocr {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="版本 · print the version")
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; *arguments* are those of the process if None."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """The exit code of the command line with these arguments: 0 to 4 as in the output contract, 130 after Ctrl-C."""
    language = locale_language(os.environ)
    try:
        app(list(arguments), prog_name="invoiceocr")
    except SystemExit as ended:
        return _ended(ended, language)
    except KeyboardInterrupt:
        return _ended(SystemExit(INTERRUPTED), language)
    except InvoiceOCRError as error:
        say(_error_line(error.code, str(error), language))
        return error.exit_code
    except Exception as error:
        traceback.print_exc()
        say(_error_line(InvoiceOCRError.code, f"{type(error).__name__}: {error}", language))
        return INTERNAL
    return 0


def _ended(ended: SystemExit, language: str) -> int:
    if ended.code == INTERRUPTED:
        say(message("interrupted", language))
    return ended.code if isinstance(ended.code, int) else 0


def _error_line(code: str, told: str, language: str) -> str:
    return message("error", language, title=error_title(code, language), code=code, message=told)
