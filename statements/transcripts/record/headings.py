"""Headings of a record: how they are found in narrative and compared with agenda items."""

import re
from collections.abc import Sequence

from statements.transcripts.languages.names import fold
from statements.transcripts.record.narrative import is_narrative
from statements.transcripts.record.vote_lists import is_vote_list, read_votes

_CONTINUED = re.compile(r"(?<!\s)\s*\(continued\)$", re.IGNORECASE)
_SENTENCE_ENDS = (".", "?", "!", ".”", ".)")


def title_form(title: str) -> str:
    """Return the form in which headings and agenda items are compared, without "(continued)".

    >>> title_form("The Situation in Chad (continued)") == title_form("The situation in Chad")
    True
    """
    return fold(_CONTINUED.sub("", title))


def find_headings(narrative: Sequence[str]) -> set[int]:
    """Return the indices of headings among consecutive paragraphs.

    ``narrative`` has "" in place of spoken paragraphs. A heading is narrative that is neither an
    event, nor a vote list, nor a sentence.
    """
    headings = set()
    in_vote = False
    for index, text in enumerate(narrative):
        lists_votes = bool(read_votes(text)) or (in_vote and is_vote_list(text))
        is_other = not text or lists_votes or is_narrative(text) or text.endswith(_SENTENCE_ENDS)
        if not is_other:
            headings.add(index)
        in_vote = lists_votes
    return headings
