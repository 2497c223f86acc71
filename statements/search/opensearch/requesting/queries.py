"""Turns a query tree into a condition on speeches and their score, by the rules of
``matching.evaluator`` and ``matching.speech_scoring``."""

from collections.abc import Iterable, Sequence
from math import ceil, log2

from statements.search.fields import HEAD_FIELDS, SEARCHED, TEXT_FIELD
from statements.search.index import similarity
from statements.search.matching.evaluator import selective
from statements.search.matching.speech_scoring import EVERY_WORD
from statements.search.opensearch.requesting import dsl
from statements.search.opensearch.requesting.dsl import EVERYTHING, NOTHING, Part
from statements.search.opensearch.requesting.filters import number_range, value_filter
from statements.search.opensearch.requesting.leaves import LeafReader
from statements.search.opensearch.requesting.vocabulary import Vocabulary
from statements.search.query import (
    And,
    Boost,
    FieldMatch,
    Leaf,
    MatchAll,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Proximity,
    Range,
    SameParagraph,
    StemExpansion,
    Terms,
    Word,
    boosted_phrases,
    field_matches,
    patterns,
    positive_leaves,
)


class TreeReader:
    """One query tree over one index. Raises TooManyExpansions when it is created."""

    def __init__(self, vocabulary: Vocabulary, tree: Node) -> None:
        self.tree = tree
        self.leaves = positive_leaves(tree)
        self._vocabulary = vocabulary
        self.reader = LeafReader(vocabulary, vocabulary.expand(patterns(tree)))
        boosts = boosted_phrases(tree) if len(self.leaves) > 1 else []
        everywhere: list[Leaf] = [*_all_leaves(tree)]
        pairs: list[tuple[str, Leaf]] = [(field, leaf) for leaf in everywhere for field in SEARCHED]
        pairs += [(match.field, match.leaf) for match in _all_field_matches(tree)]
        pairs += [(TEXT_FIELD, phrase) for phrase in boosts]
        self.reader.prepare(pairs)
        self._boosts = selective(
            boosts,
            lambda phrase: self.reader.counts(TEXT_FIELD, phrase),
            self.reader.document_count(TEXT_FIELD),
        )

    # -- which speeches match ---------------------------------------------------------------------

    @property
    def condition(self) -> Part:
        return self._condition(self.tree)

    def condition_of(self, leaf: Leaf) -> Part:
        """Return the condition that a speech has a leaf of the query anywhere."""
        return self._condition(leaf)

    def _condition(self, node: Node) -> Part:
        match node:
            case Word() | StemExpansion() | Phrase() | Proximity() | Pattern():
                text = dsl.has_paragraph(self.reader.leaf(TEXT_FIELD, node).condition)
                heads = [self.reader.leaf(field, node).condition for field in HEAD_FIELDS]
                return dsl.any_of([text, *heads])
            case FieldMatch(field, leaf):
                return self.reader.leaf(field, leaf).condition
            case SameParagraph(part):
                return self._same_paragraph(part)
            case And(parts):
                return dsl.all_of(map(self._condition, parts))
            case Or(parts):
                return dsl.any_of(map(self._condition, parts))
            case Not(part):
                return dsl.none_of(self._condition(part))
            case Terms(field, values):
                return value_filter(field, values)
            case Range(field, low, high):
                return number_range(field, low, high)
            case MatchAll() | Boost():
                return EVERYTHING
        raise TypeError(f"the cluster cannot search for {node!r}")

    def _same_paragraph(self, node: Node) -> Part:
        """Return the condition that one paragraph meets a whole condition. What is true of the
        speech is decided first, either way, so that only what is true of paragraphs is left."""
        if (of_speech := _first_of_speech(node)) is None:
            return dsl.has_paragraph(self._of_paragraph(node))
        holds = self._condition(of_speech)
        if_it_holds = self._same_paragraph(_replace(node, of_speech, MatchAll()))
        otherwise = self._same_paragraph(_replace(node, of_speech, Not(MatchAll())))
        return dsl.any_of(
            [
                dsl.all_of([holds, if_it_holds]),
                dsl.all_of([dsl.none_of(holds), otherwise]),
            ]
        )

    def _of_paragraph(self, node: Node) -> Part:
        match node:
            case Word() | StemExpansion() | Phrase() | Proximity() | Pattern():
                return self.paragraph_has(node)
            case And(parts):
                return dsl.all_of(map(self._of_paragraph, parts))
            case Or(parts):
                return dsl.any_of(map(self._of_paragraph, parts))
            case Not(part):
                return dsl.none_of(self._of_paragraph(part))
            case SameParagraph(part):
                return self._of_paragraph(part)
            case MatchAll() | Boost():
                return EVERYTHING
        raise TypeError(node)

    def paragraph_has(self, leaf: Leaf) -> Part:
        """Return the condition that a paragraph, or the head of its speech, has a leaf."""
        text = self.reader.leaf(TEXT_FIELD, leaf).condition
        return dsl.any_of([text, self.reader.head_condition(leaf)])

    # -- scores -----------------------------------------------------------------------------------

    @property
    def score(self) -> Part | None:
        """The score of a speech; None if the query has nothing to score by."""
        scored: list[Part | None] = [
            self.reader.leaf(field, leaf).score(weight)
            for leaf in self.leaves
            for field, weight in HEAD_FIELDS.items()
        ]
        scored += [
            self.reader.leaf(match.field, match.leaf).score(HEAD_FIELDS[match.field])
            for match in field_matches(self.tree)
        ]
        texts = [self.reader.leaf(TEXT_FIELD, leaf).score() for leaf in self.leaves]
        of_texts = [score for score in texts if score is not None]
        if len(self.leaves) > 1 and of_texts:
            of_texts += [
                score
                for phrase in self._boosts
                if (score := self.reader.leaf(TEXT_FIELD, phrase).score()) is not None
            ]
            scored.append(dsl.has_paragraph(self._with_every_word(of_texts), "max"))
        elif of_texts:
            scored.append(dsl.has_paragraph(of_texts[0], "max"))
        parts = [score for score in scored if score is not None]
        return {"bool": {"should": parts}} if parts else None

    def _with_every_word(self, scores: Sequence[Part]) -> Part:
        has_every_word = dsl.all_of(map(self.paragraph_has, self.leaves))
        functions = (
            [] if has_every_word == NOTHING else [{"filter": has_every_word, "weight": EVERY_WORD}]
        )
        summed: Part = {"bool": {"should": list(scores)}}
        if not functions:
            return summed
        return {
            "function_score": {"query": summed, "functions": functions, "boost_mode": "multiply"}
        }

    def paragraph_rank(self) -> Part:
        """Return the score of a paragraph among those of its speech: how many of the leaves it has,
        and then the sum of their scores."""
        ways = [self.reader.leaf(TEXT_FIELD, leaf) for leaf in self.leaves]
        # more than all scores together, and no more than that: a score has 24 bits
        most = sum(similarity.MOST * way.idf for way in ways)
        presence = float(1 << ceil(log2(most + 1)))
        parts: list[Part] = []
        for way in ways:
            if (score := way.score()) is not None:
                parts.append({"constant_score": {"filter": way.condition, "boost": presence}})
                parts.append(score)
        return {"bool": {"should": parts, "minimum_should_match": 1}} if parts else NOTHING


def _all_leaves(node: Node) -> Iterable[Leaf]:
    match node:
        case Word() | StemExpansion() | Phrase() | Proximity() | Pattern():
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from _all_leaves(part)
        case Not(part) | SameParagraph(part):
            yield from _all_leaves(part)


def _all_field_matches(node: Node) -> Iterable[FieldMatch]:
    match node:
        case FieldMatch():
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from _all_field_matches(part)
        case Not(part) | SameParagraph(part):
            yield from _all_field_matches(part)


def _first_of_speech(node: Node) -> Node | None:
    """Return the first condition that is true of a whole speech; None if there is none."""
    match node:
        case FieldMatch() | Terms() | Range():
            return node
        case And(parts) | Or(parts):
            found = (_first_of_speech(part) for part in parts)
            return next((part for part in found if part is not None), None)
        case Not(part) | SameParagraph(part):
            return _first_of_speech(part)
    return None


def _replace(node: Node, old: Node, new: Node) -> Node:
    if node == old:
        return new
    match node:
        case And(parts):
            return And(tuple(_replace(part, old, new) for part in parts))
        case Or(parts):
            return Or(tuple(_replace(part, old, new) for part in parts))
        case Not(part):
            return Not(_replace(part, old, new))
        case SameParagraph(part):
            return SameParagraph(_replace(part, old, new))
    return node
