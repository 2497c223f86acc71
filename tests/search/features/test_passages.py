import random

import pytest
from support.factories import make_speech

from statements.search.analysis.tokenizer import words
from statements.search.features.shared_passages import MIN_SHARE, MIN_WORDS, shared_passages
from statements.search.index.forward_index import SHINGLE
from statements.search.index.snapshot import current

pytestmark = pytest.mark.django_db

VOCABULARY = [a + b + c for a in "bdfgkl" for b in "aeiou" for c in "mnrst"]


def shingles(text):
    terms = [word.term for word in words(text)]
    return {tuple(terms[n : n + SHINGLE]) for n in range(len(terms) - SHINGLE + 1)}


def by_reading(speeches, asked):
    """All pairs of paragraphs that have most of their passages in common."""
    found = set()
    for paragraph in asked.paragraphs.all():
        own = shingles(paragraph.text)
        if len(list(words(paragraph.text))) < MIN_WORDS:
            continue
        for other in speeches:
            for their in other.paragraphs.all() if other != asked else ():
                share = len(own & shingles(their.text)) / len(own)
                if share >= MIN_SHARE:
                    found.add((paragraph.position, other.pk, their.position, round(share, 6)))
    return found


def altered(chance, text, edits):
    terms = text.split()
    for _ in range(edits):
        place = chance.randrange(len(terms))
        match chance.randrange(3):
            case 0:
                terms[place] = chance.choice(VOCABULARY)
            case 1:
                terms.insert(place, chance.choice(VOCABULARY))
            case _:
                del terms[place]
    return " ".join(terms)


@pytest.mark.parametrize("seed", range(3))
def test_paragraphs_with_most_of_their_passages_in_common_are_found(archive_index, seed):
    chance = random.Random(seed)  # noqa: S311
    speeches = []
    originals = [" ".join(chance.choices(VOCABULARY, k=chance.randint(10, 120))) for _ in range(12)]
    for number in range(16):
        paragraphs = []
        for _ in range(4):
            if chance.random() < 0.6:
                paragraphs.append(altered(chance, chance.choice(originals), chance.randrange(9)))
            else:
                paragraphs.append(" ".join(chance.choices(VOCABULARY, k=chance.randint(1, 80))))
        speeches.append(make_speech(paragraphs))
        if number == 9:
            archive_index()  # the rest is another segment
    archive_index()
    speeches[4].delete()
    archive_index()
    del speeches[4]
    snapshot = current()
    pairs = 0
    for number, pk in enumerate(snapshot.numbers["speech"].tolist()):
        if not snapshot.alive[number]:
            continue
        asked = next(one for one in speeches if one.pk == pk)
        found = shared_passages(snapshot, number, limit=1000)
        assert {
            (one.paragraph, one.speech, one.other, round(one.share, 6)) for one in found
        } == by_reading(speeches, asked)
        pairs += len(found)
    assert pairs > 10


def test_the_largest_share_stands_first_and_no_more_are_told_than_asked(archive_index):
    chance = random.Random(1)  # noqa: S311
    text = " ".join(chance.choices(VOCABULARY, k=60))
    first = make_speech([text])
    same = make_speech([text])
    for _ in range(3):
        make_speech([altered(chance, text, 1)])
    archive_index()
    snapshot = current()
    number = snapshot.numbers["speech"].tolist().index(first.pk)
    found = shared_passages(snapshot, number)
    assert (found[0].speech, found[0].share) == (same.pk, 1.0)
    assert [one.share for one in found] == sorted((one.share for one in found), reverse=True)
    assert len(found) == 4
    assert shared_passages(snapshot, number, limit=2) == found[:2]


def test_a_short_paragraph_or_a_speech_without_words_has_no_like(archive_index):
    speeches = [make_speech(["We thank the President very much for giving us the floor."])]
    speeches += [make_speech(["We thank the President very much for giving us the floor."])]
    speeches += [make_speech([("narrative", "The meeting rose at noon.")])]
    archive_index()
    snapshot = current()
    assert [shared_passages(snapshot, number) for number in range(3)] == [[], [], []]
