"""Function words: those that build sentences and say little about their subject."""

from statements.search.analysis.inflection import LISTENED_FOR
from statements.search.analysis.tokenizer import STOP_WORDS

# articles, pronouns, prepositions, conjunctions, auxiliaries and particles; "s", "t" and the like
# are what an apostrophe leaves of "people's" and "don't"
_ENGLISH = """
about above across after again against all already also although am among amongst another any are
around because been before behind being below beneath beside besides between beyond both can cannot
could d did do does doing done down during each either else even ever every except few hence here
herself himself how however into itself just let ll m many may me might more moreover most much must
my myself neither never nor no not now off once one only onto other others otherwise ought ourselves
out over own per perhaps quite rather re s same shall should since some somehow still such t than
themselves therefore those though through throughout thus till too toward towards under unless until
up upon us ve very via well what whatever when whenever where whereas whereby wherever whether while
whom whose why will within without would yet yours yourself
"""
FUNCTION_WORDS = frozenset({*_ENGLISH.split(), *STOP_WORDS, *LISTENED_FOR})
