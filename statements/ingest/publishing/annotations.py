"""What follows from the text of a speech: the documents it names, changes of language, votes,
and whether it was made in a national capacity.

Written whenever paragraphs are: stored, put in the place of others, or corrected.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import batched

from django.db import models, transaction

from statements.ingest.drafts.draft import DraftParagraph
from statements.ingest.matching import Matcher
from statements.models import LanguageChange, Paragraph, Reference, Speech, Vote
from statements.transcripts.languages import find_language_changes
from statements.transcripts.record.references import find_references
from statements.transcripts.record.votes import find_votes
from statements.transcripts.speakers.behalf import announces_national_capacity

Annotation = Reference | LanguageChange | Vote
KINDS: tuple[type[Annotation], ...] = (Reference, LanguageChange, Vote)
SPEECHES_AT_ONCE = 200
_ROWS_AT_ONCE = 5_000


def announces_national(paragraphs: Iterable[Paragraph | DraftParagraph]) -> bool:
    return announces_national_capacity(
        each.text for each in paragraphs if each.kind == Paragraph.Kind.SPEECH
    )


def annotations_of(
    paragraphs: Sequence[Paragraph], on: date | None, matcher: Matcher
) -> Iterator[Annotation]:
    """The rows that follow from the paragraphs of one speech, made on a day; not stored."""
    for paragraph in paragraphs:
        for named in find_references(paragraph.text):
            yield Reference(
                paragraph=paragraph,
                start=named.start,
                end=named.end,
                symbol=named.symbol,
                page=named.page,
            )
    for change in find_language_changes([paragraph.text for paragraph in paragraphs]):
        yield LanguageChange(
            paragraph=paragraphs[change.paragraph - 1],
            start=change.start,
            end=change.end,
            language=change.code,
            language_printed=change.printed,
        )
    yield from _votes(paragraphs, on, matcher)


def _votes(paragraphs: Sequence[Paragraph], on: date | None, matcher: Matcher) -> Iterator[Vote]:
    narrative = [each.text if each.kind == Paragraph.Kind.NARRATIVE else "" for each in paragraphs]
    if not any(narrative):
        return
    positions: dict[int, int] = {}
    for place, listed in find_votes(narrative):
        *most, last = listed.delegations or [""]
        for delegation in [*most, *_parted(last, on, matcher)]:
            positions[place] = positions.get(place, 0) + 1
            yield Vote(
                paragraph=paragraphs[place],
                position=positions[place],
                ballot=listed.ballot.value,
                delegation=delegation,
                country=matcher.country(delegation, on),
            )


def _parted(last: str, on: date | None, matcher: Matcher) -> Sequence[str]:
    """The delegations at the end of a list, where "and" stands for a comma: "China and Peru".
    Only exact names on both sides part it, for an "and" can be in a name as well."""
    if not last or matcher.country(last, on):
        return [last] if last else []
    ways = [
        [last[: found.start()], last[found.end() :]]
        for found in re.finditer(r"(?:^|\s)and\s", last)
    ]
    ways = [[name for name in way if name] for way in ways]  # ", and Peru" has nothing before it
    sure = [way for way in ways if all(matcher.country(name, on) for name in way)]
    return sure[0] if len(sure) == 1 else [last]


def annotate(speeches: Iterable[tuple[Speech, Sequence[Paragraph]]], matcher: Matcher) -> None:
    """Store the rows of speeches whose paragraphs were just stored and have none yet."""
    rows: dict[type[Annotation], list[Annotation]] = {kind: [] for kind in KINDS}
    for speech, paragraphs in speeches:
        for row in annotations_of(paragraphs, speech.date, matcher):
            rows[type(row)].append(row)
    for kind, made in rows.items():
        kind._default_manager.bulk_create(made, batch_size=_ROWS_AT_ONCE)  # type: ignore[arg-type]


def annotate_again(speeches: "models.QuerySet[Speech]", matcher: Matcher | None = None) -> int:
    """Bring the rows of stored speeches in line with their text as it now stands; returns how
    many were not as they should be."""
    with transaction.atomic():
        group = list(
            speeches.select_for_update(of=("self",), no_key=True)
            .order_by("pk")
            .prefetch_related("paragraphs")
        )
        return _align(group, matcher or Matcher())


def annotate_all() -> Iterator[tuple[int, int]]:
    """The same for every speech of the archive, some hundreds a transaction; yields for each
    how many speeches they were, and how many rows were changed."""
    matcher = Matcher()
    keys = Speech.objects.order_by("pk").values_list("pk", flat=True)
    for some in batched(keys.iterator(), SPEECHES_AT_ONCE):
        yield len(some), annotate_again(Speech.objects.filter(pk__in=some), matcher)


def _align(group: Sequence[Speech], matcher: Matcher) -> int:
    wanted: dict[type[Annotation], list[Annotation]] = {kind: [] for kind in KINDS}
    changed = 0
    for speech in group:
        paragraphs = list(speech.paragraphs.all())
        national = announces_national(paragraphs)
        if national != speech.is_national:
            Speech.objects.filter(pk=speech.pk).update(is_national=national)
            changed += 1
        for row in annotations_of(paragraphs, speech.date, matcher):
            wanted[type(row)].append(row)
    for kind, rows in wanted.items():
        there = {
            _content(row): row.pk
            for row in kind._default_manager.filter(paragraph__speech__in=group)
        }
        missing = {_content(row): row for row in rows}
        gone = [pk for content, pk in there.items() if content not in missing]
        new = [row for content, row in missing.items() if content not in there]
        kind._default_manager.filter(pk__in=gone).delete()
        kind._default_manager.bulk_create(new, batch_size=_ROWS_AT_ONCE)  # type: ignore[arg-type]
        changed += len(gone) + len(new)
    return changed


def _content(row: Annotation) -> tuple[object, ...]:
    """Everything a row says, without its key."""
    return tuple(
        getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    )
