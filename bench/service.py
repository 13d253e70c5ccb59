"""Measures a running service beside the reader that it is made of.

python bench/service.py latency --count 60      # p50 of /ocr and /v1/invoices, and of Reader alone, taken in turns
python bench/service.py clients --count 400     # throughput of 8 clients, and of local reading in as many processes
python bench/service.py reach --count 60        # both: the figures that the service is to reach
python bench/service.py memory --count 2000     # the memory of the service's processes over so many requests
python bench/service.py kills --count 100       # kill -9 at random moments: is what was acknowledged still there

What `latency` measures is the service: its client keeps one connection open, has made the form before the clock starts,
and only takes the bytes of the answer. A client that makes the form and reads the JSON within the measured time, as
`requests` does, adds 2 to 3 ms.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from http.client import HTTPConnection
from itertools import count, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

import requests

from invoiceocr.pipeline.reader import Reader
from invoiceocr.service.processes.worker import warm_up
from invoiceocr.settings import Settings
from invoiceocr.specimens import make
from invoiceocr.workers.garbage import spare_what_is_loaded

Format = Literal["png", "jpg", "pdf", "ofd", "xml"]

ROOT = Path(__file__).parents[1]
TODAY = date(2025, 12, 31)
SETTINGS = Settings(threads=1, today=TODAY)
# what is measured beside the service's calls
ALONE, TRACE, PIPE = "Reader.read_one", "Reader.trace", "Reader.read_one in another process"
CLIENTS = 8
TURNS = 8  # of eight clients and of local reading
WARM = 5  # requests before any is counted
PATIENCE = 120.0  # seconds that an answer may take
LONGEST_S = 2.0  # until a kill, from the moment that the service is ready
JOB_FILES = 12  # of each job that is handed in while the service is killed: some are always under way
FORMS: dict[str, tuple[str, Format, str | None]] = {
    "pdf": ("digital_ordinary", "pdf", None),
    "ofd": ("digital_special", "ofd", None),
    "xml": ("digital_special", "xml", None),
}
PICTURES: dict[str, tuple[str, Format, str | None]] = {
    "photo": ("vat_special", "jpg", "photo"),
    "scan": ("vat_special", "jpg", "scan"),
    "screenshot": ("digital_ordinary", "png", None),
}
BOUNDARY = "9d1f3c7a5b"
FORM_HEADERS = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
fresh = count()
Call = Callable[[bytes], Callable[[], object]]
"""What makes a call with a file; only what it returns is measured."""


@dataclass(slots=True)
class Running:
    """A service in a process of its own."""

    folder: Path
    words: tuple[str, ...] = ()
    port: int = field(default_factory=lambda: free_port())
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it is ready."""
        command = [sys.executable, "-m", "invoiceocr", "serve", "--port", str(self.port), "--data", str(self.folder)]
        command += ["--today", TODAY.isoformat(), *self.words]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(1200):
            with suppress(requests.RequestException):
                if requests.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return
            if self.process.poll() is not None:
                raise RuntimeError("the service ended")
            time.sleep(0.1)
        raise RuntimeError("the service does not get ready")

    def kill(self) -> None:
        """End it without warning."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """Ask it to stop."""
        assert self.process is not None
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(40)
        self.process.kill()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(*words: str) -> Iterator[Running]:
    with tempfile.TemporaryDirectory() as folder:
        service = Running(Path(folder), words)
        service.start()
        try:
            yield service
        finally:
            service.end()


def unlike(data: bytes) -> bytes:
    """*data* as other bytes of the same meaning, which no cache knows."""
    mark = f"{next(fresh):012d}".encode()
    if data[:2] == b"PK":  # the comment at the end of an archive
        return data[:-2] + len(mark).to_bytes(2, "little") + mark
    if data.lstrip()[:1] == b"<":
        return data + b"<!--" + mark + b"-->"
    return data + b"\n%" + mark


def latency(number: int, form: str) -> None:
    """Prints the median of the service's calls and of the reader alone on the same files, in turns. Every other file
    is for the wall time and for the processor time: to ask how much a process has used takes 10 ms itself."""
    kind, suffix, how = (FORMS | PICTURES)[form]
    # each invoice comes once: one that was claimed before takes longer, and few are
    count = 2 * number + WARM
    samples = [make(kind, 50_000 + index, format=suffix, degradation=how).data for index in range(count)]
    reader = Reader(SETTINGS)
    with (
        running("--workers", "1", "--threads", "1") as service,
        closing(HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)) as connection,
        another_process() as ask,
    ):
        calls: dict[str, Call] = {
            ALONE: lambda data: partial(reader.read_one, data, name=f"a.{suffix}"),
            PIPE: lambda data: partial(ask, (data, f"a.{suffix}")),
            "/v1/invoices": partial(posting, connection, "/v1/invoices", "files"),
            TRACE: lambda data: lambda: list(reader.trace(data)),
            "/ocr": partial(posting, connection, "/ocr", "image"),
        }
        wall = dict.fromkeys(calls, time.perf_counter)
        _each(samples[:WARM], calls, wall)
        times = _each(samples[WARM::2], calls, wall)
        used = partial(_used, service)
        clocks: dict[str, Callable[[], float]] = {
            ALONE: time.process_time,
            "/v1/invoices": used,
            TRACE: time.process_time,
            "/ocr": used,
        }
        busy = _each(samples[WARM + 1 :: 2], calls, clocks)
    for name, found in times.items():
        print(f"{form} {name}: median {statistics.median(found):.1f} ms")
    for name, ours in ((PIPE, ALONE), ("/v1/invoices", ALONE), ("/ocr", TRACE)):
        print(f"{form} {name}: {_ratio(times[name], times[ours]):.2f} times {ours}", end="")
        print(f", {_ratio(busy[name], busy[ours]):.2f} times its processor time" if name in busy else "")


def _each(
    samples: list[bytes], calls: Mapping[str, Call], clocks: Mapping[str, Callable[[], float]]
) -> dict[str, list[float]]:
    """Milliseconds that each of the calls with a clock takes by it with each of the *samples*, in turns."""
    found: dict[str, list[float]] = {name: [] for name in clocks}
    for sample in samples:
        for name, clock in clocks.items():
            call = calls[name](unlike(sample))
            began = clock()
            call()
            found[name].append((clock() - began) * 1000)
    return found


def _ratio(ours: list[float], theirs: list[float]) -> float:
    """How many times *theirs* *ours* are, file by file: other work on the machine slows both down."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


@contextmanager
def another_process() -> Iterator[Callable[[tuple[bytes, str]], object]]:
    """A reader in a process of its own, asked through a bare pipe: what any service with worker processes costs at
    least."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_answer, args=(theirs,), daemon=True)
    process.start()

    def ask(task: tuple[bytes, str]) -> object:
        ours.send(task)
        return ours.recv()

    try:
        yield ask
    finally:
        process.kill()


def _answer(pipe: Connection) -> None:
    """Read what comes through *pipe*, and send back the results as JSON. The process begins as the service's workers
    do: without that it gives memory back after each file, which takes 3 to 6 % more time."""
    reader = Reader(SETTINGS)
    warm_up(reader)
    spare_what_is_loaded()
    while True:
        data, name = pipe.recv()
        pipe.send(reader.read_one(data, name=name).model_dump_json())


def _used(service: Running) -> float:
    """Seconds of processor time that the processes of the service have used so far."""
    assert service.process is not None
    own = str(service.process.pid)
    found = subprocess.run(["pgrep", "-P", own], capture_output=True, text=True).stdout.split()
    return sum(_seconds(pid) for pid in (own, *found))


def _seconds(pid: str) -> float:
    """The processor time of a process so far, to the nanosecond: the kernel's own clock counts hundredths."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def posting(connection: HTTPConnection, path: str, name: str, data: bytes) -> Callable[[], None]:
    """What sends the file *data*, whose form is made already, and takes the answer."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="a"\r\n\r\n'
    body = b"".join((head.encode(), data, f"\r\n--{BOUNDARY}--\r\n".encode()))

    def call() -> None:
        connection.request("POST", path, body, FORM_HEADERS)
        answer = connection.getresponse()
        if answer.status != 200 or not answer.read():
            raise RuntimeError(f"{path}: {answer.status}")

    return call


def posted(session: requests.Session, url: str, name: str, data: bytes) -> dict[str, object]:
    answer = session.post(url, files={name: ("a", data)}, timeout=PATIENCE)
    answer.raise_for_status()
    found: dict[str, object] = answer.json()
    return found


def clients(number: int, form: str) -> None:
    """Prints files a second of eight clients, and of local reading in as many processes as the service has: by turns,
    since the speed of a machine changes from minute to minute."""
    kind, suffix, how = (FORMS | PICTURES)[form]
    samples = [make(kind, 51_000 + index, format=suffix, degradation=how).data for index in range(16)]
    ratios, failed = list[float](), 0
    with running("--workers", "2", "--threads", "1") as service, ThreadPoolExecutor(CLIENTS) as pool:
        ask = partial(_asked, f"{service.url}/v1/invoices", threading.local())
        list(pool.map(ask, map(unlike, samples)))
        for turn in range(TURNS):
            files = [unlike(samples[index % len(samples)]) for index in range(max(1, number // TURNS))]
            local, read = _read_locally(files)
            served, good = _served(pool, ask, files)
            ratios.append(served / local)
            failed += len(files) - good
            print(f"{form} turn {turn + 1}: local {local:.1f} files/s ({read} read)", end="; ")
            print(f"8 clients {served:.1f} files/s, {ratios[-1]:.2f} times", flush=True)
    least, most = min(ratios), max(ratios)
    print(f"{form}: {statistics.median(ratios):.2f} times (median; {least:.2f} to {most:.2f}), {failed} errors")


def _read_locally(files: list[bytes]) -> tuple[float, int]:
    """Files a second of two processes of this machine, their start left out, and how many were read."""
    warm = [unlike(data) for data in files[:WARM]]
    results = Reader(SETTINGS).read_many([*warm, *files], jobs=2)
    for _ in islice(results, len(warm)):
        pass
    began = time.perf_counter()
    read = sum(result.error is None for result in results)
    return len(files) / (time.perf_counter() - began), read


def _served(pool: ThreadPoolExecutor, ask: Callable[[bytes], bool], files: list[bytes]) -> tuple[float, int]:
    """Files a second of eight clients, and how many were read."""
    began = time.perf_counter()
    good = sum(pool.map(ask, files))
    return len(files) / (time.perf_counter() - began), good


def _asked(url: str, sessions: threading.local, data: bytes) -> bool:
    if not hasattr(sessions, "own"):
        sessions.own = requests.Session()
    result: dict[str, object] = posted(sessions.own, url, "files", data)["results"][0]  # type: ignore[index]
    return result["error"] is None


def memory(number: int, form: str) -> None:
    """Prints how the memory of the service and its workers grows over requests."""
    kind, suffix, how = (FORMS | PICTURES)[form]
    samples = [make(kind, 52_000 + index, format=suffix, degradation=how).data for index in range(16)]
    with running("--workers", "1", "--threads", "1") as service, requests.Session() as session:
        points = []
        for index in range(number):
            posted(session, f"{service.url}/v1/invoices", "files", unlike(samples[index % len(samples)]))
            if index % 100 == 99:
                points.append((index + 1, resident(service)))
                print(points[-1][0], f"{points[-1][1]:.1f} MB", flush=True)
    half = points[len(points) // 4 :]
    slope = statistics.linear_regression([at for at, _ in half], [size for _, size in half]).slope
    print(f"{number} requests, slope after the first quarter {slope * 1000:.2f} MB a 1000 requests")


def resident(service: Running) -> float:
    """Megabytes that the processes of the service hold."""
    assert service.process is not None
    parent = service.process.pid
    found = subprocess.run(
        ["ps", "-o", "rss=", "--ppid", str(parent), "-p", str(parent)], capture_output=True, text=True
    )
    return sum(map(int, found.stdout.split())) / 1024


def kills(number: int, form: str) -> None:
    """Prints what of that which was acknowledged is missing after the service was killed so often."""
    kind, suffix, how = (FORMS | PICTURES)[form]
    samples = [make(kind, 53_000 + index, format=suffix, degradation=how).data for index in range(16)]
    drawn, known, jobs = random.Random(7), dict[str, str | None](), set[str]()
    hit = 0  # jobs that were queued or running when the service was killed
    with tempfile.TemporaryDirectory() as folder:
        # what is tested is the keeping: nothing has to be read for it
        (canned := Path(folder, "canned")).mkdir()
        service = Running(Path(folder, "data"), ("--workers", "1", "--fake", str(canned)))
        for turn in range(number):
            service.start()
            stop = threading.Event()
            writers = [
                threading.Thread(target=_hand_in, args=(service.url, samples, known, stop)),
                threading.Thread(target=_queue, args=(service.url, samples, jobs, stop)),
            ]
            for writer in writers:
                writer.start()
            time.sleep(drawn.uniform(0.05, LONGEST_S))
            service.kill()
            stop.set()
            for writer in writers:
                writer.join()
            hit += _under_way(service.folder)
            if turn % 10 == 9:
                print(f"{turn + 1} kills, {len(known)} invoices and {len(jobs)} jobs acknowledged", flush=True)
        service.start()
        lost = [one for one, by in known.items() if _lost(service.url, one, by)]
        deadline = time.monotonic() + 600
        while time.monotonic() < deadline and any(_state(service.url, job) in ("queued", "running") for job in jobs):
            time.sleep(1)
        spoiled = [job for job in jobs if not _is_whole(service.url, job)]
        print(*(_told(service.url, job) for job in spoiled), sep="\n")
        service.end()
    print(f"{number} kills: {len(known)} invoices acknowledged, {len(lost)} lost")
    print(f"{len(jobs)} jobs of {JOB_FILES} files acknowledged, {len(spoiled)} lost or not whole")
    print(f"jobs queued or running at a kill: {hit / number:.0f} on average")


def _hand_in(url: str, samples: list[bytes], known: dict[str, str | None], stop: threading.Event) -> None:
    """Send files and correct what came of them, until the service is gone."""
    with requests.Session() as session, suppress(requests.RequestException, KeyError):
        while not stop.is_set():
            data = unlike(random.choice(samples))
            for invoice in posted(session, f"{url}/v1/invoices", "files", data)["results"][0]["invoices"]:  # type: ignore[index]
                known[invoice["id"]] = None
                remark = f"核对 {next(fresh)}"
                headers = {"If-Match": str(invoice["revision"])}
                body = json.dumps({"fields": {"remarks": remark}, "by": "bench"})
                headers["Content-Type"] = "application/json"
                if session.patch(f"{url}/v1/invoices/{invoice['id']}", data=body, headers=headers, timeout=60).ok:
                    known[invoice["id"]] = remark


def _queue(url: str, samples: list[bytes], jobs: set[str], stop: threading.Event) -> None:
    """Make jobs until the service is gone."""
    headers = {"Prefer": "respond-async"}
    with requests.Session() as session, suppress(requests.RequestException, KeyError):
        while not stop.is_set():
            parts = [("files", ("b", unlike(random.choice(samples)))) for _ in range(JOB_FILES)]
            jobs.add(session.post(f"{url}/v1/invoices", files=parts, headers=headers, timeout=60).json()["job"])


def _lost(url: str, invoice: str, remark: str | None) -> bool:
    answer = requests.get(f"{url}/v1/invoices/{invoice}", timeout=60)
    return not answer.ok or (remark is not None and answer.json()["remarks"] != remark)


def _state(url: str, job: str) -> str:
    answer = requests.get(f"{url}/v1/jobs/{job}", timeout=60)
    return str(answer.json().get("state"))


def _is_whole(url: str, job: str) -> bool:
    """Whether a job is done with a result of its own for each file."""
    told = requests.get(f"{url}/v1/jobs/{job}", timeout=60).json()
    results = {result["id"] for result in told.get("results", ()) if result["error"] is None}
    return bool(told.get("state") == "done" and len(results) == told["total"] == JOB_FILES)


def _told(url: str, job: str) -> str:
    """What became of a job, and why its files could not be read."""
    told = requests.get(f"{url}/v1/jobs/{job}", timeout=60).json()
    errors = [result["error"] for result in told.get("results", ()) if result["error"] is not None]
    return f"job {job}: {told.get('state')}, {told.get('done')} of {told.get('total')}, {errors}"


def _under_way(folder: Path) -> int:
    """How many jobs a service that is gone left queued or running."""
    with closing(sqlite3.connect(folder / "service.db")) as database:
        query = "SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')"
        return int(database.execute(query).fetchone()[0])


def reach(number: int, form: str) -> None:
    """Prints how the service does beside the reader, alone and with eight clients."""
    latency(number, form)
    clients(number, form)


MEASURES = {"latency": latency, "clients": clients, "reach": reach, "memory": memory, "kills": kills}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", choices=tuple(MEASURES))
    options.add_argument("--count", type=int, default=60)
    options.add_argument("--form", choices=(*FORMS, *PICTURES), default="pdf")
    given = options.parse_args()
    MEASURES[given.what](given.count, given.form)


if __name__ == "__main__":
    main()
