"""`ServiceOptions`: what an operator decides about a service, and the limits that protect it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from invoiceocr import __version__
from invoiceocr.errors import SettingsError
from invoiceocr.settings import Settings

# above, half of them in pairs read as much with half of the memory
MANY_CORES = 4
# in the data folder, unless another one is named
LEDGER = "invoiceocr.db"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
PER_CALL = (
    "preprocess",
    "line_height",
    "check_signatures",
    "check_pixels",
    "accept_confidence",
    "max_error_rate",
    "language",
    "claim_date",
    "today",
)
"""The settings that a caller may choose for one request; the others belong to the operator."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one call and of the whole service: files of a call, bytes of a file and of a request, waiting
    files, and seconds and memory for reading one file."""

    sync_files: int = 8  # answered at once; more become a job
    call_files: int = 500
    file_bytes: int = 50_000_000
    body_bytes: int = 500_000_000
    # reads asked for and not begun; beyond that callers are told to come back
    waiting: int = 64
    read_seconds: float = 120.0
    # more for each further file of an archive, but not more than an hour in all, unless a file may take longer
    member_seconds: float = 10.0
    longest_seconds: float = 3600.0
    # a worker that has grown beyond is replaced between two files
    worker_bytes: int = 3_000_000_000

    def seconds(self, members: int) -> float:
        """The time for a file that holds so many."""
        together = self.read_seconds + self.member_seconds * (members - 1)
        return max(self.read_seconds, min(together, self.longest_seconds))


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """Where the service stores its data, who may call it, how many workers read, and the settings of the readers.
    Without `token`, every caller is admitted. A proxy shows the service below `root_path`, such as `/invoices`.
    Webhooks are sent only to `webhook_hosts`. Claims go into the `ledger` at a URL, by default one in the data folder.
    With `fake`, nothing is read: outcomes are those in that folder."""

    data: Path
    settings: Settings = field(default_factory=Settings)
    token: str | None = None
    host: str = "127.0.0.1"
    root_path: str = ""
    workers: int = field(default_factory=lambda: usual_workers(os.cpu_count() or 1))
    limits: Limits = field(default_factory=Limits)
    webhook_hosts: frozenset[str] = frozenset()
    ledger: str | None = None
    fake: Path | None = None

    @property
    def ledger_url(self) -> str:
        """Where the ledger is."""
        return self.ledger or str(self.data / LEDGER)

    @property
    def is_local(self) -> bool:
        """Whether only programs on this machine can connect."""
        return self.host in LOOPBACK


def usual_workers(cores: int) -> int:
    """How many files are read at the same time: each worker holds the models and uses some cores."""
    return cores if cores <= MANY_CORES else cores // 2


def threads_of(workers: int, cores: int) -> int:
    """The number of threads with which each of *workers* reads: a single request should be fast, too."""
    return max(min(2, cores), cores // workers)


def with_options(settings: Settings, chosen: Mapping[str, str]) -> Settings:
    """*settings* with what a caller chose; SettingsError for a setting that is unknown, out of range or reserved for
    the operator."""
    for name in chosen:
        if name not in PER_CALL:
            raise SettingsError(f"option {name}: not one of {', '.join(PER_CALL)}")
    own = settings.model_dump(exclude_unset=True)
    return Settings.load(environment={}, **{**own, **chosen}) if chosen else settings


@dataclass(frozen=True)
class Order:
    """How a file is to be read: the settings, and the values by path that the caller expects."""

    settings: Settings
    expected: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def key(self) -> str:
        """The key under which results are stored: it differs if the order could give other results."""
        return digest_of(self.settings, self.expected)


def digest_of(settings: Settings, expected: Mapping[str, str] | None = None) -> str:
    """A short text that differs if *settings*, what is *expected* or the version could give other results."""
    told = [__version__, settings.model_dump(mode="json", exclude={"threads"}), *([dict(expected)] if expected else [])]
    plain = json.dumps(told, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]
