"""Warms up a new process: the first search and completion open the index and build arrays that
later ones reuse, a fifth of a second's work that no reader waits for.
"""

import logging

from django.db import DatabaseError

from statements.search.parameters import SearchParameters
from statements.search.protocol import SearchUnavailable
from statements.search.results.autocomplete import autocomplete
from statements.search.results.page import find

logger = logging.getLogger(__name__)

# a word of most archives; the results do not matter
_WORD = "nations"


def warm_up() -> None:
    try:
        for q in (_WORD, f'"{_WORD}"', ""):
            find(SearchParameters(q=q))
        autocomplete(_WORD[:3])
    except (SearchUnavailable, DatabaseError) as error:
        logger.info("not warmed up: %s", error)
