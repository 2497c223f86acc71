"""Splits a query into tokens, and joins tokens into a query again, so that a query can be repaired
without changing anything else the reader typed.

Only the field names listed here are fields; any other word with a colon in it ("10:30", "http:")
is a word.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from statements.search.analysis import tokenizer
from statements.search.query.errors import (
    MisplacedMinus,
    MissingValue,
    SpaceBeforeValue,
    UnknownField,
)

FIELDS = (
    "speaker", "country", "topic", "symbol", "role", "lang", "year", "capacity", "group",
    "party", "ward", "body", "session", "same",
)  # fmt: skip
MISNAMED = {
    "speakers": "speaker", "author": "speaker", "countries": "country", "topics": "topic",
    "subject": "topic", "symbols": "symbol", "meeting": "symbol", "roles": "role",
    "language": "lang", "languages": "lang", "years": "year", "date": "year",
    "groups": "group", "bloc": "group", "capacities": "capacity",
    "parties": "party", "faction": "party", "constituency": "ward", "wards": "ward",
    "ministry": "body", "sessions": "session",
}  # fmt: skip

# minus signs and dashes, as keyboards, word processors and printed pages have them
DASHES = "\\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_MINUS = rf"[{DASHES}]+(?=[^\s){DASHES}])"
_PER_CENT = r"per[\ ]cent[.,;:!?]*(?![^\s()\"])"  # two words that the index has as one
_TOKEN = re.compile(
    rf"""(?P<minus>{_MINUS})?
        (?:(?P<field>{"|".join((*FIELDS, *MISNAMED))}):(?=[^\s)])(?P<misplaced>{_MINUS})?)?
        (?: "(?P<phrase>[^"]*)"?(?:~(?P<distance>[0-9]+)(?!\w))?
          | (?P<open>\() | (?P<close>\)) | (?P<word>{_PER_CENT}|[^\s"()]+) )""",
    re.VERBOSE | re.IGNORECASE,
)
# the name and colon of a field, with nothing directly after it
_BARE = re.compile(rf"(?:{'|'.join(FIELDS)}):", re.IGNORECASE)
# quotation marks become one kind; invisible characters of pasted text are removed
_TYPED = str.maketrans("“”„‟«»", '""""""', "\u00ad\u2060\ufeff")


class Kind(Enum):
    WORD = auto()
    PHRASE = auto()
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()


OPERATORS = {kind.name: kind for kind in (Kind.AND, Kind.OR, Kind.NOT)}


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    value: str = ""  # of a word, or between the quotation marks
    minus: bool = False
    field: str = ""
    distance: str = ""
    misplaced: bool = False  # the minus follows the colon of the field

    def __str__(self) -> str:
        """Return the token as typed."""
        before = f"{'-' * self.minus}{self.field}{':' * bool(self.field)}{'-' * self.misplaced}"
        match self.kind:
            case Kind.PHRASE:
                after = f"~{self.distance}" if self.distance else ""
                return f'{before}"{self.value}"{after}'
            case Kind.OPEN:
                return f"{before}("
            case Kind.CLOSE:
                return ")"
            case Kind.WORD:
                return f"{before}{self.value}"
            case _:
                return self.kind.name


def lex(text: str) -> list[Token]:
    """Split a query into tokens; signs between words are tokens as well."""
    return [_token(match) for match in _TOKEN.finditer(normalize_typing(text))]


def without_signs(tokens: Iterable[Token]) -> list[Token]:
    """Return the tokens that mean something, which lone signs do not.

    Raises UnknownField, MisplacedMinus or MissingValue.
    """
    words = [token for token in tokens if not _is_mere_sign(token)]
    _check_names(words)
    _check_places(words)
    _check_values(words)
    return words


def tokenize(text: str) -> list[Token]:
    """Split a query into the tokens that mean something. Raises as ``without_signs`` does."""
    return without_signs(lex(text))


def normalize_typing(text: str) -> str:
    """Return a text with the characters that a plain keyboard has."""
    return text.translate(_TYPED)


def fields_of(tokens: Sequence[Token]) -> list[str]:
    """Return for each token the field that it is searched in, its own or that of its brackets; ""
    for all fields."""
    fields, opened = [], [""]
    for token in tokens:
        fields.append(token.field or opened[-1])
        if token.kind is Kind.OPEN:
            opened.append(fields[-1])
        elif token.kind is Kind.CLOSE and len(opened) > 1:
            opened.pop()
    return fields


def exclusions_of(tokens: Sequence[Token]) -> list[bool]:
    """Return for each token whether it is excluded, by itself or with its brackets."""
    exclusions, opened = [], [False]
    before: Kind | None = None
    for token in tokens:
        exclusions.append(opened[-1] or token.minus or before is Kind.NOT)
        if token.kind is Kind.OPEN:
            opened.append(exclusions[-1])
        elif token.kind is Kind.CLOSE and len(opened) > 1:
            opened.pop()
        before = token.kind
    return exclusions


def join(tokens: Iterable[Token]) -> str:
    """Return the query that these tokens make up."""
    text = ""
    for token in tokens:
        glued = not text or text.endswith("(") or token.kind is Kind.CLOSE
        text += str(token) if glued else f" {token}"
    return text


def without_tokens(tokens: Sequence[Token], *places: int) -> str:
    """Return the query without the tokens at these places."""
    return join(token for place, token in enumerate(tokens) if place not in places)


def replace_token(tokens: Sequence[Token], place: int, *replacements: Token) -> str:
    """Return the query with one token replaced."""
    return join([*tokens[:place], *replacements, *tokens[place + 1 :]])


def has_words(printed: str) -> bool:
    return any(word.term != tokenizer.NAME_BREAK for word in tokenizer.words(printed))


def _token(match: re.Match[str]) -> Token:
    minus, field = bool(match["minus"]), (match["field"] or "").lower()
    misplaced = bool(match["misplaced"])
    if match["open"]:
        return Token(Kind.OPEN, minus=minus, field=field, misplaced=misplaced)
    if match["close"]:
        return Token(Kind.CLOSE)
    if match["phrase"] is not None:
        distance = match["distance"] or ""
        return Token(Kind.PHRASE, match["phrase"], minus, field, distance, misplaced)
    if match["word"] in OPERATORS and not minus and not field:
        return Token(OPERATORS[match["word"]])
    return Token(Kind.WORD, match["word"], minus, field, misplaced=misplaced)


def _is_mere_sign(token: Token) -> bool:
    if token.kind not in (Kind.WORD, Kind.PHRASE) or token.field:
        return False
    return not has_words(token.value)


def _check_names(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if right := MISNAMED.get(token.field):
            renamed = [
                replace(other, field=MISNAMED.get(other.field, other.field))
                if other.field
                else other
                for other in tokens
            ]
            raise UnknownField(join(renamed), typed=token.field, field=right)


def _check_places(tokens: Sequence[Token]) -> None:
    before = None
    for place, token in enumerate(tokens):
        if token.misplaced:
            # NOT excludes it already
            corrected = replace(token, misplaced=False, minus=before is not Kind.NOT)
            raise MisplacedMinus(replace_token(tokens, place, corrected), field=token.field)
        before = token.kind


def _check_values(tokens: Sequence[Token]) -> None:
    for place, token in enumerate(tokens):
        if token.kind is Kind.WORD and not token.field and _BARE.fullmatch(token.value):
            name = token.value[:-1].lower()
            # the value may follow after a space
            after = tokens[place + 1 : place + 2]
            is_value = after and after[0].kind in (Kind.WORD, Kind.PHRASE, Kind.OPEN)
            repaired = without_tokens(tokens, place)
            if is_value and not after[0].minus and not after[0].field:
                value = replace(after[0], field=name, minus=token.minus)
                repaired = join([*tokens[:place], value, *tokens[place + 2 :]])
            raise SpaceBeforeValue(repaired, field=name)
        if token.kind in (Kind.WORD, Kind.PHRASE) and token.field and not has_words(token.value):
            raise MissingValue(without_tokens(tokens, place), text=token, field=token.field)
