"""What is told of a search beside what it finds: words and signs of it that were passed over, and
values that no speech has. Where what may have been meant can be told exactly, it is offered;
nothing is guessed by likeness, which is ``did_you_mean``'s work.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from statements.models import Country
from statements.search import query
from statements.search.features.country_codes import OF_TWO_LETTERS
from statements.search.index.snapshot import Snapshot
from statements.search.matching.canonical_values import spelt
from statements.search.matching.evaluator import Evaluator
from statements.search.parameters import FILTERS, SearchParameters
from statements.search.query.lexer import (
    Kind,
    Token,
    fields_of,
    joined,
    tokens_of,
    with_dashes_bound,
    with_other,
)
from statements.search.query.terms import condition
from statements.transcripts.languages import LANGUAGES
from statements.transcripts.names import fold

_LEAVES = (Kind.WORD, Kind.PHRASE)
_NAME_OF_LANGUAGE = {code: name.title() for name, code in reversed(LANGUAGES.items())}


@dataclass(frozen=True, slots=True)
class Notice:
    sentence: str
    label: str = ""  # of the search that may have been meant
    alternative: SearchParameters | None = None


def notices(snapshot: Snapshot, parameters: SearchParameters) -> list[Notice]:
    """Of a search that can be run."""
    return [
        *_on_words(parameters),
        *_on_fields(snapshot, parameters),
        *_on_filters(snapshot, parameters),
    ]


# -- words and signs --------------------------------------------------------------------------


def _on_words(parameters: SearchParameters) -> Iterator[Notice]:
    typed = parameters.q
    tokens = tokens_of(typed)
    passed_over = query.passed_over(typed)
    if len(passed_over) > sum(token.kind in _LEAVES for token in tokens) - len(passed_over):
        words = ", ".join(f"“{word}”" for word in dict.fromkeys(passed_over))
        sentence = f"Passed over, for nearly every speech has them: {words}."
        yield _meant(parameters, sentence, _in_quotes(tokens))
    elif either := _with_or(tokens):
        sentence = "“or” in small letters was passed over; OR in capitals finds either."
        yield _meant(parameters, sentence, either)
    if bound := with_dashes_bound(typed):
        sentence = "A dash alone was passed over; directly before a word it excludes it."
        yield _meant(parameters, sentence, bound)


def _meant(parameters: SearchParameters, sentence: str, typed: str | None) -> Notice:
    q = query.runnable(typed)
    return Notice(sentence, q, replace(parameters, q=q, page=1)) if q else Notice(sentence)


def _in_quotes(tokens: Sequence[Token]) -> str | None:
    """A query of bare words alone as a phrase."""
    if any(
        token.kind is not Kind.WORD or token.minus or token.field or "*" in token.value
        for token in tokens
    ):
        return None
    return joined([Token(Kind.PHRASE, " ".join(token.value for token in tokens))])


def _with_or(tokens: Sequence[Token]) -> str | None:
    """A query in which "or" between words is what it is in capitals."""
    last = len(tokens) - 1
    meant = [
        Token(Kind.OR) if 0 < place < last and token == Token(Kind.WORD, "or") else token
        for place, token in enumerate(tokens)
    ]
    return joined(meant) if meant != list(tokens) else None


# -- values -----------------------------------------------------------------------------------


def _on_fields(snapshot: Snapshot, parameters: SearchParameters) -> Iterator[Notice]:
    tokens = tokens_of(parameters.q)
    evaluator = Evaluator(snapshot)
    for place, (token, field) in enumerate(zip(tokens, fields_of(tokens), strict=True)):
        if field not in _OF_FIELD or token.kind not in _LEAVES or "*" in token.value:
            continue
        asked = condition(tokens, place, field)
        if evaluator.match(asked).matched.any():
            continue
        if field == "country":
            sentence, code = _of_country(snapshot, token.value)
            meant = replace(token, kind=Kind.WORD, value=code)
            yield _meant(parameters, sentence, with_other(tokens, place, meant) if code else None)
        elif isinstance(asked, query.Among):
            yield Notice(_OF_FIELD[field](asked.values[0]))


def _on_filters(snapshot: Snapshot, parameters: SearchParameters) -> Iterator[Notice]:
    for name in FILTERS:
        for value in getattr(parameters, name):
            if spelt(snapshot, name, value) is not None:
                continue
            if name != "country":
                yield Notice(_OF_FILTER[name](value))
                continue
            sentence, code = _of_country(snapshot, value)
            if code:
                other = parameters.without_value(name, value).with_value(name, code)
                yield Notice(sentence, code, other)
            else:
                yield Notice(sentence)


def _of_country(snapshot: Snapshot, value: str) -> tuple[str, str]:
    """What to say of a code or name of which no speech is, and the code that is meant, or ""."""
    code = value.upper()
    known = Country.objects.filter(code=OF_TWO_LETTERS.get(code, code))
    countries = list(known or Country.objects.named(fold(value))[:2])
    if len(countries) != 1:
        return f"“{value}” is neither the code nor the name of a country that is known here.", ""
    [country] = countries
    if spelt(snapshot, "country", country.code):
        return f"“{value}” is no code here; {country} has {country.code}.", country.code
    return f"No speech is held of {country} ({country.code}).", ""


def _no_language(code: str) -> str:
    if name := _NAME_OF_LANGUAGE.get(code):
        return f"No speech is known to have been delivered in {name}."
    return f"“{code}” is the code of no language that is known here."


def _no_meeting(symbol: str) -> str:
    return f"No meeting {symbol} is held."


_Says = Callable[[str], str]
_OF_FIELD: dict[str, _Says] = {"country": str, "lang": _no_language, "symbol": _no_meeting}
_OF_FILTER: dict[str, _Says] = {
    "speaker": "No speech has the speaker “{}”.".format,
    "topic": "No speech has the topic “{}”.".format,
    "organ": "No speech has the organ “{}”.".format,
    "meeting": _no_meeting,
}
