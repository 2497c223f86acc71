"""Judges the proposals of people on published tables of speakers, by judgements kept beside it.

    .venv/bin/python -m benchmarks.people SPEAKERS.csv COUNCIL.csv.gz
    .venv/bin/python -m benchmarks.people SPEAKERS.csv COUNCIL.csv.gz --draw

The tables are that of the UN General Debate Corpus, and one of speeches of the Security Council. A
page is a name printed for a country, as an import makes it. ``--draw`` prints, to be judged,
200 pairs of pages that are proposed as one person, and 100 pages with every page of their country
that has a word in common with them; always the same ones, while the tables are the same.
"""

import argparse
import csv
import gzip
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from statements.transcripts.languages.name_likeness import name_words, spelling
from statements.transcripts.languages.names import fold
from statements.transcripts.speakers.people import Form, group_forms

SEED = 20
PAIRS, PEOPLE = 200, 100
JUDGEMENTS = Path(__file__).parent / "accuracy" / "people.tsv"


def read_forms(debate: Path, council: Path) -> dict[str, list[Form]]:
    """Return the pages of each country: one for each folded name."""
    years: dict[tuple[str, str], list[int]] = defaultdict(list)
    names: dict[tuple[str, str], str] = {}
    meetings: dict[tuple[str, str], set[int]] = defaultdict(set)
    for country, name, year, meeting in [*_debate(debate), *_council(council)]:
        page = country, fold(name)
        names.setdefault(page, name)
        years[page].append(year)
        if meeting:
            meetings[page].add(meeting)
    forms: dict[str, list[Form]] = defaultdict(list)
    for key, (page, name) in enumerate(sorted(names.items())):
        spoken = years[page]
        forms[page[0]].append(
            Form(
                key,
                (name,),
                years=frozenset(spoken),
                meetings=frozenset(meetings[page]),
                speeches=len(spoken),
            )
        )
    return forms


def _debate(path: Path) -> Iterator[tuple[str, str, int, int]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            name, year = row["Name of Person Speaking"].strip(), row["Year"].strip()
            if name and year.isdigit():
                yield row["ISO Code"].strip(), " ".join(name.split()), int(year), 0


def _council(path: Path) -> Iterator[tuple[str, str, int, int]]:
    csv.field_size_limit(1 << 28)
    numbers: dict[str, int] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            meeting = numbers.setdefault(row["spv"], len(numbers) + 1)
            if name := " ".join(row["speaker"].split()):
                yield row["country"].strip(), name, int(float(row["year"])), meeting


def describe(form: Form) -> str:
    first, last = min(form.years), max(form.years)
    return f"{form.names[0]} {first}-{last}" if first != last else f"{form.names[0]} {first}"


def draw(forms: dict[str, list[Form]], groups: dict[str, list[tuple[Form, ...]]]) -> None:
    """Print what is to be judged: tab-separated, with a question mark for the verdict."""
    chance = random.Random(SEED)  # noqa: S311
    pairs = [
        (country, *pair)
        for country, of_country in sorted(groups.items())
        for group in of_country
        for pair in combinations(sorted(group, key=lambda form: form.key), 2)
    ]
    for country, one, other in chance.sample(pairs, PAIRS):
        print("pair", "?", country, describe(one), describe(other), sep="\t")
    pages = [
        (country, form) for country, of_country in sorted(forms.items()) for form in of_country
    ]
    random.Random(SEED + 1).shuffle(pages)  # noqa: S311 - the same, whatever is proposed
    drawn = ((country, _kin(form, forms[country])) for country, form in pages)
    several = [(country, kin) for country, kin in drawn if len(kin) > 1][: PEOPLE * 2]
    for country, kin in several:
        print("person", "?", country, *map(describe, kin), sep="\t")


def _kin(form: Form, others: Sequence[Form]) -> list[Form]:
    """Return the page and all that have a long word in common with it, itself first."""

    def words(page: Form) -> set[str]:
        return {spelling(word)[:4] for word in name_words(page.names[0]) if len(word) > 3}

    return [form, *(other for other in others if other != form and words(other) & words(form))]


def judge(
    forms: dict[str, list[Form]], groups: dict[str, list[tuple[Form, ...]]], path: Path
) -> None:
    """Print how many judged pairs that are proposed are right, and how many judged people, each
    with all pages of one person, are proposed whole."""
    proposed: dict[tuple[str, str], int] = {}
    for country, of_country in groups.items():
        for group in of_country:
            for form in group:
                proposed[country, describe(form)] = id(group)
    right = wrong = whole = divided = unknown = 0
    known = {(country, describe(form)) for country, pages in forms.items() for form in pages}
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, verdict, country, *pages = line.split("\t")
        keys = [(country, page) for page in pages]
        if not set(keys) <= known:
            unknown += 1
            continue
        numbers = {proposed.get(key, -1) for key in keys}
        is_whole = len(numbers) == 1 and -1 not in numbers
        if kind == "pair" and is_whole:
            right, wrong = right + (verdict == "same"), wrong + (verdict != "same")
        elif kind == "person":
            whole, divided = whole + is_whole, divided + (not is_whole)
    print(f"pairs proposed: {right} right, {wrong} wrong")
    print(f"people with several pages: {whole} proposed whole, {divided} not")
    print(f"judgements of pages that the tables do not have: {unknown}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("debate", type=Path)
    parser.add_argument("council", type=Path)
    parser.add_argument("--draw", action="store_true")
    options = parser.parse_args()
    forms = read_forms(options.debate, options.council)
    groups = {country: group_forms(of_country) for country, of_country in forms.items()}
    if options.draw:
        draw(forms, groups)
        return 0
    pages = sum(map(len, forms.values()))
    joined = sum(len(group) - 1 for of_country in groups.values() for group in of_country)
    print(f"pages: {pages}, and {pages - joined} if all proposals are accepted")
    judge(forms, groups, JUDGEMENTS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
