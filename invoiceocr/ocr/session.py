"""The only module that imports onnxruntime: opens a manifest entry as a function from array to array.

onnxruntime sends usage data to its maker unless the variable `ORT_DISABLE_TELEMETRY` is in the environment before the
import; its API call to disable that comes too late. The variable is therefore set here, whatever it was before.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.errors import ModelError
from invoiceocr.ocr.manifest import ModelEntry
from invoiceocr.ocr.workers import Birthplace, cores
from invoiceocr.page import Pixels

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

POOL = {"max_mem": 0, "arena_extend_strategy": 0, "initial_chunk_size_bytes": -1, "max_dead_bytes_per_chunk": -1}
"""How the pool of memory grows: as onnxruntime's own would, without a limit."""
# kinds of networks whose input is a page: only these use enough memory to be worth returning
WHOLE_PAGES = frozenset({"detector"})
# set once onnxruntime has the memory that all networks share
_shared = threading.Event()
_sharing = threading.Lock()

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """An opened network: one float32 array in, one or more out; may be called from several threads at once."""

    entry: ModelEntry
    metadata: dict[str, str]
    _session: Any
    _input: str
    _run_options: Any = None
    _birthplace: Birthplace = field(default_factory=Birthplace)

    def __call__(self, batch: Floats) -> Floats:
        """The network's first output for *batch* (N×C×H×W); ForkError in a process forked since it was opened."""
        return self.outputs(batch)[0]

    def outputs(self, batch: Floats) -> list[Floats]:
        """All outputs for *batch*; ForkError in a process forked since the network was opened."""
        # its threads don't exist in this process: the call would wait forever
        self._birthplace.check()
        found: list[Floats] = self._session.run(None, {self._input: batch}, self._run_options)
        return found

    def open(self) -> Network:
        """Itself, which is open."""
        return self


class LateNetwork:
    """A network that is opened when it is first asked: a page of crisp print needs half of them. May be called from
    several threads at once."""

    def __init__(self, entry: ModelEntry, threads: int) -> None:
        self.entry = entry
        self._threads = threads
        self._opening = threading.Lock()
        self._opened: Network | None = None
        self._birthplace = Birthplace()

    def __call__(self, batch: Floats) -> Floats:
        """As a `Network`; ModelError if it can't be loaded."""
        return self.outputs(batch)[0]

    def outputs(self, batch: Floats) -> list[Floats]:
        """As a `Network`; ModelError if it can't be loaded."""
        return self.open().outputs(batch)

    def open(self) -> Network:
        """The network, which need not wait for its first question; ModelError if it can't be loaded."""
        # a lock that another process holds would never be free
        self._birthplace.check()
        with self._opening:
            self._opened = self._opened or open_network(self.entry, self._threads)
        return self._opened


def open_network(entry: ModelEntry, threads: int) -> Network:
    """The network of *entry*; each call runs on *threads* cores (0: all). ModelError if it can't be loaded."""
    # with the first picture: files with their own characters need no network
    import onnxruntime

    _share_memory()
    try:
        session = onnxruntime.InferenceSession(entry.load(), _options(threads), providers=["CPUExecutionProvider"])
    except ModelError:
        raise
    except Exception as error:  # onnxruntime's exceptions have no common base class
        raise ModelError(f"{entry.file}: onnxruntime can't open it ({error})") from error
    # the file's bytes, which it would keep in case it had to begin again on another provider: there is none
    session.disable_fallback()
    session._model_bytes = None
    metadata = dict(session.get_modelmeta().custom_metadata_map)
    returning = _returning_memory() if entry.kind in WHOLE_PAGES else None
    return Network(entry, metadata, session, session.get_inputs()[0].name, returning)


def _share_memory() -> None:
    """Lets all networks of the process use one memory pool: lines are read in the memory that the search for text has
    left."""
    import onnxruntime

    with _sharing:
        if not _shared.is_set():
            place = onnxruntime.OrtMemoryInfo(
                "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
            )
            onnxruntime.create_and_register_allocator(place, onnxruntime.OrtArenaCfg(POOL))
            _shared.set()


def _returning_memory() -> Any:
    """Options of a run after which free memory of the pool is returned to the system: a large page needs 200 MB."""
    import onnxruntime

    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


def normalized(pixels: Pixels, network: Network | LateNetwork) -> Floats:
    """The picture as the 3×H×W float32 input of the network: scaled, with the mean and deviation used in training."""
    planes = np.empty((3, *pixels.shape[:2]), np.float32)
    for plane, channel, mean, std in zip(planes, cv2.split(pixels), network.entry.mean, network.entry.std, strict=True):
        np.multiply(channel, np.float32(1 / (255 * std)), out=plane)
        plane -= np.float32(mean / std)
    return planes


def _options(threads: int) -> object:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = cores(threads)
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.use_env_allocators", "1")
    # every page has its own shape, so patterns would pile up
    options.enable_mem_pattern = False
    # a service shares its cores
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return options
