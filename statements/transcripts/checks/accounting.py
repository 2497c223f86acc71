"""The proof that nothing said is lost: the words of a text against the words read from it, how many
of each there are and in what order they stand."""

import re
from collections import Counter

from statements.transcripts.lines import split_lines
from statements.transcripts.parsed import ParagraphKind, ParsedTranscript

_NUMBER = re.compile(r"(?:\d{1,4}\.)?")  # of a paragraph, before its speaker line
_NOTE = re.compile(r"\([^()]{1,80}\)")  # of a language, from a repeated speaker line
_JOINTS = re.compile("[-\u2010\u2011\u00ad]")


def unaccounted(text: str, parsed: ParsedTranscript) -> list[str]:
    """Words of ``text`` that stand nowhere in ``parsed``, words in it from nowhere ("+…"), and
    where there are neither, the words that stand in another order ("~…").

    Hyphens do not count, for resolving them is reading's task; every other character does.
    """
    expected = Counter(_words(_unbroken(text)))
    found: Counter[str] = Counter()
    for piece in all_text(parsed):
        found.update(_words(piece))
    missing, invented = expected - found, found - expected
    # the same letters, cut elsewhere: a word that went on over a page break
    if Counter("".join(missing.elements())) != Counter("".join(invented.elements())):
        return sorted(missing.elements()) + [f"+{word}" for word in sorted(invented.elements())]
    return [f"~{word}" for word in _out_of_order(text, parsed)]


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


def _out_of_order(text: str, parsed: ParsedTranscript) -> list[str]:
    """The words for which the text has no place left after the words before them.

    Lines that were left out are taken away first, so that next to nothing of the text can be
    passed over: then words that all find a place stand as the text has them.
    """
    body = "".join(_words(_left_in(text, parsed)))
    at = 0
    lost: list[str] = []

    def find(piece: str) -> None:
        nonlocal at
        for word in _words(piece):
            place = body.find(word, at)
            if place < 0:
                lost.append(word)
            else:
                at = place + len(word)

    for line in parsed.meeting.first_page:
        find(line)
    for speech in parsed.speeches:
        displaced = {each.line for each in speech.problems if each.code == "displaced-words"}
        # a line that was put together out of pieces, which is told, stands in no order
        printed = "" if displaced else "".join(_words(speech.speaker_line))
        named = not printed
        for paragraph in speech.paragraphs:
            if paragraph.line in displaced and _NOTE.fullmatch(paragraph.text):
                continue
            spoken = paragraph.kind is ParagraphKind.SPEECH
            number = _NUMBER.match(body, at)
            next_word = number.end() if number else at
            if not named and (spoken or body.startswith(printed, next_word)):
                find(speech.speaker_line)
                named = True
            find(paragraph.text)
        if not named:
            find(speech.speaker_line)
    return lost


def _left_in(text: str, parsed: ParsedTranscript) -> str:
    """The lines of a text but those left out whole; of a row it is not known which they were."""
    gone = {(each.line, each.text) for each in parsed.dropped}
    in_rows = Counter(each.text for speech in parsed.speeches for each in speech.dropped)
    left = []
    for line in split_lines(text):
        plain = " ".join(line.text.split())
        if (line.number, plain) in gone:
            continue
        if in_rows[plain]:
            in_rows[plain] -= 1
            continue
        left.append(plain)
    return "\n".join(left)


def _unbroken(text: str) -> str:
    lines = [line.text.strip() for line in split_lines(text)]
    return re.sub("(?<=\\w)[-\u2010\u2011\u00ad]\n", "", "\n".join(lines))


def _words(text: str) -> list[str]:
    """Words with all their signs but hyphens and the colons that end a speaker line."""
    plain = _JOINTS.sub("", text.replace(":", " ").replace(";", " "))
    return plain.split()
