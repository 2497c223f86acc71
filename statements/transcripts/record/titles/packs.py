"""The title block of a statement in another language than English, read by its language pack.

    ALLOCUTION DE S.E. Mme ADJOA TARN, MINISTRE DES ÉCLUSES DE LA RÉPUBLIQUE DU TCHAD
    New York, le 23 septembre 2015

A name counts only after an honorific, or next to an office; declined names are named as in a list.
"""

import datetime
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from statements.transcripts.languages.names import fold_letters
from statements.transcripts.languages.pack import (
    LanguagePack,
    is_capital,
    plain_punctuation,
)
from statements.transcripts.languages.states import decline, find_states_of, listed_office
from statements.transcripts.record.titles.grammar import TitleGrammar, title_grammar
from statements.transcripts.record.titles.organs import find_organ
from statements.transcripts.record.titles.parts import (
    LONGEST_PHRASE,
    MOST_NAMES,
    PLACE,
    TitleBlock,
    dates_in_figures,
    is_one_of_days,
    is_town,
    join_title,
    lower_name,
    lower_word,
    mark_places,
    only_date,
)

_DIGITS = {code: str(digit) for digit in range(10) for code in (0x660 + digit, 0x6F0 + digit)}
_NAME_WORD = re.compile(r"[^\W\d_][\w.'’‘`-]*")
_INITIALS = re.compile(r"(?:[^\W\d_]\.\s?){1,3}[^\W\d_][\w-]{2,}")
_END_OF_NAME = re.compile(r"[,،(:;–—|]|\s-\s")
_PLACE = re.compile(PLACE)
_MOST_OF_ROLE = 20  # words
_LONGEST_PLACE = 6  # words of a line that says where the statement was made


def is_pack_salutation(line: str, pack: LanguagePack) -> bool:
    """Return whether a line begins the speech: "Monsieur le Président,"."""
    return title_grammar(pack).salutation.match(fold_letters(line)) is not None


def _without(pattern: re.Pattern[str], text: str) -> str:
    """Return a text without the words whose folded letters match."""
    for match in reversed([*pattern.finditer(fold_letters(text))]):
        text = f"{text[: match.start()]} {text[match.end() :]}"
    return " ".join(text.split())


def pack_dates(line: str, pack: LanguagePack) -> Iterator[tuple[datetime.date, str]]:
    """Yield the dates in a line, with what is printed."""
    return _Reader(pack, title_grammar(pack)).dates(line)


def introduces_speaker(line: str, pack: LanguagePack) -> bool:
    return title_grammar(pack).introduction.search(fold_letters(line)) is not None


def read_pack_title_block(lines: Sequence[str], pack: LanguagePack) -> TitleBlock | None:
    """Read the lines before the salutation; return None if they are no title in this language."""
    grammar = title_grammar(pack)
    reader = _Reader(pack, grammar)
    text = plain_punctuation(join_title(mark_places(lines, reader.is_place)))
    text = _without(grammar.mission, text)
    if grammar.speaker:
        text = text.replace(" ", "")
    folded = fold_letters(text)
    introduction = grammar.introduction.search(folded)
    if not text or grammar.spoken.search(folded, introduction.start() if introduction else 0):
        return None
    if introduction is None and grammar.occasion.search(folded) is None:
        return None
    if grammar.speaker:
        phrase = text
        honorific, printed, role = reader.read_unspaced(text)
    elif introduction:
        phrase = reader.speaker_phrase(text, introduction.end())
        honorific, printed, role = reader.read_speaker(phrase)
    else:
        phrase, (honorific, printed, role) = reader.read_lines(lines)
    others = text.replace(printed, " ") if printed else text
    state = reader.only_state(phrase.replace(printed, " ") if printed else phrase)
    state = state or reader.only_state(others)
    # a line with the place may name the organ as well
    printed_title = plain_punctuation(join_title(lines))
    title = text if phrase == text else printed_title.replace(phrase or PLACE, f" {PLACE} ")
    occasion = fold_letters(title)
    organ = find_organ(occasion, grammar.organs, grammar.other_meetings)
    speaker = reader.name_in_list(printed)
    date, date_printed = only_date(reader.dates(" ".join(lines)))
    if not (speaker or role or state or date):
        return None
    office = listed_office(role, pack)
    return TitleBlock(honorific, speaker, office, state, organ, date, date_printed)


class _Reader:
    def __init__(self, pack: LanguagePack, grammar: TitleGrammar) -> None:
        self._pack, self._grammar = pack, grammar

    def speaker_phrase(self, text: str, start: int) -> str:
        """Return the part of a title that names the speaker and the office."""
        folded = fold_letters(text)
        patterns = (self._grammar.after_speaker, self._grammar.date, _PLACE)
        ends = [match.start() for one in patterns if (match := one.search(folded, start))]
        return text[start : min([*ends, start + LONGEST_PHRASE])].strip(" ,،;:—–(-|.")

    def read_speaker(self, phrase: str) -> tuple[str, str, str]:
        """Return honorific, name and role as printed; a part that is not certain is empty."""
        honorific, rest = self._split_honorifics(phrase)
        office = self._grammar.office.search(fold_letters(rest))
        if office and office.start() == 0:
            printed, name, role = self._read_office_first(rest, office.end())
            if not name and honorific:  # "Sa Majesté le Roi Philippe de Belgique"
                following = rest[office.end() :].lstrip()
                name = self._name(self._before_state(following)) if following[:1].isupper() else ""
                role = self._role(rest[: office.end()]) if name else role
            return printed or (honorific if name else ""), name, role
        name = self._name(rest[: office.start()] if office else rest)
        if not name or not (honorific or office):
            return "", "", ""
        between = rest[rest.index(name) + len(name) : office.start()] if office else ""
        is_next = not between.strip(" ,،;:—–-")
        return honorific, name, self._role(rest[office.start() :]) if office and is_next else ""

    def read_lines(self, lines: Sequence[str]) -> tuple[str, tuple[str, str, str]]:
        """Read a speaker whom nothing introduces: the only name after an honorific that begins a
        line. Return the phrase, and honorific, name and role; empty texts if there is none.
        """
        named = []
        for index, line in enumerate(lines):
            if self._grammar.honorifics.match(fold_letters(line)) is None:
                continue
            phrase = self.speaker_phrase(" ".join(mark_places(lines[index:], self.is_place)), 0)
            honorific, name, role = self.read_speaker(phrase)
            if len(name.split()) > 1 and role and not self._is_addressed(lines[index : index + 3]):
                named.append((phrase, (honorific, name, role)))
        return named[0] if len(named) == 1 else ("", ("", "", ""))

    def _is_addressed(self, lines: Sequence[str]) -> bool:
        """Return whether lines may name whom a statement addresses: the president of an organ."""
        text = fold_letters(" ".join(lines))
        return any(pattern.search(text) for _, pattern in self._grammar.organs)

    def read_unspaced(self, text: str) -> tuple[str, str, str]:
        """Read "挪威外交部长隆德先生在大会的发言": office, name and title in one."""
        match = self._grammar.speaker.search(text) if self._grammar.speaker else None
        if match is None or find_states_of(self._pack, match["name"]):
            return "", "", ""
        states = find_states_of(self._pack, match["office"])
        return (
            match["title"] or "",
            match["name"],
            match["office"][states[-1].end if states else 0 :],
        )

    def _read_office_first(self, phrase: str, end: int) -> tuple[str, str, str]:
        """Read "du Président de la République du Tchad, M. Idris Tarn"."""
        folded = fold_letters(phrase)
        for match in self._grammar.honorifics.finditer(folded, end):
            name = self._name(phrase[match.end() :])
            if name and folded[match.start() - 1] in " ,،":
                role = self._role(phrase[: match.start()])
                return phrase[match.start() : match.end()].strip(" ,"), name, role
        for start in self._starts_of_names(phrase, end):
            name = self._name(phrase[start:])
            if name and (len(name.split()) > 1 or _INITIALS.fullmatch(name)):
                return "", name, self._role(phrase[:start])
        return "", "", self._role(phrase)

    def _starts_of_names(self, phrase: str, end: int) -> Iterator[int]:
        """Yield where a name without an honorific may begin: after a comma, a State, the office."""
        if (comma := phrase.rfind(",")) > end:
            yield comma + 1
        states = find_states_of(self._pack, phrase)
        places = [state.end for state in states]
        places += [match.end() for match in self._grammar.own_state.finditer(fold_letters(phrase))]
        yield from sorted((place for place in places if place > end), reverse=True)
        yield end

    def _split_honorifics(self, phrase: str) -> tuple[str, str]:
        match = self._grammar.honorifics.match(fold_letters(phrase))
        if match is None:
            return "", phrase
        return phrase[: match.end()].strip(" ,"), phrase[match.end() :]

    def _name(self, printed: str) -> str:
        """Return the name at the start of a text, up to a sign; "" if it is none."""
        if end := _END_OF_NAME.search(printed):
            printed = printed[: end.start()]
        printed = printed.strip(" .")
        words = printed.split()
        has_office = self._has_office(printed)
        if (
            not 1 <= len(words) <= MOST_NAMES
            or has_office
            or not all(map(self._is_name_word, words))
        ):
            return ""
        folded = fold_letters(printed)
        if words[0].casefold() in self._pack.titles.particles and words[0][0].islower():
            return ""
        if self._grammar.portfolios.search(folded) or find_states_of(self._pack, printed):
            return ""
        is_short = len(words) == 1 and (len(printed) < 3 or "." in printed)
        return "" if is_short and not _INITIALS.fullmatch(printed) else printed

    def _is_name_word(self, word: str) -> bool:
        is_word = _NAME_WORD.fullmatch(word) is not None
        return is_word and (is_capital(word[0]) or word in self._pack.titles.particles)

    def name_in_list(self, printed: str) -> str:
        """Return a name in the form that lists have; "" if that is not certain."""
        endings = self._pack.title_block.name_endings
        if not printed or not endings:
            return lower_name(printed.split())
        if not _INITIALS.fullmatch(printed):
            return ""  # first names are declined in more ways
        written = lower_name(printed.split())
        listed = decline(written, [f"{new} {old}" for old, new in map(str.split, endings)])
        return "" if listed == written else listed

    def _role(self, printed: str) -> str:
        """Return an office without the State that follows it."""
        text = self._before_state(re.sub(r"\([^()]*\)", " ", printed))
        words = text.strip(" ,،;:—–-.").split()
        if not words or len(words) > _MOST_OF_ROLE:
            return ""
        if words[0].casefold() in {"le", "la", "el"}:
            words = words[1:]
        particles = self._pack.titles.particles | {"et", "y", "en", "à", "para", "pour", "aux"}
        lowered = [
            word.lower() if word.lower() in particles else lower_word(word) for word in words
        ]
        role = " ".join(lowered)
        return role[:1].upper() + role[1:]

    def _before_state(self, text: str) -> str:
        """Return what stands before the State, "de la République du Tchad", in a text."""
        if states := find_states_of(self._pack, text):
            text = text[: states[0].start].rstrip()
            if form := self._grammar.form_of_state.search(fold_letters(text)):
                text = text[: form.start()]
        return text

    def only_state(self, text: str) -> str:
        """Return the only State that a text names; a town may stand before others."""
        names = {
            state.name
            for state in find_states_of(self._pack, text)
            if not is_town(text[: state.start], self._has_office)
        }
        return names.pop() if len(names) == 1 else ""

    def is_place(self, line: str) -> bool:
        """Return whether a line only says where or when the statement was made."""
        rest = line
        for _, printed in self.dates(line):
            rest = rest.replace(printed, "")
        if len(rest.split()) > _LONGEST_PLACE or self._has_office(rest):
            return False
        folded = fold_letters(line)
        if self._grammar.introduction.search(folded) or self._grammar.honorifics.search(folded):
            return False
        if rest != line:  # it has a date; what else it says may be the end of a name
            after = self._grammar.after_speaker.search(fold_letters(rest))
            return not rest.strip(" .()") or "," in rest or after is not None
        states = find_states_of(self._pack, rest)
        return bool(states) and rest[: states[-1].start].rstrip().endswith(",")

    def _has_office(self, text: str) -> bool:
        return self._grammar.office.search(fold_letters(text)) is not None

    def dates(self, text: str) -> Iterator[tuple[datetime.date, str]]:
        months = {
            fold_letters(month): number
            for number, months in enumerate(self._pack.first_page.months, 1)
            for month in months.split("/")
        }
        for match in self._grammar.date.finditer(fold_letters(text.translate(_DIGITS))):
            if is_one_of_days(text, match.start(), match.end()):
                continue
            values = int(match["year"]), months.get(match["month"], 0), int(match["day"])
            with suppress(ValueError):
                yield datetime.date(*values), text[match.start() : match.end()]
        yield from dates_in_figures(text)
