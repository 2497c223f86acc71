"""Whether a sentence can begin or end with a line or word, judged by its first or last word."""

_ENGLISH = (
    "a an the of to in for by with from on at as and or nor but that which who whose whom if than"
    " is are was were be been has have had its their our his her my your this these those into upon"
    " onto between under through during without within against toward towards among amongst via"
    " shall should would could must may might cannot"
)
_FRENCH = "le la les un une des du de et à au aux en dans pour par sur que qui dont est sont ce ces"
_SPANISH = "el los las una del y con para por su sus se en que es son al este esta estos estas"
_RUSSIAN = "и в во на с со по к ко от до для что о об из за при не как"
# words after which a sentence goes on, whatever the next line begins with
_CONNECTING = frozenset(f"{_ENGLISH} {_FRENCH} {_SPANISH} {_RUSSIAN}".split())
_ABBREVIATIONS = frozenset(
    "Mr. Mrs. Ms. Dr. Messrs. Mme. Sr. Sra. St. No. Nos. para. paras. Para. Paras. art. arts."
    " Art. Arts. cf. vs. p. pp."
    " Prof. Gen. Lt. Col. Sen. Rev. Hon. Amb. Capt. Maj. Sgt. Gov. Rep. Vol. vol. chap. fig. Ref."
    " ref. Doc. doc. resp. approx. viz. i.e. e.g. H.E. S.E. Add. Corr. Srs. Dra. Drs. M. MM. Mlle."
    " núm. núms. pág. págs. párr. párrs. ст. стр. п. пп. им. т.е.".split()
)

_OPENING_ENGLISH = (
    "The We I In It This That These Those There As A An If My Our He She They You His Her Its Their"
    " However But And For At On With While When Since After Before Today Now Here Thus Therefore"
    " Moreover Furthermore Finally First Firstly Second Secondly Third Thirdly Lastly Indeed Also"
    " All Many Some Let What How Why"
)
_OPENING_OTHER = (
    "Le Les Nous Je Il Elle Ce Cette Ces En Dans Mais Et El Los Las Nosotros Yo Ese Esta Este Pero"
    " Y Мы Я Это Эти В На Но И Он Она Они"
)
# words that, with a capital, begin a sentence: no name begins with them
_OPENING = frozenset(f"{_OPENING_ENGLISH} {_OPENING_OTHER}".split())


def begins_sentence(line: str) -> bool:
    """Return whether a line begins a sentence, whatever the line before it ends with.

    >>> [begins_sentence(line) for line in ("We thank you.", "United Nations", "“We thank you.”")]
    [True, False, False]
    """
    return bool(line.strip()) and line.split(None, 1)[0].rstrip(",:") in _OPENING


def is_abbreviation(word: str) -> bool:
    """Return whether a word, given with its full stop, is an abbreviation before a name or number.

    >>> is_abbreviation("Mr."), is_abbreviation("(paras."), is_abbreviation("years.")
    (True, True, False)
    """
    return word.lstrip('(“"') in _ABBREVIATIONS


def is_opening(word: str) -> bool:
    """Return whether a word, with this capital, begins a sentence: no name begins with it."""
    return word in _OPENING


def is_open(line: str) -> bool:
    """Return whether the sentence of a line goes on below it.

    >>> is_open("the representatives of the"), is_open("He thanked Mr."), is_open("We thank you.")
    (True, True, False)
    """
    word = line.rsplit(None, 1)[-1] if line else ""
    return word in _CONNECTING or is_abbreviation(word)
