"""The command line of the fuzzer."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import campaign


def main() -> int:
    """Run the fuzzer as the arguments say; 1 where it found anything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--count", type=int, default=10**9, help="files at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--kind", default="", help="pdf, ofd, zip, xml, image, yaml or mail; all by default")
    parser.add_argument("--keep", type=Path, help="folder for the files that failed")
    given = parser.parse_args()
    plan = campaign.Plan(given.seed, given.seconds, given.count, given.first, given.kind, given.keep)
    report = campaign.run(plan)
    print(report)
    return 1 if report.failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
