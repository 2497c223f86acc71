"""What is offered beside the hits of a query: corrected spelling, related word forms, and speeches
with some of the words. The rules are those of ``features.did_you_mean``, ``features.related_forms``
and ``features.partial_matches``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from statements.models import Paragraph
from statements.search.analysis import tokenizer
from statements.search.analysis.inflection import spelling
from statements.search.features import partial_matches
from statements.search.features.related_forms import same_stem, stem_start
from statements.search.fields import HEAD_FIELDS, TEXT_FIELD
from statements.search.index import similarity
from statements.search.opensearch.answers import speech_hits
from statements.search.opensearch.client import Body, Response, search
from statements.search.opensearch.requesting import dsl
from statements.search.opensearch.requesting.dsl import Part
from statements.search.opensearch.requesting.queries import TreeReader
from statements.search.opensearch.requesting.requests import NEWEST_FIRST, SearchRequest, under
from statements.search.opensearch.schema import PARAGRAPHS, saturation_field
from statements.search.protocol import PartialHits, RelatedHits, SpeechHit
from statements.search.query import (
    Boost,
    Node,
    Or,
    SameParagraph,
    StemExpansion,
    Word,
    boosted_phrases,
    conjunction,
    plain_words,
)

# speeches, each with some paragraphs, whose words are looked at for nearness
CANDIDATES, PARAGRAPHS_EACH = 150, 3
_FIELD_SATURATION = saturation_field(TEXT_FIELD)
# the length of a paragraph follows from its saturation, see ``similarity.saturation``
_LENGTH = (
    f"double length = (doc['{_FIELD_SATURATION}'].value / {similarity.K1} - {1 - similarity.B})"
    f" * {similarity.USUAL_LENGTH[TEXT_FIELD]} / {similarity.B};"
)
_BY_LENGTH = f"{_LENGTH} return _score / Math.sqrt(1 + length / {partial_matches.LENGTH});"

_Leaf = Word | StemExpansion


def count(request: SearchRequest, *conditions: Part) -> list[int]:
    """Return how many speeches meet each condition."""
    bodies: list[Body] = [
        {"size": 0, "track_total_hits": True, "query": condition} for condition in conditions
    ]
    responses = search(request.index, bodies)
    return [response["hits"]["total"]["value"] for response in responses]


# -- spelling --------------------------------------------------------------------------------------


class ClusterSpelling:
    """See ``did_you_mean.SpellingIndex``."""

    def __init__(self, request: SearchRequest) -> None:
        self._request = request

    def forms(self, term: str) -> Iterable[str]:
        return self._request.vocabulary.forms(term)

    def frequency(self, fields: Sequence[str], terms: Iterable[str]) -> int:
        return sum(self._request.vocabulary.frequencies(fields, list(terms)).values())

    def similar_words(
        self, fields: Sequence[str], word: str, edits: int
    ) -> Iterable[tuple[str, int, int]]:
        vocabulary = self._request.vocabulary
        similar = vocabulary.similar(word, edits, fields)
        counts = vocabulary.frequencies(fields, list(similar))
        return [(term, count, similar[term]) for (_, term), count in counts.items() if count]

    def count_speeches(self, tree: Node) -> int:
        request = self._request.with_question(replace(self._request.question, tree=tree))
        return count(request, request.condition())[0]


# -- related word forms ----------------------------------------------------------------------------


def related_hits(request: SearchRequest) -> RelatedHits | None:
    """Return speeches that have all words, or related forms of them, in one paragraph; None if a
    speech that matches has all words in one, none matches, or there are none."""
    question = request.question
    words = plain_words(question.tree)
    if len(words) < 2:
        return None
    together = _with_tree(request, SameParagraph(conjunction(words)))
    matching, in_one_paragraph = count(
        request,
        request.matching,
        dsl.all_of([request.matching, together.tree.condition]),
    )
    if not matching or in_one_paragraph:
        return None
    leaves = tuple(_expand(request, word) for word in words)
    if leaves == tuple(words):
        return None
    boosts = map(Boost, boosted_phrases(question.tree))
    tree = conjunction([SameParagraph(conjunction(leaves)), *boosts])
    related = _with_tree(request, tree)
    condition = dsl.all_of([related.condition(), dsl.none_of(request.tree.condition)])
    body = related.page_body(condition, 0, question.related)
    variants = _variant_conditions(related.tree, leaves)
    body["aggs"] = {
        "paragraphs": {
            "nested": {"path": PARAGRAPHS},
            "aggs": {name: under(part) for name, (_, _, part) in variants.items()},
        }
    }
    [response] = search(request.index, [body])
    total = response["hits"]["total"]["value"]
    if not total:
        return None
    counted = response["aggregations"]["paragraphs"]
    by_word: dict[str, list[str]] = {}
    for name, (term, variant, _) in variants.items():
        if counted[name]["doc_count"]:
            by_word.setdefault(term, []).append(variant)
    speeches = [int(hit["fields"]["speech"][0]) for hit in response["hits"]["hits"]]
    hits = speech_hits(related, speeches, min(question.paragraphs, 1))
    return RelatedHits(leaves, by_word, total, hits)


def _variant_conditions(
    tree: TreeReader, leaves: Sequence[_Leaf]
) -> dict[str, tuple[str, str, Part]]:
    """Return for each variant its word, itself, and the condition on a paragraph that it has all
    words, this one in this form."""
    conditions: dict[str, tuple[str, str, Part]] = {}
    for leaf in leaves:
        others = [tree.paragraph_has(other) for other in leaves if other != leaf]
        for variant in leaf.variants if isinstance(leaf, StemExpansion) else ():
            present = dsl.any_of(
                [
                    dsl.terms(f"{PARAGRAPHS}.{TEXT_FIELD}", [variant]),
                    dsl.terms(f"{PARAGRAPHS}.head", [variant]),
                ]
            )
            name = f"v{len(conditions)}"
            conditions[name] = leaf.term, variant, dsl.all_of([*others, present])
    return conditions


def _expand(request: SearchRequest, word: Word) -> _Leaf:
    """Return a leaf that also matches the related forms of a word."""
    if not (start := stem_start(word.term)):
        return word
    vocabulary = request.vocabulary
    candidates = set(vocabulary.terms_of_texts(start)) - {word.term, *vocabulary.forms(word.term)}
    variants = same_stem(word.term, candidates)
    return StemExpansion(word.term, variants) if variants else word


def _with_tree(request: SearchRequest, tree: Node) -> SearchRequest:
    return request.with_question(replace(request.question, tree=tree))


# -- some of the words -----------------------------------------------------------------------------


def partial_hits(request: SearchRequest, listed: Sequence[SpeechHit]) -> PartialHits | None:
    """Return speeches that have some of the words, under the same filters, and are not ``listed``
    otherwise; None if enough speeches have all words, or no other has any.

    Nearness is looked at in the best paragraphs of the best speeches, of which there are as many as
    an answer can wait for.
    """
    question = request.question
    words = plain_words(question.tree)
    if not words or count(request, request.matching)[0] >= partial_matches.FEW:
        return None
    expanded = [_expand(request, word) for word in words]
    any_word = _with_tree(request, Or(tuple(expanded)))
    present = count(
        request,
        *(dsl.all_of([request.living, any_word.tree.condition_of(leaf)]) for leaf in expanded),
    )
    leaves = [leaf for leaf, speeches in zip(expanded, present, strict=True) if speeches]
    if not leaves:
        return None
    found = _best(any_word, leaves, request, listed)
    ranked = _with_nearness(found, any_word.tree, leaves)[: question.partial]
    if not ranked:
        return None
    hits = speech_hits(_with_tree(request, Or(tuple(leaves))), ranked, min(question.paragraphs, 1))
    missing = _missing_words(any_word, expanded, ranked)
    return PartialHits(
        words=tuple(word.term for word in words),
        leaves=tuple(leaves),
        unknown=tuple(leaf.term for leaf in expanded if leaf not in leaves),
        hits=[replace(hit, missing=missing.get(hit.speech, [])) for hit in hits],
    )


def _best(
    any_word: SearchRequest,
    leaves: Sequence[_Leaf],
    request: SearchRequest,
    listed: Sequence[SpeechHit],
) -> Sequence[Response]:
    """Return the best speeches without nearness, each with its best paragraphs."""
    tree = any_word.tree
    in_paragraph: list[Part] = []
    in_head: list[Part] = []
    for leaf in leaves:
        way = tree.reader.leaf(TEXT_FIELD, leaf)
        in_paragraph.append(
            {
                "dis_max": {
                    "queries": [
                        _constant(way.typed_condition, way.idf),
                        _constant(way.condition, partial_matches.OTHER_FORM * way.idf),
                    ]
                }
            }
        )
        heads = dsl.any_of(tree.reader.leaf(field, leaf).condition for field in HEAD_FIELDS)
        in_head.append(_constant(heads, partial_matches.HEAD * way.idf))
    by_length = {
        "script_score": {
            "query": {"bool": {"should": in_paragraph, "minimum_should_match": 1}},
            "script": {"source": _BY_LENGTH},
        }
    }
    best = dsl.has_paragraph(by_length, "max")
    best["nested"]["inner_hits"] = {
        "size": PARAGRAPHS_EACH,
        "_source": False,
        "docvalue_fields": [f"{PARAGRAPHS}.position"],
    }
    excluded = dsl.terms("speech", [hit.speech for hit in listed])
    condition = dsl.all_of(
        [any_word.condition(), dsl.none_of(request.tree.condition), dsl.none_of(excluded)]
    )
    body: Body = {
        "query": {
            "bool": {
                "filter": [condition],
                "should": [best, *in_head],
                "minimum_should_match": 0,
            }
        },
        "sort": [{"_score": "desc"}, *NEWEST_FIRST],
        "size": CANDIDATES,
        "_source": False,
        "docvalue_fields": ["speech"],
        "track_total_hits": False,
    }
    [response] = search(any_word.index, [body])
    hits: Sequence[Response] = response["hits"]["hits"]
    return hits


def _constant(condition: Part, score: float) -> Part:
    if condition == dsl.NOTHING:
        return condition
    return {"constant_score": {"filter": condition, "boost": score}}


def _with_nearness(
    found: Sequence[Response], tree: TreeReader, leaves: Sequence[_Leaf]
) -> list[int]:
    """Return speeches in the order of their scores with nearness."""
    weights = {leaf: tree.reader.leaf(TEXT_FIELD, leaf).idf for leaf in leaves}
    places = {
        (int(hit["fields"]["speech"][0]), int(inner["fields"][f"{PARAGRAPHS}.position"][0])): (
            float(inner["_score"])
        )
        for hit in found
        for inner in hit["inner_hits"][PARAGRAPHS]["hits"]["hits"]
    }
    texts: Mapping[tuple[int, int], str] = {
        (speech, position): text
        for speech, position, text in Paragraph.objects.filter(
            speech_id__in={speech for speech, _ in places}
        ).values_list("speech_id", "position", "text")
        if (speech, position) in places
    }
    scored: list[tuple[float, int]] = []
    for rank, hit in enumerate(found):
        speech = int(hit["fields"]["speech"][0])
        own = {place: score for place, score in places.items() if place[0] == speech}
        best = max(own.values(), default=0.0)
        nearest = max(
            (
                score + partial_matches.NEAR * _weight_near(texts.get(place, ""), weights)
                for place, score in own.items()
            ),
            default=0.0,
        )
        scored.append((-(float(hit["_score"]) - best + nearest), rank))
    return [int(found[rank]["fields"]["speech"][0]) for _, rank in sorted(scored)]


def _weight_near(text: str, weights: Mapping[_Leaf, float]) -> float:
    """Return the largest sum of weights of different words among consecutive ones, less the largest
    weight."""
    by_place: dict[int, set[str]] = {}
    for term, place in tokenizer.placed_terms(text):
        by_place.setdefault(place, set()).add(term)
    leaf_places: dict[_Leaf, list[int]] = {}
    for leaf in weights:
        variants = leaf.variants if isinstance(leaf, StemExpansion) else ()
        wanted = {leaf.term, spelling(leaf.term), *variants}
        if places := [place for place, terms in by_place.items() if terms & wanted]:
            leaf_places[leaf] = places
    if len(leaf_places) < 2:
        return 0.0
    largest = max(weights[leaf] for leaf in leaf_places)
    begins = sorted({place for places in leaf_places.values() for place in places})
    sums = (
        sum(
            weights[leaf]
            for leaf, places in leaf_places.items()
            if any(begin <= place < begin + partial_matches.REACH for place in places)
        )
        for begin in begins
    )
    return max(sums) - largest


def _missing_words(
    request: SearchRequest, leaves: Sequence[_Leaf], speeches: Sequence[int]
) -> dict[int, list[str]]:
    """Return for each speech the words that it has in no form, as typed."""
    conditions = [request.tree.condition_of(leaf) for leaf in leaves]
    named = [
        {"bool": {"filter": [condition], "_name": str(number)}}
        for number, condition in enumerate(conditions)
    ]
    body: Body = {
        "size": len(speeches),
        "_source": False,
        "docvalue_fields": ["speech"],
        "query": {"bool": {"filter": [dsl.terms("speech", speeches)], "should": named}},
    }
    [response] = search(request.index, [body])
    return {
        int(hit["fields"]["speech"][0]): [
            leaf.term
            for number, leaf in enumerate(leaves)
            if str(number) not in hit.get("matched_queries", ())
        ]
        for hit in response["hits"]["hits"]
    }
