"""Every setting as a command-line option, so that a new field of `Settings` needs no new code here."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, wraps
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, TypeGuard, TypeVar, get_args, get_origin, get_type_hints

import typer

from invoiceocr.settings import Company, Settings, variable

T = TypeVar("T")
PANEL = "设置 · settings"
HELP = {
    "preprocess": "图像预处理 · how pictures are prepared",
    "line_height": "classic 预处理的行高（像素）· height of text lines for classic, in pixels",
    "detector": "文字检测模型 · text detector",
    "quick_detector": "清晰页面先由它检测，none 不用 · text detector that runs first, for crisp print, or none",
    "recognizer": "文字识别模型 · text recognizer",
    "fallback_recognizer": "置信度低的行由它再读，none 不用 · reads low-confidence lines again, or none",
    "verification_recognizer": "号码、日期、金额的复读模型，none 不复读 · reads figures a second time, or none",
    "threads": "每个模型的线程数，0 为全部核心 · threads for each model, 0 for all cores",
    "read_qr": "读取二维码 · read QR codes",
    "check_signatures": "核验 PDF、OFD 的数字签名 · check digital signatures of PDF and OFD files",
    "check_pixels": "核对 PDF 画面与文字层 · compare what a PDF shows with its text layer",
    "render_dpi": "PDF 页面渲染分辨率 · resolution at which PDF pages are drawn",
    "max_pixels": "图片像素上限 · largest picture, in pixels",
    "max_pages": "页数上限 · largest number of pages in a file",
    "max_file_bytes": "文件大小上限（字节）· largest file, in bytes",
    "max_unpacked_bytes": "解压后大小上限（字节）· largest unpacked archive, in bytes",
    "max_members": "压缩包、邮件内文件数上限 · largest number of files in an archive or mail",
    "max_depth": "压缩包、邮件嵌套层数上限 · how deeply archives and mails may be nested",
    "max_attachments": "PDF 附件数上限 · largest number of files attached to a PDF",
    "max_rows": "明细行数上限 · largest number of rows in an invoice",
    "accept_confidence": "自动通过的最低置信度 · lowest confidence of an accepted key field",
    "max_error_rate": "免复核字段的最高错误率 · highest error rate of fields that pass unreviewed",
    "language": "提示语言 · language of messages",
    "rules": "附加规则包或目录，可重复 · additional rule pack or folder, repeatable",
    "kinds": "自定义票种目录，可重复 · folder with kinds of your own, repeatable",
    "today": "日期规则所用的“今天” · the day with which date rules compare",
    "claim_date": "报销日期 · the day on which the invoices are claimed",
    "companies": "本单位抬头=税号，可重复 · name=tax id of your company, repeatable",
    "columns": "台账的列及次序，逗号分隔 · columns of the ledger sheet, in order, separated by commas",
    "precedence": "来源优先次序，可重复 · sources in order of precedence, repeatable",
}
FLAGS = frozenset(
    f"--{name.replace('_', '-')}" for name, field in Settings.model_fields.items() if field.annotation is bool
)
BOOLEANS = frozenset({"true", "false", "yes", "no", "on", "off", "1", "0", "t", "f", "y", "n"})
"""What pydantic understands as true or false."""
ONE_OF = {"companies": "company"}  # what an option that names one of several is called
METAVARS: dict[object, str] = {
    tuple[Company, ...]: "NAME=TAXID",
    tuple[Path, ...]: "PATH",
    tuple[str, ...]: "NAME,...",
}


def ledger_option(told: str) -> Any:
    """The option `--ledger` of a command, with its help; the environment can name a ledger, too."""
    return typer.Option("--ledger", metavar="URL", envvar=variable("ledger"), help=told)


Where = Annotated[
    str | None,
    ledger_option(
        "sqlite:///FILE 或 postgresql://...，缺省 invoiceocr.db · by default invoiceocr.db in the current folder"
    ),
]
Claims = Annotated[
    str | None,
    ledger_option("登记到台账并标出重复：sqlite:///FILE 或 postgresql://... · record invoices and mark earlier claims"),
]
"""Of commands that record nothing unless they are told to."""
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="OUT", help="输出文件，缺省为标准输出 · file to write, by default stdout"),
]
Kinds = Annotated[
    list[Path] | None,
    typer.Option("--kinds", help="自定义票种目录，可重复 · folder with kinds of your own, repeatable"),
]
Jobs = Annotated[
    int, typer.Option("--jobs", "-j", min=0, help="进程数，0 为全部核心 · number of processes, 0 for all cores")
]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="S",
        min=0.001,
        help="单个文件的时限（秒），缺省 300 · time limit for a file in seconds, default 300",
    ),
]
Fake = Annotated[
    Path | None,
    typer.Option("--fake", metavar="DIR", help="不识别，按 DIR 给出预设结果（测试用）· canned outcomes, for tests"),
]
CONFIG = Annotated[
    Path | None, typer.Option("--config", help="TOML 设置文件 · settings file", rich_help_panel=PANEL, metavar="FILE")
]


def with_groups(command: Callable[..., T]) -> Callable[..., T]:
    """*command* with each parameter that is a dataclass replaced by one option a field, so that options which belong
    together are handed on together."""
    own = inspect.signature(command, eval_str=True).parameters
    groups = {name: each.annotation for name, each in own.items() if _is_group(each.annotation)}

    @wraps(command)
    def grouped(**given: object) -> T:
        made = {name: _made(group, given) for name, group in groups.items()}
        return command(**given, **made)

    parameters = [
        each
        for name, parameter in own.items()
        for each in (_members(groups[name]) if name in groups else [parameter.replace(kind=parameter.KEYWORD_ONLY)])
    ]
    grouped.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return grouped


def _is_group(annotation: object) -> TypeGuard[type]:
    return isinstance(annotation, type) and is_dataclass(annotation)


def _made(group: type, given: dict[str, object]) -> object:
    """The dataclass *group* of those of the options *given* that are its fields; they are taken out."""
    return group(**{name: given.pop(name) for name in inspect.signature(group).parameters})


def _members(group: type) -> list[inspect.Parameter]:
    """A parameter for each field of the dataclass *group*."""
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            each.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if each.default is MISSING else each.default,
            annotation=hints[each.name],
        )
        for each in fields(group)
    ]


def with_settings(command: Callable[..., int]) -> Callable[..., None]:
    """*command* with its parameter `settings: Settings` replaced by one option a setting and `--config`; what it
    returns becomes the exit code.

    Options given go over the environment (INVOICEOCR_*), that over the file, that over the defaults.
    """

    command = with_groups(command)

    @wraps(command)
    def parsed(**given: Any) -> None:
        options = {name: given.pop(name) for name in Settings.model_fields}
        settings = load_settings(given.pop("config"), options, os.environ)
        raise typer.Exit(command(**given, settings=settings))

    own = list(inspect.signature(command, eval_str=True).parameters.values())
    parameters = [parameter for parameter in own if parameter.name != "settings"] + settings_parameters()
    parsed.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return parsed


def settings_parameters() -> list[inspect.Parameter]:
    """The keyword parameters, one a setting, that typer makes options of. Values stay text: `Settings` judges them."""
    hints = {name: _option(name) for name in Settings.model_fields} | {"config": CONFIG}
    keyword = inspect.Parameter.KEYWORD_ONLY
    return [inspect.Parameter(name, keyword, default=None, annotation=hint) for name, hint in hints.items()]


def with_flags(arguments: Sequence[str]) -> list[str]:
    """*arguments* with the value that is left out of a setting that is true or false: `--check-pixels` alone means
    true, `--no-check-pixels` false. What follows `--` is left as it is."""
    end = next((index for index, word in enumerate(arguments) if word == "--"), len(arguments))
    spelled = [_spelled(word, following) for word, following in pairwise([*arguments[:end], ""])]
    return [*spelled, *arguments[end:]]


def _spelled(word: str, following: str) -> str:
    if word in FLAGS and following.lower() not in BOOLEANS:
        return f"{word}=true"
    positive = word.replace("--no-", "--", 1)
    return f"{positive}=false" if positive != word and positive in FLAGS else word


def load_settings(config: Path | None, options: Mapping[str, object], environment: Mapping[str, str]) -> Settings:
    """The settings; where nothing sets the language, that of the system's locale if it is Chinese or English."""
    given = {name: value for name, value in options.items() if value not in (None, [])}
    settings = Settings.load(config, environment=environment, **given)
    if "language" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"language": locale_language(environment)})


def locale_language(environment: Mapping[str, str]) -> str:
    """As `named_language`; "zh" where nothing names one."""
    return named_language(environment) or "zh"


def named_language(environment: Mapping[str, str]) -> str | None:
    """ "en" or "zh" by INVOICEOCR_LANGUAGE, LC_ALL, LC_MESSAGES or LANG; None where none of them says."""
    named = (environment.get(name, "") for name in (variable("language"), "LC_ALL", "LC_MESSAGES", "LANG"))
    return next((name[:2] for name in named if name[:2] in ("zh", "en")), None)


@cache
def _hints() -> dict[str, object]:
    return get_type_hints(Settings)


def _option(name: str) -> object:
    hint = _hints()[name]
    option = typer.Option(
        f"--{ONE_OF.get(name, name).replace('_', '-')}",
        help=HELP.get(name, ""),
        metavar=_metavar(hint),
        rich_help_panel=PANEL,
        show_default=False,
    )
    return Annotated[list[str] | None if get_origin(hint) is tuple else str | None, option]


def _metavar(hint: object) -> str:
    if get_origin(hint) is tuple:
        return METAVARS.get(hint, _metavar(get_args(hint)[0]))
    if hint is bool:
        return "true|false"
    choices = [choice for choice in get_args(hint) if isinstance(choice, str)]
    return "|".join(choices) if choices else "VALUE"
