import random
from collections import Counter
from math import log, log1p

import pytest
from drawn import draw
from invented import make_speech

from statements.models import Speech
from statements.search.analysis import is_stop_word, words
from statements.search.similar import ASKED, similar, telling_words
from statements.search.snapshot import current

pytestmark = pytest.mark.django_db

SUBJECTS = {
    "ice": "glacier moraine snowfall icefield avalanche".split(),
    "law": "statute verdict tribunal appeal prosecutor".split(),
    "sea": "harbour trawler shipping lighthouse tide".split(),
}
COMMON = "the delegation thanks council and members of assembly".split()


def speeches_of(subject: str, count: int) -> list[Speech]:
    chance = random.Random(subject)  # noqa: S311
    return [
        make_speech([" ".join(chance.choices(SUBJECTS[subject] + COMMON, k=20)) for _ in range(3)])
        for _ in range(count)
    ]


def test_speeches_on_the_same_subject_are_similar(archive_index):
    of = {subject: speeches_of(subject, 6) for subject in SUBJECTS}
    archive_index()
    for speeches in of.values():
        for speech in speeches:
            texts = [paragraph.text for paragraph in speech.paragraphs.all()]
            found = similar(current(), texts, but=speech.pk)
            assert len(found) == 5
            assert {one.speech for one in found} == {one.pk for one in speeches} - {speech.pk}
            assert [one.score for one in found] == sorted(
                (one.score for one in found), reverse=True
            )


def test_the_words_that_tell_are_those_a_reading_finds(archive_index):
    drawn = draw(30, vocabulary=[a + b for a in "abcdefghkl" for b in ("rk", "nd", "lm")])
    archive_index()
    terms = [{term for paragraph in one.terms for term in paragraph} for one in drawn]
    having = Counter(term for one in terms for term in one)
    text = [*drawn[0].paragraphs, *drawn[1].paragraphs]
    often = Counter(word.term for one in text for word in words(one))
    for least in (1, 2, 5):
        expected = {
            term: log1p(count) * log(1 + (30 - having[term] + 0.5) / (having[term] + 0.5))
            for term, count in often.items()
            if not is_stop_word(term) and least <= having[term] <= 12
        }
        told = telling_words(current(), text, least=least)
        assert told == pytest.approx(expected)
        assert list(told.values()) == sorted(told.values(), reverse=True)
    assert expected


def test_scores_are_those_of_bm25_over_whole_speeches(archive_index):
    of = {subject: speeches_of(subject, 4) for subject in SUBJECTS}
    archive_index()
    asked = of["ice"][0]
    weights = telling_words(current(), [p.text for p in asked.paragraphs.all()])
    found = similar(current(), [p.text for p in asked.paragraphs.all()], but=asked.pk, most=50)
    terms = {
        one.pk: [word.term for p in one.paragraphs.all() for word in words(p.text)]
        for speeches in of.values()
        for one in speeches
    }
    for one in found:
        often = Counter(terms[one.speech])
        assert set(one.words) == set(weights) & set(often)
        # all speeches are of one length
        score = sum(
            weight * often[term] * 2.2 / (often[term] + 1.2) for term, weight in weights.items()
        )
        assert one.score == pytest.approx(score, rel=0.02)


def test_nothing_is_like_a_text_of_common_or_unknown_words(archive_index):
    speeches_of("ice", 3)
    archive_index()
    assert similar(current(), ["The delegation thanks the council.", "zzzz yyyy"]) == []
    assert similar(current(), []) == []


def test_a_deleted_speech_is_similar_to_none(archive_index):
    speeches = speeches_of("sea", 4) + speeches_of("law", 9)
    archive_index()
    texts = [paragraph.text for paragraph in speeches[0].paragraphs.all()]
    speeches[1].delete()
    archive_index()
    found = [one.speech for one in similar(current(), texts, but=speeches[0].pk)]
    assert sorted(found) == [one.pk for one in speeches[2:4]]


def test_a_long_text_asks_for_few_words(archive_index):
    make_speech([" ".join(f"word{chr(97 + i)}{chr(97 + j)}" for i in range(20) for j in range(20))])
    speeches_of("law", 12)
    archive_index()
    text = " ".join(f"word{chr(97 + i)}{chr(97 + j)}" for i in range(20) for j in range(20))
    assert len(telling_words(current(), [text])) == ASKED
