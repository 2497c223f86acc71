"""Makes the hits of a page: speeches with extracts of their texts as they are in the database now,
and with the names of their heads that match.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.safestring import SafeString

from statements.addresses import passage_anchor
from statements.models import Speech
from statements.search.protocol import Answer, PartialHits, RelatedHits, SpeechHit
from statements.search.query import FieldMatch, Leaf, ParsedQuery, field_matches, positive_leaves
from statements.search.results import rows
from statements.search.results.highlighting import Highlighter
from statements.search.results.matched_fields import FieldHighlighter, Name
from statements.search.results.rows import Passage


class Extract(NamedTuple):
    """A matching paragraph with its matches in ``<mark>``; the beginning of a speech that matches
    by its head alone (its speaker, country, topic or symbol) or by filters. The text is escaped."""

    paragraph: int  # position in the speech
    url: str  # address of the sentence with the first match, or of the paragraph
    html: SafeString


@dataclass(frozen=True, slots=True)
class Hit:
    speech: Speech
    extracts: Sequence[Extract]
    missing: Sequence[str] = ()  # words that a partial match does not have
    names: Sequence[Name] = ()  # of its head that match, if the extracts do not show them


class AnswerHits(NamedTuple):
    """The hits of an answer, in the order of each list."""

    listed: Sequence[Hit]
    groups: Sequence[Sequence[Hit]]
    related: Sequence[Hit]
    partial: Sequence[Hit]


def make_hits(query: ParsedQuery, answer: Answer, speeches: Mapping[int, Speech]) -> AnswerHits:
    """Return the hits of an answer, whose speeches are given by their primary keys."""
    places = [(hit.speech, position) for hit in answer.all_hits for position in hit.paragraphs]
    without_paragraphs = [hit.speech for hit in answer.all_hits if not hit.paragraphs]
    texts = rows.texts(places, openings_of=without_paragraphs)
    maker = _HitMaker(speeches, texts, positive_leaves(query.tree), field_matches(query.tree))
    groups = answer.groups.shown if answer.groups else ()

    def beside(alternatives: RelatedHits | PartialHits | None) -> list[Hit]:
        if alternatives is None:
            return []
        own_maker = _HitMaker(speeches, texts, alternatives.leaves, ())
        return [own_maker.hit(hit) for hit in alternatives.hits]

    return AnswerHits(
        [maker.hit(hit) for hit in answer.hits],
        [[maker.hit(hit) for hit in group.hits] for group in groups],
        beside(answer.related),
        beside(answer.partial),
    )


class _HitMaker:
    """Makes hits of one query."""

    def __init__(
        self,
        speeches: Mapping[int, Speech],
        texts: Mapping[int, Mapping[int, Passage]],
        leaves: Sequence[Leaf],
        conditions: Sequence[FieldMatch],
    ) -> None:
        self._speeches, self._texts = speeches, texts
        self._highlighter = Highlighter(leaves)
        self._field_highlighter = FieldHighlighter(self._highlighter, leaves, conditions)

    def hit(self, hit: SpeechHit) -> Hit:
        speech, texts = self._speeches[hit.speech], self._texts.get(hit.speech, {})
        address = speech.get_absolute_url()
        extracts = [
            self._extract(address, position, texts[position])
            for position in hit.paragraphs or texts
            if position in texts
        ]
        by_text = any("<mark>" in extract.html for extract in extracts)
        names = self._field_highlighter.names(speech, by_text=by_text)
        return Hit(speech, extracts, hit.missing, names)

    def _extract(self, address: str, position: int, passage: Passage) -> Extract:
        html, first_match = self._highlighter.extract_and_place(passage.text)
        anchor = passage_anchor(position, passage.sentence_starts, first_match)
        return Extract(position, f"{address}#{anchor}", html)
