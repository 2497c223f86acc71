"""Terms related to a word, learned from the archive itself: for "desertification" perhaps
"drought", "land" and "sahel".

Terms are related that occur near the same terms. How often two are near each other is counted
within paragraphs, weighted by positive pointwise mutual information, and reduced to the main
dimensions (Levy and Goldberg, "Neural word embedding as implicit matrix factorization", 2014). Of
each term the nearest others are stored, in the file ``related.terms`` of a generation:

    joined         uint8    the V terms, each ended by a line feed; the most frequent first
    forms          uint8    all of their forms, alike
    terms_of       uint16   the number of the term of each form
    neighbours     uint16[V, N]  the terms nearest to each, nearest first
    similarities   uint8[V, N]   their cosines in steps of 1/255; 0 where there is no other
    documents      int64    how many documents the index had

The file is optional. The worker writes it when it has nothing else to do, and again when the
archive has grown; searches without it suggest nothing. Nothing is learned from archives of fewer
than ``MIN_WORDS`` words, whose counts are chance.
"""

from statements.search.index.related_terms.learning import MIN_WORDS, learn
from statements.search.index.related_terms.storage import (
    RelatedTerms,
    documents_learned,
    read_related_terms,
    save,
)

__all__ = [
    "MIN_WORDS", "RelatedTerms", "documents_learned", "learn", "read_related_terms", "save",
]  # fmt: skip
