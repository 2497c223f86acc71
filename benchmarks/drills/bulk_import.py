"""Import files while readers and an archivist work: does anyone wait, and when is everything found?

    python benchmarks/drills/bulk_import.py ARCHIVE.tar.xz [--files 1000] [--readers 8]
                                            [--pause 0.3] [--edit-every 10] [--port 8170]
                                            [--state FOLDER] [--browser-zip FOLDER] [--idle]

Starts a site (a private PostgreSQL, two web processes, the worker) and imports the UN General
Debate Corpus, or that many of its files, with ``ingest_transcripts``. Meanwhile eight readers open
different pages of speeches, meetings and searches, and an archivist edits a speech every ten
seconds in the administration and searches until the new word is found. Printed: by kind of page the
quantiles of what readers waited and every answer that was not 200, in and after the import; the
same of /readyz; seconds from a saved edit until it is found; elapsed time and CPU of the command;
seconds from its end until the whole import is found; the most memory of web processes and worker.
In the end index and database are compared.

``--browser-zip`` names a folder of texts with a table of the same name beside it (``seed-form`` and
``seed-form.tsv``): after the import they are uploaded as one ZIP and published, with readers.
``--idle`` imports without readers and archivist, to compare the command with itself.
"""

import argparse
import hashlib
import os
import resource
import subprocess
import sys
import tarfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import debates
from benchmarks.drills import desk, sites
from benchmarks.drills.readers import Readers, quantiles

FOUND_WITHIN_S = 1800.0
LOOK_S = 5.0  # between looks at processes and outbox
FIRST = 100  # speeches, when readers begin


def chosen_files(archive: Path, files: int, folder: Path) -> Path:
    """An archive with that many of the files, always the same ones."""
    if not files:
        return archive
    with tarfile.open(archive) as tar:
        members = [member for member in tar if member.isfile()]
        members.sort(key=lambda one: hashlib.sha256(one.name.encode()).hexdigest())
        made = folder / f"ungdc-{files}.tar"
        with tarfile.open(made, "w") as part:
            for member in sorted(members[:files], key=lambda one: one.offset):
                part.addfile(member, tar.extractfile(member))
    return made


def ensure_archivist() -> None:
    from django.contrib.auth import get_user_model

    users = get_user_model().objects
    users.filter(username=desk.NAME).delete()
    users.create_superuser(desk.NAME, f"{desk.NAME}@localhost", desk.PASSWORD)


def waiting_in_outbox() -> int:
    from statements.models import IndexOutbox

    return IndexOutbox.objects.count()


def report(title: str, readers: Readers, archivist: "desk.Archivist | None") -> None:
    print(f"\n{title}")
    for told in readers.take().lines():
        print(f"  {told}")
    if archivist is not None:
        print(
            f"  edits: {len(archivist.found_after)}; saved: {quantiles(archivist.saved_in)}; "
            f"found after: {quantiles(archivist.found_after)}; "
            f"{len(archivist.errors)} errors {archivist.errors[:3]}"
        )
        archivist.found_after.clear()
        archivist.saved_in.clear()
        archivist.errors.clear()


def import_files(place: sites.Site, archive: Path, table: Path) -> None:
    """Run the command to its end, and observe everything at intervals."""
    arguments = sites.manage("ingest_transcripts", str(archive))
    if table.exists():
        arguments += ["--tables", str(table)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = told_at = time.monotonic()
    most_waiting, most = 0, 0
    with (place.logs / "import.log").open("wb") as log:
        importing = subprocess.Popen(
            arguments, cwd=debates.PROJECT, stdout=log, stderr=log, env=os.environ.copy()
        )
        while importing.poll() is None:
            time.sleep(LOOK_S)
            place.look()
            most = max(most, sites.memory_mb(importing.pid))
            most_waiting = max(most_waiting, waiting_in_outbox())
            if time.monotonic() > told_at + 60:
                told_at = time.monotonic()
                print(progress(told_at - begun), flush=True)
    spent = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = (place.logs / "import.log").read_text(errors="replace").strip().splitlines()
    files = progress_files(told)
    print(
        f"\nthe command: {spent:.0f} s elapsed, {cpu:.0f} s CPU"
        f"{f' ({1000 * cpu / files:.1f} ms a file)' if files else ''}, status "
        f"{importing.returncode}, most memory {most:.0f} MB, most rows waiting {most_waiting:,}"
    )
    print("\n".join(f"  {line}" for line in told[-4:]))


def progress_files(told: list[str]) -> int:
    for line in reversed(told):
        number, _, rest = line.strip().partition(" ")
        if rest.startswith("file") and number.replace(",", "").isdigit():
            return int(number.replace(",", ""))
    return 0


def progress(at: float) -> str:
    from statements.models import Speech

    return (
        f"{at:5.0f} s: {Speech.objects.count():,} speeches, {waiting_in_outbox():,} rows wait, "
        f"load {os.getloadavg()[0]:.1f}"
    )


def until_found(place: sites.Site) -> None:
    from statements.search.index import generations
    from statements.search.index.commits import latest_commit, segments_of

    begun = told_at = time.monotonic()
    while True:
        _, index = sites.found(place.port, "peace")
        if index and index["complete"] and not index["waiting"] and index["lag_s"] < 15:
            break
        place.look()
        if time.monotonic() > begun + FOUND_WITHIN_S:
            raise SystemExit(f"not all is found {FOUND_WITHIN_S:.0f} s after the end: {index}")
        if time.monotonic() > told_at + 15:
            told_at = time.monotonic()
            print(f"  {progress(told_at - begun)} after the end", flush=True)
        time.sleep(0.5)
    spent = time.monotonic() - begun
    generation = generations.in_use()
    assert generation is not None  # noqa: S101
    segments = len(segments_of(generation.path, latest_commit(generation)))
    print(f"the whole import is found {spent:.1f} s after the command's end; {segments} segments")


def browser_zip(
    place: sites.Site, folder: Path, readers: Readers, archivist: desk.Archivist
) -> None:
    archive, table, _ = desk.seed_form_batch(folder)
    print(f"\na ZIP of {len(archive) / 1e6:.1f} MB is uploaded and published")
    publisher = desk.Desk(place.port)
    batch = desk.upload_batch(publisher, archive, table)
    desk.wait_until_read(publisher, batch)
    desk.publish_all(publisher, batch)
    desk.wait_until_published(publisher, batch)
    until_found(place)
    report("readers meanwhile", readers, archivist)


def run(options: argparse.Namespace, state: Path) -> None:
    debates.open_archive(state)
    from django.core.management import call_command

    call_command("load_samples", verbosity=0)  # a corpus need not have meetings
    call_command("ensure_index", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    ensure_archivist()
    archive = chosen_files(options.archive, options.files, state)
    table = options.archive.with_name("ungdc-speakers.csv")
    from statements.models import Speech

    with sites.running(state, options.port) as place:
        if options.idle:
            import_files(place, archive, table)
            until_found(place)
        else:
            if Speech.objects.count() < FIRST:
                first = chosen_files(options.archive, FIRST, state)
                import_files(place, first, table)
                until_found(place)
            readers = Readers(options.port, options.readers, options.pause)
            archivist = desk.Archivist(options.port, options.edit_every)
            readers.start()
            archivist.start()
            try:
                import_files(place, archive, table)
                report("while the command ran", readers, archivist)
                until_found(place)
                report("until all was found", readers, archivist)
                time.sleep(options.after)
                report(f"in the {options.after:.0f} s after that", readers, archivist)
                if options.browser_zip:
                    browser_zip(place, options.browser_zip, readers, archivist)
            finally:
                archivist.stop()
                readers.stop()
            lost = [word for word in archivist.words if sites.found(options.port, word)[0] != 1]
            print(f"\nof {len(archivist.words)} words typed {len(lost)} are not found: {lost[:5]}")
        place.look()
        print("most memory: " + ", ".join(f"{n} {mb:.0f} MB" for n, mb in place.most_mb.items()))
        if ended := place.ended():
            print(f"ENDED: {ended}")
    from statements.search.indexing import consistency, sync

    sync.drain()
    drift = consistency.check()
    print(f"index and database {'DIFFER' if drift else 'agree'}: {drift.in_index:,} speeches")
    if drift:
        raise SystemExit(str(drift)[:2000])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--files", type=int, default=0, help="import only so many")
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--pause", type=float, default=0.3, help="seconds between two pages")
    parser.add_argument("--edit-every", type=float, default=10, help="seconds")
    parser.add_argument("--after", type=float, default=20, help="seconds to go on reading")
    parser.add_argument("--browser-zip", type=Path)
    parser.add_argument("--idle", action="store_true")
    parser.add_argument("--port", type=int, default=8170)
    parser.add_argument("--state", type=Path, help="keep database and index here, for next time")
    options = parser.parse_args()
    with debates.folder(options.state) as state:
        run(options, state)


if __name__ == "__main__":
    main()
