import random
from collections import Counter
from math import log, log1p

import pytest
from support.factories import make_speech
from support.search.random_archive import draw

from statements.models import Speech
from statements.search.analysis.tokenizer import is_stop_word, words
from statements.search.features.more_like_this import Similar, similar_to
from statements.search.fields import TEXT_FIELD
from statements.search.index import forward_index
from statements.search.index.similarity import LENGTH_OF_NORM
from statements.search.index.snapshot import current

pytestmark = pytest.mark.django_db

SUBJECTS = {
    "ice": "glacier moraine snowfall icefield avalanche".split(),
    "law": "statute verdict tribunal appeal prosecutor".split(),
    "sea": "harbour trawler shipping lighthouse tide".split(),
}
COMMON = "the delegation thanks council and members of assembly".split()
DISTINCT = [a + b for a in "abcdefghkl" for b in ("rk", "nd", "lm")]
MANY = [f"word{chr(97 + i)}{chr(97 + j)}" for i in range(20) for j in range(20)]


def speeches_of(subject: str, count: int) -> list[Speech]:
    chance = random.Random(subject)  # noqa: S311
    return [
        make_speech([" ".join(chance.choices(SUBJECTS[subject] + COMMON, k=20)) for _ in range(3)])
        for _ in range(count)
    ]


def similar_speeches(speech: Speech, most: int = 5) -> list[Similar]:
    snapshot = current()
    number = snapshot.number_of(speech.pk)
    assert number is not None
    return similar_to(snapshot, number, limit=most)


def by_reading(texts: dict[int, list[str]], asked: int) -> dict[int, float]:
    """The score of each speech that is similar to one, without the index's postings. Lengths are
    those that the index keeps, in one byte for each paragraph."""
    terms = {
        pk: [word.term for text in paragraphs for word in words(text)]
        for pk, paragraphs in texts.items()
    }
    having = Counter(term for spoken in terms.values() for term in set(spoken))
    often = Counter(terms[asked])
    fitting = [
        term for term in often if len(term) >= 3 and term.isalpha() and not is_stop_word(term)
    ]
    # a counter keeps the order of the first occurrences, and so does the sort
    considered = sorted(fitting, key=lambda term: -often[term])[:200]
    weights = {
        term: log1p(often[term]) * log(1 + (len(terms) - having[term] + 0.5) / (having[term] + 0.5))
        for term in considered
        if 2 <= having[term] <= 0.4 * len(terms)
    }
    chosen = sorted(weights, key=lambda term: (-weights[term], term))[:25]
    lengths = kept_lengths()
    mean = sum(lengths[pk] for pk in texts) / len(texts)
    scores = {}
    for pk, spoken in terms.items():
        counts = Counter(spoken)
        shared = [term for term in chosen if counts[term]]
        if pk != asked and chosen and len(shared) >= min(3, len(chosen)):
            norm = 1.2 * (0.25 + 0.75 * lengths[pk] / mean)
            scores[pk] = sum(
                weights[term] * counts[term] * 2.2 / (counts[term] + norm) for term in shared
            )
    return scores


def kept_lengths() -> dict[int, int]:
    snapshot = current()
    lengths: Counter[int] = Counter()
    pks = snapshot.numbers["speech"].tolist()
    norms = snapshot.norms[TEXT_FIELD].tolist()
    for speech, code in zip(snapshot.speech_of.tolist(), norms, strict=True):
        if snapshot.alive[speech]:
            lengths[pks[speech]] += int(LENGTH_OF_NORM[code])
    return lengths


def agrees(texts: dict[int, list[str]], speech: Speech) -> int:
    """Check what is similar to a speech, and return how many are."""
    expected = by_reading(texts, speech.pk)
    found = similar_speeches(speech, most=1000)
    assert {one.speech: one.score for one in found} == pytest.approx(expected)
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert similar_speeches(speech) == found[:5]
    return len(found)


def test_speeches_on_the_same_subject_are_similar(archive_index):
    of = {subject: speeches_of(subject, 6) for subject in SUBJECTS}
    archive_index()
    for speeches in of.values():
        for speech in speeches:
            found = similar_speeches(speech)
            assert len(found) == 5
            assert {one.speech for one in found} == {one.pk for one in speeches} - {speech.pk}
            assert [one.score for one in found] == sorted(
                (one.score for one in found), reverse=True
            )


@pytest.mark.parametrize("seed", range(3))
def test_similar_speeches_are_those_a_reading_finds(archive_index, seed):
    drawn = draw(40, seed, vocabulary=DISTINCT)
    archive_index()
    texts = {one.stored.pk: one.paragraphs for one in drawn}
    assert sum(agrees(texts, one.stored) for one in drawn) > 40


def test_they_are_found_across_segments_and_without_what_was_deleted(archive_index):
    drawn = []
    for part in range(4):
        # of another vocabulary each, so that no segment numbers a word as another does
        drawn += draw(12, part, vocabulary=DISTINCT[part * 4 : part * 4 + 18])
        archive_index()
    assert len(current().segments) > 1
    texts = {one.stored.pk: one.paragraphs for one in drawn}
    assert sum(agrees(texts, one.stored) for one in drawn) > 40
    for one in drawn[::5]:
        del texts[one.stored.pk]
        one.stored.delete()
    changed = drawn[1]
    paragraph = changed.stored.paragraphs.get(position=1)
    paragraph.text = texts[changed.stored.pk][0] = " ".join(DISTINCT[:9])
    paragraph.save()
    archive_index()
    assert not current().alive.all()
    left = [one.stored for one in drawn if one.stored.pk in texts]
    assert sum(agrees(texts, one) for one in left) > 30


def test_an_earlier_snapshot_still_has_what_was_deleted_later(archive_index):
    drawn = draw(40, 1, vocabulary=DISTINCT)
    archive_index()
    texts = {one.stored.pk: one.paragraphs for one in drawn}
    asked = drawn[0].stored
    answers = []
    for removed in (drawn[10:15], drawn[20:30], drawn[3:4]):
        for one in removed:
            del texts[one.stored.pk]
            one.stored.delete()
        archive_index()
        agrees(texts, asked)
        answers.append((current(), similar_speeches(asked)))
    for snapshot, similar in reversed(answers):
        number = snapshot.number_of(asked.pk)
        assert similar_to(snapshot, number, limit=5) == similar


def test_words_that_many_speeches_have_and_short_ones_tell_nothing(archive_index):
    speeches = [make_speech([f"river dam ox {DISTINCT[number]}"]) for number in range(12)]
    archive_index()
    assert [similar_speeches(speech) for speech in speeches] == [[]] * 12


def test_a_speech_that_nobody_spoke_in_is_similar_to_none(archive_index):
    silent = make_speech([("narrative", "The meeting rose at noon.")])
    speeches_of("ice", 3)
    archive_index()
    assert similar_speeches(silent) == []


def test_a_deleted_speech_is_similar_to_none(archive_index):
    speeches = speeches_of("sea", 4) + speeches_of("law", 9)
    archive_index()
    speeches[1].delete()
    archive_index()
    found = [one.speech for one in similar_speeches(speeches[0])]
    assert sorted(found) == [one.pk for one in speeches[2:4]]


def test_of_a_long_speech_the_words_that_tell_most_are_asked_for(archive_index):
    long = make_speech([" ".join(MANY), " ".join(MANY[:150])])
    chance = random.Random(2)  # noqa: S311
    others = [make_speech([" ".join(chance.choices(MANY, k=60))]) for _ in range(30)]
    archive_index()
    texts = {
        one.pk: [paragraph.text for paragraph in one.paragraphs.all()] for one in [long, *others]
    }
    assert agrees(texts, long)


def test_without_the_forward_index_of_a_segment_none_are_found(archive_index):
    speeches = speeches_of("sea", 4) + speeches_of("ice", 9)
    archive_index()
    others = speeches_of("law", 5)
    archive_index()
    assert similar_speeches(speeches[0])
    assert similar_speeches(others[0])
    snapshot = current()
    newest = snapshot.segments[-1]
    (newest.folder / f"{newest.id}.seq").unlink()
    forward_index.forget(newest)
    assert similar_speeches(speeches[0]) == similar_speeches(others[0]) == []
