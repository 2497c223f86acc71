"""Words, phrases and the values of fields as conditions: the leaves of a query's tree."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from statements.search.analysis import tokenizer
from statements.search.fields import LANGUAGE_FIELD
from statements.search.query.errors import (
    BadProximity,
    BadRange,
    DisallowedWildcard,
    PhraseTooLong,
    UnknownLanguage,
    WildcardTooShort,
    WordTooLong,
)
from statements.search.query.lexer import OPERATORS, Kind, Token, with_other, without
from statements.search.query.limits import MAX_DISTANCE, MAX_PHRASE, MAX_WORD, MIN_PREFIX
from statements.search.query.tree import (
    Among,
    And,
    Between,
    Favour,
    In,
    Kin,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Sought,
    Together,
    Word,
    conjunction,
    disjunction,
)
from statements.transcripts.languages import LANGUAGES
from statements.transcripts.names import fold
from statements.transcripts.symbols import Symbol

WORDS_OF = {
    "speaker": "speaker_words",
    "country": "country_words",
    "topic": "topic_words",
    "symbol": "meeting_words",
    "role": "role_words",
}
AMONG_NEIGHBOURS = 3  # other words that may stand among those near one another
_OF_NAMES = (WORDS_OF["speaker"], WORDS_OF["country"])
_COUNTRY_CODE = re.compile(r"[A-Za-z0-9]{2,12}")
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")
_YEARS = re.compile(r"(?P<first>[0-9]{4})?(?P<range>\.\.)?(?P<last>[0-9]{4})?")
_MEANT_YEARS = re.compile(r"([0-9]{4})\D+([0-9]{4})")
_POSSESSIVE = re.compile(r"(?<=\w)['’][sS](?!\w)|(?<=[sS])['’](?!\w)")
_STAR = re.compile(r"(?P<core>[^*]*)\*(?P<rest>.*)", re.DOTALL)


def condition(tokens: Sequence[Token], place: int, field: str) -> Node:
    """What a word or phrase asks, in a field or anywhere. Raises QueryError."""
    token = tokens[place]
    if special := _SPECIAL.get(field):
        return special(tokens, place)
    found = _words(tokens, place)
    if not field:
        _check_proximity(tokens, place, found)
        return found
    within = in_field(found, WORDS_OF[field])
    if field == "country" and _COUNTRY_CODE.fullmatch(token.value):
        return disjunction([Among("country", (token.value.upper(),)), within])
    return within


def in_field(node: Node, field: str) -> Node:
    """A condition on texts as one on the words of a field of the head."""
    match node:
        case Word(term) if field in _OF_NAMES:
            return In(field, Phrase((term,)))  # Hans is no form of Han
        case Word() | Kin() | Phrase() | Near() | Prefix():
            return In(field, node)
        case And(parts):
            kept = [part for part in parts if not isinstance(part, Favour)]
            return conjunction(in_field(part, field) for part in kept)
        case Or(parts):
            return disjunction(in_field(part, field) for part in parts)
        case Not(part):
            return Not(in_field(part, field))
        case Together(part):
            return Together(in_field(part, field))
        case _:
            return node


def terms_of(printed: str) -> tuple[str, ...]:
    """The words of a text; those joined by hyphens are one."""
    found = list(_words_in(printed))
    terms = []
    joined = {one.first: one for one in tokenizer.compounds(printed, found)}
    place = 0
    while place < len(found):
        one = joined.get(place)
        terms.append(one.term if one else found[place].term)
        place += one.parts if one else 1
    return tuple(terms)


def sought(printed: str) -> Sought:
    """What a printed word asks for: its forms; or where it is several words to the index, as
    S/PV.7343 is, these side by side."""
    terms = terms_of(_POSSESSIVE.sub("", printed))
    return Word(terms[0]) if len(terms) == 1 else Phrase(terms)


def neighbours(tokens: Sequence[Token]) -> list[Phrase | Near]:
    """What words typed beside one another may be in a text: side by side, stop words and all; or,
    stop words passed over, near one another. Of each pair the word that ends the first and the
    one that begins the second. Operators may stand between; what is excluded, in a field, in
    quotation marks or of more than its letters is in no pair."""
    pairs: dict[Phrase | Near, None] = {}
    before: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()  # the last that was no stop word
    apart = [False]  # of the brackets that are open, whether they are excluded or of a field
    previous: Kind | None = None
    for token in tokens:
        elsewhere = token.minus or bool(token.field) or previous is Kind.NOT
        previous = token.kind
        if token.kind in (Kind.AND, Kind.OR):
            continue
        here: tuple[str, ...] = ()
        if token.kind is Kind.OPEN:
            apart.append(apart[-1] or elsewhere)
        elif token.kind is Kind.CLOSE:
            apart.pop()
        elif token.kind is Kind.WORD and not (elsewhere or apart[-1] or "*" in token.value):
            here = terms_of(_POSSESSIVE.sub("", token.value))
        stops = bool(here) and all(map(tokenizer.is_stop_word, here))
        if before and here:
            pair = before[-1], here[0]
            if not all(map(tokenizer.is_stop_word, pair)):  # which stand so nearly everywhere
                pairs[Phrase(pair)] = None
        if telling and here and not stops and telling[-1] != here[0]:
            pairs[Near((telling[-1], here[0]), AMONG_NEIGHBOURS)] = None
        before = here
        telling = telling if stops else here
    return list(pairs)


def count_terms(token: Token) -> int:
    """How many words a token asks for; a year, language or scope is none."""
    return 0 if token.field in ("year", "lang", "same") else len(list(_words_in(token.value)))


def prefix_of(token: Token) -> Prefix | None:
    """What a word that ends in one star stands for."""
    star = _STAR.fullmatch(token.value)
    words = list(tokenizer.words(star["core"])) if star else []
    if star is None or len(words) != 1 or star["rest"].strip(".,;:!?]'’"):
        return None
    if words[0].end != len(star["core"]):
        return None
    return Prefix(fold(star["core"][words[0].start : words[0].end]))


def _words(tokens: Sequence[Token], place: int) -> Sought:
    token = tokens[place]
    _check_lengths(tokens, place)
    if token.kind is Kind.WORD and "*" in token.value:
        return _beginning(tokens, place)
    if token.kind is Kind.WORD:
        return sought(token.value)
    if "*" in token.value:
        raise _star_in_quotes(tokens, place)
    terms = terms_of(token.value)
    if not token.distance or len(terms) == 1:
        return Phrase(terms)
    if len(token.distance) > 9 or int(token.distance) > MAX_DISTANCE:
        raise BadProximity(
            f"At most {MAX_DISTANCE} other words may stand among those of a phrase; "
            "“same:paragraph” asks for words anywhere in one paragraph.",
            with_other(tokens, place, replace(token, distance=str(MAX_DISTANCE))),
        )
    return Near(terms, int(token.distance))


def _check_proximity(tokens: Sequence[Token], place: int, found: Sought) -> None:
    if isinstance(found, Near) and all(map(tokenizer.is_stop_word, found.terms)):
        shown = " ".join(found.terms)
        raise BadProximity(
            f"“{shown}” stand near one another in nearly every speech; add a word that says more.",
            with_other(tokens, place, replace(tokens[place], distance="")),
        )


def _beginning(tokens: Sequence[Token], place: int) -> Sought:
    token = tokens[place]
    plain = replace(token, value=" ".join(token.value.replace("*", " ").split()))
    if " " in plain.value and token.field:
        plain = replace(plain, kind=Kind.PHRASE)
    repaired = with_other(tokens, place, plain)
    prefix = prefix_of(token)
    if prefix is None:
        core = token.value.rstrip("*")
        if "*" not in core and _is_unspaced(core):
            return sought(core)
        if "*" not in core and prefix_of(replace(token, value=f"{core}*")):
            repaired = with_other(tokens, place, replace(token, value=f"{core}*"))
        raise DisallowedWildcard(
            "A star may stand only at the end of a single word, as in climat*.", repaired
        )
    if len(prefix.letters) < MIN_PREFIX:
        raise WildcardTooShort(
            f"At least {MIN_PREFIX} letters stand before a star, as in climat*.", repaired
        )
    return prefix


def _star_in_quotes(tokens: Sequence[Token], place: int) -> DisallowedWildcard:
    """The words may be sought in one paragraph instead; a star for a whole word is a distance."""
    token = tokens[place]
    pieces = re.findall(r"[^\s()]+", token.value)
    worded = [piece for piece in pieces if any(_words_in(piece))]
    if not any("*" in piece for piece in worded):
        gaps = str(len(pieces) - len(worded))
        meant = [replace(token, value=" ".join(worded), distance=token.distance or gaps)]
    else:
        # in quotation marks it was no sign
        plain = [re.sub(r"^\W+", "", piece) for piece in worded]
        words = [
            Token(Kind.WORD, piece.lower() if piece in OPERATORS else piece) for piece in plain
        ]
        if len(words) == 1:
            meant = [replace(words[0], minus=token.minus, field=token.field)]
        else:
            scope = [] if token.field else [Token(Kind.WORD, "paragraph", field="same")]
            opened = Token(Kind.OPEN, minus=token.minus, field=token.field)
            meant = [opened, *words, *scope, Token(Kind.CLOSE)]
    return DisallowedWildcard(
        "In quotation marks a star has no meaning: they ask for exactly these words. Write the "
        "star without them, as in climat*.",
        with_other(tokens, place, *meant),
    )


def _is_unspaced(core: str) -> bool:
    """Whether it ends in a script without spaces, where any beginning is found without a star."""
    words = list(tokenizer.words(core))
    return bool(words) and words[-1].end == len(core) and tokenizer.is_unspaced(core[-1])


def _words_in(printed: str) -> Iterator[tokenizer.Word]:
    return (word for word in tokenizer.words(printed) if word.term != tokenizer.NAME_BREAK)


def _check_lengths(tokens: Sequence[Token], place: int) -> None:
    token = tokens[place]
    words = list(_words_in(token.value))
    for word in words:
        if word.end - word.start > MAX_WORD:
            raise WordTooLong(
                f"“{token.value[word.start : word.start + 20]}…” is longer than the {MAX_WORD} "
                "letters that a word may have.",
                without(tokens, place),
            )
    if len(words) > MAX_PHRASE:
        raise PhraseTooLong(
            f"A phrase may have {MAX_PHRASE} words; “{token.value[:30]}…” has {len(words)}.",
            with_other(
                tokens, place, replace(token, value=token.value[: words[MAX_PHRASE - 1].end])
            ),
        )


# -- fields whose values are not words -----------------------------------------------------------


def _symbol(tokens: Sequence[Token], place: int) -> Node:
    try:
        return Among("meeting", (str(Symbol.parse(tokens[place].value)),))
    except ValueError:
        return In(WORDS_OF["symbol"], _words(tokens, place))


def _language(tokens: Sequence[Token], place: int) -> Node:
    token = tokens[place]
    name = token.value.strip().lower()
    code = LANGUAGES.get(name, name)
    if _LANGUAGE_CODE.fullmatch(code):
        return Among(LANGUAGE_FIELD, (code,))
    raise UnknownLanguage(
        f"“{token.value[:30]}” is no language that the archive knows; write its English name or "
        "its two letters, such as lang:french or lang:fr.",
        with_other(tokens, place, replace(token, field="")),
    )


def _year(tokens: Sequence[Token], place: int) -> Node:
    token = tokens[place]
    typed = token.value.strip().rstrip(",;")
    if typed.lower() == "undated":
        return Among("year", ("0",))
    years = _YEARS.fullmatch(typed)
    if years is None or not (years["first"] or years["last"]):
        meant = _MEANT_YEARS.fullmatch(typed)
        repaired = without(tokens, place)
        if meant:
            years_meant = "..".join(sorted(meant.groups()))
            repaired = with_other(tokens, place, replace(token, value=years_meant))
        raise BadRange(
            f"“{typed[:30]}” is neither a year nor a range of years; write year:2014, "
            "year:2010..2014, year:2010.. or year:..2014.",
            repaired,
        )
    first, last = (int(year) if year else None for year in years.group("first", "last"))
    if not years["range"]:
        return Between("year", first, first)
    if first is not None and last is not None and first > last:
        swapped = replace(token, value=f"{years['last']}..{years['first']}")
        raise BadRange(
            f"The year {first} comes after {last}; the earlier stands first.",
            with_other(tokens, place, swapped),
        )
    return Between("year", first, last)


_SPECIAL: dict[str, Callable[[Sequence[Token], int], Node]] = {
    "symbol": _symbol,
    "lang": _language,
    "year": _year,
}
