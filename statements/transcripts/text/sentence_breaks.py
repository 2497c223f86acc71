"""Finds where the sentences of a paragraph begin.

The places are stored with the paragraph when it is stored, and addresses of sentences count them.
So a change here moves no address of a text that is in the archive already.
"""

import re
from collections.abc import Sequence

from statements.transcripts.text.sentences import is_abbreviation, is_opening

# what may end a sentence, with the quotation marks and brackets after it, and the space that
# follows; in Chinese and Japanese there is none. It begins with a set of characters, which ``re``
# looks for fastest, and it takes a run of marks whole
_FULL_WIDTH = frozenset("。！？")
_END = re.compile(
    r"""(?P<mark>[.!?…؟۔।։。！？]+)(?P<close>["'”’»›)\]」』）]*)(?P<space>(?:\s*\[\w{1,3}\](?=\s))?\s*)"""
)
_WORD_AFTER = re.compile(r"""["'“‘«‹„(\[¿¡—–-]*\s*(?P<word>[^\s.,:;!?"'”’»)\]]+)""")
_QUOTES = "\"'“”‘’«»()[]"
_LONGEST_WORD = 40  # characters that are looked at before and after a mark


def sentence_starts(text: str) -> list[int]:
    """Return where each sentence of a paragraph begins, in characters: 0 first, then ascending.

    A sentence includes the space after it, so that all together are the text.

    >>> text = "Mr. Lund thanked the U.N. for No. 4. He agreed. “Why?” she asked."
    >>> starts = sentence_starts(text)
    >>> [text[begin:end].strip() for begin, end in zip(starts, [*starts[1:], None])]
    ['Mr. Lund thanked the U.N. for No. 4.', 'He agreed.', '“Why?” she asked.']
    """
    starts = [0]
    for match in _END.finditer(text):
        begin = match.end()
        if begin < len(text) and _is_end(text, starts[-1], match):
            starts.append(begin)
    return starts


def _is_end(text: str, start: int, match: re.Match[str]) -> bool:
    """Return whether a mark ends the sentence that began at ``start``."""
    if match["mark"][-1] in _FULL_WIDTH:
        return True
    if not match["space"]:
        return False
    if not text[match.end()].isupper() and _next_word(text, match)[:1].islower():
        return False  # "“Why?” she asked", "The U.N. is"
    if match["mark"] != ".":
        return True
    words = text[max(start, match.start() - _LONGEST_WORD) : match.start()].split()
    word = words[-1].strip(_QUOTES) if words else ""
    if not word:
        return bool(words)
    if len(words) == 1 and (word.isdecimal() or len(word) == 1):
        return False  # "12. The Committee", "A. General"
    if match["close"]:
        return True
    if is_abbreviation(f"{word}."):
        return False
    if len(word) == 1 or "." in word:  # "J. Lund", "the U.N. Charter"
        return word.isdecimal() or is_opening(_next_word(text, match))
    return True


def _next_word(text: str, match: re.Match[str]) -> str:
    after = _WORD_AFTER.match(text, match.end(), match.end() + _LONGEST_WORD)
    return after["word"] if after else ""


def carry_starts(old_text: str, starts: Sequence[int], text: str) -> list[int]:
    """Return where the sentences of a changed text begin, given those of the text before.

    Where both texts begin and end alike, the places are those before, so that a correction moves no
    address that it need not move; between them the sentences are found anew.

    >>> carry_starts("One. Two. Three. Four.", [0, 5, 10, 17], "One. Two, too. Three. Four.")
    [0, 5, 15, 22]
    """
    most = min(len(old_text), len(text))
    same_before = next((at for at in range(most) if old_text[at] != text[at]), most)
    same_after = next(
        (at for at in range(most - same_before) if old_text[-1 - at] != text[-1 - at]),
        most - same_before,
    )
    change_end, shift = len(text) - same_after, len(text) - len(old_text)
    before = [start for start in starts if start <= same_before]
    moved = [start + shift for start in starts if start > same_before]
    after = [start for start in moved if start >= change_end]
    between = [start for start in sentence_starts(text) if same_before < start < change_end]
    return sorted({0, *before, *between, *after} & set(range(max(len(text), 1))))
