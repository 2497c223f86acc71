"""Annotations derived from the text of a speech.

They are references to documents, changes of language, votes, a digest of the words, where
sentences begin, and whether the speech was made in a national capacity. They are written whenever
paragraphs are stored, replaced or corrected.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import batched

from django.db import models, transaction

from statements.ingest.drafts.draft import DraftParagraph
from statements.ingest.matching import Matcher
from statements.ingest.publishing.same_words import store_digests
from statements.models import LanguageChange, Paragraph, RecordedVote, Reference, Speech, Vote
from statements.transcripts.languages.notes import find_language_changes
from statements.transcripts.record import recorded_votes
from statements.transcripts.record.document_titles import title_beside
from statements.transcripts.record.references import find_references
from statements.transcripts.record.vote_lists import Ballot, find_votes
from statements.transcripts.speakers.behalf import announces_national_capacity
from statements.transcripts.text.sentence_breaks import sentence_starts
from statements.transcripts.values.parsed import ParagraphKind, ParsedParagraph

Annotation = Reference | LanguageChange | RecordedVote | Vote
KINDS: tuple[type[Annotation], ...] = (Reference, LanguageChange, RecordedVote, Vote)
SPEECHES_PER_TRANSACTION = 200
_ROWS_PER_INSERT = 5_000
_COUNTED = (Ballot.IN_FAVOUR, Ballot.AGAINST, Ballot.ABSTAINING)  # ballots with printed totals


def announces_national(paragraphs: Iterable[Paragraph | DraftParagraph]) -> bool:
    return announces_national_capacity(
        paragraph.text for paragraph in paragraphs if paragraph.kind == Paragraph.Kind.SPEECH
    )


def annotations_of(
    paragraphs: Sequence[Paragraph], day: date | None, matcher: Matcher
) -> Iterator[Annotation]:
    """Yield the annotations of one speech, made on ``day``, as rows that are not stored."""
    for paragraph in paragraphs:
        for reference in find_references(paragraph.text):
            yield Reference(
                paragraph=paragraph,
                start=reference.start,
                end=reference.end,
                symbol=reference.symbol,
                page=reference.page,
                title=title_beside(paragraph.text, reference.start, reference.end),
            )
    for change in find_language_changes([paragraph.text for paragraph in paragraphs]):
        yield LanguageChange(
            paragraph=paragraphs[change.paragraph - 1],
            start=change.start,
            end=change.end,
            language=change.code,
            language_printed=change.printed,
        )
    if any(paragraph.kind == Paragraph.Kind.NARRATIVE for paragraph in paragraphs):
        yield from _recorded_votes(paragraphs)
        yield from _votes(paragraphs, day, matcher)


def _recorded_votes(paragraphs: Sequence[Paragraph]) -> Iterator[RecordedVote]:
    texts = [
        ParsedParagraph(paragraph.text, ParagraphKind(paragraph.kind)) for paragraph in paragraphs
    ]
    for vote in recorded_votes.find_recorded_votes(texts):
        totals = [vote.totals.of(ballot) if vote.totals else None for ballot in _COUNTED]
        yield RecordedVote(
            paragraph=paragraphs[vote.last],
            first_position=paragraphs[vote.first].position,
            subject=vote.subject[:300],
            title=vote.title,
            motion=vote.motion[:500],
            outcome=vote.outcome.value if vote.outcome else "",
            resolution=vote.resolution,
            in_favour=totals[0],
            against=totals[1],
            abstaining=totals[2],
        )


def _votes(paragraphs: Sequence[Paragraph], day: date | None, matcher: Matcher) -> Iterator[Vote]:
    narrative = [
        paragraph.text if paragraph.kind == Paragraph.Kind.NARRATIVE else ""
        for paragraph in paragraphs
    ]
    positions: dict[int, int] = {}
    for index, vote_list in find_votes(narrative):
        *first_delegations, last = vote_list.delegations or [""]
        for delegation in [*first_delegations, *_split_at_and(last, day, matcher)]:
            positions[index] = positions.get(index, 0) + 1
            yield Vote(
                paragraph=paragraphs[index],
                position=positions[index],
                ballot=vote_list.ballot.value,
                delegation=delegation,
                country=matcher.country(delegation, day),
            )


def _split_at_and(last: str, day: date | None, matcher: Matcher) -> Sequence[str]:
    """Return the delegations at the end of a list, such as "China and Peru".

    A name may contain "and" itself, so split only between two names that match exactly.
    """
    if not last or matcher.country(last, day):
        return [last] if last else []
    splits = [
        [last[: match.start()], last[match.end() :]]
        for match in re.finditer(r"(?:^|\s)and\s", last)
    ]
    # nothing precedes the "and" in ", and Peru"
    splits = [[name for name in split if name] for split in splits]
    matching = [split for split in splits if all(matcher.country(name, day) for name in split)]
    return matching[0] if len(matching) == 1 else [last]


def annotate(speeches: Iterable[tuple[Speech, Sequence[Paragraph]]], matcher: Matcher) -> None:
    """Store the annotations of speeches whose paragraphs were just stored."""
    rows: dict[type[Annotation], list[Annotation]] = {kind: [] for kind in KINDS}
    speeches = list(speeches)
    store_digests(speeches)
    for speech, paragraphs in speeches:
        for row in annotations_of(paragraphs, speech.date, matcher):
            rows[type(row)].append(row)
    for kind, new_rows in rows.items():
        kind._default_manager.bulk_create(new_rows, batch_size=_ROWS_PER_INSERT)  # type: ignore[arg-type]


def annotate_again(speeches: "models.QuerySet[Speech]", matcher: Matcher | None = None) -> int:
    """Update the annotations of stored speeches to their current text; return the changes."""
    with transaction.atomic():
        group = list(
            speeches.select_for_update(of=("self",), no_key=True)
            .order_by("pk")
            .prefetch_related("paragraphs")
        )
        return _update_annotations(group, matcher or Matcher())


def annotate_all() -> Iterator[tuple[int, int]]:
    """Update the annotations of every speech in the archive.

    Yields, for each transaction, the number of speeches and the number of changed rows.
    """
    matcher = Matcher()
    keys = Speech.objects.order_by("pk").values_list("pk", flat=True)
    for batch in batched(keys.iterator(), SPEECHES_PER_TRANSACTION):
        yield len(batch), annotate_again(Speech.objects.filter(pk__in=batch), matcher)


def _update_annotations(group: Sequence[Speech], matcher: Matcher) -> int:
    current: dict[type[Annotation], list[Annotation]] = {kind: [] for kind in KINDS}
    changed = store_digests((speech, list(speech.paragraphs.all())) for speech in group)
    changed += _divide_into_sentences(group)
    for speech in group:
        paragraphs = list(speech.paragraphs.all())
        national = announces_national(paragraphs)
        if national != speech.is_national:
            Speech.objects.filter(pk=speech.pk).update(is_national=national)
            changed += 1
        for row in annotations_of(paragraphs, speech.date, matcher):
            current[type(row)].append(row)
    for kind, rows in current.items():
        stored = {
            _content(row): row.pk
            for row in kind._default_manager.filter(paragraph__speech__in=group)
        }
        expected = {_content(row): row for row in rows}
        obsolete = [pk for content, pk in stored.items() if content not in expected]
        new = [row for content, row in expected.items() if content not in stored]
        kind._default_manager.filter(pk__in=obsolete).delete()
        kind._default_manager.bulk_create(new, batch_size=_ROWS_PER_INSERT)  # type: ignore[arg-type]
        changed += len(obsolete) + len(new)
    return changed


def _divide_into_sentences(group: Sequence[Speech]) -> int:
    """Store where sentences begin in paragraphs for which that is not known. Return their number.
    Known places are left, because addresses depend on them."""
    unknown = [
        paragraph
        for speech in group
        for paragraph in speech.paragraphs.all()
        if paragraph.sentence_starts is None
    ]
    for paragraph in unknown:
        paragraph.sentence_starts = sentence_starts(paragraph.text)
    Paragraph.objects.bulk_update(unknown, ["sentence_starts"], batch_size=1_000)
    return len(unknown)


def _content(row: Annotation) -> tuple[object, ...]:
    """Return all values of a row except its key."""
    return tuple(
        getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    )
