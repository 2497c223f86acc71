"""Inflectional stemming: recognizes the forms of one word, such as the plural, the past tense or
another spelling, but not derived words.

Two words are forms of each other if they have a key in common. Keys are built by the inflectional
steps of Porter's algorithm ("An algorithm for suffix stripping", 1980: steps 1 and 5), so that
"national" and "nation", "international" and "internal" stay apart, which the whole algorithm would
join. French and Spanish words have keys by the light rules of Savoy ("Light stemming approaches for
the French, Portuguese, German and Hungarian languages", 2006), Russian words by those of Dolamic
and Savoy ("Indexing and searching strategies for the Russian language", 2009), Arabic words by
"light10" of Larkey, Ballesteros and Connell ("Light stemming for Arabic information retrieval",
2007), the last two as Lucene has them. Words are folded: "й" is "и". Chinese has no inflections.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache

HYPHEN = "-"  # in the term of a compound, which its parts have in addition to their own

ENGLISH, FRENCH, SPANISH, RUSSIAN, ARABIC = "en", "fr", "es", "ru", "ar"
LANGUAGES = (ENGLISH, FRENCH, SPANISH, RUSSIAN, ARABIC)

# function words that tell the language of a text; hardly any occurs in another of these languages
FUNCTION_WORDS = {
    ENGLISH: frozenset("the of and that for with this which have been from are was not".split()),
    FRENCH: frozenset("les des et dans une qui est pour nous pas sur sont ont aux cette".split()),
    SPANISH: frozenset("el los las del y una por con para nos su han como mas esta".split()),
    RUSSIAN: frozenset("и в не на что с по для как это от из при или их мы все так".split()),
    ARABIC: frozenset("في من على الى ان التي عن هذا هذه مع ما لا كل بين الذي ذلك".split()),
}

LISTENED_FOR = {word: language for language in LANGUAGES for word in FUNCTION_WORDS[language]}
ENOUGH = 3  # function words of a language, and more than twice as many as of English

_IRREGULAR = """
child children; man men; woman women; person persons; foot feet; life lives; wife wives; knife
knives; half halves; self selves; leaf leaves; loaf loaves; thief thieves; shelf shelves; calf
calves; crisis crises; basis; analysis analyses analyse analyze analysed analyzed analysing
analyzing; thesis theses; hypothesis hypotheses; emphasis emphases; synthesis syntheses; axis axes;
parenthesis parentheses; criterion criteria; phenomenon phenomena; datum data; medium media;
bus buses; use uses used using; go goes going gone went; do does doing did done; die dies died
dying; lie lies lied lying; tie ties tied tying; unite unites uniting; united; unit units; evening
evenings; morning mornings; during; being beings; news; species; series; focus focuses focused
focussed focusing focussing; free frees freed freeing; good; goods;
speak speaks speaking spoke spoken; say says saying said; make makes making made; take takes taking
took taken; give gives giving gave given; see sees seeing saw seen; hold holds holding held; begin
begins beginning began begun; bring brings bringing brought; seek seeks seeking sought; think
thinks thinking thought; find finds finding; lead leads leading led; stand stands standing stood;
understand understands understanding understood; build builds building buildings built; keep keeps
keeping kept; meet meets meeting meetings met; pay pays paying paid; choose chooses choosing chose
chosen; write writes writing written wrote; know knows knowing known knew; become becomes becoming
became; come comes coming came; fall falls falling fallen fell; fight fights fighting fought; lose
loses losing lost; win wins winning won; leave leaving; feel feels feeling felt; teach teaches
teaching taught; send sends sending sent; spend spends spending spent; grow grows growing grown
grew; rise rises rising risen rose; drive drives driving driven drove; undergo undergoes undergoing
underwent undergone; undertake undertakes undertaking undertook undertaken
"""
_KEY_OF = {
    form: group.split()[0] + "!" for group in _IRREGULAR.split(";") for form in group.split()
}

# British and American spellings, unified
_SPELLINGS = (
    (re.compile(r"is(?=(?:e|es|ed|er|ers|ing|ation|ations|ational|able)$)"), "iz"),
    (re.compile(r"ys(?=(?:e|es|ed|er|ers|ing)$)"), "yz"),
    (re.compile(r"(?<=..)our(?=(?:s|ed|ing|er|ers|able|ably|al|hood|ly|ful|ite)?$)"), "or"),
    (re.compile(r"^(defen|offen|licen|preten)c(?=es?$)"), r"\1s"),
    (re.compile(r"^(cent|theat|met|kilomet|lit|fib|calib|spect|manoeuv)re(?=s?$)"), r"\1er"),
    (re.compile(r"^programmes?$"), "program"),
    (re.compile(r"(?<=dg)ement"), "ment"),
)
_LONG_ENOUGH = 5  # letters of a word with two spellings

_C, _V = "(?:[bcdfghjklmnpqrstvwxz]|^y|(?<=[aeiou])y)", "(?:[aeiou]|(?<=[^aeiouy])y)"
_MEASURE = re.compile(f"{_V}{_C}")
_VOWEL = re.compile(_V)
_SHORT = re.compile(f"{_C}{_V}(?:[bcdfghjklmnpqrstvz])$")
_DOUBLE = re.compile(r"([bcdfghjkmnpqrtvwx])\1$")


def stem_keys(term: str, languages: Iterable[str] = LANGUAGES) -> frozenset[str]:
    """Return the keys that a word shares with its other forms, one for each language."""
    return frozenset(f"{language}:{_RULES[language](term)}" for language in languages)


def detect_languages(terms: Iterable[str]) -> list[str]:
    """Return the languages other than English in which a text of these words may be."""
    counts = Counter(LISTENED_FOR[term] for term in terms if term in LISTENED_FOR)
    enough = max(ENOUGH, 2 * counts[ENGLISH] + 1)
    return [language for language in LANGUAGES[1:] if counts[language] >= enough]


def stem_prefixes(term: str) -> set[str]:
    """Return prefixes, of which every form of a word starts with one."""
    word = spelling(term)
    forms = [form for form, key in _KEY_OF.items() if key == _KEY_OF.get(word)]
    forms += _with_arabic_prefixes(arabic(word)) if _ARABIC.match(word) else []
    return {form[: max(1, min(2, len(form) - 1))] for form in (word, *forms)}


def _with_arabic_prefixes(stem: str) -> list[str]:
    return [stem, *(prefix + stem for prefix in _ARABIC_PREFIXES)]


def spelling(term: str) -> str:
    """Return a compound without its hyphens, any other word as it is."""
    return term.replace(HYPHEN, "")


@lru_cache(maxsize=1 << 14)
def english(term: str) -> str:
    """
    >>> english("organisations") == english("organization")
    True
    >>> english("national") == english("nations")
    False
    """
    word = spelling(term)
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return word
    if key := _KEY_OF.get(word):
        return key
    if len(word) >= _LONG_ENOUGH:
        for pattern, replacement in _SPELLINGS:
            word = pattern.sub(replacement, word)
    return _without_e(_without_past(_without_plural(word)))


def _without_plural(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-3] + "i" if len(word) > 4 else word[:-1]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _MEASURE.search(word[:-3]) else word
    for ending in ("ed", "ing"):
        begin = word.removesuffix(ending)
        if begin != word and len(begin) > 2 and _VOWEL.search(begin):
            return _completed(begin)
    if word.endswith("ie") and len(word) > 4:
        return word[:-1]
    if len(word) > 2 and word.endswith("y") and _VOWEL.search(word[:-1]):
        return word[:-1] + "i"
    return word


def _completed(begin: str) -> str:
    """Return the stem before -ed or -ing, with a lost letter restored or a doubled one removed."""
    if begin.endswith(("at", "bl", "iz", "yz")):
        return begin + "e"
    if _DOUBLE.search(begin):
        return begin[:-1]
    if begin.endswith("y") and _VOWEL.search(begin[:-1]):
        return begin[:-1] + "i"
    if len(_MEASURE.findall(begin)) == 1 and _SHORT.search(begin):
        return begin + "e"
    return begin


def _without_e(word: str) -> str:
    if word.endswith("e") and len(word) > 3:
        begin = word[:-1]
        measure = len(_MEASURE.findall(begin))
        if measure > 1 or (measure == 1 and not _SHORT.search(begin)):
            word = begin
    if word.endswith("ll") and len(_MEASURE.findall(word)) > 1:
        word = word[:-1]
    return word


def french(term: str) -> str:
    word = spelling(term)
    if len(word) < 6:
        return word
    if word.endswith("x"):
        return word[:-3] + "al" if word.endswith("aux") else word[:-1]
    for ending in ("s", "r", "e", "e"):
        word = word.removesuffix(ending)
    return word[:-1] if word[-1] == word[-2] else word


def spanish(term: str) -> str:
    word = spelling(term)
    if len(word) < 5:
        return word
    if word.endswith("eses"):
        return word[:-2]
    if word.endswith("ces"):
        return word[:-3] + "z"
    if word.endswith(("os", "as", "es")):
        return word[:-2]
    return word[:-1] if word.endswith(("o", "a", "e")) else word


_RUSSIAN_CASES = {  # by the fewest letters of a word
    7: "иями оями",
    6: "иям иях оях ями оям оьв ами его ему ери ими ого ому ыми оев",
    5: "ая яя ях юю ах ею их ия ию ьв ою ую ям ых ея ам ем еи ев ии им ое ои ом ов ые ыи ым ми",
    4: "а е и о у ы ь э ю я",
}


def russian(term: str) -> str:
    """
    >>> {russian(form) for form in ("мир", "мира", "миру", "миром")}
    {'мир'}
    """
    word = spelling(term)
    length = len(word)
    for fewest, endings in _RUSSIAN_CASES.items():
        ending = next((ending for ending in endings.split() if word.endswith(ending)), "")
        if length >= fewest and ending:
            word = word.removesuffix(ending)
            break
    if len(word) > 3 and word.endswith(("ь", "и", "нн")):
        word = word[:-1]
    return word


_ARABIC = re.compile("[\u0621-\u064a]")
_ARABIC_PREFIXES = ("ال", "وال", "بال", "كال", "فال", "لل", "و")
_ARABIC_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي")


def arabic(term: str) -> str:
    """
    >>> {arabic(form) for form in ("كتاب", "الكتاب", "والكتاب", "كتابها")}
    {'كتاب'}
    """
    word = spelling(term)
    for prefix in _ARABIC_PREFIXES:
        least = 3 if len(prefix) == 1 else 2  # letters of what is left
        if word.startswith(prefix) and len(word) >= len(prefix) + least:
            word = word.removeprefix(prefix)
            break
    for suffix in _ARABIC_SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + 2:
            word = word.removesuffix(suffix)
    return word


_RULES: dict[str, Callable[[str], str]] = {
    ENGLISH: english,
    FRENCH: french,
    SPANISH: spanish,
    RUSSIAN: russian,
    ARABIC: arabic,
}
