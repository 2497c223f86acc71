"""Related speeches for the page of a speech: similar ones, and those that share passages with it.

The page never fails because of this: if the index cannot be read, or anything goes wrong, it shows
no related speeches.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from statements.addresses import passage_anchor
from statements.models import Speech
from statements.search.backends import search_backend
from statements.search.protocol import RelatedSpeeches, SearchUnavailable
from statements.search.results import rows
from statements.search.results.word_differences import Part, word_differences

logger = logging.getLogger(__name__)

MAX_SIMILAR = 5
MAX_PASSAGES = 5


@dataclass(frozen=True, slots=True)
class Passage:
    paragraph: int  # position in the speech of the page
    speech: Speech  # that has the same words
    other: int  # position in that speech
    url: str
    differences: Sequence[Part] = ()  # of the words of both; none if they are the same


@dataclass(frozen=True, slots=True)
class Related:
    similar: Sequence[Speech] = ()
    passages: Sequence[Passage] = ()
    complete: bool = True  # False if more will be known without a change of the index


def related(speech: Speech) -> Related:
    """Return what is related to a speech; nothing while the index does not have it."""
    try:
        answer = search_backend().related(speech.pk, similar=MAX_SIMILAR, passages=MAX_PASSAGES)
        return _with_rows(speech.pk, answer)
    except SearchUnavailable:
        return Related()
    except Exception:
        logger.exception("no related speeches can be shown for speech %s", speech.pk)
        return Related(complete=False)


def _with_rows(pk: int, answer: RelatedSpeeches) -> Related:
    """Read the rows of speeches and the texts of passages; those deleted since are left out."""
    ids = {hit.speech for hit in answer.similar} | {hit.speech for hit in answer.passages}
    speeches = rows.speeches(list(ids))
    places = {(pk, passage.paragraph) for passage in answer.passages}
    places |= {(passage.speech, passage.other) for passage in answer.passages}
    texts = rows.texts(places)

    def text(speech: int, position: int) -> str:
        return texts[speech][position].text if position in texts.get(speech, {}) else ""

    return Related(
        [speeches[hit.speech] for hit in answer.similar if hit.speech in speeches],
        [
            Passage(
                passage.paragraph,
                other,
                passage.other,
                f"{other.get_absolute_url()}#{passage_anchor(passage.other)}",
                word_differences(text(pk, passage.paragraph), text(passage.speech, passage.other)),
            )
            for passage in answer.passages
            if (other := speeches.get(passage.speech))
        ],
        answer.complete,
    )
