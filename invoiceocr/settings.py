"""`Settings`: all options of a `Reader`, from keywords, the environment (INVOICEOCR_*) or a TOML file."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
import warnings
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from invoiceocr.errors import SettingsError

PREFIX = "INVOICEOCR_"
OPTIONS = ("token", "ledger", "root_path")
"""Options that are no settings and can stand in the environment, too: of the service, and the URL of a ledger."""
RENAMED = {"close_recognizer": "fallback_recognizer", "second_recognizer": "verification_recognizer"}
"""Former names of settings, still accepted everywhere; each use gives a warning."""
Precedent = Literal["xml", "ofd", "qr", "text_layer", "plain_qr", "ocr"]
CHINESE = {
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "greater_than": "应大于 {gt}",
    "less_than": "应小于 {lt}",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "literal_error": "应为 {expected}",
    "date_from_datetime_parsing": "应为日期，如 2025-12-31",
    "date_parsing": "应为日期，如 2025-12-31",
}
"""What pydantic's errors say of a setting, by their type."""
PRECEDENCE: tuple[Precedent, ...] = get_args(Precedent)
"""Which source is believed first where several state a field: a QR code is `plain_qr` unless its CRC verifies."""

# settings by name, before they are checked
Values = dict[str, Any]


class Company(BaseModel):
    """The name of one's own company and its tax id; as text `NAME=TAXID` or `NAME`."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1)
    tax_id: str | None = Field(default=None, pattern=r"^[0-9A-Z]{15,20}$")

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        name, _, tax_id = value.partition("=")
        return {"name": name, "tax_id": tax_id.strip() or None}


SEPARATORS = {"rules": os.pathsep, "kinds": os.pathsep, "companies": ";", "precedence": ","}
"""What parts the entries of lists in the environment."""


class Settings(BaseModel):
    """Frozen options of a `Reader`; every field can also be set as INVOICEOCR_<NAME> or in a TOML file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    preprocess: Literal["auto", "classic", "none"] = "auto"
    """auto: turned upright, rectified, seals kept from hiding text; classic: gray → equalize → binarize; none."""
    line_height: int | None = Field(default=None, ge=8, le=256)
    """classic: height in pixels to which a line of text is scaled before it is recognized; None leaves it as it is."""
    detector: str = "ppocrv6-small-det"
    quick_detector: str = "kernel-det"
    """Finds the text of crisp print and determines how a page is turned; `detector` looks at pages of which it is
    not certain. none: `detector` looks at all pages."""
    recognizer: str = "crnn-zh"
    fallback_recognizer: str = "ppocrv6-small-rec"
    """Reads again the lines of which `recognizer` is not sure; none: `recognizer` does so itself."""
    verification_recognizer: str = "crnn-id"
    """Reads identifiers, dates and amounts a second time, independently of the first; none: there is no second
    reading."""
    threads: int = Field(default=0, ge=0, le=256)
    """Threads of each onnxruntime session; 0 uses all cores."""
    read_qr: bool = True
    check_signatures: bool = False
    """Reads digital signatures of PDF and OFD files into `ReadResult.signatures`, with a finding for each; those of
    PDF files need the extra `signatures`."""
    check_pixels: bool = False
    """Draws pages that have a text layer and also reads their pixels, to compare what is shown with what is stated;
    takes as long as reading a scan."""
    render_dpi: float = Field(default=200.0, ge=72, le=600)
    """Resolution at which PDF pages without a usable text layer are drawn for OCR."""
    max_pixels: int = Field(default=120_000_000, ge=1)
    """Larger pictures are refused before they are decoded (decompression bombs)."""
    max_pages: int = Field(default=200, ge=1)
    max_file_bytes: int = Field(default=200_000_000, ge=1)
    max_unpacked_bytes: int = Field(default=500_000_000, ge=1)
    """The total bytes to which archives, mails and everything in them may unpack."""
    max_members: int = Field(default=3_000, ge=1)
    """The total number of members of archives, mails and everything in them; an OFD of 200 pages has 2,000."""
    max_depth: int = Field(default=3, ge=1, le=20)
    """How deeply archives and mails may be nested."""
    max_attachments: int = Field(default=200, ge=1)
    """Files attached to a PDF, and invoices that these state."""
    max_rows: int = Field(default=5_000, ge=1)
    """Rows of items that one invoice may state."""
    accept_confidence: float = Field(default=0.95, ge=0, le=1)
    """A key field with a lower confidence makes the verdict `review`."""
    max_error_rate: float | None = Field(default=None, gt=0, lt=1)
    """Instead of `accept_confidence`: the highest error rate of fields that need no review. The calibration decides
    which fields pass; `Reader.policy.review_share` is the share of fields that do not."""
    language: Literal["zh", "en"] = "zh"
    """Language of `Finding.message`; `message_en` is always English."""
    rules: tuple[Path, ...] = ()
    """Rule packs, or folders of packs, in addition to the built-in ones."""
    kinds: tuple[Path, ...] = ()
    """Folders of kinds of your own, one YAML file for each kind, in addition to the built-in ones (docs/kinds.md)."""
    today: date | None = None
    """The day with which date rules compare; None is the date of the system at the time of the call."""
    claim_date: date | None = None
    """The day on which the invoices are claimed; without it, rules about that day are unknown."""
    companies: tuple[Company, ...] = ()
    """One's own companies: they are witnesses of names and tax ids, and rules compare the buyer with them."""
    columns: tuple[str, ...] = ()
    """The columns, in order, of the first sheet of the workbook and of CSV and flat JSON with chosen columns: names
    or paths, each with `=TITLE` if it should have another heading (docs/excel.md); by default the usual ones."""
    precedence: tuple[Precedent, ...] = PRECEDENCE
    """Which source is believed first; the others follow in the usual order."""

    @model_validator(mode="before")
    @classmethod
    def _former_names(cls, values: object) -> object:
        if not isinstance(values, dict) or not RENAMED.keys() & values.keys():
            return values
        for old in RENAMED.keys() & values.keys():
            warnings.warn(f"setting {old} is now called {RENAMED[old]}", DeprecationWarning, stacklevel=3)
        return {RENAMED.get(name, name): value for name, value in values.items()}

    @field_validator("columns", mode="before")
    @classmethod
    def _parted(cls, given: object) -> object:
        entries = (given,) if isinstance(given, str) else given
        if not isinstance(entries, tuple | list) or not all(isinstance(entry, str) for entry in entries):
            return given
        return tuple(name.strip() for entry in entries for name in entry.split(",") if name.strip())

    @field_validator("precedence")
    @classmethod
    def _once_each(cls, order: tuple[Precedent, ...]) -> tuple[Precedent, ...]:
        if len(set(order)) < len(order):
            raise ValueError("a source stands in the order twice")
        return order

    @classmethod
    def load(
        cls, file: Path | None = None, *, environment: Mapping[str, str] | None = None, **options: Any
    ) -> Settings:
        """Settings from a TOML *file*, overridden by the environment and then by *options*. Raises SettingsError naming
        the setting that is unknown or out of range."""
        environment = os.environ if environment is None else environment
        stated, lines = _from_toml(file) if file else ({}, {})
        varied = _from_environment(environment)
        given = {name: value for name, value in options.items() if value is not None}
        origins = {name: f"{file}:{line}: " for name, line in lines.items()}
        origins |= {name: f"{variable(name)}: " for name in varied}
        origins |= dict.fromkeys(given, "")
        return _checked(stated | varied | given, origins)


def _from_toml(file: Path) -> tuple[dict[str, object], dict[str, int]]:
    """The values of a settings file, and the line of each."""
    try:
        text = file.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror or error}; give a readable TOML file of settings") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        zh = f"{file}：读不了（{error}），请给出 TOML 格式的设置文件"
        raise SettingsError(f"{file}: {error}; give a readable TOML file of settings", zh=zh) from error
    names = (re.match(r"""[\s\[]*["']?([\w-]+)""", line) for line in text.splitlines())
    lines = {found.group(1): number for number, found in enumerate(names, 1) if found and found.group(1) in values}
    return values, lines


def _from_environment(environment: Mapping[str, str]) -> Values:
    known = {variable(name): name for name in (*Settings.model_fields, *RENAMED)}
    values: Values = {known[key]: text for key, text in environment.items() if key in known}
    _refuse_misspelled([key for key in environment if key.startswith(PREFIX) and key not in known])
    for name, separator in SEPARATORS.items():
        if name in values:
            values[name] = tuple(part.strip() for part in values[name].split(separator) if part.strip())
    return values


def variable(name: str) -> str:
    """The environment variable for the setting *name*."""
    return PREFIX + name.upper()


def _refuse_misspelled(keys: Iterable[str]) -> None:
    """Raises SettingsError for a variable whose name is almost that of a setting. What resembles none is ignored:
    Kubernetes puts INVOICEOCR_PORT and the like into containers beside a service of that name."""
    for key in keys:
        near = difflib.get_close_matches(key.removeprefix(PREFIX).lower(), (*Settings.model_fields, *OPTIONS), n=1)
        if near and (meant := variable(near[0])) != key:
            zh = f"环境变量 {key}：没有这个设置，是不是 {meant}？"
            raise SettingsError(f"{key}: there is no such setting; did you mean {meant}?", zh=zh)


def _checked(values: Values, origins: Mapping[str, str]) -> Settings:
    """The settings; errors name their place, and for an unknown name the nearest one."""
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        where = origins.get(str(first["loc"][0]) if first["loc"] else "", "")
        if name.partition(".")[0] not in Settings.model_fields:
            raise _unknown(where, name) from error
        zh = _in_chinese(first["type"], first.get("ctx", {}))
        told = f"{where}设置 {name}：{zh}" if zh else None
        raise SettingsError(f"{where}setting {name}: {first['msg']}", zh=told) from error


def _unknown(where: str, name: str) -> SettingsError:
    known = ", ".join(Settings.model_fields)
    near = difflib.get_close_matches(name, Settings.model_fields, n=1, cutoff=0.5)
    en, zh = (f"did you mean {near[0]}?", f"是不是 {near[0]}？") if near else (f"known: {known}", f"可用的有：{known}")
    return SettingsError(f"{where}setting {name}: there is no such setting; {en}", zh=f"{where}没有设置 {name}，{zh}")


def _in_chinese(kind: str, limits: Mapping[str, object]) -> str | None:
    """What pydantic's error of this *kind* says; None for one that has its Chinese text where it is raised, or never
    needs one."""
    form = CHINESE.get(kind)
    return form.format_map(limits).replace(" or ", "、") if form else None
