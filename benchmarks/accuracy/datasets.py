"""Measure how accurately speakers, countries, roles and languages are read from two published data
sets.

The tables say who spoke; the texts are read without them, and the results compared. Nothing is
stored.
"""

import csv
import gzip
import os
import re
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")
django.setup()

from statements.ingest.drafts.building import build_draft  # noqa: E402
from statements.ingest.drafts.draft import DraftSpeech  # noqa: E402
from statements.ingest.matching import Matcher, _NamePeriod  # noqa: E402
from statements.models import Country  # noqa: E402
from statements.transcripts import ParsedSpeech, SourceMetadata, UnreadableTranscript  # noqa: E402
from statements.transcripts.checks.completeness import unaccounted_words  # noqa: E402
from statements.transcripts.datasets import GeneralDebate, ungdc  # noqa: E402
from statements.transcripts.formats.containers.archives import members  # noqa: E402
from statements.transcripts.formats.tables.reader import read_table  # noqa: E402
from statements.transcripts.languages.names import fold  # noqa: E402
from statements.transcripts.languages.notes import LANGUAGES  # noqa: E402
from statements.transcripts.languages.states import is_state  # noqa: E402
from statements.transcripts.text.decoding import decode  # noqa: E402

_SPACE = re.compile(r"\s+")
_NOTE = re.compile(r"\((?:spoke|interpretation|translated)[^()]{0,200}?in\s?(\w+)\)")
# rows in which the published table is wrong; the evidence is in benchmarks/REPORTS.md
_TABLE_IS_WRONG = {
    "UNSC_2020_SPV.8715_spch021.txt": {"participanttype": "The President"},
    "UNSC_2020_SPV.8724_spch010.txt": {"country": "France", "participanttype": "Mentioned"},
}


class TableMatcher(Matcher):
    """Countries straight from the tables that seed the database, so that none is needed."""

    _seeding = import_module("statements.migrations.0003_countries")

    @cached_property
    def countries(self) -> dict[str, Country]:
        return {
            row["code"]: Country(
                code=row["code"],
                kind=row["kind"],
                short_name=row["short_name"],
                valid_from=self._seeding._day(row["valid_from"]),
                valid_to=self._seeding._day(row["valid_to"]),
            )
            for row in self._seeding._rows("countries.csv")
        }

    @cached_property
    def _name_periods(self) -> dict[str, list[_NamePeriod]]:
        periods: dict[str, list[_NamePeriod]] = {}
        for code, name, valid_from, valid_to in self._seeding.names():
            periods.setdefault(fold(name), []).append(_NamePeriod(code, valid_from, valid_to))
        return periods

    @cached_property
    def _succession(self) -> dict[str, set[str]]:
        related: dict[str, set[str]] = {}
        for row in self._seeding._rows("countries.csv"):
            for later in row["successors"].split():
                related.setdefault(row["code"], set()).add(later)
                related.setdefault(later, set()).add(row["code"])
        return related


class Score:
    """Right and wrong answers to each question, and the wrong ones by name."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.failures: list[str] = []

    def ask(self, question: str, right: bool, told: str) -> None:
        self.asked[question] += 1
        self.right[question] += right
        if not right:
            self.failures.append(f"{question}: {told}")

    def lines(self) -> Iterator[str]:
        for question, asked in self.asked.items():
            right = self.right[question]
            yield f"  {question:<58}{right:>7,} of {asked:>7,}  {100 * right / asked:6.2f} %"


def council(path: Path, *, corrected: bool) -> Score:
    """The published Security Council debates of a year against what their texts print."""
    matcher = TableMatcher()
    score = Score()
    parsed = read_table(path.name, path.read_bytes())
    joined = build_draft(parsed, matcher=matcher)
    unjoined = replace(
        parsed,
        speeches=tuple(
            replace(speech, source_metadata=_when(speech)) for speech in parsed.speeches
        ),
    )
    alone = build_draft(unjoined, matcher=matcher)
    for row, speech, own, drafted in zip(
        _rows(path), parsed.speeches, alone.speeches, joined.speeches, strict=True
    ):
        if corrected:
            row = {**row, **_TABLE_IS_WRONG.get(row["filename"], {})}
        _judge(score, matcher, row, speech, own)
        lost = unaccounted_words(row["content"], replace(parsed, speeches=(speech,)))
        score.ask("texts of which every word is kept, in order", not lost, row["filename"])
        given = speech.source_metadata or SourceMetadata()
        if given.speaker:
            score.ask(
                "with the table joined, all rows: speaker",
                fold(given.speaker) == fold(drafted.speaker),
                f"{row['filename']}: {drafted.speaker!r}, published {row['speaker']!r}",
            )
        published = matcher.country(row["country"].strip(), given.date)
        if published:
            score.ask(
                "with the table joined, all rows: country",
                drafted.country == published.code,
                f"{row['filename']}: {drafted.country!r}, published {row['country']!r}",
            )
    return score


def _judge(
    score: Score,
    matcher: Matcher,
    row: Mapping[str, str],
    speech: ParsedSpeech,
    alone: DraftSpeech,
) -> None:
    text, told = row["content"], f"{row['filename']}: {speech.speaker_line!r}"
    videoconference = "_" in row["spv"]
    if videoconference:  # printed without any speaker line
        score.ask("videoconference texts: no speaker is made up", not speech.speaker_line, told)
        return
    score.ask("texts of meetings: a speaker line found", bool(speech.speaker_line), told)
    published = _SPACE.sub(" ", row["speaker"]).strip()
    told = f"{told}, published {published!r}, {row['country']!r}, {row['participanttype']!r}"
    office = bool(speech.role and not speech.speaker)
    if not office:
        score.ask("speaker", f"{speech.honorific} {speech.speaker}".strip() == published, told)
    presides = row["participanttype"] == "The President"
    named = published.removeprefix("The ") if published.startswith("The ") else ""
    expected = "President" if presides and office else named
    found = speech.role if office else ""
    score.ask("role", found == expected, told)
    on = speech.source_metadata.date if speech.source_metadata else None
    country = matcher.countries.get(alone.country)
    truth = matcher.country(row["country"].strip(), on)
    if speech.affiliation:
        score.ask("country", country is not None and country == truth, told)
        score.ask("country stated and not wrong", country is None or country == truth, told)
    elif not office:
        state = truth is not None and truth.kind != Country.Kind.ORGANIZATION
        score.ask("no country where none is printed", country is None, told)
        if state:
            score.asked["(the table knows a State that the text does not print)"] += 1
            score.right["(the table knows a State that the text does not print)"] += 1
    note = _NOTE.search(text[: len(speech.speaker_line) + 60])
    language = LANGUAGES[note[1].lower()] if note else ""
    score.ask("language of delivery", language == speech.language, told)


def _when(speech: ParsedSpeech) -> SourceMetadata:
    """Use only the date from the table, which distinguishes names of countries."""
    return SourceMetadata(date=speech.source_metadata.date if speech.source_metadata else None)


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    csv.field_size_limit(10_000_000)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def debate(path: Path, speakers: Path | None, *, words: bool) -> Score:
    """The General Debate: every file read, no word lost, second countries found."""
    corpus = ungdc.read_speakers(speakers.read_bytes()) if speakers else GeneralDebate()
    matcher = TableMatcher()
    score = Score()
    counts: Counter[str] = Counter()
    for member in members(path):
        if corpus.key(member.name):
            _judge_file(score, counts, corpus, matcher, member.name, member.data, words=words)
    for name, count in counts.items():
        print(f"  {name:<58}{count:>7,}")
    return score


def _judge_file(
    score: Score,
    counts: Counter[str],
    corpus: GeneralDebate,
    matcher: Matcher,
    name: str,
    data: bytes,
    *,
    words: bool,
) -> None:
    file = name.rpartition("/")[2]
    try:
        parsed = corpus.read(name, data)
    except UnreadableTranscript as error:
        score.ask("files read", False, f"{file}: {error}")
        return
    score.ask("files read", True, "")
    text = decode(data).text
    counts["words"] += len(text.split())
    counts["speeches"] += len(parsed.speeches)
    counts["paragraphs"] += sum(len(speech.paragraphs) for speech in parsed.speeches)
    counts["lines dropped as furniture, and listed"] += len(parsed.dropped)
    if words:
        lost = unaccounted_words(text, parsed)
        score.ask("files of which every word is kept, in order", not lost, f"{file}: {lost[:8]}")
    draft = build_draft(parsed, matcher=matcher)
    given = corpus.source_metadata(name) or SourceMetadata()
    country = matcher.country_by_code(given.country, given.affiliation, given.around)
    printed = [speech for speech in draft.speeches if is_state(speech.affiliation)]
    counts["files that print a speaker with a State"] += bool(printed)
    others = {speech.country for speech in printed} - {country.code if country else "", ""}
    if others:
        counts["files with a second country's speech"] += 1
        lines = "; ".join(speech.speaker_line for speech in draft.speeches)
        print(f"  second country in {file}: {', '.join(sorted(others))} ({lines[:150]})")
    first = draft.speeches[0] if draft.speeches else None
    known = any(speech.country == (country.code if country else "") for speech in draft.speeches)
    score.ask(
        "files with a speech of their own country", known, f"{file}: {first and first.speaker_line}"
    )
    for speech in draft.speeches:
        counts["joined with the table: no speaker known"] += not speech.speaker
        counts["joined with the table: no country known"] += not speech.country
        counts["affiliations of no known country"] += bool(
            speech.affiliation and not speech.country
        )


def measure(name: str, run: Callable[[], Score], *, failures: bool) -> None:
    """Run one measurement and print its result and cost."""
    began, cpu = time.perf_counter(), time.process_time()
    print(name)
    score = run()
    print("\n".join(score.lines()))
    seconds, processor = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  {seconds:.1f} s, {processor:.1f} s of them processor; peak memory {peak} MB")
    if failures:
        print("\n".join(f"    {failure}" for failure in score.failures))
