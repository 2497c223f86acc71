"""Says who speaks in captions: by tags, by marks such as ">>", or by labels in the text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from statements.transcripts.formats.captions.labels import (
    CHEVRONS,
    Form,
    Forms,
    Label,
    find_label,
    speaker_of,
    split_mark,
)
from statements.transcripts.formats.captions.tags import Span
from statements.transcripts.formats.captions.utterances import (
    Utterance,
    ends_sentence,
    is_note_of_sounds,
)
from statements.transcripts.speakers.attribution import NOBODY
from statements.transcripts.values.choices import current_choices, label_key
from statements.transcripts.values.parsed import LabelUse

_HEAD_LINES = 3  # no label in captions spans more


@dataclass(frozen=True, slots=True)
class _Piece:
    """The lines of one caption that belong together."""

    span: Span  # with the text of all lines
    mark: str = ""
    label: Label | None = None


def to_utterances(spans: Iterable[Span]) -> list[Utterance]:
    """Return the pieces of a recording, each with its speaker as far as the file names one."""
    utterances = list(_utterances(_pieces(spans)))
    if any(utterance.speaker not in (None, NOBODY) for utterance in utterances):
        return utterances
    return [  # a file that names nobody is one speech
        Utterance(
            utterance.text,
            utterance.line,
            utterance.start_s,
            utterance.end_s,
            begins_paragraph=utterance.begins_turn,
        )
        for utterance in utterances
    ]


def _pieces(spans: Iterable[Span]) -> list[_Piece]:
    """Join the lines of each caption, except where one begins with a mark or a label."""
    pieces: list[_Piece] = []
    is_open = False  # the last piece ends within a sentence
    shown = [span for span in spans if span.text]
    for _, group in groupby(shown, key=lambda span: (span.start_s, span.end_s, span.voice)):
        lines = list(group)
        parts: list[list[_Piece]] = []
        for index, line in enumerate(lines):
            piece = _begin(line, lines[index + 1 : index + _HEAD_LINES], is_open=is_open)
            is_note = is_note_of_sounds(line.text)
            if parts and not (piece.mark or piece.label or is_note or _is_note(parts[-1][0])):
                parts[-1].append(piece)
            else:
                parts.append([piece])
            is_open = not ends_sentence(line.text) and not is_note
        pieces += map(_joined, parts)
    return pieces


def _joined(parts: Sequence[_Piece]) -> _Piece:
    text = "\n".join(part.span.text for part in parts)
    return replace(parts[0], span=replace(parts[0].span, text=text))


def _is_note(piece: _Piece) -> bool:
    return is_note_of_sounds(piece.span.text)


def _begin(line: Span, below: Sequence[Span], *, is_open: bool) -> _Piece:
    """Return a piece that begins with a line; a label may be wrapped onto the lines below."""
    if line.voice or is_note_of_sounds(line.text):
        return _Piece(line)
    mark, text = split_mark(line.text)
    if mark and is_open and mark[0] not in CHEVRONS:
        mark, text = "", line.text  # a dash within a sentence
    whole = " ".join([text, *(other.text for other in below)])
    label = find_label(text, is_marked=bool(mark)) or find_label(whole, is_marked=bool(mark))
    is_unmistakable = label and label.attribution and label.attribution.is_unmistakable
    is_sure = mark or not is_open or is_unmistakable
    return _Piece(replace(line, text=text), mark, label if is_sure else None)


def _utterances(pieces: Sequence[_Piece]) -> Iterator[Utterance]:
    labels = [piece.label for piece in pieces if not _is_note(piece)]
    forms = Forms.of(labels)
    voice = ""  # of the last piece
    before = ""  # its text
    for piece in pieces:
        utterance = _utterance(piece, forms)
        if _is_note(piece):
            yield replace(utterance, begins_turn=False, speaker=None, label="", label_use=None)
            continue
        if piece.span.voice:
            is_other = piece.span.voice != voice
            utterance = replace(utterance, begins_turn=utterance.begins_turn and is_other)
        elif voice and not utterance.begins_turn:
            if _goes_on(piece.span.text, before):
                yield utterance
                before = piece.span.text
                continue
            # tags name every voice of such a file, so this one is unknown
            utterance = replace(utterance, begins_turn=True, speaker=NOBODY)
        yield utterance
        voice, before = piece.span.voice, piece.span.text


def _utterance(piece: _Piece, forms: Forms) -> Utterance:
    """Return a piece with the speaker that its own tag, mark or label names."""
    span = piece.span
    plain = Utterance(span.text, span.line, span.start_s, span.end_s)
    label = piece.label
    if span.voice:
        speaker = speaker_of(span.voice)
        if speaker is None:
            return replace(plain, begins_turn=True, label=span.voice, label_use=LabelUse.UNREAD)
        return replace(plain, speaker=speaker)
    if label and (use := _use_of(label, forms)):
        return _labelled(plain, label, use)
    if piece.mark:
        return replace(plain, begins_turn=True, speaker=NOBODY)
    return plain


def _use_of(label: Label, forms: Forms) -> LabelUse | None:
    """Return what a label is taken for; a person's choice goes before what the file shows."""
    choices, key = current_choices(), label_key(label.printed)
    if key in choices.rejected:
        return LabelUse.TEXT
    if key in choices.accepted or (label.form in forms.accepted and label.is_certain):
        return LabelUse.SPEAKER
    is_doubtful = label.form in forms.accepted or label.form in forms.repeated
    return LabelUse.UNREAD if is_doubtful else None


def _labelled(plain: Utterance, label: Label, use: LabelUse) -> Utterance:
    is_listed = label.form is not Form.TITLE  # those are no labels but speaker lines
    plain = replace(plain, label=label.printed if is_listed else "", label_use=use)
    if use is LabelUse.TEXT:
        return plain
    if use is LabelUse.UNREAD:
        return replace(plain, begins_turn=True)
    speaker = label.attribution
    words = f"{speaker.displaced} {plain.text[label.end :]}".strip()
    return replace(
        plain,
        text=words,
        begins_turn=True,
        speaker=replace(speaker, end=0),
        is_voice=label.is_voice,
    )


def _goes_on(text: str, before: str) -> bool:
    """Return whether a text continues the sentence before it."""
    return text[:1].islower() and not ends_sentence(before)
