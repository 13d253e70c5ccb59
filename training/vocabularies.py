"""`python -m training.vocabularies`: writes schemas/vocabularies/ anew from the packages that hold the public lists.

    pip install mcp-server-12306 cpca airportsdata      # only for this
    python -m training.vocabularies

Seat classes, carriers and copies are short and written by hand.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution, version
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "schemas" / "vocabularies"
AIRPORT_COUNTRIES = frozenset({"CN", "HK", "MO", "TW"})


def _text(package: str, path: str) -> str:
    """A data file of an installed package, without importing it."""
    return Path(str(distribution(package).locate_file(path))).read_text(encoding="utf-8")


def stations() -> Iterator[str]:
    """Every station of the railway's own list with its name in letters."""
    text = _text("mcp-server-12306", "mcp_12306/resources/station_name.js")
    rows = (row.split("|") for row in text.split("'")[1].split("@") if row)
    return (f"{row[1]}\t{row[3]}" for row in rows)


def divisions() -> Iterator[str]:
    """Provinces and cities: divisions of the first two levels, with 市 and without."""
    text = _text("cpca", "cpca/resources/adcodes.csv")
    rows = csv.DictReader(text.splitlines())
    found = [row["name"] for row in rows if row["adcode"][4:6] == "00" and not row["name"].endswith("辖区")]
    return iter((*found, *(name.removesuffix("市") for name in found)))


def airports() -> Iterator[str]:
    """IATA codes of the airports of China with their cities."""
    text = _text("airportsdata", "airportsdata/airports.csv")
    rows = csv.DictReader(text.splitlines())
    return (f"{row['iata']}\t{row['city']}" for row in rows if row["iata"] and row["country"] in AIRPORT_COUNTRIES)


def write(name: str, source: str, lines: Iterable[str]) -> None:
    """The file of a vocabulary, sorted, with its source at the head."""
    body = "\n".join(sorted(set(lines)))
    (TARGET / f"{name}.txt").write_text(f"# {source}\n{body}\n", encoding="utf-8")


def main() -> None:
    """Writes the files."""
    TARGET.mkdir(exist_ok=True)
    railway, cpca, data = (version(name) for name in ("mcp-server-12306", "cpca", "airportsdata"))
    source = (
        f"Stations of China's railways with their names in letters: the list of 12306.cn as mcp-server-12306 {railway}"
    )
    write("stations", f"{source} holds it (PyPI, MIT License, Copyright (c) 2026 drfccv)", stations())
    source = f"Provinces and cities of China (GB/T 2260): adcodes.csv of cpca {cpca}"
    write("divisions", f"{source} (PyPI, MIT License, Copyright (c) 2018 QinYuan Du)", divisions())
    source = f"Airports of China, IATA code and city: airports.csv of airportsdata {data}"
    write("airports", f"{source} (PyPI, MIT License, Copyright (c) 2020 Mike Borsetti)", airports())


if __name__ == "__main__":
    main()
