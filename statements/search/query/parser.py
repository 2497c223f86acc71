"""What a reader types, read into a small tree of conditions on speeches.

Brackets bind closest, then ``-`` and NOT, then words side by side (AND), then OR. Limits hold
before anything runs; only the number of words a prefix stands for is known later, by the index.

>>> parse('ceasefire -"special envoy"')
And(parts=(Word(term='ceasefire'), Not(part=Phrase(terms=('special', 'envoy')))))
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from statements.search.analysis import tokenizer
from statements.search.query.errors import (
    MissingOperand,
    NothingToSearch,
    QueryError,
    QueryTooLong,
    TooDeep,
    TooManyClauses,
    TooManyTerms,
    UnbalancedBrackets,
    UnknownScope,
)
from statements.search.query.lexer import (
    Kind,
    Token,
    as_typed,
    has_words,
    joined,
    tokens_of,
    with_other,
    without,
)
from statements.search.query.limits import (
    MAX_CLAUSES,
    MAX_DEPTH,
    MAX_QUERY_CHARACTERS,
    MAX_TERMS,
)
from statements.search.query.terms import (
    condition,
    count_terms,
    neighbours,
    prefix_of,
    sought,
    terms_of,
)
from statements.search.query.tree import (
    Every,
    Favour,
    Node,
    Phrase,
    Prefix,
    Together,
    conjunction,
    disjunction,
    negation,
)

_LEAF = (Kind.WORD, Kind.PHRASE)
_REPAIRS = 64  # one for each fault; a query has fewer words


def parse(text: str) -> Node:
    """Read a query. Raises QueryError for one that cannot be run; where it is ``repaired``, that
    can be."""
    try:
        return _parse(text)
    except QueryError as error:
        error.repaired = runnable(error.repaired)
        raise


def asked(text: str) -> Node:
    """A query as ``parse`` reads it, and that words typed beside one another are favoured where
    they stand so, or nearly. Raises QueryError."""
    tree = parse(text)
    return conjunction([tree, *map(Favour, neighbours(tokens_of(text)))])


def runnable(text: str | None) -> str | None:
    """A query, repaired until it can be run; None where nothing is left of it."""
    for _ in range(_REPAIRS):
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
    """A phrase, as if it stood in quotes; every speech where it has no word."""
    terms = terms_of(as_typed(text))
    return Phrase(terms) if terms else Every()


def literal(text: str) -> Node:
    """All words of a text that are no stop words, whatever signs stand among them."""
    printed = [word for word in as_typed(text).split() if has_words(word)]
    parts: list[Node] = [sought(word) for word in printed if _is_wanted(word)]
    if not parts:
        return Every()
    beside = neighbours([Token(Kind.WORD, word.replace("*", "")) for word in printed])
    return conjunction([*parts, *map(Favour, beside)])


def without_star(text: str, prefix: Prefix) -> str | None:
    """The query with whole words in the place of beginnings that too many words have."""
    tokens = [
        replace(token, value=token.value.replace("*", ""))
        if token.kind is Kind.WORD and prefix_of(token) == prefix
        else token
        for token in tokens_of(text)
    ]
    return runnable(joined(tokens))


def passed_over(text: str) -> list[str]:
    """The words of a query that are not sought, for they stand in nearly every speech. Raises
    QueryError."""
    return _read(text)[1]


def _parse(text: str) -> Node:
    return _read(text)[0]


def _read(text: str) -> tuple[Node, list[str]]:
    """The tree, and the words that are passed over."""
    if len(text) > MAX_QUERY_CHARACTERS:
        raise QueryTooLong(
            f"A query may have {MAX_QUERY_CHARACTERS} characters; this one has {len(text)}.",
            text[: MAX_QUERY_CHARACTERS + 1].rpartition(" ")[0],
        )
    if not text.strip():
        return Every(), []
    tokens = tokens_of(text)
    _check_brackets(tokens)
    _check_operators(tokens)
    _check_numbers(tokens)
    reading = _Reading(tokens)
    tree = reading.alternatives("")
    if tree is None:
        raise _nothing(reading.stopped)
    return tree, reading.stopped


class _Reading:
    """One pass over checked tokens. A method answers None where nothing but stop words stood."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self.stopped: list[str] = []

    def alternatives(self, field: str) -> Node | None:
        """What stands in one pair of brackets, or the whole query."""
        scopes: list[bool] = []
        parts = [self._together(field, scopes)]
        while self._kind() is Kind.OR:
            self._place += 1
            parts.append(self._together(field, scopes))
        given = [part for part in parts if part is not None]
        if not given:
            return None
        found = disjunction(given)
        return Together(found) if any(scopes) else found

    def _together(self, field: str, scopes: list[bool]) -> Node | None:
        parts = []
        while (kind := self._kind()) not in (None, Kind.OR, Kind.CLOSE):
            if kind is Kind.AND:
                self._place += 1
            elif kind in _LEAF and self._tokens[self._place].field == "same":
                scopes.append(self._scope())
            elif (part := self._negated(field)) is not None:
                parts.append(part)
        return conjunction(parts) if parts else None

    def _negated(self, field: str) -> Node | None:
        negative = False
        while self._kind() is Kind.NOT:
            self._place += 1
            negative = not negative
        place, token = self._place, self._tokens[self._place]
        self._place += 1
        negative ^= token.minus
        field = token.field or field
        if token.field == "same":
            raise _unknown_scope(self._tokens, place)
        if token.kind is Kind.OPEN:
            part = self.alternatives(field)
            self._place += 1  # its partner
        elif not negative and not field and _is_passed_over(token):
            self.stopped.append(token.value)
            part = None
        else:
            part = condition(self._tokens, place, field)
        return negation(part) if negative and part is not None else part

    def _scope(self) -> bool:
        place, token = self._place, self._tokens[self._place]
        if token.minus or token.value.lower() != "paragraph":
            raise _unknown_scope(self._tokens, place)
        self._place += 1
        return True

    def _kind(self) -> Kind | None:
        return self._tokens[self._place].kind if self._place < len(self._tokens) else None


def _is_passed_over(token: Token) -> bool:
    return token.kind is Kind.WORD and tokenizer.is_stop_word(token.value.strip(".,;:!?[]'’~"))


def _is_wanted(word: str) -> bool:
    return has_words(word) and not tokenizer.is_stop_word(word.strip(".,;:!?()[]\"'’*~"))


# -- what can be told before reading -----------------------------------------------------------


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
        raise UnbalancedBrackets(
            "A bracket is closed that was not opened.", without(tokens, *surplus)
        )
    if opened:
        closed = [*tokens, *[Token(Kind.CLOSE)] * len(opened)]
        raise UnbalancedBrackets("A bracket is opened and not closed.", joined(closed))
    depths = list(accumulate(tokens, lambda depth, token: depth + _step(token.kind), initial=0))
    if max(depths) > MAX_DEPTH:
        # an opening bracket stands in brackets as deep as after it, a closing one as before it
        deep = [
            place
            for place, token in enumerate(tokens)
            if _step(token.kind) and max(depths[place], depths[place + 1]) > MAX_DEPTH
        ]
        raise TooDeep(
            f"Brackets may stand in one another {MAX_DEPTH} deep; leave the innermost out.",
            without(tokens, *deep),
        )


def _step(kind: Kind) -> int:
    return (kind is Kind.OPEN) - (kind is Kind.CLOSE)


def _check_operators(tokens: Sequence[Token]) -> None:
    operators = (Kind.AND, Kind.OR, Kind.NOT)
    if all(token.kind in operators for token in tokens):
        raise _nothing([])
    loose = []
    before = Kind.OPEN
    for place, token in enumerate(tokens):
        after = tokens[place + 1].kind if place + 1 < len(tokens) else Kind.CLOSE
        joins = token.kind in (Kind.AND, Kind.OR)
        nothing_before = joins and before in (Kind.OPEN, *operators)
        if token.kind in operators and (nothing_before or after in (Kind.CLOSE, Kind.AND, Kind.OR)):
            loose.append(place)
        else:
            before = token.kind
    if loose:
        name = tokens[loose[0]].kind.name
        between = "before a word" if name == "NOT" else "between two words"
        raise MissingOperand(
            f"{name} in capitals stands {between}, and one is missing here. For the word itself "
            f'write "{name.lower()}".',
            without(tokens, *loose),
        )


def _check_numbers(tokens: Sequence[Token]) -> None:
    clauses = terms = 0
    for place, token in enumerate(tokens):
        if token.kind in _LEAF or token.kind is Kind.OPEN:
            clauses += 1
        if token.kind in _LEAF and (token.field or not _is_passed_over(token)):
            terms += count_terms(token)
        if terms > MAX_TERMS:
            raise TooManyTerms(
                f"A query may have {MAX_TERMS} words; leave some out.", joined(tokens[:place])
            )
        if clauses > MAX_CLAUSES:
            raise TooManyClauses(
                f"A query may have {MAX_CLAUSES} conditions and brackets; leave some out.",
                joined(tokens[:place]),
            )


# -- refusals ----------------------------------------------------------------------------------


def _nothing(stopped: list[str]) -> NothingToSearch:
    if not stopped:
        return NothingToSearch("Type at least one word or number to search for.")
    shown = " ".join(stopped[:5])
    return NothingToSearch(
        f"“{shown}” stands in nearly every speech. Add a word that says more, or search for "
        f'exactly these words by quotes: "{shown}".',
        f'"{shown}"',
    )


def _unknown_scope(tokens: Sequence[Token], place: int) -> UnknownScope:
    token = tokens[place]
    if token.kind is Kind.WORD and token.value.lower() == "paragraph":
        before = place
        while before and tokens[before - 1].kind is Kind.NOT:
            before -= 1
        meant = [*tokens[:before], replace(token, minus=False), *tokens[place + 1 :]]
        return UnknownScope(
            "“same:paragraph” asks for all words in one paragraph and cannot be excluded; leave "
            "the minus or NOT before it out.",
            joined(meant),
        )
    opens = token.kind is Kind.OPEN
    scope = replace(token, field="") if opens else Token(Kind.WORD, "paragraph", field="same")
    return UnknownScope(
        f"“{token}” is not known; only “same:paragraph” is: all words in one paragraph.",
        with_other(tokens, place, scope),
    )
