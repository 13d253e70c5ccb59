"""`python -m invoiceocr.specimens FOLDER`: writes specimens with their labels.

python -m invoiceocr.specimens out --kinds vat_special toll --count 20 --seed 1 --formats jpg --degradation photo
python -m invoiceocr.specimens examples --examples      # makes the files of examples/ again
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from invoiceocr.specimens.content.traits import KINDS
from invoiceocr.specimens.gallery import write_examples
from invoiceocr.specimens.issue import write_all
from invoiceocr.specimens.pictures.degrade import RECIPES
from invoiceocr.specimens.slips.slip import SLIPS
from invoiceocr.specimens.specimen import Options, Order


def parser() -> argparse.ArgumentParser:
    """The command line's parser."""
    options = argparse.ArgumentParser(prog="python -m invoiceocr.specimens", description=__doc__)
    options.add_argument("folder", type=Path, help="where the files and labels/ go")
    options.add_argument("--examples", action="store_true", help="write the project's examples instead")
    options.add_argument("--kinds", nargs="+", default=list(KINDS), choices=(*KINDS, *SLIPS))
    options.add_argument("--count", type=int, default=1, help="specimens of each kind")
    options.add_argument("--seed", type=int, default=1, help="seed of the first specimen")
    options.add_argument("--formats", nargs="+", default=["png"], choices=("png", "jpg", "pdf", "ofd", "xml"))
    options.add_argument("--degradation", help=f"for pictures: {', '.join(RECIPES)}, or steps joined by +")
    options.add_argument("--no-labels", action="store_true", help="write no labels: only files as a user has them")
    options.add_argument("--dpi", type=float, default=200.0, help="of pictures before they are degraded")
    options.add_argument("--installed-fonts", action="store_true", help="use look-alike fonts of this machine")
    return options


def main() -> None:
    """Writes what the command line orders and prints how many files that are."""
    given = parser().parse_args()
    options = Options(dpi=given.dpi, faces="installed" if given.installed_fonts else "bundled")
    orders = (
        Order(kind, seed, format, given.degradation, options)
        for kind in given.kinds
        for seed in range(given.seed, given.seed + given.count)
        for format in given.formats
    )
    labels = not given.no_labels
    write = partial(write_examples, given.folder) if given.examples else partial(write_all, given.folder, orders)
    written = write(labels=labels)
    print(f"{len(written)} files in {given.folder}" + (f", labels in {given.folder / 'labels'}" if labels else ""))


if __name__ == "__main__":
    main()
