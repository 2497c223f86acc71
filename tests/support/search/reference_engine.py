"""Whoosh's own searcher over the index, one document after the other, made to answer what our
evaluator answers: which speeches a query finds, and how well.

What stands where is found by Whoosh's searches without a limit, for terms, ``Phrase``, ``Prefix``
and ``Or``; conditions meet in plain sets and dictionaries. Whoosh's own ``And``, ``Or`` and ``Not``
of ranges and phrases may miss documents (its collector skips what cannot be among the best).
"""

import math
from collections import Counter
from collections.abc import Callable
from functools import reduce

from whoosh import query as wq
from whoosh.index import open_dir
from whoosh.scoring import BaseScorer, WeightingModel
from whoosh.searching import Searcher

from statements.search.analysis import inflection
from statements.search.fields import HEAD_FIELDS, TEXT_FIELD
from statements.search.query import (
    And,
    Boost,
    FieldMatch,
    MatchAll,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Proximity,
    Range,
    SameParagraph,
    Terms,
    Word,
    boosted_phrases,
    field_matches,
    positive_leaves,
)

Scores = dict[int, float]


class Impact(WeightingModel):
    """BM25 with a fixed length in the place of the average, without the rarity of the word."""

    use_final = False

    def scorer(self, searcher, fieldname, text, qf=1):
        return _Scorer(searcher, fieldname)


class _Scorer(BaseScorer):
    def __init__(self, searcher, field):
        self._searcher, self._field = searcher, field

    def supports_block_quality(self):
        return False

    def score(self, matcher):
        length = self._searcher.doc_field_length(matcher.id(), self._field, 1)
        return impact(matcher.weight(), length, self._field)


def impact(often: float, length: int, field: str) -> float:
    usual = 90 if field == TEXT_FIELD else 6
    often = min(often, 255)
    return often * 2.2 / (often + 1.2 * (0.25 + 0.75 * length / usual))


class Reference:
    def __init__(self, folder) -> None:
        self._index = open_dir(folder)
        self.searcher: Searcher = self._index.searcher(weighting=Impact())
        reader = self.searcher.reader()
        self.words = sorted(
            {
                term.decode()
                for field in (TEXT_FIELD, *HEAD_FIELDS)
                for term in reader.lexicon(field)
            }
        )
        self._leaves: dict[tuple[str, Node], Scores] = {}
        self._counts: dict[tuple[str, str], int] = {}
        self._forms: dict[str, list[str]] = {}
        for word in self.words:
            for key in inflection.stem_keys(word, [inflection.ENGLISH]):
                self._forms.setdefault(key, []).append(word)
        living = [one for one in range(reader.doc_count_all()) if not reader.is_deleted(one)]
        paragraph, number = reader.column_reader("paragraph"), reader.column_reader("speech")
        self.columns = {
            name: reader.column_reader(name) for name in ("country", "year", "language", "meeting")
        }
        self.speech_of: dict[int, int] = {}
        self.heads: dict[int, int] = {}
        for document in living:
            if paragraph[document] == 0:
                head = document
                self.heads[number[head]] = head
            self.speech_of[document] = number[head]
        self.speeches = set(self.heads)
        lengths = {
            field: [reader.doc_field_length(one, field, 0) for one in living]
            for field in (TEXT_FIELD, *HEAD_FIELDS)
        }
        self.given = {field: sum(map(bool, many)) for field, many in lengths.items()}
        self.spoken = {
            one for one, length in zip(living, lengths[TEXT_FIELD], strict=True) if length
        }

    def close(self) -> None:
        self.searcher.close()
        self._index.close()

    # -- of speeches --------------------------------------------------------------------------

    def ranked(self, node: Node) -> tuple[set[int], Callable[[int], float]]:
        """What is found, and the score of each: what its head counts, and its best paragraph."""
        found = self.evaluate(node)
        leaves = [self.paragraphs(one) for one in positive_leaves(node)]
        heads = [self.named(one) for one in positive_leaves(node)]
        beside = [
            self.leaf(TEXT_FIELD, one) for one in self.boosted_phrases(node) if len(leaves) > 1
        ]
        best: Scores = {}
        for document in set().union(*leaves):
            speech = self.speech_of[document]
            score = sum(leaf.get(document, 0.0) for leaf in (*leaves, *beside))
            if len(leaves) > 1 and all(
                document in leaf or speech in head for leaf, head in zip(leaves, heads, strict=True)
            ):
                score *= 1.5
            best[speech] = max(best.get(speech, 0.0), score)
        for one in field_matches(node):
            for document, score in self.leaf(one.field, one.leaf).items():
                speech = self.speech_of[document]
                best[speech] = best.get(speech, 0.0) + HEAD_FIELDS[one.field] * score
        return found, lambda one: best.get(one, 0.0) + sum(head.get(one, 0.0) for head in heads)

    def boosted_phrases(self, node: Node) -> list[Phrase | Proximity]:
        """Words side by side; near one another the rarest eight, if one is in few paragraphs."""
        often = {
            one: min(self._count(TEXT_FIELD, term) for term in one.terms)
            for one in boosted_phrases(node)
            if isinstance(one, Proximity)
        }
        few = [one for one in often if often[one] < 0.05 * self.given[TEXT_FIELD]]
        phrases = [one for one in boosted_phrases(node) if isinstance(one, Phrase)]
        return [*phrases, *sorted(few, key=often.get)[:8]]

    def evaluate(self, node: Node) -> set[int]:
        match node:
            case MatchAll() | Boost():
                return self.speeches
            case And(parts):
                return reduce(set.intersection, map(self.evaluate, parts))
            case Or(parts):
                return reduce(set.union, map(self.evaluate, parts))
            case Not(part):
                return self.speeches - self.evaluate(part)
            case SameParagraph(part):
                return {self.speech_of[one] for one in self.documents(part) & self.spoken}
            case Terms(field, values):
                return self._where(field, lambda value: str(value) in values)
            case Range(field, low, high):
                return self._where(
                    field, lambda value: value > 0 and (low or 0) <= value <= (high or value)
                )
            case FieldMatch(field, sought):
                return {self.speech_of[one] for one in self.leaf(field, sought)}
            case _:
                spoken = {self.speech_of[one] for one in self.paragraphs(node)}
                return spoken | self.named(node).keys()

    def _where(self, field: str, fits: Callable[[object], bool]) -> set[int]:
        column = self.columns[field]
        return {speech for speech, head in self.heads.items() if fits(column[head])}

    # -- of documents -------------------------------------------------------------------------

    def paragraphs(self, sought) -> Scores:
        return self.leaf(TEXT_FIELD, sought)

    def named(self, sought) -> Scores:
        total: Scores = {}
        for field, weight in HEAD_FIELDS.items():
            for document, score in self.leaf(field, sought).items():
                speech = self.speech_of[document]
                total[speech] = total.get(speech, 0.0) + weight * score
        return total

    def documents(self, node: Node) -> set[int]:
        """The documents of which a condition is true; what the head says is true of all documents
        of the speech."""
        match node:
            case And(parts):
                return reduce(set.intersection, map(self.documents, parts))
            case Or(parts):
                return reduce(set.union, map(self.documents, parts))
            case Not(part):
                return set(self.speech_of) - self.documents(part)
            case SameParagraph(part):
                return self.documents(part)
            case Word() | Phrase() | Prefix():
                found = self._search(self._asked(TEXT_FIELD, node))
                named = self.named(node)
                return found | {one for one, of in self.speech_of.items() if of in named}
            case _:
                found = self.evaluate(node)
                return {one for one, of in self.speech_of.items() if of in found}

    def _search(self, asked: wq.Query) -> set[int]:
        return {hit.docnum for hit in self.searcher.search(asked, limit=None)}

    def _asked(self, field: str, sought) -> wq.Query:
        match sought:
            case Word(term):
                return wq.Or([wq.Term(field, form) for form in self.forms(term)])
            case Prefix(letters):
                return wq.Prefix(field, letters)
            case Phrase((term,)):
                return wq.Term(field, term)
            case Phrase(terms):
                return wq.Phrase(field, list(terms))
        raise AssertionError(sought)

    def forms(self, word: str) -> list[str]:
        keys = inflection.stem_keys(word, [inflection.ENGLISH])
        return [form for key in keys for form in self._forms.get(key, ())]

    def leaf(self, field: str, sought) -> Scores:
        """The documents that match in a field, and their scores."""
        if (field, sought) not in self._leaves:
            self._leaves[field, sought] = self._leaf(field, sought)
        return self._leaves[field, sought]

    def _leaf(self, field: str, sought) -> Scores:
        match sought:
            case Word(term):
                typed = [form for form in self.forms(term) if form.replace("-", "") == term]
                terms = [(form, 1.0 if form in typed else 0.7) for form in self.forms(term)]
            case Prefix(letters):
                terms = [(word, 1.0) for word in self.words if word.startswith(letters)]
            case Phrase((term,)):
                terms = [(term, 1.0)]
            case Phrase(terms):
                return self._phrase(field, terms)
            case Proximity(terms, distance):
                return self._near(field, terms, len(terms) + distance)
        counts = sum(self._count(field, term) for term, _ in terms)
        rarity = self._rarity(field, counts)
        best: Scores = {}
        # not DisjunctionMax, which takes the greatest score of matchers at other documents, too
        for term, weight in terms:
            for hit in self.searcher.search(wq.Term(field, term), limit=None):
                best[hit.docnum] = max(best.get(hit.docnum, 0.0), weight * rarity * hit.score)
        return best

    def _phrase(self, field: str, terms: tuple[str, ...]) -> Scores:
        rarity = sum(self._rarity(field, self._count(field, term)) for term in terms)
        often: Counter[int] = Counter()
        for searcher, base in self.searcher.leaf_searchers():
            if not all((field, term) in searcher.reader() for term in terms):
                continue
            matcher = wq.Phrase(field, list(terms)).matcher(searcher)
            while matcher.is_active():
                often[base + matcher.id()] = len(matcher.spans())
                matcher.next()
        lengths = {one: self.searcher.doc_field_length(one, field, 1) for one in often}
        return {
            one: rarity * impact(count, lengths[one], field)
            for one, count in often.items()
            if one in self.speech_of
        }

    def _near(self, field: str, terms: tuple[str, ...], reach: int) -> Scores:
        """By Whoosh's positions: tries every choice of places, and counts those for which no later
        beginning is as near to their end."""
        rarity = sum(self._rarity(field, self._count(field, term)) for term in terms)
        places = [self._places(field, term) for term in terms]
        found: Scores = {}
        for document in set.intersection(*(set(one) for one in places)):
            of = [one[document] for one in places]
            begins = set()
            for end in sorted({place for one in of for place in one}):
                before = [[place for place in one if place <= end] for one in of]
                if all(before) and end - min(map(max, before)) < reach:
                    begins.add(min(map(max, before)))
            if begins and document in self.speech_of:
                length = self.searcher.doc_field_length(document, field, 1)
                found[document] = rarity * impact(len(begins), length, field)
        return found

    def _places(self, field: str, term: str) -> dict[int, list[int]]:
        found = {}
        for searcher, base in self.searcher.leaf_searchers():
            if (field, term) in searcher.reader():
                matcher = searcher.postings(field, term)
                while matcher.is_active():
                    found[base + matcher.id()] = matcher.value_as("positions")
                    matcher.next()
        return found

    def _count(self, field: str, term: str) -> int:
        if (field, term) not in self._counts:
            found = self.searcher.docs_for_query(wq.Term(field, term))
            self._counts[field, term] = len(list(found))
        return self._counts[field, term]

    def _rarity(self, field: str, count: int) -> float:
        given = self.given[field]
        count = min(count, given)
        return math.log1p((given - count + 0.5) / (count + 0.5))
