"""Writes what is shipped: a bill of materials (CycloneDX) and the licenses, of an environment with the wheel alone.

    python -m tools.supply_chain dist/invoiceocr-*.whl out/      extras: --extras server,ledger

An environment is made, the wheel installed into it, and cyclonedx-py and pip-licenses, which run elsewhere, look at it.
The size of what was installed is told, and a license that is not in ALLOWED ends the run with an error.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

MAX_CORE_MB = 400  # of what the core installs: 368 as this was written, OpenCV alone 153
ALLOWED = ("apache", "bsd", "mit", "isc", "psf", "python", "mpl", "hpnd", "zlib", "ofl", "unlicense", "cc0", "lgpl")
TOOLS = ("cyclonedx-bom>=5", "pip-licenses>=5")
MEGABYTE = 1_000_000


def main() -> int:
    """The exit code: 1 where the core is too large or a license is not known to be allowed."""
    given = parser().parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        environment, outside = Path(folder, "environment"), Path(folder, "tools")
        python, tools = made(environment), made(outside)
        before = size(environment)
        extras = f"[{given.extras}]" if given.extras else ""
        install(python, f"{given.wheel}{extras}")
        installed = (size(environment) - before) / MEGABYTE
        install(tools, *TOOLS)
        bom = given.out / "sbom.cdx.json"
        run(tools, "cyclonedx_py", "environment", str(python), "--of", "JSON", "--output-reproducible", "-o", str(bom))
        licenses = run(tools, "piplicenses", "--python", str(python), "--format", "json", "--with-urls")
    (given.out / "licenses.json").write_text(licenses, encoding="utf-8")
    return told(installed, json.loads(licenses), core=not given.extras)


def parser() -> argparse.ArgumentParser:
    """The command line's parser."""
    options = argparse.ArgumentParser(prog="python -m tools.supply_chain", description=__doc__.partition("\n")[0])
    options.add_argument("wheel", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--extras", default="")
    return options


def made(folder: Path) -> Path:
    """The interpreter of a new environment."""
    venv.create(folder, with_pip=True)
    return folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def install(python: Path, *what: str) -> None:
    """Install into the environment of *python*."""
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--no-compile", *what], check=True)


def run(python: Path, module: str, *arguments: str) -> str:
    """What a tool prints."""
    command = [str(python), "-m", module, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def size(folder: Path) -> int:
    """Bytes of the files below *folder*."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def told(installed: float, licenses: list[dict[str, str]], *, core: bool) -> int:
    """Print size and licenses; 1 where something is not as it should be."""
    unknown = [each for each in licenses if not any(word in each["License"].lower() for word in ALLOWED)]
    for each in sorted(licenses, key=lambda entry: entry["Name"].lower()):
        print(f"{each['Name']} {each['Version']}: {each['License']}")
    print(f"installed: {installed:.0f} MB, {len(licenses)} packages")
    for each in unknown:
        print(f"not known to be allowed: {each['Name']}: {each['License']}", file=sys.stderr)
    large = core and installed > MAX_CORE_MB
    if large:
        print(f"the core takes more than {MAX_CORE_MB} MB", file=sys.stderr)
    return 1 if unknown or large else 0


if __name__ == "__main__":
    sys.exit(main())
