"""Fill the disk of the database, of the index and of temporary files, each alone.

    python benchmarks/drills/full_disks.py [--port 8108]          (as root: it mounts file systems)

Runs the archive as `make run` does, with its samples and a small file system of its own for the
database, the index and temporary files. Each in turn is filled to the last byte. Meanwhile pages
are read, files are uploaded (small ones, which stay in memory, and large ones, which go through a
temporary file) and a speech is edited. Printed: how each was answered, what `/readyz` says, and how
long after there is space again everything is accepted and found. In the end every file that was
accepted is there once, no other is, every word that was typed into a speech is found, and index and
database agree. A refusal must be 507 with a sentence, or 503 while the database recovers.
"""

import argparse
import contextlib
import html
import http.client
import json
import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import debates
from benchmarks.drills import sites
from benchmarks.drills.desk import REDIRECTED, UPLOAD, Desk, edit_speech

DISKS = {
    "database": ("state/postgres", 256),
    "index": ("state/index", 32),
    "temporary": ("tmp", 32),
}
PAGES = ("/", "/search/?q=water", "/meetings/", "/countries/", "/api/v1/search?q=water")
SMALL, LARGE = 200_000, 3_000_000  # bytes of an upload; the large one goes through a temporary file
ROUNDS = 4  # of reading and writing while a disk is full
RESUMED_WITHIN_S = 120.0
SPOKEN = """
from statements.models import Paragraph
print(Paragraph.objects.filter(kind="speech").order_by("speech_id").values_list("speech_id")[0][0])
"""
EXPLANATION = """
from archive.middleware.fault_kinds import FULL
print(FULL.sentence)
"""
NAMES = """
import json
from statements.models import DeliveredFile
print(json.dumps([f"{name} {outcome}".removesuffix(" read") for name, outcome in
                  DeliveredFile.objects.exclude(outcome="unread").values_list("name", "outcome")]))
"""


@contextlib.contextmanager
def small_disks(folder: Path) -> Iterator[dict[str, Path]]:
    """A file system of its own for each of the :data:`DISKS`. Raises SystemExit where none can be
    mounted."""
    mounted: dict[str, Path] = {}
    try:
        for name, (place, size_mb) in DISKS.items():
            path = folder / place
            path.mkdir(parents=True)
            options = f"size={size_mb}m,mode=755"
            mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(path)]
            if os.geteuid() or subprocess.run(mount, check=False).returncode:
                raise SystemExit("NOT TRIED: no file system can be mounted here; root may.")
            mounted[name] = path
        (folder / "state").chmod(0o755)
        (folder / "tmp").chmod(0o1777)
        yield mounted
    finally:
        for path in mounted.values():
            subprocess.run(["umount", "--lazy", str(path)], check=False)


def fill(disk: Path) -> Path:
    """Leave no byte free."""
    ballast = disk / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (1024**2, 4096, 1):
            with contextlib.suppress(OSError):
                while file.write(b"\0" * size):
                    pass
    return ballast


class Archivist:
    """Uploads and edits; remembers what was accepted."""

    def __init__(self, site: sites.Supervised) -> None:
        self._port = site.port
        self._desk = Desk(site.port)
        self._speech = int(site.shell(SPOKEN))
        self._explanation = site.shell(EXPLANATION).strip()
        self.accepted: list[str] = []
        self.words: list[str] = []

    def upload(self, size: int) -> str:
        """How an upload of so many bytes was answered: status, and whether the page says why."""
        name = f"{secrets.token_hex(6)}.txt"
        line = f"Ms. Okafor (Nigeria): Gauge {name} was read.\n\n"
        # random, so that nothing makes it small; short words, as of a text
        said = " ".join(secrets.token_hex(4) for _ in range(size // 9))
        sentences = ".\n\n".join(said[at : at + 900] for at in range(0, len(said), 900))
        try:
            fields, _ = self._desk.form(UPLOAD, "encoding")
            status, page, _ = self._desk.upload(
                UPLOAD, fields, [("transcripts", name, (line + sentences).encode())]
            )
        except (OSError, http.client.HTTPException) as error:
            return str(error).rpartition(": ")[2][:40] or type(error).__name__
        if status in REDIRECTED:
            self.accepted.append(name)
            return "accepted"
        is_explained = self._explanation in html.unescape(page)
        return f"{status}, {'reason given' if is_explained else 'no reason'}"

    def edit(self) -> str:
        word = f"zq{secrets.token_hex(5)}"
        try:
            edit_speech(self._desk, self._speech, word)
        except (OSError, http.client.HTTPException) as error:
            return str(error).rpartition(": ")[2][:40] or type(error).__name__
        self.words.append(word)
        return "accepted"

    def has_all_found(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return all(sites.found(self._port, word)[0] == 1 for word in self.words)
        return False


def checks(port: int) -> str:
    """What /readyz says of all that is not well."""
    try:
        status, body = sites.ask(port, "/readyz")
        told = json.loads(body)["checks"]
    except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
        return repr(error)[:80]
    return f"{status} " + str({name: said for name, said in told.items() if said != "ok"})


def fill_one(name: str, disk: Path, site: sites.Supervised, archivist: Archivist) -> bool:
    """Fill a disk, look how everything is answered, free it; return whether all was right."""
    port = site.port
    ballast = fill(disk)
    pages: Counter[str] = Counter()
    answers: dict[str, Counter[str]] = {"small": Counter(), "large": Counter(), "edit": Counter()}
    for _ in range(ROUNDS):
        for page in PAGES:
            pages[str(sites.status_of(port, page))] += 1
        answers["small"][archivist.upload(SMALL)] += 1
        answers["large"][archivist.upload(LARGE)] += 1
        answers["edit"][archivist.edit()] += 1
        time.sleep(1)
    print(f"\nthe disk of the {name} is full: pages {dict(pages)}; /readyz {checks(port)}")
    for what, counted in answers.items():
        print(f"  {what}: {dict(counted)}")
    ballast.unlink()
    begun = time.monotonic()

    def is_resumed() -> bool:
        return archivist.upload(SMALL) == "accepted" and archivist.edit() == "accepted"

    sites.wait_until(is_resumed, "uploads and edits are accepted again", RESUMED_WITHIN_S)
    resumed = time.monotonic() - begun
    sites.wait_until(archivist.has_all_found, "every edit is found", RESUMED_WITHIN_S)
    print(
        f"  with space again: accepted after {resumed:.1f} s, all found after "
        f"{time.monotonic() - begun:.1f} s; /readyz {checks(port)}",
        flush=True,
    )
    said = {answer for counted in answers.values() for answer in counted}
    fine = ("accepted", "507, reason given", "status 503", "503, no reason")
    return pages.keys() <= {"200", "503"} and all(
        answer in fine or answer.startswith("status 507") for answer in said
    )


def run(folder: Path, options: argparse.Namespace) -> int:
    with (
        small_disks(folder) as disks,
        sites.Supervised(folder / "state", options.port, TMPDIR=str(disks["temporary"])) as site,
    ):
        site.create_archivist()
        archivist = Archivist(site)
        right = True
        for name, disk in disks.items():
            right &= fill_one(name, disk, site, archivist)
        accepted = Counter(archivist.accepted)

        def is_read() -> bool:
            return Counter(json.loads(site.shell(NAMES))) == accepted

        with contextlib.suppress(SystemExit):
            sites.wait_until(is_read, "every accepted file was read", RESUMED_WITHIN_S)
        names = Counter(json.loads(site.shell(NAMES)))
        is_kept = names == accepted
        print(f"\nfiles accepted: {accepted.total()}; all were kept and read: {is_kept}")
        if not is_kept:
            print(f"  also kept: {names - accepted}; not kept: {accepted - names}")
        print(f"words typed: {len(archivist.words)}, all found: {archivist.has_all_found()}")
        print(site.manage("check_index").strip().splitlines()[-1])
        print(f"tracebacks on the screen: {site.screen().count('Traceback')}")
        return int(not (right and is_kept and archivist.has_all_found()))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, default=8108)
    options = parser.parse_args()
    with debates.folder(None) as folder:
        return run(folder, options)


if __name__ == "__main__":
    sys.exit(main())
