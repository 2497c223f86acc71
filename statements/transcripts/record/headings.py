"""Headings of a record: which narrative is one, and the form under which titles are compared."""

import re
from collections.abc import Sequence

from statements.transcripts.names import fold
from statements.transcripts.record.narrative import is_narrative, is_vote_list
from statements.transcripts.record.votes import read_votes

_CONTINUED = re.compile(r"(?<!\s)\s*\(continued\)$", re.IGNORECASE)
_SENTENCE_ENDS = (".", "?", "!", ".”", ".)")


def title_form(title: str) -> str:
    """The form under which a heading and an agenda item are compared: "(continued)" does not
    count.

    >>> title_form("The situation in Chad (continued)") == title_form("Situation in Chad")
    False
    >>> title_form("The Situation in Chad (continued)") == title_form("The situation in Chad")
    True
    """
    return fold(_CONTINUED.sub("", title))


def headings_among(narrative: Sequence[str]) -> set[int]:
    """The places of headings among paragraphs that follow each other; "" stands for one that
    was spoken. Narrative that is no event, no list of a vote and no sentence is a heading."""
    found = set()
    in_vote = False
    for place, text in enumerate(narrative):
        lists_votes = bool(read_votes(text)) or (in_vote and is_vote_list(text))
        event = not text or lists_votes or is_narrative(text) or text.endswith(_SENTENCE_ENDS)
        if not event:
            found.add(place)
        in_vote = lists_votes
    return found
