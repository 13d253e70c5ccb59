"""`invoiceocr serve`: the service with its web pages."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from invoiceocr.batch import factory
from invoiceocr.cli.messages import message, say
from invoiceocr.cli.options import Fake, ledger_option, with_settings
from invoiceocr.errors import MissingExtraError, SettingsError
from invoiceocr.settings import Settings, variable

if TYPE_CHECKING:
    from invoiceocr.service.options import ServiceOptions

# a name or an address; one of IPv6 has colons
HOST = re.compile(r"[\w.:-]+", re.ASCII)
Host = Annotated[
    str, typer.Option("--host", help="监听地址，缺省只限本机 · address to listen on, by default only this machine")
]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="端口 · port")]
Data = Annotated[Path, typer.Option("--data", metavar="DIR", help="数据目录 · folder for files and records")]
Token = Annotated[
    str | None,
    typer.Option(
        "--token",
        envvar=variable("token"),
        help="访问令牌，非本机监听时必需 · access token, required for other machines",
    ),
]
NoToken = Annotated[bool, typer.Option("--no-token", help="不设令牌，任何人可访问 · admit everybody without a token")]
SyncLimit = Annotated[
    int,
    typer.Option("--sync-limit", min=1, help="一次立即识别的文件数，更多则排队 · files read at once; more are queued"),
]
Workers = Annotated[
    int,
    typer.Option(
        "--workers", min=0, help="识别进程数，0 按核心数 · number of worker processes, 0 by the number of cores"
    ),
]
Timeout = Annotated[
    float,
    typer.Option("--timeout", metavar="S", min=1, help="每个文件的秒数上限 · seconds that reading a file may take"),
]
Webhooks = Annotated[
    list[str] | None,
    typer.Option(
        "--webhook-host", metavar="HOST", help="允许回调的主机，可重复 · host to which webhooks may be sent, repeatable"
    ),
]
RootPath = Annotated[
    str,
    typer.Option(
        "--root-path",
        envvar=variable("root_path"),
        metavar="PATH",
        help="反向代理下的路径前缀，如 /invoices · path below which a proxy shows the service, such as /invoices",
    ),
]
LedgerOption = Annotated[
    str | None,
    ledger_option("台账：sqlite:///FILE 或 postgresql://...，缺省在数据目录中 · by default in the data folder"),
]


@dataclass(frozen=True, slots=True)
class Access:
    """Where the service listens, and who may come in."""

    host: Host = "127.0.0.1"
    port: Port = 8080
    token: Token = None
    no_token: NoToken = False
    webhook_host: Webhooks = None
    root_path: RootPath = ""

    @property
    def prefix(self) -> str:
        """The path below which a proxy shows the service, without a slash at its end; empty without one."""
        return f"/{self.root_path.strip('/')}".rstrip("/")

    @property
    def webhook_hosts(self) -> frozenset[str]:
        """The hosts that may be called; raises SettingsError for what is none."""
        hosts = frozenset(host.lower() for host in self.webhook_host or ())
        for host in hosts:
            if not HOST.fullmatch(host):
                raise SettingsError(
                    f"--webhook-host {host}: give the name of a host alone, such as erp.example.com",
                    zh=f"--webhook-host {host}：只给主机名，例如 erp.example.com",
                )
        return hosts

    def url(self, port: int) -> str:
        """The address of the start page."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{shown}:{port}{self.prefix}/"


@dataclass(frozen=True, slots=True)
class Work:
    """What the service works with, and how much of it at once."""

    data: Data = Path("invoiceocr-data")
    sync_limit: SyncLimit = 8
    workers: Workers = 0
    timeout: Timeout = 120.0
    ledger: LedgerOption = None
    fake: Fake = None


@with_settings
def serve(access: Access, work: Work, *, settings: Settings) -> int:
    """启动网页与接口服务 · Serve web pages for reviewers, and an API for programs.

    数据全部留在本机 --data 目录 · everything stays in the folder --data on this machine.
    """
    try:
        from invoiceocr.service.app import bound, build_app, run
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"{error.name} is not installed: pip install 'invoiceocr[server]'") from error
    options = _options(access, work, settings)
    if work.fake is not None:
        factory.reader_builder(settings, work.fake)
    if not (options.is_local or options.token or access.no_token):
        raise SettingsError(
            f"--host {access.host} lets other machines in: give a --token, or say --no-token",
            zh=f"--host {access.host} 允许其他机器访问：请用 --token 设令牌，或明确给出 --no-token",
        )
    sockets = bound(access.host, access.port)
    app = build_app(options)
    port = sockets[0].getsockname()[1]
    say(message("serving", settings.language, url=access.url(port), data=work.data))
    run(app, sockets)
    return 0


def _options(access: Access, work: Work, settings: Settings) -> ServiceOptions:
    """The options of the service, with as many workers and threads as the machine has cores for."""
    from invoiceocr.service.options import Limits, ServiceOptions, threads_of, usual_workers

    cores = os.cpu_count() or 1
    count = work.workers or usual_workers(cores)
    threads = settings.threads or threads_of(count, cores)
    return ServiceOptions(
        data=work.data,
        settings=settings.model_copy(update={"threads": threads}),
        token=access.token or None,
        host=access.host,
        root_path=access.prefix,
        workers=count,
        limits=Limits(sync_files=work.sync_limit, read_seconds=work.timeout),
        webhook_hosts=access.webhook_hosts,
        ledger=work.ledger,
        fake=work.fake,
    )
