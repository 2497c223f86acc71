"""How texts and queries are cut into words."""

import sys
import unicodedata

from statements.search.analysis.tokenizer import words

OF_KANA = {"\u3099", "\u309a"}  # a script written without spaces: its signs stand alone


def test_every_mark_of_unicode_belongs_to_its_word() -> None:
    marks = {
        mark for mark in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(mark)[0] == "M"
    }
    assert len(marks) > 2000
    assert {mark for mark in marks if len(list(words(f"a{mark}b"))) != 1} == OF_KANA
