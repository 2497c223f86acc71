"""Says who speaks where markup names the speaker: in an attribute, an element or a list of persons.

The printed name goes through the same grammar as in other forms. What else the file says (the
person that an identifier refers to, an office, a party) completes it, and never silently
contradicts it: a printed name stays, and the archive reports the difference.
"""

import re
from dataclasses import dataclass, replace

from statements.transcripts.languages.names import fold
from statements.transcripts.languages.states import is_state
from statements.transcripts.languages.titles import HONORIFICS, OFFICE, PARTICLES, office_in
from statements.transcripts.speakers.attribution import (
    Attribution,
    read_attribution,
)
from statements.transcripts.speakers.courtesy import count_courtesies
from statements.transcripts.speakers.grammar.parentheses import is_office, is_untitled_person
from statements.transcripts.speakers.grammar.person_names import split_name

LONGEST_PRINTED = 300  # characters of a name that is looked at
_LONGEST_LABEL = 160  # characters; a longer line holds words of the speech
_MOST_WORDS = 22
_SMALL_WORDS = PARTICLES | {"and", "for", "in", "on", "to"}  # of an office
# what ends a printed name, where words follow: "LUND.- Thank", "Lund. – Thank", "Lund: thank"
_LABEL_END = re.compile(r"(?:\s?[:：]|\.\s?[-‐‑–—]|\s[–—])\s(?=\S)")
_TRAILING = " \t:：.-‐‑–—,;"
_GROUP = re.compile(r"(?P<name>[^()]{0,160})\((?P<group>[^()]{1,160})\)\s*(?P<rest>[^()]{0,80})")
_ARTICLE = re.compile(
    r"(?:the|el|la|los|las|le|les|il|lo|der|die|das|o|a|an)\s(?=\S)", re.IGNORECASE
)
_CHAIRS = frozenset(
    """
    chair chairman chairwoman chairperson speaker president presidente presidenta vicepresidente
    vicepresidenta président présidente vice-président vice-présidente präsident präsidentin
    vizepräsident vizepräsidentin alterspräsident alterspräsidentin puhemies talman przewodniczący
    marszałek předseda predsednik predsednica председатель elnök voorzitter
    """.split()
)
# several or unnamed people; they are nobody's name
_NOBODY_IN_PARTICULAR = frozenset(
    """
    a all an another deputies deputy female hon honourable honorable lords male member members noble
    oh other senator senators several some speaker unidentified unknown voice voices the
    """.split()
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person in the document's own list."""

    name: str = ""  # with its title
    party: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """Everything that markup says about who speaks."""

    printed: str = ""
    person: Person = Person()
    identifier: str = ""
    role: str = ""
    affiliation: str = ""


def split_label(line: str) -> tuple[str, str]:
    """Split what an element for the speaker holds into the printed name and words of the speech.

    A line that is too long for a name, and in which no name ends, is speech as a whole.

    >>> split_label("El señor LUND.- Gracias.")
    ('El señor LUND.-', 'Gracias.')
    """
    end = _LABEL_END.search(line[:_LONGEST_LABEL])
    if end and not _is_within_parenthesis(line, end.start()):
        return line[: end.end()].strip(), line[end.end() :].strip()
    if len(line) > _LONGEST_LABEL or len(line.split()) > _MOST_WORDS:
        return "", line
    return line, ""


def to_attribution(named: Named) -> Attribution:
    """Return who speaks, as far as the file says it.

    Where a list of persons knows the speaker and the line prints an office, the name is that of the
    list and the office is the role.
    """
    printed = named.printed.strip().rstrip(":：").rstrip()
    label = printed.strip(_TRAILING)
    if _is_office(named.person.name):
        named = replace(named, person=Person(), role=named.role or named.person.name)
    if not label:
        return _unprinted(named)
    if len(label) > LONGEST_PRINTED or _is_collective(label):
        return _attribution(printed)
    _, person = split_name(named.person.name)
    line = _with_office_after_comma(_read_label(label, named.person.name), person)
    line = replace(
        line,
        printed=printed,
        end=0,
        affiliation=line.affiliation or named.affiliation,
        on_behalf_of=line.on_behalf_of or _on_behalf_of(label),
    )
    return _complete(line, label, person, _without_article(named.role))


def _complete(line: Attribution, label: str, person: str, office: str) -> Attribution:
    """Complete a printed line by the name in the list of persons and an office."""
    keeps_name = not person or _keeps_printed_name(line, person)
    line = _with_courtesy_apart(line)
    role = _printed_role(line, label) or office or office_in(line.honorific)
    if keeps_name:
        return replace(line, role=role)
    if _shares_surname(label, person):
        return replace(line, speaker=person, role=role)
    # an office on no list, such as "Leas-Cheann Comhairle"
    role = _printed_role(line, label) or _without_article(label)
    return replace(line, speaker=person, honorific="", role=role)


def _keeps_printed_name(line: Attribution, person: str) -> bool:
    """Return whether the printed name stands, as a form of the listed one or another name."""
    if not line.speaker or not _agrees(_without_courtesy(line.speaker), person):
        return bool(line.speaker and line.honorific)
    is_fuller = len(_without_courtesy(line.speaker).split()) > len(person.split())
    return not line.role and (bool(line.honorific) or is_fuller)


def _unprinted(named: Named) -> Attribution:
    honorific, person = split_name(named.person.name)
    if person:
        return replace(
            _attribution(""),
            speaker=person,
            honorific=honorific,
            role=named.role,
            affiliation=named.affiliation,
        )
    if named.role or not named.identifier:
        return replace(_attribution(""), role=named.role)
    identifier = named.identifier.lstrip("#")
    return replace(_attribution(identifier), doubts=("speaker-by-identifier",))


def _attribution(printed: str, speaker: str = "", role: str = "") -> Attribution:
    return Attribution(
        printed=printed,
        speaker=speaker,
        honorific="",
        affiliation="",
        role=role,
        language="",
        language_printed="",
        on_behalf_of="",
        end=0,
    )


def _read_label(label: str, person: str) -> Attribution:
    """Read a printed name, which need not have a title here."""
    if (match := _GROUP.fullmatch(label)) and _holds_office(match["name"], match["group"], person):
        honorific, speaker = split_name(match["group"].strip())
        role = _without_article(match["name"].strip(_TRAILING))
        return replace(_attribution(label, speaker, role), honorific=honorific)
    chair, _, name = label.partition(" ")
    if name[:1].isupper() and fold(chair) in _FOLDED_CHAIRS:
        honorific, speaker = split_name(name)
        return replace(_attribution(label, speaker, chair), honorific=honorific)
    attribution = read_attribution(f"{label}:", bold_name=True)
    if attribution is not None and attribution.end >= len(label):
        bare = _without_courtesy(attribution.speaker)
        if not (_is_office(bare) and bare != attribution.speaker):
            return _with_office_apart(attribution)
    return _read_foreign(label)


def _holds_office(office: str, group: str, person: str) -> bool:
    """Return whether "Office (Name)" is printed: the parenthesis names who holds the office."""
    if person and _shares_surname(group, person):
        return not _shares_surname(office, person)
    bare = office.strip(_TRAILING)
    if person or not (_is_office(bare) or _is_unlisted_office(bare)):
        return False
    honorific, _ = split_name(group)
    return bool(honorific) or is_untitled_person(group)


def _is_unlisted_office(printed: str) -> bool:
    """Return whether words with an article are like an office: "The Keeper of the Weirs".

    "The Earl of Ripon" is a person.
    """
    words = printed.split()
    article = words.pop(0) if words else ""
    return (
        article.casefold() == "the"
        and bool(words)
        and words[0].casefold() not in HONORIFICS
        and all(word[:1].isupper() or word.strip(",") in _SMALL_WORDS for word in words)
    )


def _read_foreign(label: str) -> Attribution:
    """Read "El señor LUND (Presidente)" and other names whose titles the grammar does not know."""
    match = _GROUP.fullmatch(label)
    bare, group = (match["name"], match["group"]) if match else (label, "")
    name = bare.strip(_TRAILING)
    office = _without_courtesy(name)
    is_role = bool(group) and (_is_chair(group) or is_office(group))
    if _is_office(office):
        return _attribution(label, "" if is_role else group, _without_article(office))
    honorific, speaker = split_name(name) if name else ("", "")
    return replace(
        _attribution(label, speaker, group if is_role else ""),
        honorific=honorific,
        affiliation="" if is_role else group,
    )


def _without_courtesy(name: str) -> str:
    words = name.split()
    return " ".join(words[count_courtesies(words) :])


def _with_courtesy_apart(line: Attribution) -> Attribution:
    words = line.speaker.split()
    count = count_courtesies(words)
    if not count or line.honorific:
        return line
    return replace(line, honorific=" ".join(words[:count]), speaker=" ".join(words[count:]))


def _with_office_apart(attribution: Attribution) -> Attribution:
    """Split "Minister of Ferries, Lib." in a parenthesis into office and party."""
    printed = attribution.affiliation or attribution.role
    office, comma, party = printed.partition(", ")
    if comma and is_office(office) and not is_state(printed):
        return replace(attribution, role=office, affiliation=party)
    if attribution.role or not _is_chair(attribution.affiliation):
        return attribution
    return replace(attribution, role=attribution.affiliation, affiliation="")


def _with_office_after_comma(line: Attribution, person: str) -> Attribution:
    """Split "Ingrid Lund, Minister" where the list of persons shows that the name ends there."""
    name, comma, office = line.speaker.partition(", ")
    if not (person and comma and _agrees(name, person)):
        return line
    is_forename = set(_words(office)) <= set(_words(person))  # "TARN, Rosamund"
    is_role = not (is_forename or office.startswith("on behalf of "))
    return replace(line, speaker=name, role=line.role or (office if is_role else ""))


def _on_behalf_of(label: str) -> str:
    _, _, delegation = label.partition(", on behalf of ")
    return delegation.strip(_TRAILING)


def _printed_role(line: Attribution, label: str) -> str:
    """Return the office as printed: the text before the parenthesis with the name."""
    if not line.role:
        return ""
    before = _without_article(label.partition("(")[0].strip(_TRAILING))
    return before if fold(before) == fold(line.role) else line.role


def _is_within_parenthesis(line: str, index: int) -> bool:
    return line.count("(", 0, index) > line.count(")", 0, index)


def _is_collective(label: str) -> bool:
    """Return whether a label names several or unnamed people: "Several hon. Members"."""
    words = [word.strip(".,") for word in fold(label).split()]
    return _NOBODY_IN_PARTICULAR.issuperset(words) and words[-1:] != ["speaker"]


def _is_chair(text: str) -> bool:
    return fold(_without_article(text.strip())) in _FOLDED_CHAIRS


def _is_office(text: str) -> bool:
    bare = _without_article(_without_courtesy(text.strip()))
    return bool(bare) and (OFFICE.fullmatch(bare) is not None or _is_chair(bare))


def _agrees(printed: str, person: str) -> bool:
    """Return whether a printed name is a form of the listed one: "Rill" of "Odile Rill"."""
    words = set(_words(person))
    return all(_is_part(word, words) for word in _words(printed)) and _shares_surname(
        printed, person
    )


def _is_part(word: str, words: set[str]) -> bool:
    return word in words or (len(word) == 1 and any(other.startswith(word) for other in words))


def _shares_surname(label: str, person: str) -> bool:
    """Return whether a line prints the last name of a person, or two of the names."""
    words, names = set(_words(label)), _words(person.partition(",")[0] or person)
    if not names:
        return False
    return names[-1] in words or len(words.intersection(_words(person))) >= 2


def _words(name: str) -> list[str]:
    words = [word.strip(".,;:()'’") for word in fold(name).split()]
    return [word for word in words if word and word not in PARTICLES]


def _without_article(text: str) -> str:
    return _ARTICLE.sub("", text, count=1) if _ARTICLE.match(text) else text


_FOLDED_CHAIRS = frozenset(map(fold, _CHAIRS))
