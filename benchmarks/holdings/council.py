"""Compare the archive's table of groups of States with a table of Security Council membership.

    python benchmarks/holdings/council.py TABLE

TABLE is a CSV file with a line for each term: ``country_org,start_year,end_year,seat``, where the
seat is "permanent" or "elected"; lines that begin with # are comments. Printed are the terms that
agree, and each that does not, among the years of the table.
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from statements.transcripts.languages.names import fold  # noqa: E402

MIGRATIONS = PROJECT / "statements" / "migrations"
GROUPS = {"permanent": "P5", "elected": "E10"}

Seat = tuple[str, str, int]  # group, code of the country, year


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(line for line in lines if not line.startswith("#"))


def codes_of_names() -> dict[str, str]:
    """Return the code of the country for each folded name; the latest country of a name."""
    codes = {}
    for name in rows(MIGRATIONS / "country_names.csv"):
        codes[fold(name["name"])] = name["code"]
    for country in rows(MIGRATIONS / "countries.csv"):
        codes |= {fold(country[key]): country["code"] for key in ("formal_name", "short_name")}
    return codes


def seats_of_archive() -> set[Seat]:
    seats = set()
    for line in rows(MIGRATIONS / "group_memberships.csv"):
        if line["group"] in GROUPS.values() and line["verified"] == "yes":
            last = date.fromisoformat(line["valid_to"] or "9999-12-31")
            # who had the seat at the end of a year: the Russian Federation in 1991
            for year in range(int(line["valid_from"][:4]), min(last.year, 2100) + 1):
                if date(year, 12, 31) <= last:
                    seats.add((line["group"], line["country"], year))
    return seats


def seats_of_table(path: Path) -> set[Seat]:
    codes = codes_of_names()
    return {
        (GROUPS[term["seat"]], codes.get(fold(term["country_org"]), term["country_org"]), year)
        for term in rows(path)
        for year in range(int(term["start_year"]), int(term["end_year"]) + 1)
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", type=Path)
    table = seats_of_table(parser.parse_args().table)
    years = {year for _, _, year in table}
    # terms that begin before the first complete year stand in the table as a whole
    complete = {year for year in years if sum(seat[2] == year for seat in table) >= 15}
    ours = {seat for seat in seats_of_archive() if seat[2] in complete}
    theirs = {seat for seat in table if seat[2] in complete}
    print(f"{min(complete)}-{max(complete)}: {len(ours & theirs)} seats by year agree")
    for seat in sorted(ours ^ theirs):
        print("only in", "the archive:" if seat in ours else "the table:  ", *seat)


if __name__ == "__main__":
    main()
