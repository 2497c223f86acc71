"""Headings of a record: how they are found in narrative and compared with agenda items."""

import re
from collections.abc import Sequence

from statements.transcripts.languages.names import fold
from statements.transcripts.record.narrative import is_narrative
from statements.transcripts.record.vote_lists import is_vote_list, read_votes

_CONTINUED = re.compile(r"(?<!\s)\s*\(continued\)$", re.IGNORECASE)
_NUMBER = r"(?P<number>\d{1,3}(?:\s?\([a-z]\))?)"
_NAMED_NUMBER = re.compile(
    rf"(?:agenda\s+)?item\s+{_NUMBER}(?:\s*[:.–—-])?\s+(?=[^\W\d])", re.IGNORECASE
)
_BARE_NUMBER = re.compile(rf"{_NUMBER}[.)]\s+(?=[^\W\d])")
_SENTENCE_ENDS = (".", "?", "!", ".”", ".)")


def title_form(title: str) -> str:
    """Return the form in which headings and agenda items are compared, without "(continued)".

    >>> title_form("The Situation in Chad (continued)") == title_form("The situation in Chad")
    True
    """
    return fold(_CONTINUED.sub("", title))


def split_item_numbers(items: Sequence[str]) -> list[tuple[str, str]]:
    """Return the printed number of each agenda item, "" if it has none, and its title.

    A number alone may belong to the title ("20. Jahrestag"), unless all items have one.

    >>> split_item_numbers(["Agenda item 8 (a): Low water", "Locks"])
    [('8 (a)', 'Low water'), ('', 'Locks')]
    >>> split_item_numbers(["1. Minutes", "2. Locks"]), split_item_numbers(["1. Minutes"])
    ([('1', 'Minutes'), ('2', 'Locks')], [('', '1. Minutes')])
    """
    matches = [_NAMED_NUMBER.match(item) or _BARE_NUMBER.match(item) for item in items]
    are_all_numbered = len(items) > 1 and all(matches)
    return [
        (match["number"], item[match.end() :])
        if match and (are_all_numbered or match.re is _NAMED_NUMBER)
        else ("", item)
        for item, match in zip(items, matches, strict=True)
    ]


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
