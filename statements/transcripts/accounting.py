"""The proof that nothing said is lost: the words of a text against the words read from it."""

import re
from collections import Counter

from statements.transcripts.lines import split_lines
from statements.transcripts.parsed import ParsedTranscript

_JOINTS = re.compile("[-\u2010\u2011\u00ad]")


def unaccounted(text: str, parsed: ParsedTranscript) -> list[str]:
    """Words of ``text`` that stand nowhere in ``parsed``, and words in it from nowhere ("+…").

    Hyphens do not count, for resolving them is reading's task; every other character does.
    """
    expected = Counter(_words(_unbroken(text)))
    found: Counter[str] = Counter()
    for piece in all_text(parsed):
        found.update(_words(piece))
    missing, invented = expected - found, found - expected
    if Counter("".join(missing.elements())) == Counter("".join(invented.elements())):
        return []  # the same letters, cut elsewhere: a word that went on over a page break
    return sorted(missing.elements()) + [f"+{word}" for word in sorted(invented.elements())]


def all_text(parsed: ParsedTranscript) -> list[str]:
    """Every piece of text in a transcript, wherever reading put it."""
    pieces = [each.text for each in parsed.dropped]
    pieces += parsed.meeting.first_page
    for speech in parsed.speeches:
        pieces += [each.text for each in speech.dropped]
        pieces.append(speech.speaker_line)
        for paragraph in speech.paragraphs:
            pieces.append(paragraph.text)
            if paragraph.number is not None:
                pieces.append(f"{paragraph.number}.")
    return pieces


def _unbroken(text: str) -> str:
    lines = [line.text.strip() for line in split_lines(text)]
    return re.sub("(?<=\\w)[-\u2010\u2011\u00ad]\n", "", "\n".join(lines))


def _words(text: str) -> list[str]:
    """Words with all their signs but hyphens and the colons that end a speaker line."""
    plain = _JOINTS.sub("", text.replace(":", " ").replace(";", " "))
    return plain.split()
