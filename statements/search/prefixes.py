"""Beginnings of words: which stems a word that begins so may have.

The index holds stems, and a reader's ``electio*`` is longer than the stem of "election". A word
that begins with "electio" ends in "electio" + "n", since "ion" is an ending that stems lose; so
its stem is that of "election". Every ending is tried of which the letters have the beginning.
"""

from functools import cache, lru_cache

from statements.search.analysis import normal

# all that Porter's steps take off or alter ("An algorithm for suffix stripping", 1980), and
# what often follows them
_ENDINGS = """
s es ies sses ed eed ied ing ings y ly
ational tional ation ations ator ators ization izations izer izers isation isations
ency encies ancy ancies ably ibly ally ently ously ely
alism alisms alist alists iveness fulness ousness lessness ality alities ivity ivities
ability abilities ibility ibilities icate icates icated icating ication ications
ative atives atively alize alizes alized alizing alization alise alises alised alising alisation
icity iciting ical ically ful fully ness nesses
al als ance ances ence ences er ers ic ics able ables ible ibles ant ants ement ements ment ments
ent ents ion ions ional ionally ionals ou ism isms ate ates ated ating ately iti ist ists
ous ive ives ively ize izes ized izing ise ises ised ising e
"""


@cache
def _continuations() -> dict[str, frozenset[str]]:
    """What may follow the letters with which an ending begins: "io" may be followed by "n"."""
    found: dict[str, set[str]] = {}
    for ending in _ENDINGS.split():
        for length in range(1, len(ending)):
            found.setdefault(ending[:length], set()).add(ending[length:])
    return {begun: frozenset(rest) for begun, rest in found.items()}


@lru_cache(maxsize=1 << 10)
def other_stems(letters: str) -> frozenset[str]:
    """Stems of words that begin so, as far as the stems themselves do not."""
    stems = {normal(letters)}
    for begun, rest in _continuations().items():
        if letters.endswith(begun):
            stems.update(normal(letters + one) for one in rest)
    return frozenset(stem for stem in stems if not stem.startswith(letters))


def begins(term: str, letters: str) -> bool:
    """Whether a term is the stem of a word that begins so."""
    return term.startswith(letters) or term in other_stems(letters)
