"""Counters and histograms in the text format that Prometheus reads."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

# seconds
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
Labels = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Histogram:
    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0.0


class Metrics:
    """What has happened since the service started; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, dict[Labels, float]] = defaultdict(lambda: defaultdict(float))
        self._times: dict[str, dict[Labels, _Histogram]] = defaultdict(lambda: defaultdict(_Histogram))

    def count(self, name: str, **labels: str) -> None:
        """Add one to a counter."""
        with self._lock:
            self._counts[name][tuple(labels.items())] += 1

    def time(self, name: str, seconds: float, **labels: str) -> None:
        """Note a duration."""
        with self._lock:
            histogram = self._times[name][tuple(labels.items())]
            histogram.counts[bisect_left(BUCKETS, seconds)] += 1
            histogram.total += seconds

    def text(self, gauges: Mapping[str, Mapping[Labels, float]]) -> str:
        """Everything, and *gauges* as they are now."""
        with self._lock:
            lines = [*_simple(self._counts, "counter"), *_simple(gauges, "gauge"), *_timed(self._times)]
        return "\n".join(lines) + "\n"


def _simple(values: Mapping[str, Mapping[Labels, float]], kind: str) -> Iterator[str]:
    for name, series in sorted(values.items()):
        yield f"# TYPE invoiceocr_{name} {kind}"
        for labels, value in series.items():
            yield f"invoiceocr_{name}{_shown(labels)} {value:g}"


def _timed(times: Mapping[str, Mapping[Labels, _Histogram]]) -> Iterator[str]:
    for name, series in sorted(times.items()):
        yield f"# TYPE invoiceocr_{name} histogram"
        for labels, histogram in series.items():
            seen = 0
            for edge, count in zip((*map(str, BUCKETS), "+Inf"), histogram.counts, strict=True):
                seen += count
                yield f"invoiceocr_{name}_bucket{_shown((*labels, ('le', edge)))} {seen}"
            yield f"invoiceocr_{name}_sum{_shown(labels)} {histogram.total:.6f}"
            yield f"invoiceocr_{name}_count{_shown(labels)} {seen}"


def _shown(labels: Iterable[tuple[str, str]]) -> str:
    told = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{told}}}" if told else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
