"""Parses what readers type into a small tree of conditions on speeches.

Brackets bind closest, then ``-`` and NOT, then adjacent words (AND), then OR. All limits are
checked here, except the number of words that a prefix matches, which only the index knows.

>>> parse('ceasefire -"special envoy"')
And(parts=(Word(term='ceasefire'), Not(part=Phrase(terms=('special', 'envoy')))))
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from statements.search.analysis import tokenizer
from statements.search.query.errors import (
    ExcludedScope,
    MissingOperand,
    NothingExcluded,
    NothingToSearch,
    OnlyStopWords,
    QueryError,
    QueryTooLong,
    TooDeep,
    TooManyClauses,
    TooManyTerms,
    UnclosedBracket,
    UnknownScope,
    UnopenedBracket,
    UnsupportedOperator,
)
from statements.search.query.lexer import (
    Kind,
    Token,
    has_words,
    join,
    lex,
    normalize_typing,
    replace_token,
    without_signs,
    without_tokens,
)
from statements.search.query.limits import (
    MAX_CLAUSES,
    MAX_DEPTH,
    MAX_QUERY_CHARACTERS,
    MAX_TERMS,
)
from statements.search.query.terms import (
    adjacent_pairs,
    condition,
    count_terms,
    phrase_terms,
    word_leaf,
)
from statements.search.query.tree import (
    Boost,
    MatchAll,
    Node,
    Phrase,
    SameParagraph,
    conjunction,
    disjunction,
    negation,
)

_LEAF = (Kind.WORD, Kind.PHRASE)
_MAX_REPAIRS = 64  # one for each error; a query has fewer words


@dataclass(frozen=True)
class ParsedQuery:
    """A query that can be run. It is lexed and parsed once, then handed on."""

    text: str
    lexed: Sequence[Token]  # with lone signs
    tokens: Sequence[Token]  # without them
    tree: Node
    ignored_words: Sequence[str]  # stop words that are not searched

    @cached_property
    def boosted_tree(self) -> Node:
        """The tree, with a boost for words typed next to each other that are found so, or nearly
        so."""
        return conjunction([self.tree, *map(Boost, adjacent_pairs(self.tokens))])


def parse_query(text: str) -> ParsedQuery:
    """Parse a query.

    Raises QueryError if it cannot be run; ``repaired`` of the error, if not None, can be.
    """
    try:
        return _parse(text)
    except QueryError as error:
        error.repaired = repair(error.repaired)
        raise


def parse(text: str) -> Node:
    """Return the tree of a query. Raises as ``parse_query`` does."""
    return parse_query(text).tree


def repair(text: str | None) -> str | None:
    """Repair a query until it can be run; None if nothing is left of it."""
    for _ in range(_MAX_REPAIRS):
        if not text or not text.strip():
            return None
        try:
            _parse(text)
        except QueryError as error:
            if error.repaired == text:
                return None
            text = error.repaired
        else:
            return text
    return None


def exact(text: str) -> Node:
    """Return the condition on an exact phrase, as if in quotes; MatchAll if it has no words."""
    terms = phrase_terms(normalize_typing(text))
    return Phrase(terms) if terms else MatchAll()


def literal(text: str) -> Node:
    """Return the condition on all words of a text except stop words; operators are ignored."""
    typed = tokenizer.hyphenate(normalize_typing(text))
    words = [word for word in typed.split() if has_words(word)]
    parts: list[Node] = [word_leaf(word) for word in words if not _is_stop_word(word)]
    if not parts:
        return MatchAll()
    pairs = adjacent_pairs([Token(Kind.WORD, re.sub(r"[*~?]", "", word)) for word in words])
    return conjunction([*parts, *map(Boost, pairs)])


def _parse(text: str) -> ParsedQuery:
    if len(text) > MAX_QUERY_CHARACTERS:
        repaired = text[: MAX_QUERY_CHARACTERS + 1].rpartition(" ")[0]
        raise QueryTooLong(repaired, limit=MAX_QUERY_CHARACTERS, count=len(text))
    if not text.strip():
        return ParsedQuery(text, (), (), MatchAll(), ())
    lexed = lex(text)
    tokens = without_signs(lexed)
    _check_brackets(tokens)
    _check_xor(tokens)
    _check_operators(tokens)
    _check_numbers(tokens)
    parser = _Parser(tokens)
    tree = parser.alternatives("")
    if tree is None:
        raise _nothing_to_search(parser.ignored_words)
    return ParsedQuery(text, lexed, tokens, tree, parser.ignored_words)


class _Parser:
    """One pass over checked tokens. Methods return None for a part that has only stop words."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self.ignored_words: list[str] = []

    def alternatives(self, field: str) -> Node | None:
        """Parse the content of one pair of brackets, or the whole query."""
        scopes: list[bool] = []
        parts = [self._conjunction(field, scopes)]
        while self._kind() is Kind.OR:
            self._place += 1
            parts.append(self._conjunction(field, scopes))
        conditions = [part for part in parts if part is not None]
        if not conditions:
            return None
        alternatives = disjunction(conditions)
        return SameParagraph(alternatives) if any(scopes) else alternatives

    def _conjunction(self, field: str, scopes: list[bool]) -> Node | None:
        parts = []
        while (kind := self._kind()) not in (None, Kind.OR, Kind.CLOSE):
            if kind is Kind.AND:
                self._place += 1
            elif kind in _LEAF and self._tokens[self._place].field == "same":
                scopes.append(self._scope())
            elif (part := self._negatable(field)) is not None:
                parts.append(part)
        return conjunction(parts) if parts else None

    def _negatable(self, field: str) -> Node | None:
        negative = False
        while self._kind() is Kind.NOT:
            self._place += 1
            negative = not negative
        place, token = self._place, self._tokens[self._place]
        self._place += 1
        negative ^= token.minus
        field = token.field or field
        if token.field == "same":
            raise _invalid_scope(self._tokens, place)
        if token.kind is Kind.OPEN:
            part = self.alternatives(field)
            self._place += 1  # its partner
        elif not negative and not field and _is_ignored(token):
            self.ignored_words.append(token.value)
            part = None
        else:
            part = condition(self._tokens, place, field)
        return negation(part) if negative and part is not None else part

    def _scope(self) -> bool:
        place, token = self._place, self._tokens[self._place]
        if token.minus or token.value.lower() != "paragraph":
            raise _invalid_scope(self._tokens, place)
        self._place += 1
        return True

    def _kind(self) -> Kind | None:
        return self._tokens[self._place].kind if self._place < len(self._tokens) else None


def _is_ignored(token: Token) -> bool:
    return token.kind is Kind.WORD and tokenizer.is_stop_word(token.value.strip(".,;:!?[]'’~"))


def _is_stop_word(word: str) -> bool:
    return tokenizer.is_stop_word(word.strip(".,;:!?()[]\"'’*~"))


# -- checks before parsing ---------------------------------------------------------------------


def _check_brackets(tokens: Sequence[Token]) -> None:
    surplus, opened = [], []
    for place, token in enumerate(tokens):
        if token.kind is Kind.OPEN:
            opened.append(place)
        elif token.kind is Kind.CLOSE:
            if opened:
                opened.pop()
            else:
                surplus.append(place)
    if surplus:
        raise UnopenedBracket(without_tokens(tokens, *surplus))
    if opened:
        closed = [*tokens, *[Token(Kind.CLOSE)] * len(opened)]
        raise UnclosedBracket(join(closed))
    depths = list(accumulate(tokens, lambda depth, token: depth + _step(token.kind), initial=0))
    if max(depths) > MAX_DEPTH:
        # an opening bracket has the depth after it, a closing one the depth before it
        deep = [
            place
            for place, token in enumerate(tokens)
            if _step(token.kind) and max(depths[place], depths[place + 1]) > MAX_DEPTH
        ]
        raise TooDeep(without_tokens(tokens, *deep), limit=MAX_DEPTH)


def _step(kind: Kind) -> int:
    return (kind is Kind.OPEN) - (kind is Kind.CLOSE)


def _check_operators(tokens: Sequence[Token]) -> None:
    operators = (Kind.AND, Kind.OR, Kind.NOT)
    if all(token.kind in operators for token in tokens):
        raise _nothing_to_search([])
    dangling = []
    before = Kind.OPEN
    for place, token in enumerate(tokens):
        after = tokens[place + 1].kind if place + 1 < len(tokens) else Kind.CLOSE
        is_binary = token.kind in (Kind.AND, Kind.OR)
        nothing_before = is_binary and before in (Kind.OPEN, *operators)
        if token.kind in operators and (nothing_before or after in (Kind.CLOSE, Kind.AND, Kind.OR)):
            dangling.append(place)
        else:
            before = token.kind
    if dangling:
        repaired = without_tokens(tokens, *dangling)
        first = tokens[dangling[0]].kind
        if first is Kind.NOT:
            raise NothingExcluded(repaired)
        raise MissingOperand(repaired, operator=first.name, word=first.name.lower())


def _check_xor(tokens: Sequence[Token]) -> None:
    for place, token in enumerate(tokens):
        if token != Token(Kind.WORD, "XOR") or not 0 < place < len(tokens) - 1:
            continue
        either = replace_token(tokens, place, Token(Kind.OR))
        if len(tokens) == 3 and all(operand.kind in _LEAF for operand in (tokens[0], tokens[2])):
            both = join([tokens[0], tokens[2]])
            raise UnsupportedOperator(f"({either}) NOT ({both})")
        raise UnsupportedOperator(either)


def _check_numbers(tokens: Sequence[Token]) -> None:
    clauses = terms = 0
    for place, token in enumerate(tokens):
        if token.kind in _LEAF or token.kind is Kind.OPEN:
            clauses += 1
        if token.kind in _LEAF and (token.field or not _is_ignored(token)):
            terms += count_terms(token)
        if terms > MAX_TERMS:
            raise TooManyTerms(join(tokens[:place]), limit=MAX_TERMS)
        if clauses > MAX_CLAUSES:
            raise TooManyClauses(join(tokens[:place]), limit=MAX_CLAUSES)


# -- errors ------------------------------------------------------------------------------------


def _nothing_to_search(ignored_words: list[str]) -> NothingToSearch:
    if not ignored_words:
        return NothingToSearch()
    shown = " ".join(ignored_words[:5])
    return OnlyStopWords(f'"{shown}"', words=shown)


def _invalid_scope(tokens: Sequence[Token], place: int) -> QueryError:
    token = tokens[place]
    if token.kind is Kind.WORD and token.value.lower() == "paragraph":
        before = place
        while before and tokens[before - 1].kind is Kind.NOT:
            before -= 1
        corrected = [*tokens[:before], replace(token, minus=False), *tokens[place + 1 :]]
        return ExcludedScope(join(corrected))
    opens = token.kind is Kind.OPEN
    scope = replace(token, field="") if opens else Token(Kind.WORD, "paragraph", field="same")
    return UnknownScope(replace_token(tokens, place, scope), text=token)
