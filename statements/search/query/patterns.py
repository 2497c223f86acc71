"""Patterns of letters that match many words: a star at the end, as in climat*, a question mark for
one character, as in wom?n, and a tilde for similar spellings, as in climate~.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from statements.search.analysis import tokenizer
from statements.search.analysis.inflection import spelling
from statements.search.analysis.multiword_terms import is_unspaced
from statements.search.query.errors import (
    DisallowedWildcard,
    FuzzyWord,
    TooManyEdits,
    WildcardInQuotes,
    WildcardTooShort,
)
from statements.search.query.lexer import OPERATORS, Kind, Token, replace_token
from statements.search.query.limits import (
    MAX_EDITS,
    MIN_FUZZY,
    MIN_FUZZY_TWICE,
    MIN_PREFIX,
)
from statements.search.query.tree import Fuzzy, Pattern, Prefix, Wildcard
from statements.transcripts.languages.names import fold

_PUNCTUATION = ".,;:!?]'’"
_STAR = re.compile(r"(?P<core>[^*]*)\*(?P<rest>.*)", re.DOTALL)
_TILDE = re.compile(rf"(?P<core>.*\w)~(?P<edits>[0-9]*)[{re.escape(_PUNCTUATION)}]*", re.DOTALL)
_QUESTION_MARK = re.compile(r"(?<=\w)\?(?=\??\w)")


def has_pattern(token: Token) -> bool:
    """Return whether a token is written as a pattern, valid or not."""
    value = token.value
    return token.kind is Kind.WORD and (
        "*" in value or bool(_TILDE.fullmatch(value)) or _wildcard_of(token) is not None
    )


def pattern_of(token: Token) -> Pattern | None:
    """Return the pattern that a word states; None for any other word."""
    return _prefix_of(token) or _fuzzy_of(token) or _wildcard_of(token)


def without_signs_of_pattern(token: Token) -> Token:
    """Return the word without the signs that make it a pattern; of two edits, one remains."""
    pattern = pattern_of(token)
    if isinstance(pattern, Fuzzy):
        again = f"{pattern.term}~1" if pattern.edits > 1 else pattern.term
        return replace(token, value=again)
    return replace(token, value=re.sub(r"[*?]", "", token.value))


def pattern_leaf(tokens: Sequence[Token], place: int) -> Pattern | None:
    """Return the condition on a word that is written as a pattern; None for any other word. Raises
    QueryError."""
    token = tokens[place]
    if "*" in token.value:
        return _prefix(tokens, place)
    if _TILDE.fullmatch(token.value):
        return _fuzzy(tokens, place)
    wildcard = _wildcard_of(token)
    if wildcard and len(wildcard.start) < MIN_PREFIX:
        plain = replace(token, value=token.value.replace("?", ""))
        raise WildcardTooShort(replace_token(tokens, place, plain), limit=MIN_PREFIX)
    return wildcard


# -- stars -------------------------------------------------------------------------------------


def _prefix_of(token: Token) -> Prefix | None:
    """Return the prefix that a word ending in one star states; None for any other word."""
    star = _STAR.fullmatch(token.value)
    words = list(tokenizer.words(star["core"])) if star else []
    if star is None or len(words) != 1 or star["rest"].strip(_PUNCTUATION):
        return None
    if words[0].end != len(star["core"]):
        return None
    return Prefix(fold(star["core"][words[0].start : words[0].end]))


def _prefix(tokens: Sequence[Token], place: int) -> Prefix | None:
    token = tokens[place]
    plain = replace(token, value=" ".join(token.value.replace("*", " ").split()))
    if " " in plain.value and token.field:
        plain = replace(plain, kind=Kind.PHRASE)
    repaired = replace_token(tokens, place, plain)
    core = token.value.rstrip("*")
    if "*" not in core and _ends_unspaced(core):
        return None  # a prefix matches without a star
    prefix = _prefix_of(token)
    if prefix is None:
        if "*" not in core and _prefix_of(replace(token, value=f"{core}*")):
            repaired = replace_token(tokens, place, replace(token, value=f"{core}*"))
        raise DisallowedWildcard(repaired)
    if len(prefix.letters) < MIN_PREFIX:
        raise WildcardTooShort(repaired, limit=MIN_PREFIX)
    return prefix


def wildcard_in_quotes(tokens: Sequence[Token], place: int) -> WildcardInQuotes:
    """Return the error; its repair asks for the words in one paragraph, or reads a star for a whole
    word as a distance."""
    token = tokens[place]
    pieces = re.findall(r"[^\s()]+", token.value)
    with_words = [piece for piece in pieces if any(tokenizer.words(piece))]
    if not any("*" in piece for piece in with_words):
        gaps = str(len(pieces) - len(with_words))
        corrected = [replace(token, value=" ".join(with_words), distance=token.distance or gaps)]
    else:
        # in quotation marks it was not an operator
        plain = [re.sub(r"^\W+", "", piece) for piece in with_words]
        words = [
            Token(Kind.WORD, piece.lower() if piece in OPERATORS else piece) for piece in plain
        ]
        if len(words) == 1:
            corrected = [replace(words[0], minus=token.minus, field=token.field)]
        else:
            scope = [] if token.field else [Token(Kind.WORD, "paragraph", field="same")]
            opened = Token(Kind.OPEN, minus=token.minus, field=token.field)
            corrected = [opened, *words, *scope, Token(Kind.CLOSE)]
    return WildcardInQuotes(replace_token(tokens, place, *corrected))


def _ends_unspaced(core: str) -> bool:
    """Return whether it ends in a script without spaces, in which a prefix matches without an
    asterisk."""
    words = list(tokenizer.words(core))
    return bool(words) and words[-1].end == len(core) and is_unspaced(words[-1].term)


# -- question marks ----------------------------------------------------------------------------


def _wildcard_of(token: Token) -> Wildcard | None:
    """Return the pattern of a word with question marks inside of it; None for any other word. At
    the end of a word a question mark is punctuation."""
    word = token.value.strip(_PUNCTUATION)
    if "?" not in word:
        return None
    printed = _QUESTION_MARK.sub("x", word)  # a letter, to see whether it is one word
    words = list(tokenizer.words(printed))
    if len(words) != 1 or words[0].end - words[0].start != len(word):
        return None
    pieces = re.split(r"(\?)", word)
    return Wildcard("".join(piece if piece == "?" else fold(piece) for piece in pieces))


# -- tildes ------------------------------------------------------------------------------------


def _fuzzy_of(token: Token) -> Fuzzy | None:
    """Return the condition on a word with a tilde; None where the word or the number is not of
    those that can have one."""
    tilde = _TILDE.fullmatch(token.value)
    if tilde is None:
        return None
    words = list(tokenizer.words(tilde["core"]))
    whole = words[0] if len(words) == 1 else tokenizer.leading_compound(tilde["core"])
    if whole is None or whole.end != len(tilde["core"]):
        return None
    term = spelling(whole.term)
    usual = 2 if len(term) >= MIN_FUZZY_TWICE else 1
    edits = int(tilde["edits"][:3] or usual)
    if not term.isalpha() or len(term) < MIN_FUZZY or not 1 <= edits <= MAX_EDITS:
        return None
    return Fuzzy(term, edits)


def _fuzzy(tokens: Sequence[Token], place: int) -> Fuzzy | None:
    token = tokens[place]
    if fuzzy := _fuzzy_of(token):
        return fuzzy
    core, _, number = token.value.rstrip(_PUNCTUATION).rpartition("~")
    fewer = replace(token, value=f"{core}~{MAX_EDITS}")
    if number.strip("0") and _fuzzy_of(fewer):
        raise TooManyEdits(replace_token(tokens, place, fewer))
    plain = replace(token, value=core)
    raise FuzzyWord(replace_token(tokens, place, plain), limit=MIN_FUZZY)
