"""Rewrites a query as the reader may have meant it: in quotation marks or without them, with OR,
with a word excluded, with another value of a field.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

from statements.search.analysis import tokenizer
from statements.search.query.errors import QueryError
from statements.search.query.lexer import (
    DASHES,
    Kind,
    Token,
    exclusions_of,
    fields_of,
    join,
    replace_token,
    tokenize,
)
from statements.search.query.parser import ParsedQuery, parse, repair
from statements.search.query.patterns import has_pattern, pattern_of, without_signs_of_pattern
from statements.search.query.terms import condition
from statements.search.query.tree import Node, Pattern

_LEAVES = (Kind.WORD, Kind.PHRASE)
_DASH = re.compile(f"[{DASHES}]+")
# quotation marks, and the distance that may follow them
_QUOTATION_MARKS = re.compile(r'["“”„‟«»](?:~[0-9]+(?!\w))?')


class FieldValue(NamedTuple):
    """A value that was typed for a field."""

    place: int  # of its token
    field: str
    value: str
    condition: Node
    excluded: bool  # whether speeches with the value are left out


def without_pattern(text: str, pattern: Pattern) -> str | None:
    """Return the query without the signs of a pattern that matches too many words."""
    tokens = [
        without_signs_of_pattern(token)
        if token.kind is Kind.WORD and pattern_of(token) == pattern
        else token
        for token in tokenize(text)
    ]
    return repair(join(tokens))


def without_quotes(text: str) -> str | None:
    """Return the query without quotation marks; None if it has none, or cannot be run without
    them."""
    plain = " ".join(_QUOTATION_MARKS.sub(" ", text).split())
    if plain in ("", text):
        return None
    try:
        parse(plain)
    except QueryError:
        return None
    return plain


def ignores_most_words(query: ParsedQuery) -> bool:
    """Return whether more words of the query are ignored than searched."""
    words = sum(token.kind in _LEAVES for token in query.tokens)
    return len(query.ignored_words) > words - len(query.ignored_words)


def plain_tokens(query: ParsedQuery) -> list[str] | None:
    """Return the words and phrases of a query as typed; None if it has fields, operators, brackets
    or patterns."""
    if any(
        token.kind not in _LEAVES
        or token.minus
        or token.field
        or token.distance
        or has_pattern(token)
        for token in query.tokens
    ):
        return None
    return [str(token) for token in query.tokens]


def in_quotes(query: ParsedQuery) -> str | None:
    """Return a query of plain words as a phrase; None for any other query."""
    if any(
        token.kind is not Kind.WORD or token.minus or token.field or has_pattern(token)
        for token in query.tokens
    ):
        return None
    return join([Token(Kind.PHRASE, " ".join(token.value for token in query.tokens))])


def with_or_operators(query: ParsedQuery) -> str | None:
    """Return the query with the operator OR where it has "or" between words; None if nowhere."""
    last = len(query.tokens) - 1
    changed = [
        Token(Kind.OR) if 0 < place < last and token == Token(Kind.WORD, "or") else token
        for place, token in enumerate(query.tokens)
    ]
    return join(changed) if changed != list(query.tokens) else None


def with_dashes_bound(query: ParsedQuery) -> str | None:
    """Return the query in which a lone dash excludes the token after it.

    None if there is no such dash, or only stop words follow, as in titles.
    """
    bound: list[Token] = []
    dash = excludes = False
    for token in query.lexed:
        if token.kind is Kind.WORD and not token.field and _DASH.fullmatch(token.value):
            dash = True
            continue
        if dash and token.kind in (*_LEAVES, Kind.OPEN) and not token.minus:
            minus = not tokenizer.is_stop_word(token.value)
            excludes |= minus
            token = replace(token, minus=minus)
        dash = False
        bound.append(token)
    return join(bound) if excludes else None


def field_values(query: ParsedQuery, fields: Collection[str]) -> list[FieldValue]:
    """Return the values typed for some fields, except patterns."""
    tokens = query.tokens
    of_tokens = zip(tokens, fields_of(tokens), exclusions_of(tokens), strict=True)
    return [
        FieldValue(place, field, token.value, condition(tokens, place, field), excluded)
        for place, (token, field, excluded) in enumerate(of_tokens)
        if field in fields and token.kind in _LEAVES and not has_pattern(token)
    ]


def with_value(query: ParsedQuery, place: int, value: str) -> str:
    """Return the query with another value in a place."""
    token = replace(query.tokens[place], kind=Kind.WORD, value=value)
    return replace_token(query.tokens, place, token)


def with_any_value(query: ParsedQuery, place: int, others: Sequence[str]) -> str:
    """Return the query with other values beside the one in a place, any of which is enough."""
    token = query.tokens[place]
    values = [replace(token, field="", minus=False)]
    for other in others:
        values += [Token(Kind.OR), Token(Kind.WORD, other)]
    opened = Token(Kind.OPEN, minus=token.minus, field=token.field)
    return replace_token(query.tokens, place, opened, *values, Token(Kind.CLOSE))


def with_query(query: ParsedQuery, place: int, other: str) -> str:
    """Return the query with another query, in brackets, in a place."""
    tokens = Token(Kind.OPEN), *tokenize(other), Token(Kind.CLOSE)
    return replace_token(query.tokens, place, *tokens)


def with_united_states(query: ParsedQuery) -> str | None:
    """Return the query with the names of the United States in place of the word US in capitals,
    which is also a pronoun; None if it has none, or is written in capitals as a whole."""
    us = Token(Kind.WORD, "US")
    others = " ".join(token.value for token in query.tokens if token != us)
    if us not in query.tokens or others.isupper():
        return None
    tokens: list[Token] = []
    for token, field in zip(query.tokens, fields_of(query.tokens), strict=True):
        tokens += _UNITED_STATES if token == us and not field else [token]
    return join(tokens)


_UNITED_STATES = [
    Token(Kind.OPEN),
    Token(Kind.PHRASE, "U.S."),
    Token(Kind.OR),
    Token(Kind.PHRASE, "United States"),
    Token(Kind.CLOSE),
]
