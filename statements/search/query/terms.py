"""Conditions on words, phrases and field values: the leaves of a query tree."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from django.utils.text import slugify

from statements.search.analysis import tokenizer
from statements.search.analysis.multiword_terms import is_pair
from statements.search.fields import (
    AFFILIATION_FIELDS,
    CAPACITY_FIELD,
    GROUP_FIELD,
    LANGUAGE_FIELD,
    SESSION_FIELD,
)
from statements.search.query.errors import (
    DistanceTooGreat,
    InvalidYears,
    PhraseTooLong,
    ProximityOfStopWords,
    ReversedYears,
    UnknownCapacity,
    UnknownLanguage,
    WordTooLong,
)
from statements.search.query.lexer import Kind, Token, replace_token, without_tokens
from statements.search.query.limits import MAX_DISTANCE, MAX_PHRASE, MAX_WORD
from statements.search.query.patterns import has_pattern, pattern_leaf, wildcard_in_quotes
from statements.search.query.tree import (
    And,
    Boost,
    FieldMatch,
    Leaf,
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
    conjunction,
    disjunction,
)
from statements.transcripts.languages.names import fold
from statements.transcripts.languages.notes import LANGUAGE_CODES
from statements.transcripts.record.speaking_capacity import Capacity
from statements.transcripts.values.symbols import Symbol

INDEX_FIELDS = {
    "speaker": "speaker_words",
    "country": "country_words",
    "topic": "topic_words",
    "symbol": "meeting_words",
    "role": "role_words",
}
NEAR_DISTANCE = 3  # other words allowed between two words that count as near
_NAME_FIELDS = (INDEX_FIELDS["speaker"], INDEX_FIELDS["country"])
_COUNTRY_CODE = re.compile(r"[A-Za-z0-9]{2,12}")
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")
_YEARS = re.compile(r"(?P<first>[0-9]{4})?(?P<range>\.\.)?(?P<last>[0-9]{4})?")
_TWO_YEARS = re.compile(r"([0-9]{4})\D+([0-9]{4})")
_POSSESSIVE = re.compile(r"(?<=\w)['’][sS](?!\w)|(?<=[sS])['’](?!\w)")


def condition(tokens: Sequence[Token], place: int, field: str) -> Node:
    """Return the condition that a word or phrase states, in a field or anywhere. Raises
    QueryError."""
    token = tokens[place]
    if special := _SPECIAL.get(field):
        return special(tokens, place)
    leaf = _leaf(tokens, place)
    if not field:
        _check_proximity(tokens, place, leaf)
        return leaf
    in_names = restrict_to_field(leaf, INDEX_FIELDS[field])
    if field == "country" and _COUNTRY_CODE.fullmatch(token.value):
        return disjunction([Terms("country", (token.value.upper(),)), in_names])
    return in_names


def restrict_to_field(node: Node, field: str) -> Node:
    """Return a condition on texts as one on the words of a head field."""
    match node:
        case Word(term) if field in _NAME_FIELDS:
            return FieldMatch(field, Phrase((term,)))  # Hans is not a form of Han
        case Word() | StemExpansion() | Phrase() | Proximity() | Pattern():
            return FieldMatch(field, node)
        case And(parts):
            conditions = [part for part in parts if not isinstance(part, Boost)]
            return conjunction(restrict_to_field(part, field) for part in conditions)
        case Or(parts):
            return disjunction(restrict_to_field(part, field) for part in parts)
        case Not(part):
            return Not(restrict_to_field(part, field))
        case SameParagraph(part):
            return SameParagraph(restrict_to_field(part, field))
        case _:
            return node


def terms_of(printed: str) -> tuple[str, ...]:
    """Return the terms of a text, one for each place: words joined by hyphens are one, and a
    character that another follows is a pair with it."""
    words = list(_words_in(printed))
    terms = []
    compounds = {compound.first: compound for compound in tokenizer.compounds(printed, words)}
    pairs = {pair.first: pair.term for pair in tokenizer.pairs(words)}
    place = 0
    while place < len(words):
        compound = compounds.get(place)
        terms.append(compound.term if compound else pairs.get(place, words[place].term))
        place += compound.parts if compound else 1
    return tuple(terms)


def phrase_terms(printed: str) -> tuple[str, ...]:
    """Return the terms by which a text is found: a character that the pair before it ends with
    adds nothing."""
    return _without_last_character(terms_of(printed))


def _without_last_character(terms: tuple[str, ...]) -> tuple[str, ...]:
    return terms[:-1] if len(terms) > 1 and is_pair(terms[-2]) else terms


def word_leaf(printed: str) -> Leaf:
    """Return the condition on a word as typed, in any of its forms; on a phrase if the index has it
    as several words, as with S/PV.7343."""
    terms = phrase_terms(_POSSESSIVE.sub("", printed))
    return Word(terms[0]) if len(terms) == 1 else Phrase(terms)


def adjacent_pairs(tokens: Sequence[Token]) -> list[Phrase | Proximity]:
    """Return the phrases and proximities that words typed next to each other may form in a text.

    Two adjacent words form a phrase; two adjacent words that are not stop words, ignoring stop
    words between them, also a proximity. A token of several words takes part with its last word on
    the left and its first on the right. Operators between words are ignored. Words that are
    excluded, in a field, in quotation marks, or patterns form no pair.
    """
    pairs: dict[Phrase | Proximity, None] = {}
    before: tuple[str, ...] = ()
    content: tuple[str, ...] = ()  # the last token that was not a stop word
    restricted = [False]  # for each open bracket, whether it is excluded or has a field
    previous: Kind | None = None
    for token in tokens:
        is_restricted = token.minus or bool(token.field) or previous is Kind.NOT
        previous = token.kind
        if token.kind in (Kind.AND, Kind.OR):
            continue
        terms: tuple[str, ...] = ()
        if token.kind is Kind.OPEN:
            restricted.append(restricted[-1] or is_restricted)
        elif token.kind is Kind.CLOSE:
            restricted.pop()
        elif token.kind is Kind.WORD and not (
            is_restricted or restricted[-1] or has_pattern(token)
        ):
            terms = terms_of(_POSSESSIVE.sub("", token.value))
        are_stop_words = bool(terms) and all(map(tokenizer.is_stop_word, terms))
        if before and terms:
            pair = before[-1], terms[0]
            if not all(map(tokenizer.is_stop_word, pair)):  # nearly every text has those
                pairs[Phrase(pair)] = None
        if content and terms and not are_stop_words and content[-1] != terms[0]:
            pairs[Proximity((content[-1], terms[0]), NEAR_DISTANCE)] = None
        before = terms
        content = content if are_stop_words else _without_last_character(terms)
    return list(pairs)


def count_terms(token: Token) -> int:
    """Count the words of a token; years, scopes and values of facets have none."""
    if token.field in ("year", "lang", "capacity", "group", "same"):
        return 0
    return len(list(_words_in(token.value)))


def _leaf(tokens: Sequence[Token], place: int) -> Leaf:
    token = tokens[place]
    _check_lengths(tokens, place)
    if token.kind is Kind.WORD:
        return pattern_leaf(tokens, place) or word_leaf(token.value)
    if "*" in token.value:
        raise wildcard_in_quotes(tokens, place)
    terms = terms_of(token.value)
    if not token.distance or len(terms) == 1:
        return Phrase(phrase_terms(token.value))
    if len(token.distance) > 9 or int(token.distance) > MAX_DISTANCE:
        nearer = replace(token, distance=str(MAX_DISTANCE))
        raise DistanceTooGreat(replace_token(tokens, place, nearer), limit=MAX_DISTANCE)
    return Proximity(terms, int(token.distance))


def _check_proximity(tokens: Sequence[Token], place: int, leaf: Leaf) -> None:
    if isinstance(leaf, Proximity) and all(map(tokenizer.is_stop_word, leaf.terms)):
        phrase = replace(tokens[place], distance="")
        raise ProximityOfStopWords(replace_token(tokens, place, phrase), words=" ".join(leaf.terms))


def _words_in(printed: str) -> Iterator[tokenizer.Word]:
    return (word for word in tokenizer.words(printed) if word.term != tokenizer.NAME_BREAK)


def _check_lengths(tokens: Sequence[Token], place: int) -> None:
    token = tokens[place]
    words = list(_words_in(token.value))
    for word in words:
        if word.end - word.start > MAX_WORD:
            raise WordTooLong(
                without_tokens(tokens, place),
                word=token.value[word.start : word.start + 20],
                limit=MAX_WORD,
            )
    if len(words) > MAX_PHRASE:
        shorter = replace(token, value=token.value[: words[MAX_PHRASE - 1].end])
        raise PhraseTooLong(
            replace_token(tokens, place, shorter),
            limit=MAX_PHRASE,
            phrase=token.value[:30],
            count=len(words),
        )


# -- fields with other values than words -----------------------------------------------------------


def _symbol(tokens: Sequence[Token], place: int) -> Node:
    try:
        return Terms("meeting", (str(Symbol.parse(tokens[place].value)),))
    except ValueError:
        return FieldMatch(INDEX_FIELDS["symbol"], _leaf(tokens, place))


def _language(tokens: Sequence[Token], place: int) -> Node:
    token = tokens[place]
    name = fold(token.value)
    code = LANGUAGE_CODES.get(name, name)
    if _LANGUAGE_CODE.fullmatch(code):
        return Terms(LANGUAGE_FIELD, (code,))
    as_word = replace(token, field="")
    raise UnknownLanguage(replace_token(tokens, place, as_word), text=token.value[:30])


def _year(tokens: Sequence[Token], place: int) -> Node:
    token = tokens[place]
    typed = token.value.strip().rstrip(",;")
    if typed.lower() == "undated":
        return Terms("year", ("0",))
    years = _YEARS.fullmatch(typed)
    if years is None or not (years["first"] or years["last"]):
        two_years = _TWO_YEARS.fullmatch(typed)
        repaired = without_tokens(tokens, place)
        if two_years:
            corrected = replace(token, value="..".join(sorted(two_years.groups())))
            repaired = replace_token(tokens, place, corrected)
        raise InvalidYears(repaired, text=typed[:30])
    first, last = (int(year) if year else None for year in years.group("first", "last"))
    if not years["range"]:
        return Range("year", first, first)
    if first is not None and last is not None and first > last:
        swapped = replace(token, value=f"{years['last']}..{years['first']}")
        raise ReversedYears(replace_token(tokens, place, swapped), first=first, last=last)
    return Range("year", first, last)


def _capacity(tokens: Sequence[Token], place: int) -> Node:
    token = tokens[place]
    typed = token.value.strip().rstrip(",;").casefold()
    if typed in list(Capacity):
        return Terms(CAPACITY_FIELD, (typed,))
    as_word = replace(token, field="")
    raise UnknownCapacity(
        replace_token(tokens, place, as_word), text=token.value[:30], capacities=", ".join(Capacity)
    )


def _group(tokens: Sequence[Token], place: int) -> Node:
    return Terms(GROUP_FIELD, (tokens[place].value.strip().rstrip(",;").upper(),))


def _slug(field: str, tokens: Sequence[Token], place: int) -> Node:
    """A party, ward, body or session, by the slug of its page or by the name that has it."""
    return Terms(field, (slugify(fold(tokens[place].value)),))


_SPECIAL: dict[str, Callable[[Sequence[Token], int], Node]] = {
    "symbol": _symbol,
    "lang": _language,
    "year": _year,
    "capacity": _capacity,
    "group": _group,
    **{field: partial(_slug, field) for field in (*AFFILIATION_FIELDS, SESSION_FIELD)},
}
