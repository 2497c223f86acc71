"""Pieces of a text, divided into its sentences."""

from hypothesis import given
from hypothesis import strategies as st

from statements.exports.layout import Piece, cut_pieces


@given(st.lists(st.text("ab. ", min_size=1, max_size=9), max_size=5), st.sets(st.integers(0, 50)))
def test_pieces_are_cut_where_sentences_begin(parts: list[str], places: set[int]) -> None:
    pieces = [Piece(part, href=str(number)) for number, part in enumerate(parts)]
    text = "".join(parts)
    starts = sorted({0, *places})
    ends = [start for start in starts[1:] if start < len(text)] + [len(text)]
    sentences = cut_pieces(pieces, starts)
    assert ["".join(piece.text for piece in sentence) for sentence in sentences] == [
        text[start:end] for start, end in zip([0, *ends], ends, strict=False) if start < end
    ]
    assert [piece.href for sentence in sentences for piece in sentence for _ in piece.text] == [
        piece.href for piece in pieces for _ in piece.text
    ]
