"""Loads recorded votes: what was voted on, with which result, and where the record has them."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from statements.addresses import page_address, passage_anchor
from statements.models import Meeting, RecordedVote
from statements.models.sql import fetch_all


class Tally(NamedTuple):
    """The totals that the record prints, or else the numbers of delegations in its lists."""

    in_favour: int
    against: int
    abstaining: int


class Balloting(NamedTuple):
    """One recorded vote. Each text is "" where the record has none."""

    subject: str  # as printed: "draft resolution A/70/L.9"
    title: str  # of the draft
    motion: str  # the sentence that puts it to the vote
    outcome: str  # a value of ``Outcome``
    resolution: str  # number of the resolution adopted
    tally: Tally
    topics: Sequence[str]  # titles of the agenda items under which it was taken
    public_id: str  # of the speech around the lists
    position: int  # of the paragraph that begins the lists

    def get_absolute_url(self) -> str:
        return f"{page_address('speech', self.public_id)}#{passage_anchor(self.position)}"

    @property
    def name(self) -> str:
        """What was voted on, in the most exact words that the record has: the subject with a
        capital, the title, or the sentence that puts it to the vote; "" without all of them."""
        named = self.subject or self.title or self.motion
        return named[:1].upper() + named[1:]

    @property
    def context(self) -> str:
        """The title of the draft, or else those of the agenda items."""
        title = self.title or "; ".join(self.topics)
        return "" if title == self.name else title

    @property
    def outcome_name(self) -> str:
        """The outcome in the language that is active."""
        return str(RecordedVote(outcome=self.outcome).get_outcome_display())


# where the speech around the lists does not print the title of the draft: the title in the register
# of documents, or else the one that is printed most often beside the symbol. The annotations of
# withdrawn speeches are removed
_BALLOTINGS = """
SELECT recorded.id, subject, coalesce(nullif(recorded.title, ''), (
        SELECT document.title FROM statements_document AS document
        WHERE document.symbol = named.symbol AND document.verified
    ), (
        SELECT mode() WITHIN GROUP (ORDER BY cited.title) FROM statements_reference AS cited
        WHERE cited.symbol = named.symbol AND cited.title <> ''
    ), ''), motion, outcome, resolution,
    coalesce(recorded.in_favour, listed.in_favour), coalesce(recorded.against, listed.against),
    coalesce(recorded.abstaining, listed.abstaining),
    ARRAY(SELECT topic.title FROM statements_speech_topics AS tagged
        JOIN statements_topic AS topic ON topic.id = tagged.topic_id
        WHERE tagged.speech_id = speech.id ORDER BY topic.title),
    speech.public_id, first_position
FROM statements_recordedvote AS recorded
JOIN statements_paragraph AS closing ON closing.id = recorded.paragraph_id
JOIN statements_speech AS speech ON speech.id = closing.speech_id
CROSS JOIN LATERAL (
    SELECT substring(subject FROM '[A-Z]{{1,4}}(?:/[A-Za-z0-9.-]{{1,12}}){{1,6}}') AS symbol
) AS named
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE ballot = 'in favour') AS in_favour,
        count(*) FILTER (WHERE ballot = 'against') AS against,
        count(*) FILTER (WHERE ballot = 'abstaining') AS abstaining
    FROM statements_paragraph AS paragraph
    JOIN statements_vote AS vote ON vote.paragraph_id = paragraph.id
    WHERE paragraph.speech_id = speech.id
        AND paragraph.position BETWEEN first_position AND closing.position
) AS listed
WHERE speech.withdrawal_id IS NULL AND {} ORDER BY speech.position, closing.position
"""
_OF_MEETING = _BALLOTINGS.format("speech.meeting_id = %s")
_BY_KEY = _BALLOTINGS.format("recorded.id = ANY(%s::bigint[])")


def ballotings_of_meeting(meeting: Meeting) -> list[Balloting]:
    """Return the recorded votes of a meeting, in the order in which they were taken."""
    return [_balloting(*columns) for _key, *columns in fetch_all(_OF_MEETING, [meeting.pk])]


def ballotings(keys: Iterable[int]) -> dict[int, Balloting]:
    """Return recorded votes by their primary keys, in one statement."""
    rows = fetch_all(_BY_KEY, [list(keys)])
    return {key: _balloting(*columns) for key, *columns in rows}


def _balloting(*columns: Any) -> Balloting:
    subject, title, motion, outcome, resolution, *tally, topics, public_id, position = columns
    return Balloting(
        subject, title, motion, outcome, resolution, Tally(*tally), topics, public_id, position
    )
