"""Kill the archive's processes while it publishes a batch, and see that each file is public once.

    python benchmarks/drills/publishing.py [--kills 3] [--batch made|seed-form] [--files FOLDER]
                                           [--port 8106] [--seed 1]

Runs the archive as `make run` does, in a throw-away folder. An archivist uploads a ZIP of 393 files
with their table, waits until all are read and asks twice to have all published. Meanwhile the
worker, a process of the web server, the database and the supervisor are killed with SIGKILL, each
so many times, in an order drawn at random and spread over the work. Only a killed supervisor is
started again by hand, as an init system would. The page of the batch is asked for all the time.
Printed: what was killed when, how long the page was away, and whether in the end every file is
public exactly once, with one entry in the history by the person who asked, and found by a search.

The files are made here; 14 of them have the bytes of another one, at another place. Where a folder
of seed-form files with its table lies beside the checkout, or is named by ``--files``, the same is
done with these, which are read in place. ``--batch`` chooses one of the two.
"""

import argparse
import http.client
import io
import json
import random
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import debates
from benchmarks.drills import sites
from benchmarks.drills.desk import (
    Desk,
    progress,
    publish_all,
    seed_form_batch,
    upload_batch,
    wait_until_read,
)

SEED_FORM = debates.PROJECT.parent / "shared" / "corpora" / "seed-form"
MEETINGS = 8
FILES = 393
SAME = 14  # files that have the bytes of another
LONGEST_S = 900.0
INDEXED_WITHIN_S = 120.0
CHECK = """
import json
from collections import Counter
from django.contrib.admin.models import LogEntry
from statements.models import IndexOutbox, ReviewTask, Speech, Transcript
from statements.search.parameters import SearchParameters
from statements.search.results.page import find
places = Counter(Speech.objects.exclude(meeting=None).values_list("meeting__symbol", "position"))
published = Transcript.objects.filter(review_tasks__outcome="done").distinct()
entries = Counter(LogEntry.objects.filter(change_message__startswith="Published")
                  .values_list("object_id", "user__username"))
page = find(SearchParameters(q=""))
print(json.dumps({
    "tasks": dict(Counter(ReviewTask.objects.values_list("outcome", flat=True))),
    "messages": list(ReviewTask.objects.exclude(message="").values_list("message", flat=True)[:5]),
    "speeches": Speech.objects.count(),
    "twice": sum(count > 1 for count in places.values()),
    "published": published.filter(state="published").count(),
    "without": published.filter(speeches=None).count(),
    "entries": sorted(Counter(entries.values()).items()),
    "by": sorted({who for _, who in entries}),
    "outbox": IndexOutbox.objects.count(),
    "found": page.total,
    "complete": page.index.complete,
}))
"""


def made_batch() -> tuple[bytes, bytes, int]:
    """A ZIP of files, their table, and how many speeches they hold."""
    chance = random.Random(7)  # noqa: S311 - no secret
    words = "river dam weir lock flood toll barge canal tide reed bank mill ferry sluice".split()
    names = ["Okafor (Nigeria)", "Lindqvist (Sweden)", "Umarov (Kazakhstan)", "Reyes (Chile)"]
    formula = "The President: I now give the floor to the representative of {}.\n"
    rows = ["file,symbol,position,date"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(FILES):
            meeting, position = number % MEETINGS + 1, number // MEETINGS + 1
            if number < 2 * SAME:
                text = formula.format(f"the {number // 2 + 1}. delegation on the list")
            else:
                said = "\n\n".join(
                    f"Gauge {number}: {' '.join(chance.choices(words, k=120)).capitalize()}."
                    for _ in range(chance.randrange(1, 12))
                )
                text = f"Ms. {chance.choice(names)}: {said}\n"
            name = f"{meeting:02}_{position:03}.txt"
            archive.writestr(f"records/{name}", text)
            rows.append(f"{name},RC/PV.{meeting},{position},2031-03-{meeting:02}")
    return packed.getvalue(), "\n".join(rows).encode(), FILES


def state_of(site: sites.Supervised) -> dict[str, object]:
    """What database and index hold, as :data:`CHECK` prints it."""
    return dict(json.loads(site.shell(CHECK)))


def publish_and_kill(
    site: sites.Supervised, desk: Desk, batch: str, victims: list[str]
) -> tuple[int, bool]:
    """Look at the batch's page until all is published, and kill the victims meanwhile; return how
    many files were asked for, and whether all victims were killed and all files decided."""
    count = len(victims)
    shares = [(number + 0.5) / (count + 1) for number in range(count)]
    begun = time.monotonic()
    away: Counter[str] = Counter()  # tenths of a second, at most
    away_since, last, at = None, "nothing", (0, 0, False)
    while not at[2] and time.monotonic() < begun + LONGEST_S:
        now = time.monotonic()
        try:
            at = progress(desk, batch)
        except (OSError, http.client.HTTPException):
            away_since = away_since or now
            time.sleep(0.1)
            continue
        if away_since is not None:
            away[last] = max(away[last], round((now - away_since) * 10))
            away_since = None
        if not at[2] and victims and at[0] / at[1] >= shares[count - len(victims)]:
            last = victims.pop()
            print(f"{at[0]:4} of {at[1]} after {now - begun:5.1f} s: killed the {last}", flush=True)
            site.kill(last)
        time.sleep(0.2)
    print(
        f"{at[0]} of {at[1]} after {time.monotonic() - begun:.1f} s; "
        f"not killed: {', '.join(victims) or 'none'}"
    )
    for victim, tenths in away.items():
        print(f"the page was away for at most {tenths / 10:.1f} s after the {victim} was killed")
    return at[1], at[2] and not victims


def run(folder: Path, options: argparse.Namespace, batch: tuple[bytes, bytes, int]) -> bool:
    """Publish a batch and kill meanwhile; return whether everything is as it should be."""
    archive, table, speeches = batch
    victims = [part for part in sites.PARTS for _ in range(options.kills)]
    random.Random(options.seed).shuffle(victims)  # noqa: S311
    with sites.Supervised(folder / "state", options.port) as site:
        site.create_archivist()
        before = state_of(site)
        desk = Desk(options.port)
        address = upload_batch(desk, archive, table)
        wait_until_read(desk, address)
        publish_all(desk, address, times=2)
        asked, is_over = publish_and_kill(site, desk, address, victims)
        until = time.monotonic() + INDEXED_WITHIN_S
        while (after := state_of(site))["outbox"] and time.monotonic() < until:
            time.sleep(1)
        print(json.dumps(after))
        new = int(str(after["speeches"])) - int(str(before["speeches"]))
        wrong = [
            name
            for name, is_right in {
                "kills and decisions": is_over,
                "tasks": after["tasks"] == {"done": asked},
                "files published": after["published"] == asked and not after["without"],
                "places taken twice": not after["twice"],
                "entries in the history": after["entries"] == [[1, asked]],
                "who published": after["by"] == [sites.NAME],
                "speeches": new == speeches,
                "found by search": after["found"] == after["speeches"] and after["complete"],
            }.items()
            if not is_right
        ]
        print(f"{new} new speeches of {speeches}: {f'WRONG: {wrong}' if wrong else 'right'}")
        print(f"tracebacks on the screen: {site.screen().count('Traceback')}")
    return not wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=3, help="of each kind of process")
    parser.add_argument("--batch", choices=["made", "seed-form"], help="this one only")
    parser.add_argument("--files", type=Path, default=SEED_FORM, help="folder of seed-form files")
    parser.add_argument("--port", type=int, default=8106)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    batches = {}
    if options.batch != "seed-form":
        batches["made"] = made_batch()
    if options.batch != "made" and options.files.is_dir():
        batches["seed-form"] = seed_form_batch(options.files)
    elif options.batch != "made":
        print(f"SKIPPED: there is no folder {options.files.name} of seed-form files")
    right = bool(batches)
    for name, batch in batches.items():
        print(f"\n{name}: a ZIP of {len(batch[0]) / 1e6:.1f} MB", flush=True)
        with debates.folder(None) as folder:
            right &= run(folder, options, batch)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
