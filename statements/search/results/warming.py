"""What a new process does before it is asked: the first search and the first completion open the
index and lay out what later ones find ready, a fifth of a second's work that no reader waits for.
"""

import logging

from django.db import DatabaseError

from statements.search.features.autocomplete import completions
from statements.search.matching.session import SearchUnavailable, on_index
from statements.search.parameters import SearchParameters
from statements.search.results.assembly import find

logger = logging.getLogger(__name__)

# a word of most archives; what it finds does not matter
_WORD = "nations"


def warm() -> None:
    try:
        for q in (_WORD, f'"{_WORD}"', ""):
            find(SearchParameters(q=q))
        on_index(lambda snapshot: completions(snapshot, _WORD[:3]))
    except (SearchUnavailable, DatabaseError) as error:
        logger.info("not warmed up: %s", error)
