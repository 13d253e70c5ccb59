"""`invoiceocr mcp`: the MCP server on standard input and output."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from invoiceocr.batch import factory
from invoiceocr.bots.allowed import Allowed
from invoiceocr.cli.options import ledger_option, with_settings
from invoiceocr.cli.streams import refuse_closed_output
from invoiceocr.errors import MissingExtraError
from invoiceocr.settings import Settings

if TYPE_CHECKING:
    from invoiceocr.bots.mcp_server import Check, Tools
    from invoiceocr.invoice import Invoice
    from invoiceocr.proof import Finding

Allow = Annotated[
    list[Path] | None,
    typer.Option(
        "--allow", metavar="DIR", help="允许读取的目录，可重复，缺省为当前目录 · folder that may be read, repeatable"
    ),
]
LedgerUrl = Annotated[
    str | None,
    ledger_option("查重所用的台账，只查不登记 · ledger to look for earlier claims in; nothing is recorded"),
]


@with_settings
def mcp(allow: Allow = None, ledger: LedgerUrl = None, *, settings: Settings) -> int:
    """MCP 服务（标准输入输出）：read_invoice、explain_field、check_duplicates，只读允许的目录 ·
    The MCP server on standard input and output; only files in allowed folders are read."""
    refuse_closed_output("让助手启动本服务并读取标准输出", "let the assistant start the server, which reads from it")
    allowed = Allowed.of(allow or [Path()])
    try:
        from invoiceocr.bots.mcp_server import Tools, no_ledger, server
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"the MCP server needs {error.name}: pip install 'invoiceocr[mcp]'") from error

    check = no_ledger if ledger is None else _check_of(ledger, settings)
    tools: Tools = Tools(factory.build_reader(settings), allowed, check)
    server(tools).run()
    return 0


def _check_of(ledger: str, settings: Settings) -> Check:
    opened = factory.open_ledger(ledger, settings)

    def check(invoice: Invoice, sha256: str | None) -> tuple[Finding, ...]:
        return opened.check(invoice, sha256=sha256).findings

    return check
