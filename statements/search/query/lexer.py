"""A query cut into tokens, and tokens put together again: what repairs queries without touching
what a reader typed elsewhere in them.

Field names are an allow-list; any other word with a colon in it ("10:30", "http:") is a word.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from statements.search.analysis import tokenizer
from statements.search.query.errors import MisplacedMinus, MissingValue, UnknownField

FIELDS = ("speaker", "country", "topic", "symbol", "role", "lang", "year", "same")
MISNAMED = {
    "speakers": "speaker", "author": "speaker", "countries": "country", "topics": "topic",
    "subject": "topic", "symbols": "symbol", "meeting": "symbol", "roles": "role",
    "language": "lang", "languages": "lang", "years": "year", "date": "year",
}  # fmt: skip

# minus signs and dashes, as keyboards, word processors and printed pages have them
DASHES = "\\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_DASH = re.compile(f"[{DASHES}]+")
_MINUS = rf"[{DASHES}]+(?=[^\s){DASHES}])"
_TOKEN = re.compile(
    rf"""(?P<minus>{_MINUS})?
        (?:(?P<field>{"|".join((*FIELDS, *MISNAMED))}):(?=[^\s)])(?P<misplaced>{_MINUS})?)?
        (?: "(?P<phrase>[^"]*)"?(?:~(?P<distance>[0-9]+)(?!\w))?
          | (?P<open>\() | (?P<close>\)) | (?P<word>[^\s"()]+) )""",
    re.VERBOSE | re.IGNORECASE,
)
# a field's name and colon, with nothing directly after it
_BARE = re.compile(rf"(?:{'|'.join(FIELDS)}):", re.IGNORECASE)
# kinds of quotation marks made one; what nobody sees or types, but pasted text has, left out
_AS_TYPED = str.maketrans("“”„‟«»", '""""""', "\u00ad\u2060\ufeff")


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
    misplaced: bool = False  # of a minus after the field's colon

    def __str__(self) -> str:
        """As it would be typed."""
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


def tokens_of(text: str) -> list[Token]:
    """The tokens of a query; signs between words are none. Raises UnknownField, MisplacedMinus
    and MissingValue."""
    tokens = [_token(match) for match in _TOKEN.finditer(as_typed(text))]
    tokens = [token for token in tokens if not _is_mere_sign(token)]
    _check_names(tokens)
    _check_places(tokens)
    _check_values(tokens)
    return tokens


def as_typed(text: str) -> str:
    """A text as it would have been typed on a keyboard of few signs."""
    return text.translate(_AS_TYPED)


def with_dashes_bound(text: str) -> str | None:
    """A query in which dashes that stand alone exclude what follows them; None where none does,
    or a word follows that stands everywhere, as in titles."""
    bound: list[Token] = []
    dash = excludes = False
    for token in map(_token, _TOKEN.finditer(as_typed(text))):
        if token.kind is Kind.WORD and not token.field and _DASH.fullmatch(token.value):
            dash = True
            continue
        if dash and token.kind in (Kind.WORD, Kind.PHRASE, Kind.OPEN) and not token.minus:
            minus = not tokenizer.is_stop_word(token.value)
            excludes |= minus
            token = replace(token, minus=minus)
        dash = False
        bound.append(token)
    return joined(bound) if excludes else None


def fields_of(tokens: Sequence[Token]) -> list[str]:
    """For each token the field that it is sought in, its own or that of its brackets, or ""."""
    fields, opened = [], [""]
    for token in tokens:
        fields.append(token.field or opened[-1])
        if token.kind is Kind.OPEN:
            opened.append(fields[-1])
        elif token.kind is Kind.CLOSE and len(opened) > 1:
            opened.pop()
    return fields


def joined(tokens: Iterable[Token]) -> str:
    """Tokens as a query that is cut into the same tokens."""
    text = ""
    for token in tokens:
        glued = not text or text.endswith("(") or token.kind is Kind.CLOSE
        text += str(token) if glued else f" {token}"
    return text


def without(tokens: Sequence[Token], *places: int) -> str:
    """The query without the tokens at these places."""
    return joined(token for place, token in enumerate(tokens) if place not in places)


def with_other(tokens: Sequence[Token], place: int, *others: Token) -> str:
    """The query with other tokens in the place of one."""
    return joined([*tokens[:place], *others, *tokens[place + 1 :]])


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
            named = [
                replace(one, field=MISNAMED.get(one.field, one.field)) if one.field else one
                for one in tokens
            ]
            raise UnknownField(
                f"There is no field “{token.field}:”; what you look for may be “{right}:”. To "
                f'search for the word itself, put it in quotes: "{token.field}".',
                joined(named),
            )


def _check_places(tokens: Sequence[Token]) -> None:
    before = None
    for place, token in enumerate(tokens):
        if token.misplaced:
            # after NOT it is excluded already
            meant = replace(token, misplaced=False, minus=before is not Kind.NOT)
            raise MisplacedMinus(
                f"What excludes stands before the field, as in -{token.field}:…, not after its "
                "colon.",
                with_other(tokens, place, meant),
            )
        before = token.kind


def _check_values(tokens: Sequence[Token]) -> None:
    for place, token in enumerate(tokens):
        if token.kind is Kind.WORD and not token.field and _BARE.fullmatch(token.value):
            name = token.value[:-1].lower()
            # its value may stand after a space
            after = tokens[place + 1 : place + 2]
            takes = after and after[0].kind in (Kind.WORD, Kind.PHRASE, Kind.OPEN)
            repaired = without(tokens, place)
            if takes and not after[0].minus and not after[0].field:
                value = replace(after[0], field=name, minus=token.minus)
                repaired = joined([*tokens[:place], value, *tokens[place + 2 :]])
            raise MissingValue(
                f"Write what you look for directly after “{name}:”, without a space.", repaired
            )
        if token.kind in (Kind.WORD, Kind.PHRASE) and token.field and not has_words(token.value):
            raise MissingValue(
                f"“{token}” names nothing; write what you look for directly after "
                f"“{token.field}:”.",
                without(tokens, place),
            )
