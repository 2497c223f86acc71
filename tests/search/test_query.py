"""What readers type: read into a tree, bounded, and never taken for syntax that it is not."""

import time

import pytest

from statements.search.parameters import InvalidParameters, SearchParameters
from statements.search.query import And, Every, Not, Phrase, QueryError, Word, parse
from statements.search.results import find


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("", Every()),
        ("   ", Every()),
        ("Ceasefires", Word("ceasefir")),
        ("river river", Word("river")),
        ("river dam", And((Word("river"), Word("dam")))),
        ("dam -river", And((Word("dam"), Not(Word("river"))))),
        ("-river", Not(Word("river"))),
        ("--river", Not(Word("river"))),
        ('"to be or not"', Phrase(("to", "be", "or", "not"))),
        ("“curly quotes”", Phrase(("curli", "quot"))),
        ('"no end', Phrase(("no", "end"))),  # an open quote ends where the query ends
        ('river "', Word("river")),
        ('-"two dams"', Not(Phrase(("two", "dam")))),
        ("conflict-free", Phrase(("conflict", "free"))),  # printed with a sign: side by side
        ("S/PV.7343", Phrase(("s", "pv", "7343"))),
        ("Côte d’Ivoire", And((Word("cote"), Phrase(("d", "ivoir"))))),
        ("Co\u0302te", Word("cote")),  # decomposed
        ("the river", Word("river")),
        ('"the"', Word("the")),
        ("river - dam", And((Word("river"), Word("dam")))),
        ("İSTANBUL ıstanbul", Word("istanbul")),
        ("和平", Phrase(("和", "平"))),
        ("السَّلام", Word("السلام")),
        # no syntax beyond that: these are words
        ("django_ct:zzz", Phrase(("django_ct", "zzz"))),
        ("river OR dam", And((Word("river"), Word("dam")))),
        ("river~5", Phrase(("river", "5"))),
        ("democra*", Word("democra")),
        ('river"dam" OR *:*', And((Word("river"), Word("dam")))),
    ],
)
def test_a_query_is_read(typed, tree):
    assert parse(typed) == tree


HOSTILE = [
    "*", "**", "?*", "*a*", "a*", "[a TO z]", "x~5", '"a b"~99999999', "NOT " * 128,
    "zebra " + "OR zebra " * 50, "(" * 500, ")" * 500, '"' * 511, '"a' * 200, "-" * 512,
    "the of and", "AND OR NOT", "- -- ---", "django_ct:*", "id:*", "text:", "text:*",
    'a" OR *:* OR "b', "'; DROP TABLE statements_speech; --", "%_%", "\\", "^2", "{a TO}",
    "e\u0301\u0327" * 100, "\u202e\u202dabc", "a\u0300" * 250, "\ufeff\u200b", "٣٤", "🙂" * 200,
    "x" * 64, "x" * 65, "x" * 512, "x" * 513, "x" * 40_000, "y" * 1_000_000, "word " * 100,
    " ".join(f"w{number}" for number in range(32)), " ".join(f"w{number}" for number in range(33)),
    '"' + " ".join("w" * 17) + '"', "\ue000", "a\ue000b", "\x01\x02", "\t\n river \r",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("typed", HOSTILE, ids=lambda typed: ascii(typed[:16]))
def test_hostile_queries_are_answered_or_refused_in_words_at_once(umarov, archive_index, typed):
    find(SearchParameters(q="warm"))
    begun = time.process_time()
    total, refusals = 0, {}
    try:
        total = find(SearchParameters.from_query({"q": typed})).total
    except InvalidParameters as refused:
        refusals = refused.errors
    assert time.process_time() - begun < 0.1
    assert total == 0  # never wider than asked: none of these stands in the speech there is
    assert all(name == "q" and sentence.endswith(".") for name, sentence in refusals.items())


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("the of", "nearly every speech"),
        ("*", "at least one word"),
        ("x" * 65, "64 letters"),
        ("x" * 513, "512 characters"),
        (" ".join(f"w{number}" for number in range(33)), "32 words"),
        ('"' + " ".join(f"w{number}" for number in range(17)) + '"', "16 words"),
    ],
)
def test_a_refusal_says_what_to_do(typed, says):
    with pytest.raises(QueryError, match=says):
        parse(typed)
