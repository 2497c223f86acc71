"""Characters of scripts without spaces are terms alone and in pairs, at the same places."""

from hypothesis import given
from hypothesis import strategies as st

from statements.search.analysis.multiword_terms import is_multiword, is_pair, words_of
from statements.search.analysis.tokenizer import placed_terms, words
from statements.search.query.terms import phrase_terms, terms_of

mixed = st.text(alphabet="联合国𠮷カガ゙ｶﾞヿ㆒ー5a-é ，한", max_size=12)


def test_pairs_have_the_place_of_their_first_character() -> None:
    assert list(placed_terms("联合国 5国")) == [
        ("联", 0), ("联合", 0), ("合", 1), ("合国", 1), ("国", 2), ("5", 3), ("国", 4),
    ]  # fmt: skip


@given(text=mixed)
def test_only_pairs_look_like_pairs(text: str) -> None:
    assert not any(map(is_pair, (word.term for word in words(text))))
    by_place: dict[int, list[str]] = {}
    for term, place in placed_terms(text):
        by_place.setdefault(place, []).append(term)
    singles = [
        [term for term in terms if not is_multiword(term.encode())] for terms in by_place.values()
    ]
    assert singles == [[word.term] for word in words(text)]


@given(text=mixed.filter(lambda text: "-" not in text))
def test_the_terms_of_a_query_have_the_words_of_the_text(text: str) -> None:
    printed = tuple(word.term for word in words(text))
    assert words_of(phrase_terms(text)) == printed
    assert len(terms_of(text)) == len(printed)
