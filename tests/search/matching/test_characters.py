"""Search of Chinese and Japanese against a plain reading of the texts."""

import re
from collections.abc import Callable

import pytest
from support.factories import make_speech
from whoosh.index import open_dir
from whoosh.query import Phrase, Term

from statements.models import Speech
from statements.search.features.kwic import concordance
from statements.search.fields import TEXT_FIELD
from statements.search.index.snapshot import current
from statements.search.indexing import sync
from statements.search.matching.evaluator import Evaluator
from statements.search.matching.selection import Selection
from statements.search.parameters import SearchParameters
from statements.search.protocol import LineOrder, Question
from statements.search.query import parse
from statements.search.query.terms import phrase_terms
from statements.search.results.analytics import context_lines
from statements.search.results.completion.autocomplete import autocomplete
from statements.search.results.page import find

TEXTS = [
    "联合国维持和平行动。",
    "和平与安全：国际合作",
    "平和的国家，第5条规定",
    "2015年底，联合国",
    "大会第5条；国联合作",
    "ダムと川の平和",
]
QUERIES = [
    "联合国",
    "和平",
    "国",
    "平",
    "第5条",
    "2015年",
    "底",
    "合作",
    "ダム",
    "川の",
    "国联合",
    "年国",
]
pytestmark = pytest.mark.django_db


@pytest.fixture
def speeches(archive_index: Callable[[], int]) -> list[Speech]:
    speeches = [make_speech([text]) for text in TEXTS[:4]]
    archive_index()
    speeches += [make_speech([text]) for text in TEXTS[4:]]
    archive_index()
    return speeches


def test_a_query_finds_and_marks_the_places_where_it_is_printed(speeches: list[Speech]) -> None:
    for rebuild in (False, True):
        if rebuild:
            sync.rebuild()  # into one segment
        for typed in QUERIES:
            hits = find(SearchParameters(q=typed), alternatives=False).hits
            found = {hit.speech.pk: hit.extracts[0].html for hit in hits}
            printed = {
                speech.pk: re.sub(f"({typed})", r"<mark>\1</mark>", text)
                for speech, text in zip(speeches, TEXTS, strict=True)
                if typed in text
            }
            assert found == printed, typed


def test_a_concordance_has_a_line_for_each_of_these_places(speeches: list[Speech]) -> None:
    evaluator = Evaluator(current())
    for typed in QUERIES:
        selection = Selection(evaluator, Question(tree=parse(typed)))
        lines = concordance(evaluator, parse(typed), selection.mask, LineOrder.RIGHT).shown
        words = [line.word for line in context_lines(lines)]
        assert words == [typed] * sum(text.count(typed) for text in TEXTS), typed


def test_whoosh_alone_finds_the_same(speeches: list[Speech]) -> None:
    with open_dir(str(current().generation.path)).searcher() as searcher:
        for typed in QUERIES:
            terms = list(phrase_terms(typed))
            phrase = Phrase(TEXT_FIELD, terms) if len(terms) > 1 else Term(TEXT_FIELD, terms[0])
            found = searcher.search(phrase, limit=None)
            assert len(found) == sum(typed in text for text in TEXTS), typed


def test_nothing_is_completed_or_corrected(speeches: list[Speech]) -> None:
    assert autocomplete("联合").completions == []
    assert find(SearchParameters(q="联国合")).suggestion is None
