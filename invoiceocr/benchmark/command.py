"""`invoiceocr-bench`: measures a tool on specimens of every kind and writes a report."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from invoiceocr.benchmark.cases import CONDITIONS, Case, cases
from invoiceocr.benchmark.measure import Figures, measured
from invoiceocr.benchmark.report import Run, as_json, as_markdown
from invoiceocr.benchmark.tools import TOOLS, Tool
from invoiceocr.errors import InvoiceOCRError
from invoiceocr.settings import Settings
from invoiceocr.specimens import EVERY_KIND


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, 2 for a tool that can't be run."""
    given = parser().parse_args(arguments)
    try:
        tool = TOOLS[given.tool](Settings.load(threads=given.threads or None), given.command)
        run = measure(tool, given)
    except InvoiceOCRError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return error.exit_code
    given.out.mkdir(parents=True, exist_ok=True)
    text = as_markdown(run)
    (given.out / "report.md").write_text(text, encoding="utf-8")
    (given.out / "report.json").write_text(json.dumps(as_json(run), ensure_ascii=False, indent=1), encoding="utf-8")
    print(text)
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line's parser."""
    options = argparse.ArgumentParser(prog="invoiceocr-bench", description=__doc__)
    options.add_argument("--tool", default="ours", choices=list(TOOLS))
    options.add_argument("--command", help="for --tool command: a command with {file}, which prints JSON")
    options.add_argument("--kinds", nargs="+", default=list(EVERY_KIND), choices=EVERY_KIND, metavar="KIND")
    options.add_argument("--conditions", nargs="+", default=list(CONDITIONS), choices=list(CONDITIONS))
    options.add_argument("--seeds", type=int, default=5, help="specimens of each kind under each condition")
    options.add_argument("--threads", type=int, default=0, help="of the recognizer; 0: all cores")
    options.add_argument("--out", type=Path, default=Path("bench-report"), help="folder of report.md and report.json")
    options.add_argument("--keep", type=Path, metavar="DIR", help="keep the specimens, too")
    return options


def measure(tool: Tool, given: argparse.Namespace) -> Run:
    """The figures of *tool* on what the command line chose."""
    conditions: dict[str, Figures] = defaultdict(Figures)
    kinds: dict[str, Figures] = defaultdict(Figures)
    whole = Figures()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        chosen = cases(given.kinds, given.conditions, given.seeds, folder)
        for case, found, elapsed in measured(tool, chosen):
            for figures in (conditions[case.condition], kinds[case.kind], whole):
                figures.add(case, found, elapsed)
            _tell(case, len(whole.times_ms))
    return Run(tool.name, given.seeds, _ordered(conditions, given.conditions), kinds, whole)


def _ordered(figures: dict[str, Figures], names: Sequence[str]) -> dict[str, Figures]:
    return {name: figures[name] for name in names if name in figures}


def _tell(case: Case, count: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{count} {case.condition} {case.kind}\033[K", end="", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
