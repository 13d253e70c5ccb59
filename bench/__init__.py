"""Measures invoiceocr and others on labeled files; see docs/benchmarks.md. Not part of the wheel.

Run from the root of a checkout: `python -m bench.compare`, `python -m bench.speed`, `python -m bench.preprocess`.
What needs a network or an engine runs in child processes (`bench.workers`), so that memory is measured apart and
an engine's dependencies stay in its own environment; everything else here is standard library.
"""
