"""The fields of the index, and its version: an index of another version is not read.

A speech is one head document, then one document for each paragraph. The head has what is true of
the whole speech: the facet columns, the sort order, and the words of its speaker, country, topics
and meeting. The documents of a speech are consecutive in one segment, the head first, so that the
last head before a paragraph identifies its speech without a column.
"""

from unicodedata import unidata_version

import whoosh
from whoosh.columns import RefBytesColumn
from whoosh.fields import ID, KEYWORD, NUMERIC, STORED, TEXT, Schema

from statements.search.analysis import tokenizer
from statements.search.fields import FACET_FIELDS, HEAD_FIELDS, MANY_VALUED


def _column_of_names() -> ID:
    # ``sortable=True`` would store a whole string for each document; facets are counted by the
    # ordinals of references
    return ID(sortable=RefBytesColumn())


def _many_valued() -> KEYWORD:
    field = KEYWORD(scorable=False)  # values are slugs, separated by spaces
    field.column_type = RefBytesColumn()  # of each combination of values that occurs
    return field


def _number(bits: int = 32) -> NUMERIC:
    # no shift steps: ranges are answered from the column, and each step would add a term
    return NUMERIC(bits=bits, signed=False, sortable=True, shift_step=0, default=0)


def _words() -> TEXT:
    return TEXT(analyzer=tokenizer.WordTokenizer(), phrase=True)


SCHEMA = Schema(
    # Haystack's own fields: indexed for all documents of a speech, stored with the head
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
    **{name: _many_valued() for name in MANY_VALUED},
    date=_number(),  # ordinal day, 0 where unknown
    year=_number(),  # 0 where unknown
    position=_number(),
    speech=_number(bits=64),
)


# Raise it with every change that makes an existing index wrong or unreadable: of tokenization,
# stemming or scores, of the fields, of how a speech is prepared, of the format of any file.
# ``tests/search/index/test_index_version.py`` fails if that was forgotten.
INDEX_VERSION = 7


def index_version() -> str:
    """Return the version that an index must have to be read: ``INDEX_VERSION``, and the versions of
    Whoosh and of the Unicode tables."""
    return f"{INDEX_VERSION}, Whoosh {whoosh.versionstring()}, Unicode {unidata_version}"
