"""What the index knows to put beside a speech that is read: speeches like it, and its passages that
stand in others. A page must never fail because of this: where the index cannot be read, or
anything goes wrong, there is nothing beside it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from statements.models import Paragraph, Speech
from statements.search import rows
from statements.search.asking import SearchUnavailable, on_index
from statements.search.passages import Same, same_passages
from statements.search.similar import similar
from statements.search.snapshot import Snapshot

logger = logging.getLogger(__name__)

MOST_SIMILAR = 5
MOST_PASSAGES = 5


@dataclass(frozen=True, slots=True)
class Passage:
    paragraph: int  # position in the speech that is read
    speech: Speech  # that has the same words
    other: int  # position in that
    url: str


@dataclass(frozen=True, slots=True)
class Beside:
    similar: Sequence[Speech] = ()
    passages: Sequence[Passage] = ()


def beside(speech: Speech) -> Beside:
    """Of a speech whose paragraphs are read already, or will be."""
    texts = [one.text for one in speech.paragraphs.all() if one.kind == Paragraph.Kind.SPEECH]
    try:
        found = on_index(lambda snapshot: _found(snapshot, speech.pk, texts))
        return _read(*found)
    except SearchUnavailable:
        return Beside()
    except Exception:
        logger.exception("nothing is shown beside speech %s", speech.pk)
        return Beside()


def _found(snapshot: Snapshot, pk: int, texts: Sequence[str]) -> tuple[list[int], list[Same]]:
    numbers = np.flatnonzero((snapshot.numbers["speech"] == pk) & snapshot.alive).tolist()
    like = [one.speech for one in similar(snapshot, texts, but=pk, most=MOST_SIMILAR)]
    same = same_passages(snapshot, numbers[0], most=MOST_PASSAGES) if numbers else []
    return like, same


def _read(like: Sequence[int], same: Sequence[Same]) -> Beside:
    """With what the database knows of them; what was deleted since is left out."""
    speeches = rows.speeches(list({*like, *(one.speech for one in same)}))
    return Beside(
        [speeches[pk] for pk in like if pk in speeches],
        [
            Passage(one.paragraph, other, one.other, f"{other.get_absolute_url()}#p{one.other}")
            for one in same
            if (other := speeches.get(one.speech))
        ],
    )
