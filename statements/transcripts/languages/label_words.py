"""Words of labels in several languages, from ``label_words.toml``, which says what each list is."""

import re
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

from statements.transcripts.languages.names import fold

_COUNTED = re.compile(r"(?:\s(?:number|no))?\s(?:#\s?)?\d{1,3}$")  # "speaker 2", "juror no 5"


@dataclass(frozen=True, slots=True)
class LabelWords:
    """The words of all languages; each entry is folded by ``fold_label``."""

    articles: frozenset[str]
    titles: frozenset[str]
    offices: frozenset[str]
    voices: frozenset[str]
    choruses: frozenset[str]
    notes: frozenset[str]
    addresses: frozenset[str]


def fold_label(text: str) -> str:
    """Return a label as its words are compared: "Hon. Member" is "hon member".

    >>> fold_label("Mr. SPEAKER"), fold_label("L’Oratrice"), fold_label("Speaker #2")
    ('mr speaker', "l'oratrice", 'speaker')
    """
    folded = fold(text).replace(".", " ").replace("_", " ")
    return _COUNTED.sub("", " ".join(folded.split())).strip()


def is_language_note(group: str) -> bool:
    """Return whether a parenthesis begins like a note of a language: "выступает по-французски"."""
    return fold_label(group).startswith(tuple(label_words().notes))


@cache
def label_words() -> LabelWords:
    """Read the lists; called on import, since a reading process opens no files later."""
    source = files(__package__) / "label_words.toml"
    languages = tomllib.loads(source.read_text(encoding="utf-8")).values()
    return LabelWords(
        **{
            field.name: frozenset(
                fold_label(word) for language in languages for word in language.get(field.name, ())
            )
            for field in fields(LabelWords)
        }
    )


label_words()
