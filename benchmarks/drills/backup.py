"""Withdraw and erase many of ten thousand speeches, back up, and restore into an empty folder.

    python benchmarks/drills/backup.py [--speeches 10000] [--withdrawn 1000] [--erased 200]
                                       [--state FOLDER]

A temporary PostgreSQL holds that many speeches, and a worker runs. Speeches are withdrawn and
erased while the drill searches, and from then on searches must not find them. Then the archive is
backed up (the backup is verified in a scratch database, row by row) and restored into an empty
state folder with its own PostgreSQL, where the same numbers of speeches must be public, withdrawn
and erased, and index and database must agree. The drill prints how long each step took. The exit
status is 1 if anything is wrong.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import debates
from benchmarks.drills import sites
from benchmarks.drills.crash import Archive, add_many

REASON = "Published by mistake."
APPLIED_WITHIN_S = 600.0
CHECK = """
import json
from django.test.client import Client
from statements.models import DeletedSpeech, Paragraph, Speech
from statements.search.parameters import SearchParameters
from statements.search.results.page import find
page = find(SearchParameters(q="river"))
withdrawn = Speech.all_objects.exclude(withdrawal=None)
erased = DeletedSpeech.objects.order_by("pk").values_list("pk", flat=True)
chosen = [*withdrawn.order_by("pk").values_list("public_id", flat=True)[:5], *erased[:5]]
print(json.dumps({
    "public": Speech.objects.count(), "withdrawn": withdrawn.count(), "erased": erased.count(),
    "paragraphs": Paragraph.objects.count(), "found": page.total, "complete": page.index.complete,
    "pages": sorted({Client().get(f"/speech/{one}/", HTTP_HOST="localhost").status_code
                     for one in chosen}),
}))
"""


def timed(what: str, work: Callable[[], Any]) -> Any:
    begun = time.monotonic()
    result = work()
    print(f"{what}: {time.monotonic() - begun:.1f} s", flush=True)
    return result


def run_in(state: Path, *arguments: str) -> str:
    """Return the output of one of the archive's programs, run on a state folder."""
    environment = os.environ | {"STATE_DIR": str(state), "PYTHONWARNINGS": "ignore"}
    for name in ("DATABASE_URL", "INDEX_DIR"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=debates.PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{arguments} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def state_of(state: Path) -> dict[str, Any]:
    printed = run_in(state, "manage.py", "shell", "-v0", "-c", CHECK)
    return dict(json.loads(printed.strip().splitlines()[-1]))


def remove(options: argparse.Namespace) -> bool:
    """Withdraw some speeches at once, erase others one by one, reinstate a few; return whether
    searches found none of those that are not public."""
    from statements import ingest
    from statements.models import IndexOutbox, Speech
    from statements.search.parameters import SearchParameters
    from statements.search.results.page import find

    def is_hidden() -> bool:
        return find(SearchParameters(q="river")).total == Speech.objects.count()

    keys = list(Speech.objects.order_by("?").values_list("pk", flat=True))
    withdrawn = keys[: options.withdrawn]
    erased = keys[options.withdrawn : options.withdrawn + options.erased]
    timed(f"{len(withdrawn):,} withdrawn at once", lambda: ingest.withdraw(withdrawn, REASON))
    right = is_hidden()
    timed(
        f"{len(erased):,} erased one by one",
        lambda: [ingest.erase(key, REASON) for key in erased],
    )
    right &= is_hidden()
    timed("a tenth of the withdrawn reinstated", lambda: ingest.reinstate(withdrawn[::10]))
    timed(
        "until the index follows",
        lambda: sites.wait_until(
            lambda: not IndexOutbox.objects.exists(), "the outbox is empty", APPLIED_WITHIN_S
        ),
    )
    print(f"no search found what is not public: {right and is_hidden()}")
    return right and is_hidden()


def drill(options: argparse.Namespace, state: Path, restored: Path) -> int:
    debates.open_archive(state)
    from statements.models import Speech
    from statements.search.indexing import sync

    archive = Archive(random.Random(1))  # noqa: S311
    if Speech.objects.count() < options.speeches:
        archive.add()
        timed(f"{options.speeches:,} speeches made", lambda: add_many(archive, options.speeches))
    timed("index built", sync.rebuild)
    with sites.running(state, options.port, processes=1):
        right = remove(options)
    before = state_of(state)
    backups = state / "backups"
    timed(
        "backed up and proven", lambda: run_in(state, "-m", "archive.backup", "--to", str(backups))
    )
    (dump,) = backups.glob("*.dump")
    print(f"the dump has {dump.stat().st_size / 1e6:.1f} MB")
    timed(
        "restored into an empty folder, index built",
        lambda: run_in(restored, "-m", "archive.backup", "--restore", str(dump)),
    )
    after = state_of(restored)
    print(run_in(restored, "manage.py", "check_index").strip().splitlines()[-1])
    print(f"before {before}\nafter  {after}: {'equal' if after == before else 'DIFFERENT'}")
    right &= after == before and after["found"] == after["public"] and after["pages"] == [410]
    return int(not right)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--speeches", type=int, default=10_000)
    parser.add_argument("--withdrawn", type=int, default=1_000)
    parser.add_argument("--erased", type=int, default=200)
    parser.add_argument("--port", type=int, default=8109)
    parser.add_argument("--state", type=Path, help="keep the first archive here")
    options = parser.parse_args()
    with debates.folder(options.state) as state, debates.folder(None) as restored:
        return drill(options, state, restored)


if __name__ == "__main__":
    sys.exit(main())
