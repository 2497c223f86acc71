"""Recognises speeches whose words are already in the archive under another symbol, or none.

The words of a speech are compared by their digest, so that line breaks, case and hyphens make no
difference. Short speeches can have the same words by chance ("I give the floor to the
representative of Chad"), so they count only where most of a file is the same, on the same day.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from statements.ingest.drafts.building import problem_to_json
from statements.ingest.drafts.draft import DraftParagraph, DraftSpeech
from statements.models import Paragraph, Speech, WordsDigest
from statements.transcripts.text.digests import count_words, digest_of_words
from statements.transcripts.values.parsed import Problem

SAME_WORDS = "same-words"
# shorter speeches may well have the same words
MIN_WORDS = 40
_MIN_WORDS_TOGETHER = 12  # of the short speeches of one file
_STORED = ("speech_id", "digest", "words")


class PreviewedSpeech(Protocol):
    """The part of a ``SpeechPreview`` that a comparison needs."""

    @property
    def index(self) -> int: ...
    @property
    def speech(self) -> DraftSpeech: ...
    @property
    def date(self) -> date | None: ...
    @property
    def existing(self) -> Speech | None: ...
    @property
    def is_addition(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class SameWords:
    """A speech of a draft, and the stored speech that has its words."""

    item: PreviewedSpeech
    stored: Speech

    @property
    def place(self) -> str:
        """Where the stored speech is: the symbol of its meeting, or the name of its file."""
        meeting = self.stored.meeting
        return meeting.symbol if meeting else self.stored.transcript.name

    def problem(self) -> dict[str, Any]:
        if self.stored.withdrawal_id is None:
            message = _("The same words are already in the archive as “%(speech)s” (%(id)s).")
        else:
            message = _("The same words are in the archive as “%(speech)s” (%(id)s), withdrawn.")
        values = {"speech": self.stored, "id": self.stored.public_id}
        return problem_to_json(
            Problem(SAME_WORDS, message % values), speech=self.item.speech.position
        )


def spoken_words(paragraphs: Iterable[Paragraph | DraftParagraph]) -> list[str]:
    """Return the texts of the paragraphs that were spoken."""
    return [
        paragraph.text for paragraph in paragraphs if paragraph.kind == Paragraph.Kind.SPEECH.value
    ]


def store_digests(speeches: Iterable[tuple[Speech, Sequence[Paragraph]]]) -> int:
    """Store the digest and number of the words of speeches, where they are not stored already;
    return the changes."""
    digests: dict[int, tuple[UUID, int]] = {}
    wordless = set[int]()
    for speech, paragraphs in speeches:
        texts = spoken_words(paragraphs)
        if digest := digest_of_words(texts):
            digests[speech.pk] = digest, count_words(texts)
        else:
            wordless.add(speech.pk)
    stored = WordsDigest.objects.filter(speech__in=[*digests, *wordless])
    current = {pk: (digest, words) for pk, digest, words in stored.values_list(*_STORED)}
    changed = {pk: row for pk, row in digests.items() if row != current.get(pk)}
    obsolete = wordless & current.keys()
    WordsDigest.objects.filter(speech__in=obsolete).delete()
    WordsDigest.objects.bulk_create(
        (WordsDigest(speech_id=pk, digest=row[0], words=row[1]) for pk, row in changed.items()),
        update_conflicts=True,
        unique_fields=["speech"],
        update_fields=["digest", "words"],
    )
    return len(changed) + len(obsolete)


def has_same_words(speeches: Iterable[DraftSpeech]) -> bool:
    """Return whether any stored speech has the words of one of some speeches."""
    digests = (digest_of_words(spoken_words(speech.paragraphs)) for speech in speeches)
    return WordsDigest.objects.filter(digest__in={digest for digest in digests if digest}).exists()


def find_same_words(
    items: Sequence[PreviewedSpeech], transcript: int | None = None
) -> list[SameWords]:
    """Return the speeches of a draft that are stored elsewhere, in order, each with one such
    speech. The speeches of ``transcript``, the key of the draft's own file, do not count.
    """
    digests = {
        item.index: digest
        for item in items
        if item.is_addition and (digest := digest_of_words(spoken_words(item.speech.paragraphs)))
    }
    by_digest = _stored_speeches(set(digests.values()))
    at_own_places = {item.existing.pk for item in items if item.existing}  # reported anyway
    found: dict[int, SameWords] = {}
    elsewhere: dict[tuple[int | None, int | None], dict[int, SameWords]] = defaultdict(dict)
    for item in items:
        for stored in by_digest.get(digests.get(item.index), ()):
            if stored.transcript_id == transcript or stored.pk in at_own_places:
                continue
            match = SameWords(item, stored)
            if _word_count(item) >= MIN_WORDS:
                found.setdefault(item.index, match)
            group = (stored.meeting_id, None) if stored.meeting_id else (None, stored.transcript_id)
            if _is_same_statement(item, stored):
                elsewhere[group].setdefault(item.index, match)
    for matches in elsewhere.values():
        if 2 * len(matches) > len(digests) and _are_distinctive(matches.values()):
            found = matches | found
    return [found[index] for index in sorted(found)]


def same_words_problems(found: Iterable[SameWords], speeches: int) -> Iterator[dict[str, Any]]:
    """Yield a problem for each meeting or file that already has words of a draft."""
    by_place: dict[str, list[SameWords]] = defaultdict(list)
    for match in found:
        by_place[match.place].append(match)
    for place, matches in by_place.items():
        if speeches == 1:
            yield matches[0].problem() | {"speech": None}
            continue
        message = ngettext(
            "%(count)d of %(all)d speeches has the same words as one that is already in the "
            "archive, in %(place)s.",
            "%(count)d of %(all)d speeches have the same words as speeches that are already in "
            "the archive, in %(place)s.",
            len(matches),
        ) % {"count": len(matches), "all": speeches, "place": place}
        yield problem_to_json(Problem(SAME_WORDS, message))


def _stored_speeches(digests: set[UUID]) -> dict[UUID | None, list[Speech]]:
    by_digest: dict[UUID | None, list[Speech]] = defaultdict(list)
    if digests:
        rows = WordsDigest.objects.filter(digest__in=digests).order_by("speech_id")
        pairs = dict(rows.values_list("speech_id", "digest"))
        speeches = Speech.all_objects.filter(pk__in=pairs).select_related("meeting", "transcript")
        for speech in speeches.order_by("pk").defer(
            "transcript__content", "transcript__draft", "transcript__dropped"
        ):
            by_digest[pairs[speech.pk]].append(speech)
    return by_digest


def _are_distinctive(matches: Iterable[SameWords]) -> bool:
    """Return whether short texts are together no formula, and not only said by the chair."""
    items = [match.item for match in matches]
    return any(item.speech.affiliation for item in items) and (
        sum(map(_word_count, items)) >= _MIN_WORDS_TOGETHER
    )


def _word_count(item: PreviewedSpeech) -> int:
    return count_words(spoken_words(item.speech.paragraphs))


def _is_same_statement(item: PreviewedSpeech, stored: Speech) -> bool:
    """Return whether a short text may be the same statement: of the same day and speaker line."""
    day, printed = stored.date, item.speech.speaker_line
    return (item.date is None or day is None or item.date == day) and (
        printed.casefold() == stored.speaker_line.casefold()
    )
