"""The fields of the index, and the version by which an index of other fields is refused.

One document a paragraph, after one head document a speech. The head carries what is true of the
whole speech: the facet columns, the order, and the words of its speaker, country, topics and
meeting. A speech's documents stand together in one segment, the head first, so that "the head
before me" finds a paragraph's speech without a column for it.
"""

from unicodedata import unidata_version

import whoosh
from whoosh.columns import RefBytesColumn
from whoosh.fields import ID, KEYWORD, NUMERIC, STORED, TEXT, Schema

from statements.search.analysis import tokenizer
from statements.search.fields import FACET_FIELDS, HEAD_FIELDS


def _column_of_names() -> ID:
    # ``sortable=True`` would keep a whole string a document; references are the ordinals that
    # facets are counted by
    return ID(sortable=RefBytesColumn())


def _many_valued() -> KEYWORD:
    field = KEYWORD(scorable=False)  # values are slugs, parted by spaces
    field.column_type = RefBytesColumn()  # of each combination of values that occurs
    return field


def _number(bits: int = 32) -> NUMERIC:
    # no shift steps: ranges are answered from the column, and each step is one more term
    return NUMERIC(bits=bits, signed=False, sortable=True, shift_step=0, default=0)


def _words() -> TEXT:
    return TEXT(analyzer=tokenizer.WordTokenizer(), phrase=True)


SCHEMA = Schema(
    # Haystack's own: of all documents of a speech, stored with the head
    id=ID(stored=True),
    django_ct=ID(stored=True),
    django_id=ID(stored=True),
    content_hash=STORED(),
    # 0 for the head, else the paragraph's position in the speech
    paragraph=_number(),
    text=_words(),
    narrative=_words(),
    **{name: _words() for name in HEAD_FIELDS},
    **{name: _column_of_names() for name in FACET_FIELDS},
    topic=_many_valued(),
    date=_number(),  # ordinal day, 0 where unknown
    year=_number(),  # 0 where unknown
    position=_number(),
    speech=_number(bits=64),
)


# Raise it with every change that makes an index built before wrong or unreadable: of the rules by
# which words are cut, joined and weighed, of the fields, of what is prepared of a speech, of the
# form of any file. ``tests/search/index/test_index_version.py`` fails where that was forgotten.
INDEX_VERSION = 2


def index_version() -> str:
    """Return what an index must have been built with to be read: the version above, and that of
    what the archive does not write itself, Whoosh and the tables of Unicode."""
    return f"{INDEX_VERSION}, Whoosh {whoosh.versionstring()}, Unicode {unidata_version}"
