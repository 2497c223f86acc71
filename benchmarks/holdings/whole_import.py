"""Import published sets into one archive, twice: is all stored, and does the second time change
anything? Does ``complete_holdings`` move an address?

    python benchmarks/holdings/whole_import.py --state FOLDER --records FOLDER --texts FOLDER
                                               --table TABLE --council CSV.gz --debate TAR.xz
    python benchmarks/holdings/whole_import.py --state FOLDER

The sets are records as PDF, texts with their metadata table, a table of speeches of the Security
Council, and the UN General Debate Corpus with its table of speakers beside it. What is not named
is not imported; without any, only ``complete_holdings`` runs, on the archive that FOLDER holds,
which is migrated first. Printed: for each command its time, its CPU, its status and its summary;
the rows of the archive; whether rows differ after the second time; and whether an address, a text
or an anchor of a sentence differs after ``complete_holdings``. The index is then built anew.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from benchmarks import debates  # noqa: E402
from benchmarks.drills.sites import manage  # noqa: E402

MOST_LINES = 14  # of the end of what a command prints
COUNTED = (
    "Transcript", "Speech", "Paragraph", "Session", "Meeting", "Speaker", "Topic", "Series",
)  # fmt: skip
# all that a reader can see of speeches, one digest for each
ADDRESSES = "SELECT md5(string_agg(public_id, ',' ORDER BY public_id)) FROM statements_speech"
TEXTS = """
SELECT md5(string_agg(md5(speech_id || ' ' || position || ' ' || kind || text), ''
                      ORDER BY speech_id, position)) FROM statements_paragraph
"""
SENTENCES = """
SELECT md5(string_agg(md5(speech_id || ' ' || position || sentence_starts::text), ''
                      ORDER BY speech_id, position)) FROM statements_paragraph
WHERE sentence_starts <> '{}'
"""
SPEECHES = (
    "SELECT md5(string_agg(md5(row_to_json(s)::text), '' ORDER BY id)) FROM statements_speech s"
)
TRANSCRIPTS = """
SELECT md5(string_agg(md5(concat_ws(' ', sha256, name, state, problems, revision)), ''
                      ORDER BY sha256)) FROM statements_transcript
"""


def digests(**questions: str) -> dict[str, str]:
    from django.db import connection

    answers = {}
    with connection.cursor() as cursor:
        for name, question in questions.items():
            cursor.execute(question)
            answers[name] = str(cursor.fetchone()[0])
    return answers


def everything() -> dict[str, str]:
    return digests(
        addresses=ADDRESSES,
        texts=TEXTS,
        sentences=SENTENCES,
        speeches=SPEECHES,
        transcripts=TRANSCRIPTS,
    )


def run(*arguments: str) -> None:
    """Run a command of the archive to its end, and print what it costs and reports."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    done = subprocess.run(
        manage(*arguments), cwd=PROJECT, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    spent = time.monotonic() - begun
    print(f"\n{' '.join(arguments)}\n  {spent:.0f} s, {cpu:.0f} s CPU, status {done.returncode}")
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    print("\n".join(f"  {line}" for line in lines[-MOST_LINES:]), flush=True)


def imports(options: argparse.Namespace) -> Iterator[list[str]]:
    command = ["ingest_transcripts", "--verbosity", "0"]
    if options.records:
        yield [*command, str(options.records)]
    if options.texts:
        table = ["--metadata", str(options.table)] if options.table else []
        yield [*command, str(options.texts), *table]
    if options.council:
        yield [*command, str(options.council), "--on-collision", "skip"]
    if options.debate:
        yield [*command, str(options.debate)]


def print_rows() -> None:
    from django.apps import apps

    models = (apps.get_model("statements", name) for name in COUNTED)
    print(
        "\nrows:",
        ", ".join(f"{model.__name__} {model._base_manager.count():,}" for model in models),
    )


def print_differences(before: dict[str, str], after: dict[str, str]) -> None:
    changed = [name for name in before if before[name] != after[name]]
    print(f"  changed: {', '.join(changed) or 'nothing'}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--state", type=Path, required=True)
    for name in ("records", "texts", "table", "council", "debate"):
        parser.add_argument(f"--{name}", type=Path)
    options = parser.parse_args()
    options.state.mkdir(parents=True, exist_ok=True)
    options.state.chmod(0o755)  # PostgreSQL does not run as root, and must reach it
    debates.open_archive(options.state)
    os.environ["DJANGO_SETTINGS_MODULE"] = "archive.settings"

    commands = list(imports(options))
    for command in commands:
        run(*command)
    if commands:
        print_rows()
        before = everything()
        print("\nagain")
        for command in commands:
            run(*command)
        print_differences(before, everything())
    print_rows()
    before = everything()
    run("complete_holdings")
    print_differences(before, everything())
    run("rebuild_index")


if __name__ == "__main__":
    main()
