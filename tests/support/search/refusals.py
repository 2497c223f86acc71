"""Searches that cannot be run as typed, for which page, API and feed give the same reason: each
with words of that sentence, and with the repaired search."""

# what is typed, what the sentence says, what is offered
REPAIRED = [
    ("(river OR metre", "not closed", "(river OR metre)"),
    ("(river", "not closed", "(river)"),
    ("river OR", "OR in capitals", "river"),
    ("river AND", "AND in capitals", "river"),
    ("riv*r froze", "end of a single word", "riv r froze"),
    ("river fr*", "3 letters", "river fr"),
    ("river year:2020..2018", "comes after", "river year:2018..2020"),
    ('"river rose"~100', "99 other words", '"river rose"~99'),
    ("author:Umarov", "“speaker:”", "speaker:Umarov"),
    ("river " * 40, "32 words", "river " * 31 + "river"),
    ("(<img src=x onerror=f()>", "not closed", "(<img src=x onerror=f ())"),
    ("the", "nearly every speech", '"the"'),
]
# of which nothing is left
HOPELESS = ["*", "year:MMXX"]

# parameters at fault, which of them, and words of the sentence about it
PARAMETERS: list[tuple[dict[str, str | list[str]], str, str]] = [
    ({"q": "x" * 513}, "q", "512"),
    ({"q": "a\x00b"}, "q", "NUL"),
    ({"from": "yesterday"}, "from", "YYYY-MM-DD"),
    ({"from": "9999-99-99"}, "from", "YYYY-MM-DD"),
    ({"to": "2014-02-30"}, "to", "YYYY-MM-DD"),
    ({"from": "2020-01-02", "to": "2020-01-01"}, "from", "swap"),
    ({"sort": "best"}, "sort", "relevance, recent, newest or oldest"),
    ({"group": "paragraph"}, "group", "speaker, country, meeting or year"),
    ({"year": "MMXX"}, "year", "is not a year"),
    ({"view": "pie"}, "view", "speeches"),
    ({"page": "0"}, "page", "whole number"),
    ({"page": "00000000199999999999"}, "page", "whole number"),
    ({"page": "1e9"}, "page", "whole number"),
    ({"page": "٣"}, "page", "whole number"),
    ({"page": "NaN"}, "page", "whole number"),
    ({"page_size": "1000"}, "page_size", "whole number"),
    ({"country": "a\x00b"}, "country", "is not valid"),
    ({"meeting": "x" * 201}, "meeting", "is not valid"),
    ({"country": [str(number) for number in range(51)]}, "country", "at most 50"),
]
