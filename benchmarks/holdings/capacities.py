"""Compare the capacities of speeches with the kind of participant that a table states.

    python benchmarks/holdings/capacities.py TABLE.csv.gz --state FOLDER [--shown 100]

TABLE has the speeches of the Security Council with the columns ``spv``, ``speech`` (the position),
``speaker``, ``country`` and ``participanttype``: "The President", "Mentioned" (named on the first
page, that is, a member of the Council) or "Guest". FOLDER is the state folder of an archive that
holds its meetings. Printed: how often each kind meets each capacity, the share that agrees, and
every speech that does not.
"""

import argparse
import csv
import gzip
import io
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from benchmarks import debates  # noqa: E402
from statements.transcripts.formats.tables.rows import read_symbol  # noqa: E402
from statements.transcripts.record.speaking_capacity import Capacity  # noqa: E402

CHAIR = {Capacity.CHAIR, Capacity.CHAIR_NATIONAL}
DELEGATES = {Capacity.NATIONAL, Capacity.BEHALF}
AGREE = {
    "The President": CHAIR,
    "Mentioned": DELEGATES,
    "Guest": {*DELEGATES, Capacity.SECRETARIAT, Capacity.GUEST},
}


def rows(path: Path) -> Iterator[dict[str, str]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode("utf-8-sig")
    csv.field_size_limit(10_000_000)
    yield from csv.DictReader(io.StringIO(text, newline=""))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", type=Path)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--shown", type=int, default=100, help="speeches that do not agree")
    options = parser.parse_args()
    debates.open_archive(options.state)
    from statements.models import Speech

    stored = {
        (speech.meeting.symbol, speech.position): speech
        for speech in Speech.objects.exclude(meeting=None).for_listing()
        if speech.meeting
    }
    counts: Counter[tuple[str, str]] = Counter()
    differing = []
    for row in rows(options.table):
        place = str(read_symbol(row["spv"], spv=True)), int(float(row["speech"]))
        speech = stored.get(place)
        stated = row["participanttype"]
        capacity = speech.capacity if speech else None
        counts[stated, str(capacity) if speech else "no such speech"] += 1
        if speech and capacity not in AGREE[stated]:
            differing.append(
                f"{place[0]} {place[1]}: {stated}, {row['speaker']}, {row['country']} | "
                f"{capacity}: {speech.byline}, {speech.role or '-'}, {speech.country or '-'}"
            )
    for (stated, capacity), count in sorted(counts.items()):
        print(f"{stated:15} {capacity:15} {count:6,}")
    compared = sum(count for (_, capacity), count in counts.items() if "no such" not in capacity)
    print(f"\n{compared - len(differing):,} of {compared:,} agree; the others:")
    print("\n".join(differing[: options.shown]))


if __name__ == "__main__":
    main()
